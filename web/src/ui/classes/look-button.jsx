// How a class looks, its colour and emoji, as a button that opens their choice. The choice is loaded when it is first opened.

import { useEffect } from "preact/hooks";
import { t } from "../../i18n/words.js";
import { tellMissing, tellPage } from "../context/page-commands.js";
import { looked } from "../context/page-state.js";
import { refusedLook, whyRefused } from "../context/refusal.js";
import { useSession } from "../context/session-context.js";
import { createLazyPart } from "../widgets/lazy-part.jsx";

const LookPicker = createLazyPart(async () => (await import("./look-picker.jsx")).LookPicker);

/** @param {{label: string, emoji: string|null}} props */
export function LookButton({ label, emoji }) {
	const session = useSession();
	const why = whyRefused(session, "class", label);
	return (
		<button
			type="button"
			class="quiet look-button"
			aria-label={t("look.of", { label })}
			aria-haspopup="dialog"
			{...refusedLook(why, t("look.title"))}
			onClick={(event) => {
				if (why !== null) tellPage(session)(/** @type {any} */ (session.refusal("class", label)));
				else looked.value = { label, anchor: event.currentTarget };
			}}
		>
			<span class="look-swatch" data-emoji={emoji !== null} aria-hidden="true">
				{emoji}
			</span>
		</button>
	);
}

/** The open choice. It is in no card: a card shows another class when the order changes, and the choice stays with its class. */
export function OpenLookPicker() {
	const session = useSession();
	const classes = session.classes.value;
	const open = looked.value;
	const shown = open && classes.find(({ label }) => label === open.label);
	const isGone = open !== null && !shown;
	useEffect(() => {
		if (isGone) looked.value = null;
	}, [isGone]);
	if (!open || !shown) return null;
	const { label, colour, emoji, index } = shown;
	const close = () => {
		looked.value = null;
		// Where the class is now.
		const button = document.querySelector(`.class-card[data-index="${index}"] .look-button`);
		if (button instanceof HTMLElement) button.focus();
	};
	const onFailed = () => {
		looked.value = null;
		tellMissing(session);
	};
	return <LookPicker {...{ label, colour, emoji, anchor: open.anchor, onFailed }} onClose={close} />;
}

// How a class looks, its colour and emoji, as a button that opens their choice. The choice is loaded when it is first opened.

import { useRef, useState } from "preact/hooks";
import { loadLater } from "../../i18n/language.js";
import { t } from "../../i18n/words.js";

/** @param {{label: string, colour: number, emoji: string|null}} props */
export function LookButton({ label, colour, emoji }) {
	const button = useRef(/** @type {HTMLButtonElement|null} */ (null));
	const [picker, setPicker] = useState(/** @type {typeof import("./look-picker.jsx")|null} */ (null));
	const open = () =>
		// Where it can't be loaded, the button can be pressed again.
		Promise.all([import("./look-picker.jsx"), loadLater()]).then(
			([loaded]) => setPicker(loaded),
			() => {},
		);
	const anchor = button.current;
	return (
		<>
			<button
				ref={button}
				type="button"
				class="quiet look-button"
				aria-label={t("look.of", { label })}
				aria-haspopup="dialog"
				title={t("look.title")}
				onClick={open}
			>
				<span class="look-swatch" data-emoji={emoji !== null} aria-hidden="true">
					{emoji}
				</span>
			</button>
			{picker && anchor && <picker.LookPicker {...{ label, colour, emoji, anchor }} onClose={() => setPicker(null)} />}
		</>
	);
}

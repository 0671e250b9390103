// A class's name, edited in place: Enter, or leaving the field, keeps the new name; Escape restores the old one. A name that
// is refused stays in the field, with the reason below.

import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { errorWords, t } from "../../i18n/words.js";
import { classToName } from "../context/page-state.js";
import { whyRefused } from "../context/refusal.js";
import { useSession } from "../context/session-context.js";

/** @param {{label: string}} props */
export function ClassName({ label }) {
	const session = useSession();
	const field = useRef(/** @type {HTMLTextAreaElement|null} */ (null));
	const [draft, setDraft] = useState(label);
	const [error, setError] = useState(/** @type {import("../../app/session.js").ErrorObject|null} */ (null));
	const errorId = useId();

	// At once: later, it would take back what is typed next.
	useLayoutEffect(() => {
		setDraft(label);
		setError(null);
	}, [label]);

	const isNew = classToName.value === label;
	useEffect(() => {
		if (!isNew) return;
		classToName.value = null;
		field.current?.focus();
		field.current?.select();
		// The whole card, since the button to record is needed next.
		field.current?.closest("article")?.scrollIntoView({ block: "nearest" });
	}, [isNew]);

	const keep = () => {
		const before = session.problem.value;
		if (draft === label || session.renameClass(label, draft)) {
			setError(null);
			return true;
		}
		// Shown under the field: the page's message stays what it was.
		setError(session.problem.value);
		session.problem.value = before;
		return false;
	};
	const takeBack = () => {
		setDraft(label);
		setError(null);
	};
	/** @param {KeyboardEvent} event */
	const onKeyDown = (event) => {
		// An Enter that confirms a Chinese character does not end the name.
		if (event.isComposing) return;
		if (event.key !== "Enter" && event.key !== "Escape") return;
		// Enter must not make a line.
		event.preventDefault();
		if (event.key === "Enter" && keep()) {
			// The focus goes to the button to record, where Space records. This Enter does not press it.
			const card = field.current?.closest("article");
			const next = card?.querySelector(".hold");
			if (next instanceof HTMLElement) next.focus();
		}
		if (event.key === "Escape") takeBack();
	};
	const why = whyRefused(session, "class", label);
	const words = error && errorWords(error);
	return (
		<div class="class-name">
			{/* What stands in the field makes its room: one line, or as many as a long name needs. */}
			<div class="growing-field" data-text={draft}>
				<textarea
					ref={field}
					class="plain-field"
					rows={1}
					value={draft}
					dir="auto"
					autocomplete="off"
					spellcheck={false}
					enterkeyhint="done"
					aria-label={t("class.name")}
					aria-invalid={error !== null}
					aria-describedby={error ? errorId : undefined}
					readOnly={why !== null}
					title={why === null ? label : `${label}: ${why}`}
					onInput={(event) => {
						// A name has no lines of its own; pasted text may.
						setDraft(event.currentTarget.value.replace(/\s*[\r\n]+\s*/g, " "));
						setError(null);
					}}
					onKeyDown={onKeyDown}
					onBlur={keep}
				/>
			</div>
			{words && (
				<p class="field-error" id={errorId} role="alert">
					<b>{words.message}</b> {words.hint}
				</p>
			)}
		</div>
	);
}

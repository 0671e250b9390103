// A class's name, edited where it stands: Enter or leaving the field keeps it, Escape takes it back.
// A name that is refused stays in the field, with the reason below.

import { useEffect, useId, useRef, useState } from "preact/hooks";
import { errorWords, t } from "../../i18n/words.js";
import { classToName } from "../context/page-state.js";
import { useSession } from "../context/session-context.js";

/** @param {{label: string}} props */
export function ClassName({ label }) {
	const session = useSession();
	const field = useRef(/** @type {HTMLInputElement|null} */ (null));
	const [draft, setDraft] = useState(label);
	const [error, setError] = useState(/** @type {import("../../app/session.js").ErrorObject|null} */ (null));
	const errorId = useId();

	useEffect(() => {
		setDraft(label);
		setError(null);
	}, [label]);

	const fresh = classToName.value === label;
	useEffect(() => {
		if (!fresh) return;
		classToName.value = null;
		field.current?.focus();
		field.current?.select();
		// All of the card: what comes after its name is to record it.
		field.current?.closest("article")?.scrollIntoView({ block: "nearest" });
	}, [fresh]);

	const keep = () => {
		if (draft === label || session.renameClass(label, draft)) {
			setError(null);
			return true;
		}
		// Said under the field, so it needs no banner as well.
		setError(session.problem.value);
		session.dismissProblem();
		return false;
	};
	const takeBack = () => {
		setDraft(label);
		setError(null);
	};
	/** @param {KeyboardEvent} event */
	const onKeyDown = (event) => {
		// Enter that ends the choice of a Chinese character is not the end of the name.
		if (event.isComposing) return;
		if (event.key === "Enter" && keep()) {
			// What comes next is to record it: Space does, from here. This Enter must not press that button.
			event.preventDefault();
			const card = field.current?.closest("article");
			const next = card?.querySelector(".hold");
			if (next instanceof HTMLElement) next.focus();
		}
		if (event.key === "Escape") takeBack();
	};
	const words = error && errorWords(error);
	return (
		<div class="class-name">
			<input
				ref={field}
				class="plain-field"
				value={draft}
				dir="auto"
				autocomplete="off"
				spellcheck={false}
				enterkeyhint="done"
				aria-label={t("class.name")}
				aria-invalid={error !== null}
				aria-describedby={error ? errorId : undefined}
				title={label}
				onInput={(event) => {
					setDraft(event.currentTarget.value);
					setError(null);
				}}
				onKeyDown={onKeyDown}
				onBlur={keep}
			/>
			{words && (
				<p class="field-error" id={errorId} role="alert">
					<b>{words.message}</b> {words.hint}
				</p>
			)}
		</div>
	);
}

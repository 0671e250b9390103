// The project's name, edited in place.

import { useLayoutEffect, useState } from "preact/hooks";
import { t } from "../../i18n/words.js";
import { whyRefused } from "../context/refusal.js";
import { useSession } from "../context/session-context.js";

export function ProjectName() {
	const session = useSession();
	const { name } = session.project.value;
	const [draft, setDraft] = useState(name);
	// At once: later, it would take back what is typed next.
	useLayoutEffect(() => setDraft(name), [name]);
	const why = whyRefused(session, "name");
	/** @param {KeyboardEvent} event */
	const onKeyDown = (event) => {
		if (event.isComposing) return;
		const field = /** @type {HTMLInputElement} */ (event.currentTarget);
		if (event.key === "Escape") setDraft(name);
		if (event.key === "Enter") field.blur();
	};
	return (
		<input
			class="plain-field project-name"
			value={draft}
			dir="auto"
			size={Math.min(28, Math.max(14, [...draft].length))}
			maxLength={60}
			placeholder={t("project.placeholder")}
			aria-label={t("project.name")}
			readOnly={why !== null}
			title={why ?? undefined}
			autocomplete="off"
			spellcheck={false}
			enterkeyhint="done"
			onInput={(event) => setDraft(event.currentTarget.value)}
			onKeyDown={onKeyDown}
			onBlur={() => draft.trim() !== name && session.setProjectName(draft.trim())}
		/>
	);
}

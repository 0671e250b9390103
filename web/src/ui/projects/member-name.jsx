// Who is at this browser, for the others in a room: a first name, or an animal that is offered. Nobody has to say it.

import { useId, useLayoutEffect, useState } from "preact/hooks";
import limits from "../../../../contract/limits.json" with { type: "json" };
import { t } from "../../i18n/words.js";
import { useSession } from "../context/session-context.js";
import { Icon } from "../widgets/icons.jsx";
import { ANIMALS, drawAnimals } from "./animals.js";

/** @param {{run?: import("./recent-list.jsx").Run}} props run: the menu's, which says that it is busy */
export function MemberName({ run }) {
	const session = useSession();
	const id = useId();
	const name = session.member.value?.name ?? "";
	const [draft, setDraft] = useState(name);
	const [offered, setOffered] = useState(() => drawAnimals());
	useLayoutEffect(() => setDraft(name), [name]);
	/** @param {string} text */
	const say = async (text) => {
		/** @param {import("../../app/projects/projects.js").Projects} projects */
		const action = (projects) => projects.setMemberName(text);
		if (run) await run(action);
		// What it refuses, the page's message says.
		else await session.projects().then(action, () => {});
	};
	/** @param {KeyboardEvent & {currentTarget: HTMLInputElement}} event */
	const onKeyDown = (event) => {
		if (event.key === "Enter" && !event.isComposing) event.currentTarget.blur();
	};
	return (
		<div class="member-name">
			<label>
				<span>{t("room.yourName")}</span>
				<input
					value={draft}
					dir="auto"
					maxLength={limits.nameCharacters}
					autocomplete="nickname"
					spellcheck={false}
					enterkeyhint="done"
					aria-describedby={id}
					onInput={(event) => setDraft(event.currentTarget.value)}
					onKeyDown={onKeyDown}
					onBlur={() => draft.trim() !== name && say(draft)}
				/>
			</label>
			<fieldset class="animals" aria-label={t("room.animals")}>
				<span>{t("room.animals")}</span>
				{offered.map((animal) => (
					<button key={animal} type="button" class="small" onClick={() => say(t(`animal.${animal}`))}>
						<span aria-hidden="true">{ANIMALS[animal]}</span> {t(`animal.${animal}`)}
					</button>
				))}
				<button
					type="button"
					class="quiet square"
					aria-label={t("room.otherAnimals")}
					title={t("room.otherAnimals")}
					onClick={() => setOffered(drawAnimals(offered))}
				>
					<Icon name="flip" />
				</button>
			</fieldset>
			<p class="soft" id={id}>
				{t("room.yourNameWhy")}
			</p>
		</div>
	);
}

// Who is in the room, and how many examples each added. Its owner also sees what can be done with each, and with the room.

import { useState } from "preact/hooks";
import { asProblem } from "../../../contract/problem.js";
import { errorWords, t } from "../../../i18n/words.js";
import { pictureSelection } from "../../context/page-state.js";
import { useSession } from "../../context/session-context.js";
import { followLastStep } from "./last-step.js";
import { examplesOf, listPeople } from "./list-people.js";
import { RoomPowers } from "./room-powers.jsx";
import { SureButton } from "./sure-button.jsx";

/** @param {{link: string|null}} props link: by which others join; null: it is not known yet */
export function PeoplePanel({ link }) {
	const session = useSession();
	const membership = session.membership.value;
	const isOwner = membership?.role === "owner";
	const [refusal, setRefusal] = useState(/** @type {import("../../../app/session.js").ErrorObject|null} */ (null));
	const people = listPeople(session.contributors.value, session.classes.value, membership);
	/** @type {import("./list-people.js").RunPeople} */
	const run = async (action) => {
		setRefusal(null);
		try {
			await action(await session.people());
		} catch (error) {
			setRefusal(asProblem(error));
		}
	};
	const words = refusal && errorWords(refusal);
	return (
		<div class="people">
			{membership && <p class="soft">{isOwner ? t("people.youOwn") : t(`people.may.${membership.access.level}`)}</p>}
			{membership?.access.locked && <p class="room-note">{t("people.isLocked")}</p>}
			{membership?.access.thumbnails && <p class="room-note">{t("people.picturesAreOn")}</p>}
			<ul class="people-list" aria-label={t("share.tab.people")}>
				{people.map((person) => (
					<li key={person.id} data-here={person.here}>
						{isOwner && !person.isMe ? <Powers person={person} run={run} /> : <PersonLine {...person} />}
					</li>
				))}
			</ul>
			<div role="alert">
				{words && (
					<p class="coach">
						<b>{words.message}</b> {words.hint}
					</p>
				)}
			</div>
			{isOwner && membership && <RoomPowers membership={membership} link={link} run={run} />}
		</div>
	);
}

/** @param {import("./list-people.js").Person} props */
function PersonLine({ name, here, muted, count, isMe }) {
	return (
		<span class="person">
			<span class="person-name">
				<i class="person-here" aria-hidden="true" />
				<bdi class="name">{name || t("people.unnamed")}</bdi>
				{isMe && <span class="soft">{t("people.you")}</span>}
				{here === false && <span class="soft">{t("people.away")}</span>}
				{muted && <strong class="person-muted">{t("people.muted")}</strong>}
			</span>
			<span class="person-count">{t("class.count", { count })}</span>
		</span>
	);
}

/** @param {{person: import("./list-people.js").Person, run: import("./list-people.js").RunPeople}} props what the owner can do with somebody */
function Powers({ person, run }) {
	const session = useSession();
	const { id, muted, count } = person;
	const name = person.name || t("people.unnamed");
	const [removal, setRemoval] = useState(/** @type {{count: number, isLast: () => boolean}|null} */ (null));
	const ids = () => examplesOf(session.classes.peek(), id);
	const removeExamples = () => {
		const all = ids();
		if (!session.deleteExamples(all)) return;
		setRemoval({ count: all.length, isLast: followLastStep(session.history) });
	};
	const undo = () => {
		if (removal?.isLast()) session.undo();
		setRemoval(null);
	};
	return (
		<details>
			<summary>
				<PersonLine {...person} />
			</summary>
			<div class="person-powers">
				<button type="button" onClick={() => run((people) => people.mute(id, !muted))}>
					{muted ? t("people.unmute") : t("people.mute")}
				</button>
				{count > 0 && (
					<>
						<button
							type="button"
							aria-haspopup="dialog"
							onClick={({ currentTarget: anchor }) => {
								pictureSelection.value = { title: t("people.examplesOf", { name }), ids, anchor };
							}}
						>
							{t("people.look")}
						</button>
						<button type="button" onClick={removeExamples}>
							{t("people.removeExamples")}
						</button>
					</>
				)}
				<SureButton
					text={t("people.takeOut")}
					sure={t("people.takeOutSure", { name })}
					onSure={() => run((people) => people.remove(id))}
				/>
				<p class="people-removed" role="status">
					{removal?.isLast() && (
						<>
							{t("people.removed", { count: removal.count })}{" "}
							<button type="button" class="small" onClick={undo}>
								{t("undo")}
							</button>
						</>
					)}
				</p>
			</div>
		</details>
	);
}

// The open project's room: share it, join another one, leave, go back to one's own project.

import { useId, useState } from "preact/hooks";
import { t } from "../../i18n/words.js";
import { isSharing } from "../context/page-state.js";
import { useSession } from "../context/session-context.js";
import { Icon } from "../widgets/icons.jsx";
import { MemberName } from "./member-name.jsx";

/** The sheet takes the menu's place. */
const invite = async () => {
	isSharing.value = true;
};

/** @param {{run: import("./recent-list.jsx").Run}} props */
export function RoomActions({ run }) {
	const session = useSession();
	const { room, cameFrom } = session.project.value;
	const hasServer = session.server.value === true;
	const [isJoining, setIsJoining] = useState(false);
	return (
		<section class="room-actions">
			<p>{room ? t("room.youAreIn", { room }) : t("room.alone")}</p>
			{!hasServer && <p class="soft">{t("room.needsServer")}</p>}
			<div class="project-actions">
				{!room && hasServer && (
					<button type="button" onClick={() => run((projects) => projects.share())}>
						<Icon name="people" /> {t("room.share")}
					</button>
				)}
				{room && (
					<button type="button" class="primary" onClick={() => run(invite, { closes: true })}>
						<Icon name="people" /> {t("room.invite")}
					</button>
				)}
				{hasServer && (
					<button type="button" aria-expanded={isJoining} onClick={() => setIsJoining(!isJoining)}>
						<Icon name="link" /> {t("room.join")}
					</button>
				)}
				{room && (
					<button type="button" onClick={() => run((projects) => projects.leave())}>
						<Icon name="close" /> {t("room.leave")}
					</button>
				)}
				{cameFrom && (
					<button type="button" onClick={() => run((projects) => projects.back(), { closes: true })}>
						<Icon name="undo" /> {t("room.back")}
					</button>
				)}
			</div>
			{isJoining && hasServer && <JoinForm run={run} />}
			{hasServer && <MemberName run={run} />}
		</section>
	);
}

/** @param {{run: import("./recent-list.jsx").Run}} props */
function JoinForm({ run }) {
	const id = useId();
	const [code, setCode] = useState("");
	const [refusal, setRefusal] = useState(/** @type {"badRoom"|"noSuchRoom"|"noServer"|null} */ (null));
	const room = code.trim().toUpperCase();

	/** @param {{make?: boolean}} [options] */
	const join = async (options) => {
		/** @type {string} */
		let result = "";
		await run(async (projects) => {
			result = await projects.join(code, options);
		});
		if (result === "joined") document.getElementById(id)?.closest("dialog")?.close();
		else if (result === "badRoom" || result === "noSuchRoom" || result === "noServer") setRefusal(result);
	};
	/** @param {Event} event */
	const onSubmit = (event) => {
		event.preventDefault();
		void join();
	};
	return (
		<form class="join-form" id={id} onSubmit={onSubmit}>
			<label>
				<span>{t("room.code")}</span>
				<input
					value={code}
					maxLength={60}
					autocomplete="off"
					autocapitalize="characters"
					spellcheck={false}
					enterkeyhint="go"
					placeholder="OCEAN-TULIP-ROBOT-427"
					aria-invalid={refusal !== null}
					aria-describedby={`${id}-refusal`}
					onInput={(event) => {
						setCode(event.currentTarget.value);
						setRefusal(null);
					}}
				/>
			</label>
			<button type="submit" class="primary">
				{t("room.joinNow")}
			</button>
			<div class="join-refusal" id={`${id}-refusal`} role="alert">
				{refusal === "badRoom" && <p>{t("notice.badRoom", { room: code.trim() })}</p>}
				{refusal === "noServer" && <p>{t("notice.noServer", { room })}</p>}
				{refusal === "noSuchRoom" && <p>{t("room.noSuchRoom", { room })}</p>}
				{refusal === "noSuchRoom" && (
					<button type="button" onClick={() => join({ make: true })}>
						{t("room.make", { room })}
					</button>
				)}
			</div>
		</form>
	);
}

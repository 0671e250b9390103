// What has just become of project and room, in a sentence below the top bar, with the one thing to do about it.

import { useState } from "preact/hooks";
import { t } from "../../i18n/words.js";
import { isSharing } from "../context/page-state.js";
import { useSession } from "../context/session-context.js";
import { CloseButton } from "../widgets/close-button.jsx";
import { createLazyPanel } from "../widgets/lazy-panel.jsx";
import { Popup } from "../widgets/popup.jsx";
import { useExpiry } from "../widgets/use-expiry.js";

const MemberName = createLazyPanel(async () => (await import("./member-name.jsx")).MemberName);

const SHOWN_MS = 12_000;
/** They ask for nothing, and are not true for ever. */
const PASSING = new Set(["left", "back", "saved", "downloaded", "opened", "duplicated"]);

export function Notice() {
	const session = useSession();
	const notice = session.notice.value;
	const [anchor, setAnchor] = useState(/** @type {HTMLElement|null} */ (null));
	const handlers = useExpiry(notice && PASSING.has(notice.key) ? notice : null, SHOWN_MS, () =>
		session.dismissNotice(),
	);
	if (!notice) return null;
	const { key, room = "", id = "" } = notice;
	const name = notice.name || t("project.unnamed");
	const { cameFrom } = session.project.value;

	/** @param {(projects: import("../../app/projects/projects.js").Projects) => Promise<unknown>} action */
	const run = async (action) => {
		try {
			await action(await session.projects());
		} catch {
			// The page's message says why.
		}
	};
	/** @param {boolean} make */
	const join = (make) =>
		run(async (projects) => {
			const result = await projects.join(room, { make });
			if (result !== "joined") session.notice.value = { key: result, room };
		});
	const invite = () => {
		isSharing.value = true;
	};
	const restore = () =>
		run(async (projects) => {
			await projects.restore(id);
			await projects.open(id);
		});
	return (
		<div class="project-notice" {...handlers}>
			<p>{t(`notice.${key}`, { room, name })}</p>
			{(key === "joined" || key === "sample") && cameFrom && (
				<button type="button" onClick={() => run((projects) => projects.back())}>
					{t("room.back")}
				</button>
			)}
			{key === "joined" && !session.member.value?.name && (
				<button type="button" aria-haspopup="dialog" onClick={(event) => setAnchor(event.currentTarget)}>
					{t("room.sayName")}
				</button>
			)}
			{anchor && (
				<Popup anchor={anchor} title={t("room.sayName")} onClose={() => setAnchor(null)}>
					<MemberName />
				</Popup>
			)}
			{key === "shared" && (
				<button type="button" aria-haspopup="dialog" onClick={invite}>
					{t("room.invite")}
				</button>
			)}
			{key === "noSuchRoom" && (
				<button type="button" onClick={() => join(true)}>
					{t("room.make", { room })}
				</button>
			)}
			{key === "noServer" && (
				<button type="button" onClick={() => join(false)}>
					{t("room.tryAgain")}
				</button>
			)}
			{key === "wrongSecret" && (
				<button type="button" onClick={() => run(async () => (await session.people()).joinAsMember())}>
					{t("room.asMember")}
				</button>
			)}
			{key === "duplicated" && (
				<button type="button" onClick={() => run((projects) => projects.open(id))}>
					{t("project.open")}
				</button>
			)}
			{key === "deleted" && (
				<button type="button" onClick={restore}>
					{t("project.restore")}
				</button>
			)}
			<CloseButton onClick={() => session.dismissNotice()} />
		</div>
	);
}

// Where actions are on the page: the open popup, the game, what is shown over everything. All of it is loaded when it is first needed.

import { tellMissing } from "../context/page-commands.js";
import { useSession } from "../context/session-context.js";
import { createLazyPart } from "../widgets/lazy-part.jsx";
import { openActions, openGame } from "./actions-state.js";

const ActionsPopup = createLazyPart(async () => (await import("./actions-popup.jsx")).ActionsPopup);
const ActionOverlay = createLazyPart(async () => (await import("./action-overlay.jsx")).ActionOverlay);
const GamePopup = createLazyPart(async () => (await import("./games/game-popup.jsx")).GamePopup);
const AnswerBell = createLazyPart(async () => (await import("./answer-bell.jsx")).AnswerBell);
const PermissionToast = createLazyPart(async () => (await import("./permission-toast.jsx")).PermissionToast);

export function ActionsPlace() {
	const session = useSession();
	const onFailed = () => {
		openActions.value = null;
		openGame.value = null;
		tellMissing(session);
	};
	return (
		<>
			{openActions.value && <ActionsPopup {...{ ...openActions.value, onFailed }} />}
			{openGame.value && <GamePopup {...{ ...openGame.value, onFailed }} />}
			{session.shownAction.value && <ActionOverlay />}
		</>
	);
}

/** In the answer's card: what happened last. Its line is there once the project has an action. */
export function AnswerBellPlace() {
	const session = useSession();
	return "actions" in session && session.actions.value.size > 0 && "performers" in session ? <AnswerBell /> : null;
}

/** Among the messages: what a project from elsewhere wants to do. */
export function PermissionPlace() {
	const session = useSession();
	const isAsking = session.actionsSwitch.value === "ask" && session.actions.value.size > 0;
	return <div role="status">{isAsking && <PermissionToast />}</div>;
}

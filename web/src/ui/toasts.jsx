// Short messages: what just happened and can be undone, and what just went wrong.

import { useState } from "preact/hooks";
import { errorWords, t } from "../i18n/words.js";
import { PermissionPlace } from "./actions/actions-place.jsx";
import { useSession } from "./context/session-context.js";
import { getHappenedWords } from "./context/step-words.js";
import { NewVersionToast } from "./new-version.jsx";
import { CloseButton } from "./widgets/close-button.jsx";
import { Icon } from "./widgets/icons.jsx";
import { useExpiry } from "./widgets/use-expiry.js";

const SHOWN_MS = 6000;

export function Toasts() {
	return (
		<div class="toasts">
			<Problem />
			<LossToast />
			<PermissionPlace />
			<UndoToast />
			<NewVersionToast />
		</div>
	);
}

function Problem() {
	const session = useSession();
	const problem = session.problem.value;
	const words = problem && errorWords(problem);
	return (
		<div role="alert">
			{words && (
				<div class="toast problem">
					<Icon name="warning" />
					<p>
						<b>{words.message}</b> {words.hint}
					</p>
					<CloseButton onClick={() => session.dismissProblem()} />
				</div>
			)}
		</div>
	);
}

/** What another member deleted of one's own. It stays until it is answered. */
function LossToast() {
	const session = useSession();
	const losses = session.losses.value;
	return (
		<div role="status">
			{losses.length > 0 && (
				<div class="toast loss">
					<div>
						{losses.map((loss) => (
							<p key={JSON.stringify({ ...loss, ids: [] })}>{describeLoss(loss)}</p>
						))}
					</div>
					<button type="button" class="toast-action" onClick={() => session.restore(losses.flatMap(({ ids }) => ids))}>
						{t("loss.bringBack")}
					</button>
					<CloseButton onClick={() => session.dismissLosses()} />
				</div>
			)}
		</div>
	);
}

/** @param {import("../app/session.js").Loss} loss */
function describeLoss({ who, label, isClass, isRefused, ids }) {
	const params = { who: who ?? t("somebody"), label, count: ids.length };
	if (isRefused) return t("loss.refused", params);
	return isClass ? t("loss.class", params) : t("loss.examples", params);
}

function UndoToast() {
	const session = useSession();
	const undoable = session.undoable.value;
	const [dismissed, setDismissed] = useState(undoable);
	const handlers = useExpiry(undoable, SHOWN_MS, setDismissed);
	const isShown = undoable !== null && undoable !== dismissed && session.recording.value === null;
	return (
		<div role="status">
			{isShown && (
				<div class="toast" {...handlers}>
					<p>{getHappenedWords(undoable)}</p>
					{!undoable.undone && !undoable.redone && (
						<button type="button" class="toast-action" onClick={() => session.undo()}>
							<Icon name="undo" /> {t("undo")}
						</button>
					)}
					<CloseButton onClick={() => setDismissed(undoable)} />
				</div>
			)}
		</div>
	);
}

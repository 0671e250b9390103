// What the checks of a lesson can see of the page. Each fact reads its signals when it is asked for, so that a step follows only what
// it needs; nothing is worked out for it in the path of a frame.

import { decideTab, hasEnoughClasses, pictureSelection, selectAnswer, tab } from "../context/page-state.js";
import { hasCamera } from "../context/phone.js";
import { isDesk, isTablet } from "../context/window-shape.js";
import { twoWays } from "./two-ways-watch.js";

/**
 * @param {import("../../app/session.js").Session} session
 * @returns {import("../../lessons/checks.js").LessonFacts} every property reads signals
 */
export function createFacts(session) {
	return {
		get cameraIsOn() {
			return hasCamera(session);
		},
		get isExample() {
			const { isSample, room } = session.project.value;
			return isSample && room === null;
		},
		get classes() {
			return session.classes.value;
		},
		get answer() {
			const answer = selectAnswer(session);
			if (!answer) return null;
			const { label, certainty, neighbours, novelty } = answer;
			return { label, isUnknown: certainty === "unknown", nearest: neighbours[0]?.id ?? null, novelty };
		},
		get settings() {
			return session.settings.value;
		},
		get panel() {
			const isInSight = isDesk.value || isTablet.value || tab.value === "why";
			return isInSight && hasEnoughClasses(session) ? decideTab.value : null;
		},
		get heat() {
			return session.heatMode.value;
		},
		get isCropped() {
			return session.crop.value !== null;
		},
		get showsPictures() {
			return pictureSelection.value !== null;
		},
		get step() {
			return session.undoable.value;
		},
		get twoWays() {
			const found = twoWays.value;
			if (!found || found.byPixels.length === 0 || found.byNetwork.length === 0) return null;
			return { byPixels: found.byPixels[0].label, byNetwork: found.byNetwork[0].label };
		},
	};
}

// When the cause of a problem is over, the page stops showing it. Problems that are not listed have no such cause: they stay
// until the person puts them away, or until what was refused succeeds (app/commands.js).

import { effect } from "@preact/signals";
import { STORE_ERRORS } from "../sync/store-errors.js";

/** @typedef {import("../state/state.js").State} State */
/** @typedef {import("../state/state.js").ErrorObject} ErrorObject */

/** @param {State} state */
const hasCamera = ({ camera, phone }) =>
	["on", "paused"].includes(camera.value.state) || ["on", "paused"].includes(phone.value?.state ?? "");
/** @param {State} state */
const isAskedAgain = ({ camera }) => camera.value.state === "asking";
/** @param {State} state */
const hasModel = ({ model }) => model.value.state === "ready";
/** @param {State} state */
const countExamples = ({ classes }) => classes.value.reduce((sum, { count }) => sum + count, 0);
/** @param {State} state */
const cameraIsBack = (state) => hasCamera(state) || isAskedAgain(state);

/** @param {State} state */
const keepsAgain = ({ engine }) => engine.value.connected && engine.value.note === null;

/** @param {State} state */
const isMuted = ({ membership }) => membership.value?.muted === true;
/** @param {State} state */
const isLocked = ({ membership }) => membership.value?.access.locked === true;
/** @param {State} state */
const isViewOnly = ({ membership }) => membership.value?.access.level === "view";

/** Whether a problem's cause is over, by its code. @type {Record<string, (state: State, problem: ErrorObject) => boolean>} */
const IS_OVER = {
	notReadyYet: hasModel,
	modelMissing: hasModel,
	noBackend: hasModel,
	wrongNumbers: hasModel,
	cameraOff: cameraIsBack,
	cameraRefused: cameraIsBack,
	cameraBusy: cameraIsBack,
	cameraInsecure: cameraIsBack,
	cameraMissing: (state) => cameraIsBack(state) || state.camera.value.state === "off",
	otherCamera: ({ camera }, { came }) => camera.value.devices.some(({ label }) => label === came),
	storageBlocked: ({ ready }) => ready.value,
	noExamples: (state) => countExamples(state) > 0,
	tooManyExamples: (state, { expected }) => countExamples(state) < Number(expected),
	tooManyClasses: ({ classes }, { expected }) => classes.value.length < Number(expected),
	...Object.fromEntries([...STORE_ERRORS].map((code) => [code, keepsAgain])),
	muted: (state) => !isMuted(state),
	roomLocked: (state) => !isLocked(state),
	viewOnly: (state) => !isViewOnly(state),
	roomRefused: ({ engine }) => engine.value.connected && engine.value.note === null && engine.value.pending === 0,
};

/**
 * @param {State} state
 * @returns {() => void} stops it
 */
export function followProblems(state) {
	return effect(() => {
		const problem = state.problem.value;
		if (problem && IS_OVER[problem.code]?.(state, problem)) state.problem.value = null;
	});
}

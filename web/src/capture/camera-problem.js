// Why there is no camera, as a person is told it.

import { problem } from "../contract/problem.js";

/** @type {Partial<Record<import("../state/state.js").CameraPhase, import("../contract/problem.js").ProblemCode>>} */
const CODES = {
	refused: "cameraRefused",
	missing: "cameraMissing",
	busy: "cameraBusy",
	insecure: "cameraInsecure",
};

/**
 * @param {import("../state/state.js").CameraPhase} phase
 * @returns {import("../contract/errors.js").ErrorObject|null} null: nothing is wrong with the camera
 * @example
 * cameraProblem("missing")?.code; // "cameraMissing"
 * cameraProblem("off"); // null
 */
export function cameraProblem(phase) {
	const code = CODES[phase];
	return code ? problem(code).toJSON() : null;
}

// What the first steps were done with, so that they say what was done; and whether there is something to show things to.

/**
 * @param {import("../../state/state.js").CameraPhase} phase the camera's
 * @param {Pick<import("../../state/state.js").ClassView, "examples">[]} classes
 * @returns {"camera"|"photos"|null} null: nothing was shown yet
 * @example
 * howTaught("off", [{ examples: [{ group: null }] }]); // "photos"
 */
export function howTaught(phase, classes) {
	// Examples of a recording have a group; pictures from files have none.
	const groups = classes.flatMap(({ examples }) => examples.map(({ group }) => group));
	if (phase === "on" || phase === "paused" || groups.some((group) => group !== null)) return "camera";
	return groups.length > 0 ? "photos" : null;
}

/**
 * Whether the first step is done now: a camera that was on yesterday, or before a reload, is to be started again.
 * @param {import("../../state/state.js").CameraPhase} phase the camera's
 * @param {"camera"|"photos"|null} by see howTaught
 */
export const canBeShown = (phase, by) =>
	// A camera that is changed is asked for again.
	by === "photos" || phase === "on" || phase === "paused" || (phase === "asking" && by === "camera");

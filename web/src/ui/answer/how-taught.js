// What the first steps were done with, so that they say what was done.

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

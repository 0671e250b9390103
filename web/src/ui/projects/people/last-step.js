// Whether the step that was just made is still the last one, so that an "Undo" beside it takes back that step and no later one.

/**
 * @param {import("@preact/signals").ReadonlySignal<import("../../../state/state.js").History>} history
 * @returns {() => boolean} whether the last step of now is the last one still; reads the signal
 * @example
 * const isLast = followLastStep(session.history);
 * session.deleteClass("cat");
 * isLast(); // false
 */
export function followLastStep(history) {
	const step = history.peek().undo;
	return () => step !== null && history.value.undo === step;
}

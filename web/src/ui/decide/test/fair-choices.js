// What peeking at the heap that judges would have gained.

import { percent } from "../../../i18n/numbers.js";

/** @typedef {import("../../../state/state.js").Split} Split */

/**
 * Whether choosing k and metric on the examples that judge, instead of on those for choosing, changes anything that is seen.
 * @param {Pick<Split, "chosen"|"peeked">} split
 * @returns {"none"|"equal"|"more"} none: the same choice, and the same figure; equal: another choice, with a figure that is
 *   written alike; more: another figure
 * @example
 * compareChoices({ chosen: { k: 3, metric: "cosine", validationAccuracy: 1, testAccuracy: 0.8 },
 *   peeked: { k: 1, metric: "cosine", testAccuracy: 0.9 } }); // "more"
 */
export function compareChoices({ chosen, peeked }) {
	if (percent(chosen.testAccuracy) !== percent(peeked.testAccuracy)) return "more";
	return chosen.k === peeked.k && chosen.metric === peeked.metric ? "none" : "equal";
}

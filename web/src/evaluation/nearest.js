// What is known about the tested examples beside the figures: copies, the reach of the classes, and what speaks against the labels.
// evaluation.js collects it in the worker for the advice. Python has no advice, and no twin of this.

import { measureClassRadii } from "./class-radii.js";

/**
 * @typedef {object} Nearest rows are in order of arrival; it may be a little older than the classes
 * @property {string[]} ids n
 * @property {number[]} classOf n, class indices
 * @property {Float64Array} nearestSame (n,), the cosine distance to the nearest other example of the class, of any recording;
 *   infinite: there is none
 * @property {number[]} radius c, the radius of each class: see class-radii.js
 * @property {Float64Array} suspicions (n,), as are the others: see label-evidence.js
 * @property {number[]} rivals n
 * @property {number[]} compared n
 */

/**
 * @param {import("./test-set.js").TestSet} testSet
 * @param {import("./calibration.js").Calibration} calibration
 * @param {import("./label-evidence.js").LabelEvidence|null} evidence null: not worked out since the last change
 * @returns {Nearest} without any suspicion, if there is no evidence
 * @example
 * const { ids, suspicions } = collectNearest(testSet, calibration, evidence);
 * ids.filter((_, row) => suspicions[row] > 4); // these look as if they belonged to another class
 */
export function collectNearest(testSet, calibration, evidence) {
	const { order, values, d } = testSet;
	const n = order.length;
	const classOf = Array.from(order, (slot) => testSet.classes[slot]);
	const embeddings = Array.from(order, (slot) => values.subarray(slot * d, (slot + 1) * d));
	return {
		ids: Array.from(order, (slot) => testSet.ids[slot]),
		classOf,
		nearestSame: calibration.nearestSame(),
		radius: measureClassRadii(embeddings, classOf, testSet.labels.length),
		suspicions: evidence ? evidence.suspicions.slice() : new Float64Array(n),
		rivals: evidence ? [...evidence.rivals] : Array(n).fill(-1),
		compared: evidence ? [...evidence.compared] : Array(n).fill(0),
	};
}

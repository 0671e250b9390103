// The adapted metric for tests: five-fold cross-fitting, so that no example is measured by a metric that has seen its label.
// The twin is server/evaluation/cross_fitting.py.

import { FOLDS } from "../contract/constants.js";
import { ZEROS } from "../knn/distance.js";
import { chooseFittedSlots, measureAdapted } from "./adapted-pairs.js";

/** @typedef {import("./test-set.js").TestSet} TestSet */
/** @typedef {import("./neighbour-lists.js").Distances} Distances */

/**
 * Deals the tested examples to folds, recordings whole.
 * @param {TestSet} testSet
 * @returns {Int32Array} the fold of each example, (n,), in order of arrival
 * @example
 * deal(testSet); // Int32Array [0, 1, 2, 3, 4, 0, 1]
 */
export function deal(testSet) {
	const folds = new Int32Array(testSet.order.length);
	/** @type {Map<number, number>} */
	const foldOf = new Map();
	let dealtCount = 0;
	const nextFold = () => dealtCount++ % FOLDS;
	for (const index of testSet.labels.keys()) {
		const recordings = testSet.recordingsIn(index);
		const isWhole = recordings.length > 1;
		for (const slots of isWhole ? recordings : recordings.flat().map((slot) => [slot])) {
			const recording = isWhole ? testSet.recordings[slots[0]] : -1;
			const fold = foldOf.get(recording) ?? nextFold();
			if (recording >= 0) foldOf.set(recording, fold);
			for (const slot of slots) folds[testSet.arrivals[slot]] = fold;
		}
	}
	return folds;
}

/**
 * Measures every example's distances to all, by the metric that was fitted without its fold.
 * @param {TestSet} testSet
 * @param {import("./adapted-pairs.js").Similarities} similarities
 * @param {Distances} cosine the distances to use if nothing varies within the classes
 * @param {number[]} zeros filled with the zero of each row's metric, (n,)
 * @returns {Generator<number, Float64Array>} yields the share that is done, 0..1; returns (n, n), in order of arrival, from row
 *   to column
 * @example
 * const distances = yield* crossFit(testSet, similarities, cosine, []);
 */
export function* crossFit(testSet, similarities, cosine, zeros) {
	const n = testSet.order.length;
	const folds = deal(testSet);
	const distances = new Float64Array(n * n);
	let doneCount = 0;
	for (let fold = 0; fold < FOLDS; fold++) {
		const testSlots = testSet.order.filter((_, row) => folds[row] === fold);
		const trainingSlots = testSet.order.filter((_, row) => folds[row] !== fold);
		if (testSlots.length === 0) continue;
		const fittedSlots = chooseFittedSlots(testSet, trainingSlots);
		const steps = measureAdapted(testSet, similarities, fittedSlots, testSlots, testSet.order);
		let step = steps.next();
		while (!step.done) {
			yield doneCount / n;
			step = steps.next();
		}
		for (const [i, slot] of testSlots.entries()) {
			const out = distances.subarray(testSet.arrivals[slot] * n, (testSet.arrivals[slot] + 1) * n);
			zeros[testSet.arrivals[slot]] = step.value ? ZEROS.adapted : cosine(slot, testSet.order, out);
			if (step.value) out.set(step.value.subarray(i * n, (i + 1) * n));
		}
		doneCount += testSlots.length;
	}
	return distances;
}

// The adapted metric for tests: five-fold cross-fitting, so that no example is measured by a metric that has seen its label.
// The twin is server/evaluation/cross_fitting.py.

import { FOLDS } from "../contract/constants.js";
import { adaptedPairs, fittedOn } from "./adapted-pairs.js";

/** @typedef {import("./test-set.js").TestSet} TestSet */
/** @typedef {import("./neighbour-lists.js").Distances} Distances */

/**
 * Deals the tested examples to folds, a recording whole.
 * @param {TestSet} testSet
 * @returns {Int32Array} (n,), in order of arrival
 */
export function dealt(testSet) {
	const folds = new Int32Array(testSet.order.length);
	/** @type {Map<number, number>} */
	const foldOf = new Map();
	let next = 0;
	const deal = () => next++ % FOLDS;
	for (const index of testSet.labels.keys()) {
		const recordings = testSet.recordingsIn(index);
		const dealtWhole = recordings.length > 1;
		for (const slots of dealtWhole ? recordings : recordings.flat().map((slot) => [slot])) {
			const recording = dealtWhole ? testSet.recordings[slots[0]] : -1;
			const fold = foldOf.get(recording) ?? deal();
			if (recording >= 0) foldOf.set(recording, fold);
			for (const slot of slots) folds[testSet.arrivals[slot]] = fold;
		}
	}
	return folds;
}

/**
 * Every example's distances to all, by the metric that was fitted without its fold.
 * @param {TestSet} testSet
 * @param {Distances} similarities cosines
 * @param {Distances} cosine the distances where nothing varies within the classes
 * @returns {Generator<number, Float64Array>} yields how much is done, 0..1; (n, n), in order of arrival, from row to column
 */
export function* crossFitted(testSet, similarities, cosine) {
	const n = testSet.order.length;
	const folds = dealt(testSet);
	const distances = new Float64Array(n * n);
	let done = 0;
	for (let fold = 0; fold < FOLDS; fold++) {
		const rows = testSet.order.filter((_, row) => folds[row] === fold);
		const others = testSet.order.filter((_, row) => folds[row] !== fold);
		if (rows.length === 0) continue;
		const steps = adaptedPairs(testSet, similarities, fittedOn(testSet, others), rows, testSet.order);
		let step = steps.next();
		while (!step.done) {
			yield done / n;
			step = steps.next();
		}
		for (const [i, slot] of rows.entries()) {
			const out = distances.subarray(testSet.arrivals[slot] * n, (testSet.arrivals[slot] + 1) * n);
			if (step.value) out.set(step.value.subarray(i * n, (i + 1) * n));
			else cosine(slot, testSet.order, out);
		}
		done += rows.length;
	}
	return distances;
}

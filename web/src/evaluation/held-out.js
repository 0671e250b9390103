// The other way to test: most examples to train, some to choose k and the metric with, and some that are looked at only
// once. And what choosing on those would have claimed, which is why one must not. The twin is server/evaluation/held_out.py.

import { MAX_NEIGHBOURS, SPLIT_FIFTHS, SPLIT_SEED } from "../contract/constants.js";
import { generator, shuffled } from "../knn/draws.js";
import { Sample } from "./sampled.js";
import { Tally } from "./tally.js";

/** @typedef {import("./test-set.js").TestSet} TestSet */
/** @typedef {import("../knn/distance.js").Metric} Metric */
/** @typedef {{validation: number[], test: number[]}} Accuracies for k = 1 .. 30 */

/**
 * @param {TestSet} testSet
 * @param {Map<Metric, import("./measures.js").Measure>} metrics in the order in which equals are preferred
 * @param {string} weights
 * @param {Map<Metric, Accuracies>} known what was found out about these examples and weights before; added to
 * @returns {Generator<void, import("../state/figures.js").Split | null>} null where a part would be empty
 */
export function* heldOut(testSet, metrics, weights, known) {
	const [train, validation, test] = parts(testSet);
	if (train.length === 0 || validation.length === 0 || test.length === 0) return null;
	/** @type {({metric: Metric} & Accuracies)[]} */
	const measured = [];
	for (const [metric, measure] of metrics) {
		let its = known.get(metric);
		if (!its) {
			const distances = yield* measure(train, Int32Array.of(...validation, ...test));
			const sample = new Sample(testSet, distances, train, MAX_NEIGHBOURS);
			its = {
				validation: yield* accuracies(testSet, sample, validation, weights),
				test: yield* accuracies(testSet, sample, test, weights),
			};
			known.set(metric, its);
		}
		measured.push({ metric, ...its });
	}
	/** @param {"validation" | "test"} part */
	const best = (part) => {
		let found = { k: 1, its: measured[0] };
		for (let k = 1; k <= MAX_NEIGHBOURS; k++) {
			for (const its of measured) if (its[part][k - 1] > found.its[part][found.k - 1]) found = { k, its };
		}
		return found;
	};
	const chosen = best("validation");
	const peeked = best("test");
	return {
		train: train.length,
		validation: validation.length,
		test: test.length,
		chosen: {
			metric: chosen.its.metric,
			k: chosen.k,
			validationAccuracy: chosen.its.validation[chosen.k - 1],
			testAccuracy: chosen.its.test[chosen.k - 1],
		},
		peeked: { metric: peeked.its.metric, k: peeked.k, testAccuracy: peeked.its.test[peeked.k - 1] },
	};
}

/**
 * @param {TestSet} testSet
 * @returns {Int32Array[]} the slots to train, to validate and to test with, in order of arrival
 */
export function parts(testSet) {
	const random = generator(SPLIT_SEED);
	/** @type {number[][]} */
	const all = SPLIT_FIFTHS.map(() => []);
	for (const index of testSet.labels.keys()) {
		const recordings = testSet.recordingsIn(index);
		const units = recordings.length > 1 ? recordings : recordings.flat().map((slot) => [slot]);
		const n = recordings.flat().length;
		// In fifths of an example, so that no rounding decides.
		const lacks = SPLIT_FIFTHS.map((fifths) => fifths * n);
		for (const slots of shuffled(units, random)) {
			const part = lacks.indexOf(Math.max(...lacks));
			lacks[part] -= 5 * slots.length;
			all[part].push(...slots);
		}
	}
	return all.map((slots) => Int32Array.from(slots).sort((a, b) => testSet.arrivals[a] - testSet.arrivals[b]));
}

/**
 * The share of right answers for every k.
 * @param {TestSet} testSet
 * @param {Sample} sample
 * @param {Int32Array} asked slots
 * @param {string} weights
 * @returns {Generator<void, number[]>}
 */
function* accuracies(testSet, sample, asked, weights) {
	const right = new Int32Array(MAX_NEIGHBOURS);
	const tally = new Tally(testSet.labels.length, weights);
	for (const [i, slot] of asked.entries()) {
		let k = 0;
		let isRight = false;
		sample.vote(slot, tally, () => {
			isRight = tally.winner === testSet.classes[slot];
			if (isRight) right[k]++;
			k++;
		});
		// Where fewer were taught, those decide for the larger k too.
		for (; isRight && k < MAX_NEIGHBOURS; k++) right[k]++;
		if (i % 64 === 63) yield;
	}
	return Array.from(right, (count) => count / asked.length);
}

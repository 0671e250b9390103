// The other way to test: most examples to train with, some to choose k and the metric on, and some that are looked at only
// once. It also shows what choosing on those last ones would have claimed. The twin is server/evaluation/held_out.py.

import { MAX_NEIGHBOURS, SPLIT_FIFTHS, SPLIT_SEED } from "../contract/constants.js";
import { createGenerator, shuffle } from "../knn/draws.js";
import { SubsetClassifier } from "./subset-classifier.js";
import { VoteCounter } from "./vote-counter.js";

/** @typedef {import("./test-set.js").TestSet} TestSet */
/** @typedef {import("../state/result.js").Metric} Metric */
/** @typedef {{validation: number[], test: number[]}} Accuracies for k = 1 .. MAX_NEIGHBOURS */

/**
 * Splits the examples, chooses k and the metric on the validation part, and tests the choice on the test part.
 * @param {TestSet} testSet
 * @param {Map<Metric, import("./metric-distances.js").PrepareDistances>} metrics in the order in which equals are preferred
 * @param {string} weights "uniform" or "distance"
 * @param {Map<Metric, Accuracies>} cache what is known of these examples with these weights; new accuracies are added
 * @returns {Generator<void, import("../state/figures.js").Split | null>} null: a part would be empty
 * @example
 * const split = yield* holdOut(testSet, new Map([["cosine", metricDistances.forSubset("cosine")]]), "uniform", new Map());
 * split?.chosen.testAccuracy; // 0.9
 */
export function* holdOut(testSet, metrics, weights, cache) {
	const [train, validation, test] = splitSlots(testSet);
	if (train.length === 0 || validation.length === 0 || test.length === 0) return null;
	/** @type {({metric: Metric} & Accuracies)[]} */
	const candidates = [];
	for (const [metric, prepare] of metrics) {
		let accuracies = cache.get(metric);
		if (!accuracies) {
			const distances = yield* prepare(train, Int32Array.of(...validation, ...test));
			const classifier = new SubsetClassifier(testSet, distances, train, MAX_NEIGHBOURS);
			accuracies = {
				validation: yield* measureAccuracies(testSet, classifier, validation, weights),
				test: yield* measureAccuracies(testSet, classifier, test, weights),
			};
			cache.set(metric, accuracies);
		}
		candidates.push({ metric, ...accuracies });
	}
	const chosen = chooseBest(candidates, "validation");
	const peeked = chooseBest(candidates, "test");
	return {
		train: train.length,
		validation: validation.length,
		test: test.length,
		chosen: {
			metric: chosen.candidate.metric,
			k: chosen.k,
			validationAccuracy: chosen.candidate.validation[chosen.k - 1],
			testAccuracy: chosen.candidate.test[chosen.k - 1],
		},
		peeked: { metric: peeked.candidate.metric, k: peeked.k, testAccuracy: peeked.candidate.test[peeked.k - 1] },
	};
}

/**
 * Chooses the k and the metric with the best accuracy; of equals the smallest k, then the first metric.
 * @template {Accuracies} T
 * @param {T[]} candidates
 * @param {"validation" | "test"} part
 */
function chooseBest(candidates, part) {
	let best = { k: 1, candidate: candidates[0] };
	for (let k = 1; k <= MAX_NEIGHBOURS; k++) {
		for (const candidate of candidates) {
			if (candidate[part][k - 1] > best.candidate[part][best.k - 1]) best = { k, candidate };
		}
	}
	return best;
}

/**
 * Splits the tested examples into three parts, recordings whole.
 * @param {TestSet} testSet
 * @returns {Int32Array[]} the slots to train, to validate and to test with, in order of arrival
 * @example
 * const [train, validation, test] = splitSlots(testSet);
 */
export function splitSlots(testSet) {
	const random = createGenerator(SPLIT_SEED);
	/** @type {number[][]} */
	const parts = SPLIT_FIFTHS.map(() => []);
	for (const index of testSet.labels.keys()) {
		const recordings = testSet.recordingsIn(index);
		const units = recordings.length > 1 ? recordings : recordings.flat().map((slot) => [slot]);
		const n = recordings.flat().length;
		// In fifths of an example, so that no rounding decides.
		const missing = SPLIT_FIFTHS.map((fifths) => fifths * n);
		for (const slots of shuffle(units, random)) {
			const part = missing.indexOf(Math.max(...missing));
			missing[part] -= 5 * slots.length;
			parts[part].push(...slots);
		}
	}
	return parts.map((slots) => Int32Array.from(slots).sort((a, b) => testSet.arrivals[a] - testSet.arrivals[b]));
}

/**
 * Measures the share of right answers for every k.
 * @param {TestSet} testSet
 * @param {SubsetClassifier} classifier
 * @param {Int32Array} testSlots
 * @param {string} weights
 * @returns {Generator<void, number[]>}
 */
function* measureAccuracies(testSet, classifier, testSlots, weights) {
	const right = new Int32Array(MAX_NEIGHBOURS);
	const counter = new VoteCounter(testSet.labels.length, weights);
	for (const [i, slot] of testSlots.entries()) {
		let k = 0;
		let isRight = false;
		classifier.vote(slot, counter, () => {
			isRight = counter.winner === testSet.classes[slot];
			if (isRight) right[k]++;
			k++;
		});
		// If there are fewer neighbours than k, all of them decide.
		for (; isRight && k < MAX_NEIGHBOURS; k++) right[k]++;
		if (i % 64 === 63) yield;
	}
	return Array.from(right, (count) => count / testSlots.length);
}

// How much more examples per class help: accuracy against the number of training examples, over repeated draws. The twin is
// server/evaluation/learning_curve.py.

import { CURVE_DRAWS, CURVE_MAX_TESTED, CURVE_SIZES } from "../contract/constants.js";
import { createGenerator, shuffle, spread } from "../knn/draws.js";
import { SubsetClassifier } from "./subset-classifier.js";
import { VoteCounter } from "./vote-counter.js";

/** @typedef {import("./test-set.js").TestSet} TestSet */
/** @typedef {import("./metric-distances.js").PrepareDistances} PrepareDistances */

/**
 * Draws the learning curve.
 * @param {TestSet} testSet
 * @param {PrepareDistances} prepare
 * @param {number} k
 * @param {string} weights "uniform" or "distance"
 * @returns {Generator<void, import("../state/figures.js").LearningCurve>}
 * @example
 * const { examples, mean } = yield* drawCurve(testSet, metricDistances.forSubset("cosine"), 3, "uniform");
 */
export function* drawCurve(testSet, prepare, k, weights) {
	const members = testSet.labels.map((_, index) =>
		Array.from(testSet.order.filter((slot) => testSet.classes[slot] === index)),
	);
	const largest = Math.max(...members.map((slots) => slots.length));
	const sizes = CURVE_SIZES.filter((size) => size < largest);
	/** CURVE_DRAWS for each of the sizes. @type {number[][]} */
	const accuracies = sizes.map(() => []);
	for (let i = 0; i < CURVE_DRAWS; i++) {
		const random = createGenerator(i + 1);
		const shuffledMembers = members.map((slots) => shuffle(slots, random));
		for (const [place, size] of sizes.entries()) {
			accuracies[place].push(yield* measureAccuracy(testSet, prepare, shuffledMembers, size, k, weights));
		}
	}
	return {
		examples: sizes,
		mean: accuracies.map((draws) => draws.reduce((sum, accuracy) => sum + accuracy, 0) / CURVE_DRAWS),
		low: accuracies.map((draws) => Math.min(...draws)),
		high: accuracies.map((draws) => Math.max(...draws)),
	};
}

/**
 * @param {TestSet} testSet
 * @param {PrepareDistances} prepare
 * @param {number[][]} shuffledMembers the slots of each class, shuffled
 * @param {number} size training examples per class
 * @param {number} k
 * @param {string} weights
 * @returns {Generator<void, number>}
 */
function* measureAccuracy(testSet, prepare, shuffledMembers, size, k, weights) {
	const isTraining = new Uint8Array(testSet.capacity);
	for (const slots of shuffledMembers) {
		for (const slot of slots.slice(0, Math.max(1, Math.min(size, slots.length - 1)))) isTraining[slot] = 1;
	}
	const trainingSlots = testSet.order.filter((slot) => isTraining[slot]);
	const others = testSet.order.filter((slot) => !isTraining[slot]);
	const rows = spread(
		Array.from(others, (slot) => testSet.classes[slot]),
		CURVE_MAX_TESTED,
	);
	const testSlots = Int32Array.from(rows, (row) => others[row]);
	const distances = yield* prepare(trainingSlots, testSlots);
	const classifier = new SubsetClassifier(testSet, distances, trainingSlots, k);
	const counter = new VoteCounter(testSet.labels.length, weights);
	let right = 0;
	for (const slot of testSlots) {
		classifier.vote(slot, counter);
		if (counter.winner === testSet.classes[slot]) right++;
	}
	yield;
	return right / testSlots.length;
}

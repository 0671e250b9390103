// How much more examples a class help: accuracy against how many were taught, over repeated draws. The twin is
// server/evaluation/learning_curve.py.

import { CURVE_DRAWS, CURVE_MAX_TESTED, CURVE_SIZES } from "../contract/constants.js";
import { generator, shuffled, spread } from "../knn/draws.js";
import { Sample } from "./sampled.js";
import { Tally } from "./tally.js";

/** @typedef {import("./test-set.js").TestSet} TestSet */
/** @typedef {import("./measures.js").Measure} Measure */

/**
 * @param {TestSet} testSet
 * @param {Measure} measure
 * @param {number} k
 * @param {string} weights
 * @returns {Generator<void, import("../state/figures.js").LearningCurve>}
 */
export function* learningCurve(testSet, measure, k, weights) {
	const members = testSet.labels.map((_, index) =>
		Array.from(testSet.order.filter((slot) => testSet.classes[slot] === index)),
	);
	const largest = Math.max(...members.map((slots) => slots.length));
	const examples = CURVE_SIZES.filter((size) => size < largest);
	/** Ten for each of those. @type {number[][]} */
	const accuracies = examples.map(() => []);
	for (let i = 0; i < CURVE_DRAWS; i++) {
		const random = generator(i + 1);
		const drawn = members.map((slots) => shuffled(slots, random));
		for (const [place, size] of examples.entries()) {
			accuracies[place].push(yield* accuracy(testSet, measure, drawn, size, k, weights));
		}
	}
	return {
		examples,
		mean: accuracies.map((ten) => ten.reduce((sum, one) => sum + one, 0) / CURVE_DRAWS),
		low: accuracies.map((ten) => Math.min(...ten)),
		high: accuracies.map((ten) => Math.max(...ten)),
	};
}

/**
 * @param {TestSet} testSet
 * @param {Measure} measure
 * @param {number[][]} drawn the classes' slots, shuffled
 * @param {number} size how many of each class are taught
 * @param {number} k
 * @param {string} weights
 * @returns {Generator<void, number>}
 */
function* accuracy(testSet, measure, drawn, size, k, weights) {
	const isTaught = new Uint8Array(testSet.capacity);
	for (const slots of drawn) {
		for (const slot of slots.slice(0, Math.max(1, Math.min(size, slots.length - 1)))) isTaught[slot] = 1;
	}
	const taught = testSet.order.filter((slot) => isTaught[slot]);
	const others = testSet.order.filter((slot) => !isTaught[slot]);
	const places = spread(
		Array.from(others, (slot) => testSet.classes[slot]),
		CURVE_MAX_TESTED,
	);
	const asked = Int32Array.from(places, (place) => others[place]);
	const sample = new Sample(testSet, yield* measure(taught, asked), taught, k);
	const tally = new Tally(testSet.labels.length, weights);
	let right = 0;
	for (const slot of asked) {
		sample.vote(slot, tally);
		if (tally.winner === testSet.classes[slot]) right++;
	}
	yield;
	return right / asked.length;
}

// How much more examples a class help: accuracy against how many were taught, over repeated draws.

import { generator, shuffled, spread } from "./draws.js";
import { Sample } from "./sampled.js";
import { Tally } from "./tally.js";

const SIZES = [1, 2, 3, 5, 8, 12, 20, 30];
const DRAWS = 10;
const MOST_ASKED = 400;

/** @typedef {import("./bench.js").Bench} Bench */

/**
 * @param {Bench} bench
 * @param {import("./neighbour-lists.js").Distances} distances
 * @param {number} k
 * @param {string} weights
 * @returns {import("./figures.js").Evaluation["learningCurve"]}
 */
export function learningCurve(bench, distances, k, weights) {
	const members = bench.labels.map((_, index) =>
		Array.from(bench.order.filter((slot) => bench.classes[slot] === index)),
	);
	const largest = Math.max(...members.map((slots) => slots.length));
	const examples = SIZES.filter((size) => size < largest);
	const draws = Array.from({ length: DRAWS }, (_, i) => {
		const random = generator(i + 1);
		return members.map((slots) => shuffled(slots, random));
	});
	const accuracies = examples.map((size) => draws.map((drawn) => accuracy(bench, distances, drawn, size, k, weights)));
	return {
		examples,
		mean: accuracies.map((ten) => ten.reduce((sum, one) => sum + one, 0) / DRAWS),
		low: accuracies.map((ten) => Math.min(...ten)),
		high: accuracies.map((ten) => Math.max(...ten)),
	};
}

/**
 * @param {Bench} bench
 * @param {import("./neighbour-lists.js").Distances} distances
 * @param {number[][]} drawn the classes' slots, shuffled
 * @param {number} size how many of each class are taught
 * @param {number} k
 * @param {string} weights
 */
function accuracy(bench, distances, drawn, size, k, weights) {
	const taught = drawn.map((slots) => slots.slice(0, Math.max(1, Math.min(size, slots.length - 1))));
	const isTaught = new Uint8Array(bench.capacity);
	for (const slot of taught.flat()) isTaught[slot] = 1;
	const others = bench.order.filter((slot) => !isTaught[slot]);
	const asked = spread(
		others.map((slot) => bench.classes[slot]),
		MOST_ASKED,
	).map((place) => others[place]);
	const sample = new Sample(bench, distances, taught.flat(), k);
	const tally = new Tally(bench.labels.length, weights);
	let right = 0;
	for (const slot of asked) {
		sample.vote(slot, tally);
		if (tally.winner === bench.classes[slot]) right++;
	}
	return right / asked.length;
}

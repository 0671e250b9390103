// Seeded random draws that give the same in both languages, and the choice of some examples among too many. Pure functions,
// defined in "Evaluation" and "The adapted metric" of contract/README.md. The twin is server/knn/draws.py.

import { RANDOM_INCREMENT, RANDOM_MULTIPLIER, RANDOM_SEED_FACTOR } from "../contract/constants.js";

const MODULUS = 2 ** 32;

/** @typedef {(bound: number) => number} Random returns a whole number from 0 to bound - 1; bound is below 2**21 */

/**
 * Creates a linear congruential generator with a state of its own: the same seed gives the same numbers.
 * @param {number} seed a whole number
 * @returns {Random}
 * @example
 * const random = createGenerator(1);
 * [random(10), random(10), random(10)]; // [1, 5, 6]
 */
export function createGenerator(seed) {
	let x = Math.imul(seed, RANDOM_SEED_FACTOR) >>> 0;
	const next = () => {
		x = (Math.imul(RANDOM_MULTIPLIER, x) + RANDOM_INCREMENT) >>> 0;
		return x;
	};
	// The first number follows the seed too closely.
	next();
	return (bound) => Math.floor((next() * bound) / MODULUS);
}

/**
 * Shuffles by the method of Fisher and Yates, from the end.
 * @template T
 * @param {readonly T[]} values
 * @param {Random} random
 * @returns {T[]} a new list
 * @example
 * shuffle(["a", "b", "c", "d"], createGenerator(1)); // ["c", "d", "b", "a"]
 */
export function shuffle(values, random) {
	const shuffled = [...values];
	for (let last = shuffled.length - 1; last > 0; last--) {
		const place = random(last + 1);
		[shuffled[last], shuffled[place]] = [shuffled[place], shuffled[last]];
	}
	return shuffled;
}

/**
 * Chooses at most maxCount examples, evenly spaced within each class; every class with examples keeps one.
 * @param {ArrayLike<number>} classIndices (n,), in order of arrival
 * @param {number} maxCount at least the number of classes
 * @returns {number[]} the chosen rows, ascending: all n of them, or maxCount or fewer
 * @example
 * spread([0, 0, 0, 0, 0, 0, 1, 1], 4); // [0, 3, 6]
 */
export function spread(classIndices, maxCount) {
	const n = classIndices.length;
	if (n <= maxCount) return Array.from({ length: n }, (_, row) => row);
	/** @type {Map<number, number[]>} */
	const rowsByClass = new Map();
	for (let row = 0; row < n; row++) {
		const rows = rowsByClass.get(classIndices[row]);
		if (rows) rows.push(row);
		else rowsByClass.set(classIndices[row], [row]);
	}
	/** @type {number[]} */
	const chosen = [];
	for (const rows of rowsByClass.values()) {
		const quota = Math.floor(((maxCount - rowsByClass.size) * rows.length) / n) + 1;
		for (let i = 0; i < quota; i++) chosen.push(rows[Math.floor((i * rows.length) / quota)]);
	}
	return chosen.sort((a, b) => a - b);
}

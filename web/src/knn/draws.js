// Drawing lots, the same in both languages: a seeded generator, shuffling, and which examples to take where there are too
// many. Pure functions, defined in contract/README.md. The twin is server/knn/draws.py.

import { RANDOM_INCREMENT, RANDOM_MULTIPLIER, RANDOM_SEED_FACTOR } from "../contract/constants.js";

const MODULUS = 2 ** 32;

/** @typedef {(below: number) => number} Random a whole number from 0 to below `below`, which is less than 2**21 */

/**
 * A generator of its own: the same seed gives the same numbers.
 * @param {number} seed a whole number
 * @returns {Random}
 */
export function generator(seed) {
	let x = Math.imul(seed, RANDOM_SEED_FACTOR) >>> 0;
	const next = () => {
		x = (Math.imul(RANDOM_MULTIPLIER, x) + RANDOM_INCREMENT) >>> 0;
		return x;
	};
	// The first follows the seed too closely.
	next();
	return (below) => Math.floor((next() * below) / MODULUS);
}

/**
 * Fisher and Yates's shuffle, from the end.
 * @template T
 * @param {readonly T[]} list
 * @param {Random} random
 * @returns {T[]} a new list
 */
export function shuffled(list, random) {
	const drawn = [...list];
	for (let last = drawn.length - 1; last > 0; last--) {
		const place = random(last + 1);
		[drawn[last], drawn[place]] = [drawn[place], drawn[last]];
	}
	return drawn;
}

/**
 * At most so many examples, evenly spaced within each class; every class that has examples keeps one.
 * @param {ArrayLike<number>} classIndices the classes of n examples, in order of arrival
 * @param {number} most
 * @returns {number[]} their places, ascending
 */
export function spread(classIndices, most) {
	const n = classIndices.length;
	if (n <= most) return Array.from({ length: n }, (_, row) => row);
	/** @type {Map<number, number[]>} */
	const members = new Map();
	for (let row = 0; row < n; row++) {
		const its = members.get(classIndices[row]);
		if (its) its.push(row);
		else members.set(classIndices[row], [row]);
	}
	/** @type {number[]} */
	const taken = [];
	for (const rows of members.values()) {
		const quota = Math.floor(((most - members.size) * rows.length) / n) + 1;
		for (let i = 0; i < quota; i++) taken.push(rows[Math.floor((i * rows.length) / quota)]);
	}
	return taken.sort((a, b) => a - b);
}

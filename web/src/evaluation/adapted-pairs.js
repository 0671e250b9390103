// The adapted metric between tested examples, fitted on some of them. It works on their dot products only: an array that is of
// size d in adapted.js is of the size of the examples here. The twin is `Pairs.adapted` in server/evaluation/pairs.py.

import { MAX_FITTED, NO_VARIANCE } from "../contract/constants.js";
import { adaptedDistance } from "../knn/adapted.js";
import { spread } from "../knn/draws.js";
import { factorize, multiplyRowSets, substitute } from "../knn/factor.js";

/** @typedef {import("./test-set.js").TestSet} TestSet */
/** @typedef {(slot: number, others: Int32Array, out: Float64Array) => void} Similarities cosines of a tested example with others; out: (others,) */

/**
 * Chooses the training examples that the metric is fitted on: MAX_FITTED at most.
 * @param {TestSet} testSet
 * @param {Int32Array} trainingSlots in order of arrival
 * @returns {Int32Array} slots, in order of arrival
 * @example
 * const fittedSlots = chooseFittedSlots(testSet, trainingSlots);
 */
export function chooseFittedSlots(testSet, trainingSlots) {
	const rows = spread(
		Array.from(trainingSlots, (slot) => testSet.classes[slot]),
		MAX_FITTED,
	);
	return Int32Array.from(rows, (row) => trainingSlots[row]);
}

/**
 * Fits the metric, and measures distances between examples in it.
 * @param {TestSet} testSet
 * @param {Similarities} similarities
 * @param {Int32Array} fittedSlots the examples that the metric is fitted on, in order of arrival
 * @param {Int32Array} rowSlots
 * @param {Int32Array} columnSlots
 * @returns {Generator<void, Float64Array | null>} distances, (rows, columns); null: the metric is the cosine
 * @example
 * const distances = yield* measureAdapted(testSet, similarities, fittedSlots, testSlots, trainingSlots);
 */
export function* measureAdapted(testSet, similarities, fittedSlots, rowSlots, columnSlots) {
	const slots = Int32Array.from(new Set([...fittedSlots, ...rowSlots, ...columnSlots]));
	const fit = yield* project(testSet, similarities, fittedSlots, slots);
	if (!fit) return null;
	const { projected, squares, means, mean } = fit;
	const placeOf = new Int32Array(testSet.capacity);
	for (const [place, slot] of slots.entries()) placeOf[slot] = place;
	const [rows, columns] = [rowSlots, columnSlots].map((some) => some.map((slot) => placeOf[slot]));
	// First the inner products, then, in the same array, the distances.
	const distances = yield* multiplyRowSets(projected, fittedSlots.length, rows, columns);
	const cosines = new Float64Array(columns.length);
	for (let i = 0; i < rows.length; i++) {
		similarities(rowSlots[i], columnSlots, cosines);
		const start = i * columns.length;
		for (let j = 0; j < columns.length; j++) {
			const inner = cosines[j] + mean - means[rows[i]] - means[columns[j]] - distances[start + j];
			distances[start + j] = adaptedDistance(inner, squares[rows[i]], squares[columns[j]]);
		}
	}
	return distances;
}

/**
 * Fits the metric and projects examples by it. The symbols are those of contract/README.md: for the a of each example,
 * `projected` first holds R a, row by row, and in the end L^-1 R a = P a.
 * @param {TestSet} testSet
 * @param {Similarities} similarities
 * @param {Int32Array} fittedSlots m
 * @param {Int32Array} slots n, the fitted ones first
 */
function* project(testSet, similarities, fittedSlots, slots) {
	const [m, n] = [fittedSlots.length, slots.length];
	const classes = Array.from(fittedSlots, (slot) => testSet.classes[slot]);
	const counts = new Float64Array(testSet.labels.length);
	for (const index of classes) counts[index]++;
	if (counts.filter((count) => count > 0).length === m) return null;
	const projected = new Float64Array(n * m);
	/** u.m of each example. */
	const means = new Float64Array(n);
	const sums = new Float64Array(counts.length);
	for (let j = 0; j < n; j++) {
		const row = projected.subarray(j * m, (j + 1) * m);
		similarities(slots[j], fittedSlots, row);
		// r.u is the cosine minus u.(the mean of the class).
		sums.fill(0);
		for (let t = 0; t < m; t++) sums[classes[t]] += row[t];
		for (const sum of sums) means[j] += sum / m;
		for (let t = 0; t < m; t++) row[t] -= sums[classes[t]] / counts[classes[t]];
		if (j % 256 === 255) yield;
	}
	// K = R Rᵀ + rho I. For two residuals r and s, s being that of u: r.s = r.u - r.(the mean of u's class).
	const centres = new Float64Array(counts.length * m);
	for (let s = 0; s < m; s++) for (let t = 0; t < m; t++) centres[classes[s] * m + t] += projected[s * m + t];
	const kernel = new Float64Array(m * m);
	let trace = 0;
	for (let s = 0; s < m; s++) {
		const index = classes[s];
		for (let t = 0; t < m; t++) {
			kernel[s * m + t] = projected[s * m + t] - centres[index * m + t] / counts[index];
		}
		trace += kernel[s * m + s];
	}
	if (trace <= NO_VARIANCE * m) return null;
	for (let t = 0; t < m; t++) kernel[t * m + t] += trace / testSet.d;
	yield;
	const lower = yield* factorize(kernel, m);
	// r.a = r.u - r.m.
	const offsets = new Float64Array(m);
	for (let s = 0; s < m; s++) for (let t = 0; t < m; t++) offsets[t] += projected[s * m + t] / m;
	for (let j = 0; j < n; j++) for (let t = 0; t < m; t++) projected[j * m + t] -= offsets[t];
	yield;
	yield* substitute(lower, m, projected, n);
	let mean = 0;
	for (let t = 0; t < m; t++) mean += means[t] / m;
	/** |z|² of each example. */
	const squares = new Float64Array(n);
	for (let j = 0; j < n; j++) {
		squares[j] = 1 - 2 * means[j] + mean;
		for (let t = 0; t < m; t++) squares[j] -= projected[j * m + t] ** 2;
	}
	return { projected, squares, means, mean };
}

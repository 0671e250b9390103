// The adapted metric between tested examples, fitted on some of them. All from their dot products: what is as long as an
// embedding in adapted.js is of the size of the examples here. The twin is `Pairs.adapted` in server/evaluation/pairs.py.

import { MAX_FITTED, NO_VARIANCE } from "../contract/constants.js";
import { adaptedDistance } from "../knn/adapted.js";
import { spread } from "../knn/draws.js";
import { cholesky, productsBetween, substitute } from "../knn/factor.js";

/** @typedef {import("./test-set.js").TestSet} TestSet */
/** @typedef {import("./neighbour-lists.js").Distances} Distances */

/**
 * Those of some examples that the metric is fitted on.
 * @param {TestSet} testSet
 * @param {Int32Array} taught slots, in order of arrival
 * @returns {Int32Array} slots, in order of arrival
 */
export function fittedOn(testSet, taught) {
	const places = spread(
		Array.from(taught, (slot) => testSet.classes[slot]),
		MAX_FITTED,
	);
	return Int32Array.from(places, (place) => taught[place]);
}

/**
 * @param {TestSet} testSet
 * @param {Distances} similarities cosines
 * @param {Int32Array} fitted slots of those that the metric is fitted on, in order of arrival
 * @param {Int32Array} rows slots
 * @param {Int32Array} columns slots
 * @returns {Generator<void, Float64Array | null>} distances, (rows, columns); null where the metric is the cosine
 */
export function* adaptedPairs(testSet, similarities, fitted, rows, columns) {
	const everything = Int32Array.from(new Set([...fitted, ...rows, ...columns]));
	const fit = yield* fitting(testSet, similarities, fitted, everything);
	if (!fit) return null;
	const { projected, lengths, means, mean } = fit;
	const placeOf = new Int32Array(testSet.capacity);
	for (const [place, slot] of everything.entries()) placeOf[slot] = place;
	const [of, to] = [rows, columns].map((slots) => slots.map((slot) => placeOf[slot]));
	const found = yield* productsBetween(projected, fitted.length, of, to);
	const cosines = new Float64Array(to.length);
	for (let i = 0; i < of.length; i++) {
		similarities(rows[i], columns, cosines);
		const start = i * to.length;
		for (let j = 0; j < to.length; j++) {
			const inner = cosines[j] + mean - means[of[i]] - means[to[j]] - found[start + j];
			found[start + j] = adaptedDistance(inner, lengths[of[i]], lengths[to[j]]);
		}
	}
	return found;
}

/**
 * With the symbols of contract/README.md: `projected` holds R a for the a of every example, row by row, and then
 * L^-1 R a = P a.
 * @param {TestSet} testSet
 * @param {Distances} similarities cosines
 * @param {Int32Array} fitted m slots
 * @param {Int32Array} everything n slots, the fitted ones first
 */
function* fitting(testSet, similarities, fitted, everything) {
	const [m, n] = [fitted.length, everything.length];
	const classes = Array.from(fitted, (slot) => testSet.classes[slot]);
	const counts = new Float64Array(testSet.labels.length);
	for (const index of classes) counts[index]++;
	if (counts.filter((count) => count > 0).length === m) return null;
	const projected = new Float64Array(n * m);
	/** u.m, for every u. */
	const means = new Float64Array(n);
	const sums = new Float64Array(counts.length);
	for (let j = 0; j < n; j++) {
		const row = projected.subarray(j * m, (j + 1) * m);
		similarities(everything[j], fitted, row);
		// r.u = (the cosine) - u.(the mean of the class).
		sums.fill(0);
		for (let t = 0; t < m; t++) sums[classes[t]] += row[t];
		for (const sum of sums) means[j] += sum / m;
		for (let t = 0; t < m; t++) row[t] -= sums[classes[t]] / counts[classes[t]];
		if (j % 256 === 255) yield;
	}
	// K = R R' + rho I: r.s = r.u - r.(the mean of u's class), for the u that s comes from.
	const centres = new Float64Array(counts.length * m);
	for (let s = 0; s < m; s++) for (let t = 0; t < m; t++) centres[classes[s] * m + t] += projected[s * m + t];
	const kernel = new Float64Array(m * m);
	let squares = 0;
	for (let s = 0; s < m; s++) {
		const index = classes[s];
		for (let t = 0; t < m; t++) {
			kernel[s * m + t] = projected[s * m + t] - centres[index * m + t] / counts[index];
		}
		squares += kernel[s * m + s];
	}
	if (squares <= NO_VARIANCE * m) return null;
	for (let t = 0; t < m; t++) kernel[t * m + t] += squares / testSet.d;
	yield;
	const lower = yield* cholesky(kernel, m);
	// r.a = r.u - r.m.
	const offsets = new Float64Array(m);
	for (let s = 0; s < m; s++) for (let t = 0; t < m; t++) offsets[t] += projected[s * m + t] / m;
	for (let j = 0; j < n; j++) for (let t = 0; t < m; t++) projected[j * m + t] -= offsets[t];
	yield;
	yield* substitute(lower, m, projected, n);
	let mean = 0;
	for (let t = 0; t < m; t++) mean += means[t] / m;
	const lengths = new Float64Array(n);
	for (let j = 0; j < n; j++) {
		lengths[j] = 1 - 2 * means[j] + mean;
		for (let t = 0; t < m; t++) lengths[j] -= projected[j * m + t] ** 2;
	}
	return { projected, lengths, means, mean };
}

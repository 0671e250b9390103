// The adapted metric for tests: five-fold cross-fitting, so that no example is measured by a metric that has seen its label.
// All from the dot products of the tested examples, so that nothing here is as long as an embedding.

import { adaptedDistance, MOST_FITTED, NO_VARIANCE } from "./adapted.js";
import { COSINE_ZERO } from "./distance.js";
import { spread } from "./draws.js";
import { cholesky, substitute, subtractRows } from "./factor.js";

const FOLDS = 5;

/** @typedef {import("./bench.js").Bench} Bench */

/**
 * Deals the tested examples to folds, a recording whole.
 * @param {Bench} bench
 * @returns {Int32Array} (n,), in order of arrival
 */
export function dealt(bench) {
	const folds = new Int32Array(bench.order.length);
	/** @type {Map<number, number>} */
	const foldOf = new Map();
	let next = 0;
	const deal = () => next++ % FOLDS;
	for (const index of bench.labels.keys()) {
		const recordings = bench.recordingsIn(index);
		const dealtWhole = recordings.length > 1;
		for (const slots of dealtWhole ? recordings : recordings.flat().map((slot) => [slot])) {
			const recording = dealtWhole ? bench.recordings[slots[0]] : -1;
			const fold = foldOf.get(recording) ?? deal();
			if (recording >= 0) foldOf.set(recording, fold);
			for (const slot of slots) folds[bench.arrivals[slot]] = fold;
		}
	}
	return folds;
}

/**
 * Every example's distances to all, by the metric that was fitted without its fold.
 * @param {Bench} bench
 * @param {import("./neighbour-lists.js").Distances} similarities cosines
 * @returns {Generator<number, Float64Array>} yields how much is done, 0..1; (n, n), in order of arrival, from row to column
 */
export function* crossFitted(bench, similarities) {
	const n = bench.order.length;
	const folds = dealt(bench);
	const classes = Int32Array.from(bench.order, (slot) => bench.classes[slot]);
	const distances = new Float64Array(n * n);
	for (let fold = 0; fold < FOLDS; fold++) {
		const others = Array.from(folds.keys()).filter((row) => folds[row] !== fold);
		const places = spread(
			others.map((row) => classes[row]),
			MOST_FITTED,
		);
		const fitted = yield* step(
			fold / FOLDS,
			fitting(
				bench,
				similarities,
				Int32Array.from(places, (place) => others[place]),
				classes,
			),
		);
		for (let row = 0; row < n; row++) {
			if (folds[row] !== fold) continue;
			const out = distances.subarray(row * n, (row + 1) * n);
			similarities(bench.order[row], bench.order, out);
			if (fitted) fitted(row, out);
			else for (let j = 0; j < n; j++) out[j] = 1 - out[j] < COSINE_ZERO ? 0 : 1 - out[j];
			yield (fold + 0.5 + (0.5 * row) / n) / FOLDS;
		}
	}
	return distances;
}

/**
 * Yields the same progress for every step of something.
 * @template T
 * @param {number} progress
 * @param {Generator<void, T>} steps
 * @returns {Generator<number, T>}
 */
function* step(progress, steps) {
	let next = steps.next();
	while (!next.done) {
		yield progress;
		next = steps.next();
	}
	return next.value;
}

/**
 * Fits the metric on some of the examples. With the symbols of contract/README.md: `centred` holds R a for the a of every
 * example, and then L^-1 R a = P a.
 * @param {Bench} bench
 * @param {import("./neighbour-lists.js").Distances} similarities cosines
 * @param {Int32Array} rows those it is fitted on, in order of arrival
 * @param {Int32Array} classes (n,)
 * @returns {Generator<void, ((row: number, out: Float64Array) => void) | null>} turns a row's cosines into its
 *   distances; null: those are of the cosine
 */
function* fitting(bench, similarities, rows, classes) {
	const { order, labels, d } = bench;
	const n = order.length;
	const m = rows.length;
	const centred = new Float64Array(m * n);
	const means = new Float64Array(labels.length * n);
	const mean = new Float64Array(n);
	const counts = new Float64Array(labels.length);
	for (let t = 0; t < m; t++) {
		const index = classes[rows[t]];
		counts[index]++;
		similarities(order[rows[t]], order, centred.subarray(t * n, (t + 1) * n));
		for (let j = 0; j < n; j++) {
			const u = centred[t * n + j];
			means[index * n + j] += u;
			mean[j] += u / m;
		}
		if (t % 256 === 255) yield;
	}
	if (counts.filter((count) => count > 0).length === m) return null;
	for (const index of labels.keys()) for (let j = 0; j < n; j++) means[index * n + j] /= counts[index] || 1;
	for (let t = 0; t < m; t++) {
		const index = classes[rows[t]];
		for (let j = 0; j < n; j++) centred[t * n + j] -= means[index * n + j];
		if (t % 256 === 255) yield;
	}
	// K = R R' + rho I: r.s = r.u - r.(the mean of u's class), for the u that s comes from.
	const kernel = new Float64Array(m * m);
	const sums = new Float64Array(labels.length);
	let squares = 0;
	for (let t = 0; t < m; t++) {
		sums.fill(0);
		for (let s = 0; s < m; s++) sums[classes[rows[s]]] += centred[t * n + rows[s]];
		for (let s = 0; s <= t; s++) {
			const index = classes[rows[s]];
			kernel[t * m + s] = kernel[s * m + t] = centred[t * n + rows[s]] - sums[index] / counts[index];
		}
		squares += kernel[t * m + t];
	}
	if (squares <= NO_VARIANCE * m) return null;
	for (let t = 0; t < m; t++) kernel[t * m + t] += squares / d;
	yield;
	const lower = cholesky(kernel, m);
	yield;
	// r.a = r.u - r.m.
	let overall = 0;
	for (let t = 0; t < m; t++) overall += mean[rows[t]] / m;
	for (let t = 0; t < m; t++) {
		let offset = 0;
		for (let s = 0; s < m; s++) offset += centred[t * n + rows[s]] / m;
		for (let j = 0; j < n; j++) centred[t * n + j] -= offset;
	}
	yield;
	yield* substitute(lower, centred, m, n);
	const lengths = new Float64Array(n);
	for (let j = 0; j < n; j++) lengths[j] = 1 - 2 * mean[j] + overall;
	for (let t = 0; t < m; t++) for (let j = 0; j < n; j++) lengths[j] -= centred[t * n + j] ** 2;
	return (row, out) => {
		for (let j = 0; j < n; j++) out[j] += overall - mean[row] - mean[j];
		subtractRows(out, 0, centred, n, m, centred, row, n);
		for (let j = 0; j < n; j++) out[j] = adaptedDistance(out[j], lengths[row], lengths[j]);
	};
}

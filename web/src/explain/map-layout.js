// Laying out examples in two dimensions: PCA, and UMAP (L. McInnes et al., 2018). Pure functions of embeddings of norm 1, with
// fixed seeds: the same examples give the same map. map.worker.js uses it.

import { Matrix as Dense, QrDecomposition } from "ml-matrix";
import { PCA } from "ml-pca";
import { UMAP } from "umap-js";
import { RANDOM_INCREMENT, RANDOM_MULTIPLIER } from "../contract/constants.js";
import { Matrix } from "../knn/product.js";
import { project, weightedMean } from "./map-places.js";

/** @typedef {import("./map-places.js").Projection} Projection */

/** How many directions the subspace iteration keeps; the two principal ones are found among them. */
const DIRECTIONS = 10;
/** Rounds of the subspace iteration. */
const ROUNDS = 4;
/** Coordinates up to this are rounding: the examples do not differ. */
const MIN_REACH = 1e-6;

/** UMAP's number of neighbours. */
const NEIGHBOURS = 15;
/** UMAP starts within -START_REACH..START_REACH. */
const START_REACH = 10;
const START_NOISE = 1e-3;
/** Rows whose neighbours are found between two pauses. */
const ROWS_PER_STEP = 32;
/** Finding the neighbours takes about a third of the time. */
const NEIGHBOURS_SHARE = 0.3;

/**
 * Creates a seeded generator of numbers in 0..1.
 * @param {number} seed
 * @returns {() => number}
 * @example
 * const random = createUniformRandom(1);
 * random(); // 0.23645...
 */
export function createUniformRandom(seed) {
	let x = seed >>> 0;
	return () => {
		x = (Math.imul(x, RANDOM_MULTIPLIER) + RANDOM_INCREMENT) >>> 0;
		return x / 2 ** 32;
	};
}

/**
 * Finds the two directions in which the rows vary most. PCA on all d directions takes seconds: this is PCA on a few directions
 * that hold nearly all variance, found by randomized subspace iteration (N. Halko, P.-G. Martinsson, J. A. Tropp, 2011).
 * @param {Float32Array[]} rows n >= 1 embeddings of norm 1, (d,)
 * @returns {Projection} with reach 1
 * @example
 * const { mean, axes } = findPrincipalAxes(rows);
 */
export function findPrincipalAxes(rows) {
	const d = rows[0].length;
	const mean = new Float32Array(d);
	for (const row of rows) for (let c = 0; c < d; c++) mean[c] += row[c] / rows.length;
	const count = Math.min(DIRECTIONS, rows.length, d);
	const random = createUniformRandom(1);
	let directions = orthonormalize(
		Array.from({ length: d * count }, () => random() - 0.5),
		d,
		count,
	);
	for (let round = 0; round < ROUNDS; round++) {
		const scores = orthonormalize(projectRows(rows, mean, directions, count), rows.length, count);
		directions = orthonormalize(combineRows(rows, mean, scores, count), d, count);
	}
	const scores = Dense.from1DArray(rows.length, count, projectRows(rows, mean, directions, count));
	const turn = new PCA(scores, { center: false }).getEigenvectors();
	const axes = new Float32Array(2 * d);
	for (let axis = 0; axis < Math.min(2, turn.columns); axis++) {
		for (let c = 0; c < d; c++) {
			for (let j = 0; j < count; j++) axes[axis * d + c] += directions[c * count + j] * turn.get(j, axis);
		}
	}
	return { mean, axes, reach: 1 };
}

/**
 * Makes a matrix's columns orthonormal; they span the same space.
 * @param {ArrayLike<number>} values (rows, columns), row by row
 * @param {number} rows
 * @param {number} columns
 * @returns {Float64Array} (rows, columns)
 */
function orthonormalize(values, rows, columns) {
	const { orthogonalMatrix } = new QrDecomposition(Dense.from1DArray(rows, columns, Array.from(values)));
	return Float64Array.from(orthogonalMatrix.to1DArray());
}

/**
 * Computes (X - mean) D.
 * @param {Float32Array[]} rows X, (n, d)
 * @param {Float32Array} mean
 * @param {Float64Array} directions D, (d, count)
 * @param {number} count
 */
function projectRows(rows, mean, directions, count) {
	const scores = new Float64Array(rows.length * count);
	for (const [i, row] of rows.entries()) {
		for (let c = 0, at = 0; c < row.length; c++) {
			const value = row[c] - mean[c];
			for (let j = 0; j < count; j++) scores[i * count + j] += value * directions[at++];
		}
	}
	return scores;
}

/**
 * Computes (X - mean)ᵀ S.
 * @param {Float32Array[]} rows X, (n, d)
 * @param {Float32Array} mean
 * @param {Float64Array} scores S, (n, count)
 * @param {number} count
 */
function combineRows(rows, mean, scores, count) {
	const directions = new Float64Array(mean.length * count);
	for (const [i, row] of rows.entries()) {
		for (let c = 0, at = 0; c < row.length; c++) {
			const value = row[c] - mean[c];
			for (let j = 0; j < count; j++) directions[at++] += value * scores[i * count + j];
		}
	}
	return directions;
}

/**
 * Lays out examples by PCA, with the axes pointing the same way as on the last map.
 * @param {string[]} ids n
 * @param {Float32Array[]} rows n embeddings of norm 1
 * @param {(id: string) => readonly [number, number]|undefined} last where an example was on the last map
 * @returns {{points: Float32Array, projection: Projection}} points: (n, 2), -1..1
 * @example
 * const { points, projection } = layOutByPca(ids, rows, () => undefined);
 */
export function layOutByPca(ids, rows, last) {
	const projection = findPrincipalAxes(rows);
	const d = projection.mean.length;
	const points = new Float32Array(2 * rows.length);
	for (const [i, row] of rows.entries()) points.set(project(row, projection), 2 * i);
	for (const axis of [0, 1]) {
		if (compareAxis(ids, points, last, axis) >= 0) continue;
		for (let c = 0; c < d; c++) projection.axes[axis * d + c] *= -1;
		for (let i = axis; i < points.length; i += 2) points[i] *= -1;
	}
	const reach = points.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
	projection.reach = reach > MIN_REACH ? reach : 1;
	return { points: points.map((value) => value / projection.reach), projection };
}

/**
 * Compares the direction of an axis with the last map.
 * @param {string[]} ids n
 * @param {Float32Array} points (n, 2)
 * @param {(id: string) => readonly [number, number]|undefined} last
 * @param {number} axis
 * @returns {number} negative: it points the other way
 */
function compareAxis(ids, points, last, axis) {
	let sum = 0;
	for (const [i, id] of ids.entries()) sum += points[2 * i + axis] * (last(id)?.[axis] ?? 0);
	return sum;
}

/**
 * Lays out examples by UMAP with cosine distances, in steps. It starts where the examples are, so that a new map looks like the
 * last.
 * @param {Float32Array[]} rows n >= MIN_FOR_UMAP embeddings of norm 1
 * @param {(readonly [number, number]|undefined)[]} start n places; an example without one starts among its neighbours
 * @returns {Generator<number, Float32Array, void>} yields progress, 0..1; returns (n, 2), -1..1
 * @example
 * const steps = layOutByUmap(rows, start);
 * let step = steps.next();
 * while (!step.done) step = steps.next();
 * step.value; // Float32Array (2 n)
 */
export function* layOutByUmap(rows, start) {
	const k = Math.min(NEIGHBOURS, rows.length - 1);
	/** @type {number[][]} */
	const neighbours = [];
	/** @type {number[][]} */
	const distances = [];
	const matrix = createMatrix(rows);
	for (const [i, row] of rows.entries()) {
		const similarities = matrix.multiply(row, rows.length) ?? rows.map((other) => dotProduct(row, other));
		const nearest = selectNearest(similarities, i, k);
		neighbours.push(nearest.map(({ row }) => row));
		distances.push(nearest.map(({ similarity }, place) => (place === 0 ? 0 : Math.max(0, 1 - similarity))));
		if (i % ROWS_PER_STEP === 0) yield (NEIGHBOURS_SHARE * i) / rows.length;
	}
	const random = createUniformRandom(2);
	const umap = new UMAP({ nNeighbors: k, random });
	umap.setPrecomputedKNN(neighbours, distances);
	// The neighbours are known: of the rows, only the number matters.
	const epochs = umap.initializeFit(rows.map(() => []));
	const places = umap.getEmbedding();
	for (const [i, place] of places.entries()) {
		const origin = start[i] ?? meanPlace(neighbours[i].map((row) => start[row]));
		for (const axis of [0, 1]) place[axis] = origin[axis] * START_REACH + (random() - 0.5) * START_NOISE;
	}
	for (let epoch = 0; epoch < epochs; epoch++) {
		yield NEIGHBOURS_SHARE + ((1 - NEIGHBOURS_SHARE) * epoch) / epochs;
		umap.step();
	}
	return centre(umap.getEmbedding());
}

/** @param {Float32Array[]} rows */
function createMatrix(rows) {
	const matrix = new Matrix(rows[0].length);
	matrix.reserve(rows.length);
	for (const [i, row] of rows.entries()) matrix.values.set(row, i * row.length);
	return matrix;
}

/** @param {Float32Array} a @param {Float32Array} b */
function dotProduct(a, b) {
	let sum = 0;
	for (let c = 0; c < a.length; c++) sum += a[c] * b[c];
	return sum;
}

/**
 * Selects the most similar rows.
 * @param {ArrayLike<number>} similarities (n,), to one row
 * @param {number} own that row: it comes first
 * @param {number} k
 * @returns {{row: number, similarity: number}[]} k, most similar first
 */
function selectNearest(similarities, own, k) {
	const selected = [{ row: own, similarity: Number.POSITIVE_INFINITY }];
	for (let row = 0; row < similarities.length; row++) {
		const similarity = similarities[row];
		if (row === own || (selected.length === k && similarity <= selected[k - 1].similarity)) continue;
		let place = selected.length;
		while (selected[place - 1].similarity < similarity) place--;
		selected.splice(place, 0, { row, similarity });
		if (selected.length > k) selected.pop();
	}
	return selected;
}

/**
 * @param {(readonly [number, number]|undefined)[]} places
 * @returns {readonly [number, number]} the mean of those that are known
 */
function meanPlace(places) {
	const known = places.flatMap((place) => (place ? [{ place, weight: 1 }] : []));
	return weightedMean(known) ?? [0, 0];
}

/**
 * Moves and scales places to -1..1.
 * @param {number[][]} places n
 * @returns {Float32Array} (n, 2), with its middle at 0
 */
function centre(places) {
	const middle = [0, 1].map((axis) => {
		const values = places.map((place) => place[axis]);
		return (Math.min(...values) + Math.max(...values)) / 2;
	});
	const points = Float32Array.from(places.flatMap(([x, y]) => [x - middle[0], y - middle[1]]));
	const reach = points.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
	return points.map((value) => (reach > 0 ? value / reach : 0));
}

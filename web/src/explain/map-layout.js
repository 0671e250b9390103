// Where examples lie in two dimensions: PCA, and UMAP (L. McInnes et al., 2018). Pure functions of unit vectors, seeded:
// the same examples give the same map. map.worker.js uses it.

import { Matrix as Dense, QrDecomposition } from "ml-matrix";
import { PCA } from "ml-pca";
import { UMAP } from "umap-js";
import { Matrix } from "../knn/product.js";
import { middle, projected } from "./map-places.js";

/** @typedef {import("./map-places.js").Projection} Projection */

/** Directions that PCA starts from; the two that count are found among them. */
const DIRECTIONS = 10;
const ROUNDS = 4;
/** Coordinates of examples that do not differ are rounding. */
const ALIKE = 1e-6;

const NEIGHBOURS = 15;
const START_REACH = 10;
const START_NOISE = 1e-3;
const ROWS_A_STEP = 32;
/** Finding the neighbours takes about a third of the whole. */
const NEIGHBOURS_SHARE = 0.3;

/**
 * @param {number} seed
 * @returns {() => number} numbers in 0..1
 */
export function randomFrom(seed) {
	let x = seed >>> 0;
	return () => {
		x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
		return x / 2 ** 32;
	};
}

/**
 * The two directions in which the rows vary most. PCA on a few directions that hold nearly all variance, found by
 * randomized subspace iteration (N. Halko, P.-G. Martinsson, J. A. Tropp, 2011), since on all d it takes seconds.
 * @param {Float32Array[]} rows n >= 1 unit vectors, (d,)
 * @returns {Projection} with reach 1
 */
export function principalAxes(rows) {
	const d = rows[0].length;
	const mean = new Float32Array(d);
	for (const row of rows) for (let c = 0; c < d; c++) mean[c] += row[c] / rows.length;
	const count = Math.min(DIRECTIONS, rows.length, d);
	const random = randomFrom(1);
	let directions = orthonormal(
		Array.from({ length: d * count }, () => random() - 0.5),
		d,
		count,
	);
	for (let round = 0; round < ROUNDS; round++) {
		const scores = orthonormal(scoresOf(rows, mean, directions, count), rows.length, count);
		directions = orthonormal(combined(rows, mean, scores, count), d, count);
	}
	const scores = Dense.from1DArray(rows.length, count, scoresOf(rows, mean, directions, count));
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
 * @param {ArrayLike<number>} values (rows, columns), row by row
 * @param {number} rows
 * @param {number} columns
 * @returns {Float64Array} the same columns' span, orthonormal
 */
function orthonormal(values, rows, columns) {
	const { orthogonalMatrix } = new QrDecomposition(Dense.from1DArray(rows, columns, Array.from(values)));
	return Float64Array.from(orthogonalMatrix.to1DArray());
}

/**
 * (X - mean) D
 * @param {Float32Array[]} rows X, (n, d)
 * @param {Float32Array} mean
 * @param {Float64Array} directions D, (d, count)
 * @param {number} count
 */
function scoresOf(rows, mean, directions, count) {
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
 * (X - mean)ᵀ S
 * @param {Float32Array[]} rows X, (n, d)
 * @param {Float32Array} mean
 * @param {Float64Array} scores S, (n, count)
 * @param {number} count
 */
function combined(rows, mean, scores, count) {
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
 * PCA, with its axes turned the way the last map had them.
 * @param {string[]} ids n
 * @param {Float32Array[]} rows n unit vectors
 * @param {(id: string) => readonly [number, number]|undefined} last where an example lay
 * @returns {{points: Float32Array, projection: Projection}} points: (n, 2), -1..1
 */
export function pcaMap(ids, rows, last) {
	const projection = principalAxes(rows);
	const d = projection.mean.length;
	const points = new Float32Array(2 * rows.length);
	for (const [i, row] of rows.entries()) points.set(projected(row, projection), 2 * i);
	for (const axis of [0, 1]) {
		if (agreement(ids, points, last, axis) >= 0) continue;
		for (let c = 0; c < d; c++) projection.axes[axis * d + c] *= -1;
		for (let i = axis; i < points.length; i += 2) points[i] *= -1;
	}
	const reach = points.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
	projection.reach = reach > ALIKE ? reach : 1;
	return { points: points.map((value) => value / projection.reach), projection };
}

/**
 * @param {string[]} ids n
 * @param {Float32Array} points (n, 2)
 * @param {(id: string) => readonly [number, number]|undefined} last
 * @param {number} axis
 * @returns {number} negative where an axis points the other way than before
 */
function agreement(ids, points, last, axis) {
	let sum = 0;
	for (const [i, id] of ids.entries()) sum += points[2 * i + axis] * (last(id)?.[axis] ?? 0);
	return sum;
}

/**
 * UMAP by cosine distance, a little at a time. It starts where the examples lie, so that a new map looks like the last.
 * @param {Float32Array[]} rows n >= MIN_FOR_UMAP unit vectors
 * @param {(readonly [number, number]|undefined)[]} start n; one that lies nowhere yet starts among its neighbours
 * @returns {Generator<number, Float32Array, void>} yields progress, 0..1; returns (n, 2), -1..1
 */
export function* umapSteps(rows, start) {
	const k = Math.min(NEIGHBOURS, rows.length - 1);
	/** @type {number[][]} */
	const neighbours = [];
	/** @type {number[][]} */
	const distances = [];
	const matrix = matrixOf(rows);
	for (const [i, row] of rows.entries()) {
		const found = nearest(matrix.multiply(row, rows.length) ?? rows.map((other) => dot(row, other)), i, k);
		neighbours.push(found.map(({ row }) => row));
		distances.push(found.map(({ similarity }, place) => (place === 0 ? 0 : Math.max(0, 1 - similarity))));
		if (i % ROWS_A_STEP === 0) yield (NEIGHBOURS_SHARE * i) / rows.length;
	}
	const random = randomFrom(2);
	const umap = new UMAP({ nNeighbors: k, random });
	umap.setPrecomputedKNN(neighbours, distances);
	// Only their number matters, since the neighbours are there.
	const epochs = umap.initializeFit(rows.map(() => []));
	const lying = umap.getEmbedding();
	for (const [i, place] of lying.entries()) {
		const from = start[i] ?? amid(neighbours[i].map((row) => start[row]));
		for (const axis of [0, 1]) place[axis] = from[axis] * START_REACH + (random() - 0.5) * START_NOISE;
	}
	for (let epoch = 0; epoch < epochs; epoch++) {
		yield NEIGHBOURS_SHARE + ((1 - NEIGHBOURS_SHARE) * epoch) / epochs;
		umap.step();
	}
	return centred(umap.getEmbedding());
}

/** @param {Float32Array[]} rows */
function matrixOf(rows) {
	const matrix = new Matrix(rows[0].length);
	matrix.reserve(rows.length);
	for (const [i, row] of rows.entries()) matrix.values.set(row, i * row.length);
	return matrix;
}

/** @param {Float32Array} a @param {Float32Array} b */
function dot(a, b) {
	let sum = 0;
	for (let c = 0; c < a.length; c++) sum += a[c] * b[c];
	return sum;
}

/**
 * @param {ArrayLike<number>} similarities (n,)
 * @param {number} own the row that is asked for: it comes first
 * @param {number} k
 * @returns {{row: number, similarity: number}[]} k, most similar first
 */
function nearest(similarities, own, k) {
	const found = [{ row: own, similarity: Number.POSITIVE_INFINITY }];
	for (let row = 0; row < similarities.length; row++) {
		const similarity = similarities[row];
		if (row === own || (found.length === k && similarity <= found[k - 1].similarity)) continue;
		let place = found.length;
		while (found[place - 1].similarity < similarity) place--;
		found.splice(place, 0, { row, similarity });
		if (found.length > k) found.pop();
	}
	return found;
}

/**
 * @param {(readonly [number, number]|undefined)[]} places
 * @returns {readonly [number, number]} the middle of those that are known
 */
function amid(places) {
	const known = places.flatMap((place) => (place ? [{ place, weight: 1 }] : []));
	return middle(known) ?? [0, 0];
}

/**
 * @param {number[][]} places n
 * @returns {Float32Array} (n, 2), the middle at 0, -1..1
 */
function centred(places) {
	const centre = [0, 1].map((axis) => {
		const values = places.map((place) => place[axis]);
		return (Math.min(...values) + Math.max(...values)) / 2;
	});
	const points = Float32Array.from(places.flatMap(([x, y]) => [x - centre[0], y - centre[1]]));
	const reach = points.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
	return points.map((value) => (reach > 0 ? value / reach : 0));
}

// The adapted metric: the cosine after what varies within the classes is scaled down. Defined, and derived, in "The adapted
// metric" of contract/README.md; this module fits it. adapted-search.js answers with it; the twin is server/knn/adapted.py.

import { COSINE_ZERO, MAX_FITTED, NO_LENGTH, NO_VARIANCE } from "../contract/constants.js";
import { spread } from "./draws.js";
import { cholesky, fourProducts, productsOfRows, substitute, subtractRows, transposed } from "./factor.js";

/**
 * @typedef {object} AdaptedMetric what was fitted; plain, so that a worker can hand it over
 * @property {Float64Array} mean m, (d,)
 * @property {Float64Array} projection P, (count, d), row by row
 * @property {number} count how many examples it was fitted on
 */

/**
 * @typedef {object} Fitted a metric, and how long the examples are in it
 * @property {Float64Array} mean
 * @property {Float64Array} projection
 * @property {number} count
 * @property {string[]} ids n, of all examples there were
 * @property {Float64Array} squares (n,): the squared lengths of their z's
 */

/**
 * @typedef {object} Rows what is fitted
 * @property {Float32Array[]} vectors n of (d,), in order of arrival
 * @property {ArrayLike<number>} norms (n,)
 * @property {ArrayLike<number>} classIndices (n,)
 */

/**
 * Fits the metric and measures all examples in it, in steps that a worker can pause between.
 * @param {Rows & {ids: string[]}} examples
 * @returns {Generator<void, Fitted | null>} null where the metric is the cosine
 */
export function* fitting(examples) {
	const metric = yield* fittingMetric(examples);
	if (!metric) return null;
	return { ...metric, ids: [...examples.ids], squares: yield* measuring(metric, examples) };
}

/**
 * @param {Rows} examples
 * @returns {Generator<void, AdaptedMetric | null>} null: as many classes as examples, or no class varies
 */
export function* fittingMetric({ vectors, norms, classIndices }) {
	const rows = spread(classIndices, MAX_FITTED);
	const n = rows.length;
	if (n === 0) return null;
	const d = vectors[0].length;
	const residuals = new Float64Array(n * d);
	/** @type {Map<number, {sum: Float64Array, count: number}>} */
	const classes = new Map();
	const mean = new Float64Array(d);
	for (const [i, row] of rows.entries()) {
		let its = classes.get(classIndices[row]);
		if (!its) {
			its = { sum: new Float64Array(d), count: 0 };
			classes.set(classIndices[row], its);
		}
		its.count++;
		for (let j = 0; j < d; j++) {
			const u = vectors[row][j] / norms[row];
			residuals[i * d + j] = u;
			its.sum[j] += u;
			mean[j] += u / n;
		}
		if (i % 256 === 255) yield;
	}
	if (classes.size === n) return null;
	let squares = 0;
	for (const [i, row] of rows.entries()) {
		const { sum, count } = /** @type {{sum: Float64Array, count: number}} */ (classes.get(classIndices[row]));
		for (let j = 0; j < d; j++) {
			const r = residuals[i * d + j] - sum[j] / count;
			residuals[i * d + j] = r;
			squares += r * r;
		}
	}
	if (squares <= NO_VARIANCE * n) return null;
	const kernel = yield* productsOfRows(residuals, n, d);
	for (let i = 0; i < n; i++) kernel[i * n + i] += squares / d;
	const lower = yield* cholesky(kernel, n);
	const columns = transposed(residuals, n, d);
	yield* substitute(lower, n, columns, d);
	return { mean, projection: transposed(columns, d, n), count: n };
}

/**
 * The squared lengths of the z's of many vectors.
 * @param {AdaptedMetric} metric
 * @param {Pick<Rows, "vectors" | "norms">} examples
 * @returns {Generator<void, Float64Array>} (n,)
 */
function* measuring({ mean, projection, count }, { vectors, norms }) {
	const d = mean.length;
	const pair = new Float64Array(2 * d);
	const four = new Float64Array(4);
	const squares = new Float64Array(vectors.length);
	for (let i = 0; i < vectors.length; i += 2) {
		// The last stands in for the one that is missing beside it.
		const next = Math.min(i + 1, vectors.length - 1);
		centre(vectors[i], norms[i], mean, pair.subarray(0, d));
		centre(vectors[next], norms[next], mean, pair.subarray(d));
		let [one, other] = [0, 0];
		for (let j = 0; j < d; j++) {
			one += pair[j] ** 2;
			other += pair[d + j] ** 2;
		}
		for (let t = 0; t < count; t += 2) {
			fourProducts(pair, projection, d, 0, d, t * d, Math.min(t + 1, count - 1) * d, four);
			const both = t + 1 < count ? 1 : 0;
			one -= four[0] ** 2 + both * four[1] ** 2;
			other -= four[2] ** 2 + both * four[3] ** 2;
		}
		squares[i] = one;
		squares[next] = other;
		yield;
	}
	return squares;
}

/**
 * One vector in the metric: its inner product with the z of any x is (x.y) / |x| - m.y.
 * @param {AdaptedMetric} metric
 * @param {ArrayLike<number>} vector (d,)
 * @param {number} norm
 * @returns {{y: Float64Array, offset: number, square: number}} y, (d,); m.y; and the squared length of its z
 */
export function transform({ mean, projection, count }, vector, norm) {
	const d = mean.length;
	const y = new Float64Array(d);
	centre(vector, norm, mean, y);
	const products = new Float64Array(count);
	let square = 0;
	for (let i = 0; i < d; i++) square += y[i] ** 2;
	for (let row = 0; row < count; row++) {
		products[row] = product(projection, row * d, y);
		square -= products[row] ** 2;
	}
	subtractRows(y, projection, count, products);
	let offset = 0;
	for (let i = 0; i < d; i++) offset += mean[i] * y[i];
	return { y, offset, square };
}

/**
 * The distance from an inner product of two z's and their squared lengths.
 * @param {number} inner
 * @param {number} one
 * @param {number} other
 */
export function adaptedDistance(inner, one, other) {
	if (!(one > NO_LENGTH && other > NO_LENGTH)) return 1;
	const distance = 1 - inner / Math.sqrt(one * other);
	return distance < COSINE_ZERO ? 0 : distance;
}

/**
 * @param {ArrayLike<number>} vector (d,)
 * @param {number} norm
 * @param {Float64Array} mean (d,)
 * @param {Float64Array} out (d,): the vector scaled to length 1, minus the mean
 */
function centre(vector, norm, mean, out) {
	for (let i = 0; i < mean.length; i++) out[i] = vector[i] / norm - mean[i];
}

/**
 * @param {Float64Array} matrix
 * @param {number} start where the row begins
 * @param {Float64Array} vector (d,)
 */
function product(matrix, start, vector) {
	let [s0, s1] = [0, 0];
	const whole = vector.length - (vector.length % 2);
	for (let i = 0; i < whole; i += 2) {
		s0 += matrix[start + i] * vector[i];
		s1 += matrix[start + i + 1] * vector[i + 1];
	}
	if (whole < vector.length) s0 += matrix[start + whole] * vector[whole];
	return s0 + s1;
}

// The adapted metric: the cosine distance after the directions that vary within the classes are scaled down. "The adapted
// metric" in contract/README.md defines and derives it, and names the symbols used here (u, m, P, R, z). This module fits it,
// and adapted-search.js searches with it. The twin is server/knn/adapted.py.

import { ADAPTED_ZERO, MAX_FITTED, NO_LENGTH, NO_VARIANCE } from "../contract/constants.js";
import { spread } from "./draws.js";
import { factorize, multiplyPairs, multiplyRows, substitute, subtractRows, transpose } from "./factor.js";

/**
 * @typedef {object} AdaptedMetric what was fitted; plain data, so that a worker can post it
 * @property {Float64Array} mean m, (d,)
 * @property {Float64Array} projection P, (count, d), row by row
 * @property {number} count how many examples it was fitted on
 */

/**
 * @typedef {object} MeasuredExamples
 * @property {string[]} ids n
 * @property {Float64Array} squares their |z|² in the metric, (n,)
 * @property {number[]} [serials] theirs, see KNN.serials; absent: an id stands for one embedding only
 */

/** @typedef {AdaptedMetric & MeasuredExamples} Fitted a metric, and all examples measured in it */

/**
 * @typedef {object} LabelledEmbeddings
 * @property {Float32Array[]} embeddings n of (d,), in order of arrival
 * @property {ArrayLike<number>} norms their L2 norms, (n,)
 * @property {ArrayLike<number>} classIndices (n,)
 */

/**
 * Fits the metric to examples and measures all of them in it. A generator, so that a worker can pause between its steps.
 * @param {LabelledEmbeddings & {ids: string[]}} examples
 * @returns {Generator<void, Fitted | null>} null: the metric is the cosine
 * @example
 * const steps = fitExamples({ ids, embeddings, norms: embeddings.map(l2Norm), classIndices });
 * let step = steps.next();
 * while (!step.done) step = steps.next();
 * knn.adapt(step.value);
 */
export function* fitExamples(examples) {
	const metric = yield* fitMetric(examples);
	if (!metric) return null;
	return { ...metric, ids: [...examples.ids], squares: yield* measureSquares(metric, examples) };
}

/**
 * Fits the metric to MAX_FITTED examples at most.
 * @param {LabelledEmbeddings} examples
 * @returns {Generator<void, AdaptedMetric | null>} null: there are as many classes as examples, or no class varies
 */
function* fitMetric({ embeddings, norms, classIndices }) {
	const rows = spread(classIndices, MAX_FITTED);
	const n = rows.length;
	if (n === 0) return null;
	const d = embeddings[0].length;
	const residuals = new Float64Array(n * d);
	/** @type {Map<number, {sum: Float64Array, count: number}>} */
	const classes = new Map();
	const mean = new Float64Array(d);
	for (const [i, row] of rows.entries()) {
		let members = classes.get(classIndices[row]);
		if (!members) {
			members = { sum: new Float64Array(d), count: 0 };
			classes.set(classIndices[row], members);
		}
		members.count++;
		for (let j = 0; j < d; j++) {
			const u = embeddings[row][j] / norms[row];
			residuals[i * d + j] = u;
			members.sum[j] += u;
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
	const kernel = yield* multiplyRows(residuals, n, d);
	for (let i = 0; i < n; i++) kernel[i * n + i] += squares / d;
	const lower = yield* factorize(kernel, n);
	const columns = transpose(residuals, n, d);
	yield* substitute(lower, n, columns, d);
	return { mean, projection: transpose(columns, d, n), count: n };
}

/**
 * Measures |z|² of many embeddings.
 * @param {AdaptedMetric} metric
 * @param {Pick<LabelledEmbeddings, "embeddings" | "norms">} examples
 * @returns {Generator<void, Float64Array>} (n,)
 */
function* measureSquares({ mean, projection, count }, { embeddings, norms }) {
	const d = mean.length;
	const pair = new Float64Array(2 * d);
	const four = new Float64Array(4);
	const squares = new Float64Array(embeddings.length);
	for (let i = 0; i < embeddings.length; i += 2) {
		// With an odd number, the last embedding is paired with itself.
		const next = Math.min(i + 1, embeddings.length - 1);
		centre(embeddings[i], norms[i], mean, pair.subarray(0, d));
		centre(embeddings[next], norms[next], mean, pair.subarray(d));
		let [first, second] = [0, 0];
		for (let j = 0; j < d; j++) {
			first += pair[j] ** 2;
			second += pair[d + j] ** 2;
		}
		for (let t = 0; t < count; t += 2) {
			multiplyPairs(pair, projection, d, 0, d, t * d, Math.min(t + 1, count - 1) * d, four);
			const both = t + 1 < count ? 1 : 0;
			first -= four[0] ** 2 + both * four[1] ** 2;
			second -= four[2] ** 2 + both * four[3] ** 2;
		}
		squares[i] = first;
		squares[next] = second;
		yield;
	}
	return squares;
}

/**
 * Transforms one embedding, so that its inner product with the z of any embedding x is (x.y) / |x| - m.y.
 * @param {AdaptedMetric} metric
 * @param {ArrayLike<number>} embedding (d,)
 * @param {number} norm its L2 norm
 * @returns {{y: Float64Array, offset: number, square: number}} y, (d,); m.y; and |z|² of the embedding
 * @example
 * const { y, offset, square } = transform(metric, embedding, l2Norm(embedding));
 */
export function transform({ mean, projection, count }, embedding, norm) {
	const d = mean.length;
	const y = new Float64Array(d);
	centre(embedding, norm, mean, y);
	const products = new Float64Array(count);
	let square = 0;
	for (let i = 0; i < d; i++) square += y[i] ** 2;
	for (let row = 0; row < count; row++) {
		products[row] = rowProduct(projection, row * d, y);
		square -= products[row] ** 2;
	}
	subtractRows(y, projection, count, products);
	let offset = 0;
	for (let i = 0; i < d; i++) offset += mean[i] * y[i];
	return { y, offset, square };
}

/**
 * Returns the distance of two embeddings from the inner product of their z's and from |z|² of each.
 * @param {number} inner
 * @param {number} square
 * @param {number} otherSquare
 * @example
 * adaptedDistance(2, 4, 4); // 0.5
 * adaptedDistance(0, 0, 4); // 1: the first has no direction
 */
export function adaptedDistance(inner, square, otherSquare) {
	if (!(square > NO_LENGTH && otherSquare > NO_LENGTH)) return 1;
	const distance = 1 - inner / Math.sqrt(square * otherSquare);
	return distance < ADAPTED_ZERO ? 0 : distance;
}

/**
 * Scales an embedding to norm 1 and subtracts the mean.
 * @param {ArrayLike<number>} embedding (d,)
 * @param {number} norm
 * @param {Float64Array} mean (d,)
 * @param {Float64Array} out (d,)
 */
function centre(embedding, norm, mean, out) {
	for (let i = 0; i < mean.length; i++) out[i] = embedding[i] / norm - mean[i];
}

/**
 * The dot product of one row of a matrix with y.
 * @param {Float64Array} matrix
 * @param {number} start where the row begins
 * @param {Float64Array} y (d,)
 */
function rowProduct(matrix, start, y) {
	let [s0, s1] = [0, 0];
	const whole = y.length - (y.length % 2);
	for (let i = 0; i < whole; i += 2) {
		s0 += matrix[start + i] * y[i];
		s1 += matrix[start + i + 1] * y[i + 1];
	}
	if (whole < y.length) s0 += matrix[start + whole] * y[whole];
	return s0 + s1;
}

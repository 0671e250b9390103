// Exact distances between embeddings, which of them count as equal, and the order of neighbours. Pure functions of typed
// arrays: this module knows nothing of labels, ids or votes. search.js uses it to measure, and the evaluation to rank. The twin
// is server/knn/distance.py.

import { ADAPTED_ZERO, COSINE_ZERO, TIE } from "../contract/constants.js";

/** @typedef {import("../state/result.js").Metric} Metric */
/** @typedef {Exclude<Metric, "adapted">} PlainMetric a metric that needs only two embeddings; see adapted-search.js for the other */
/** @typedef {(matrix: Float32Array, start: number, embedding: Float64Array) => number} Sum start: where the row begins */

/**
 * What rounding makes of a distance 0, by metric: a smaller distance becomes 0. Sums of differences have no such error.
 * @type {Readonly<Record<Metric, number>>}
 */
export const ZEROS = { cosine: COSINE_ZERO, euclidean: 0, manhattan: 0, adapted: ADAPTED_ZERO };

/** A cosine or squared distance below this share of its terms has lost too many digits; it is measured by differences. */
export const CANCELLED = 1e-4;

/**
 * Says whether two distances count as equal.
 * @param {number} smaller
 * @param {number} larger
 * @param {number} zero the metric's, of ZEROS
 * @example
 * isTie(1e7, 1e7 + 1e-3, 0); // true
 * isTie(1e-10, 2e-10, 0); // false
 */
export function isTie(smaller, larger, zero) {
	return larger - smaller <= TIE * larger + zero;
}

/**
 * Returns a little more than the largest distance that can count as equal to one.
 * @param {number} distance
 * @param {number} zero the metric's, of ZEROS
 * @example
 * reachOfTie(2, 0); // 2.000000004
 */
export function reachOfTie(distance, zero) {
	return distance * (1 + 2 * TIE) + 2 * zero;
}

/**
 * Returns the L2 norm of an embedding, in float64.
 * @param {Float32Array} embedding (d,)
 * @example
 * l2Norm(Float32Array.of(3, 4)); // 5
 */
export function l2Norm(embedding) {
	let sum = 0;
	for (let i = 0; i < embedding.length; i++) sum += embedding[i] * embedding[i];
	return Math.sqrt(sum);
}

/**
 * Returns the cosine distance of two embeddings, 0..2, for a person to read: near 0 it is less exact than what `measureRows` returns.
 * @param {Float32Array} a (d,), not all zero
 * @param {Float32Array} b (d,), not all zero
 * @example
 * cosineDistance(Float32Array.of(3, 0), Float32Array.of(0, 1)); // 1
 */
export function cosineDistance(a, b) {
	let inner = 0;
	for (let i = 0; i < a.length; i++) inner += a[i] * b[i];
	return Math.max(0, 1 - inner / (l2Norm(a) * l2Norm(b)));
}

/**
 * Measures the distances from one embedding to some examples, in float64 from the float32 values.
 * @param {import("./product.js").Matrix} matrix the examples, (n, d)
 * @param {Float64Array} norms their L2 norms, (n,)
 * @param {ArrayLike<number>} rows which examples
 * @param {Float64Array} embedding (d,)
 * @param {number} norm its L2 norm
 * @param {PlainMetric} metric
 * @returns {Float64Array} one distance for each of the rows
 * @example
 * const matrix = new Matrix(2);
 * matrix.values.set([3, 0, 0, 1]);
 * measureRows(matrix, Float64Array.of(3, 1), [0, 1], Float64Array.of(2, 0), 2, "manhattan"); // Float64Array [1, 3]
 */
export function measureRows(matrix, norms, rows, embedding, norm, metric) {
	const { values, d } = matrix;
	const sum = SUMS[metric];
	const distances = new Float64Array(rows.length);
	for (let i = 0; i < rows.length; i++) {
		const summed = sum(values, rows[i] * d, embedding);
		if (metric === "cosine") {
			let distance = 1 - summed / (norms[rows[i]] * norm);
			if (distance < CANCELLED) distance = nearCosine(values, rows[i] * d, 1 / norms[rows[i]], embedding, 0, 1 / norm);
			distances[i] = distance < COSINE_ZERO ? 0 : distance;
		} else {
			distances[i] = metric === "euclidean" ? Math.sqrt(summed) : summed;
		}
	}
	return distances;
}

/**
 * Returns a small cosine distance to all its digits: half the squared difference of two embeddings scaled to norm 1.
 * @param {ArrayLike<number>} values one embedding, among others
 * @param {number} start where it begins
 * @param {number} inverse 1 / its L2 norm
 * @param {ArrayLike<number>} others the other embedding, among others
 * @param {number} otherStart where it begins
 * @param {number} otherInverse 1 / its L2 norm
 * @param {number} [d] the length of an embedding
 * @example
 * nearCosine([4, 0.5], 0, 1 / 4, [1, 0], 0, 1); // 0.0078125
 */
export function nearCosine(values, start, inverse, others, otherStart, otherInverse, d = others.length) {
	let sum = 0;
	for (let i = 0; i < d; i++) {
		const difference = values[start + i] * inverse - others[otherStart + i] * otherInverse;
		sum += difference * difference;
	}
	return sum / 2;
}

// Each of the three loops below keeps four sums: with a single sum, every addition would wait for the one before.

/**
 * Returns the dot product of one row of a matrix with an embedding.
 * @type {Sum}
 * @example
 * dotProduct(Float32Array.of(9, 9, 1, 2), 2, Float64Array.of(3, 4)); // 11
 */
export function dotProduct(matrix, start, embedding) {
	const d = embedding.length;
	const whole = d - (d % 4);
	let s0 = 0;
	let s1 = 0;
	let s2 = 0;
	let s3 = 0;
	let i = 0;
	for (let j = start; i < whole; i += 4, j += 4) {
		s0 += matrix[j] * embedding[i];
		s1 += matrix[j + 1] * embedding[i + 1];
		s2 += matrix[j + 2] * embedding[i + 2];
		s3 += matrix[j + 3] * embedding[i + 3];
	}
	for (; i < d; i++) s0 += matrix[start + i] * embedding[i];
	return s0 + s1 + (s2 + s3);
}

/** @type {Sum} */
function sumSquaredDifferences(matrix, start, embedding) {
	const d = embedding.length;
	const whole = d - (d % 4);
	let s0 = 0;
	let s1 = 0;
	let s2 = 0;
	let s3 = 0;
	let i = 0;
	for (let j = start; i < whole; i += 4, j += 4) {
		s0 += (matrix[j] - embedding[i]) ** 2;
		s1 += (matrix[j + 1] - embedding[i + 1]) ** 2;
		s2 += (matrix[j + 2] - embedding[i + 2]) ** 2;
		s3 += (matrix[j + 3] - embedding[i + 3]) ** 2;
	}
	for (; i < d; i++) s0 += (matrix[start + i] - embedding[i]) ** 2;
	return s0 + s1 + (s2 + s3);
}

/** @type {Sum} */
function sumAbsoluteDifferences(matrix, start, embedding) {
	const d = embedding.length;
	const whole = d - (d % 4);
	let s0 = 0;
	let s1 = 0;
	let s2 = 0;
	let s3 = 0;
	let i = 0;
	for (let j = start; i < whole; i += 4, j += 4) {
		s0 += Math.abs(matrix[j] - embedding[i]);
		s1 += Math.abs(matrix[j + 1] - embedding[i + 1]);
		s2 += Math.abs(matrix[j + 2] - embedding[i + 2]);
		s3 += Math.abs(matrix[j + 3] - embedding[i + 3]);
	}
	for (; i < d; i++) s0 += Math.abs(matrix[start + i] - embedding[i]);
	return s0 + s1 + (s2 + s3);
}

/** What each metric adds up over the d numbers. @type {Record<PlainMetric, Sum>} */
const SUMS = { cosine: dotProduct, euclidean: sumSquaredDifferences, manhattan: sumAbsoluteDifferences };

/**
 * Returns the kth smallest of some numbers; NaN counts as larger than all.
 * @param {Float64Array} numbers (n,)
 * @param {number} k 1 <= k <= n
 * @example
 * kthSmallest(Float64Array.of(0.5, Number.NaN, 0.2), 2); // 0.5
 */
export function kthSmallest(numbers, k) {
	// The k smallest so far, ascending: nearly every number fails the first comparison.
	const smallest = new Float64Array(k).fill(Number.POSITIVE_INFINITY);
	for (let row = 0; row < numbers.length; row++) {
		const number = numbers[row];
		if (!(number < smallest[k - 1])) continue;
		let place = k - 1;
		for (; place > 0 && smallest[place - 1] > number; place--) smallest[place] = smallest[place - 1];
		smallest[place] = number;
	}
	return smallest[k - 1];
}

/**
 * Orders neighbours by distance; equal distances by class order, then by arrival.
 *
 * Going up the sorted distances, one counts as equal to the first of its run if they differ by no more than TIE times the
 * larger plus the metric's zero.
 * @param {Float64Array} distances (m,), of candidates in order of arrival
 * @param {number[]} classIndices m, the candidates' classes
 * @param {number} k 1 <= k <= m
 * @param {number} zero the metric's, of ZEROS
 * @returns {number[]} k positions in `distances`, nearest first
 * @example
 * // The second and the third are equally near; the third's class comes first.
 * rank(Float64Array.of(0.5, 0.2, 0.2), [0, 1, 0], 2, 0); // [2, 1]
 */
export function rank(distances, classIndices, k, zero) {
	const order = Array.from(distances.keys()).sort((a, b) => distances[a] - distances[b] || a - b);
	/** @type {number[]} */
	const ranked = [];
	for (let from = 0; from < order.length && ranked.length < k; ) {
		let to = from + 1;
		while (to < order.length && isTie(distances[order[from]], distances[order[to]], zero)) to++;
		const run = order.slice(from, to);
		if (run.length > 1) run.sort((a, b) => classIndices[a] - classIndices[b] || a - b);
		ranked.push(...run);
		from = to;
	}
	return ranked.slice(0, k);
}

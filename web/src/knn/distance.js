// Distances between embeddings, and their order. Pure functions of typed arrays: knows nothing of labels, ids or votes.
// knn.js uses it; its twin is server/knn/distance.py.

import { COSINE_ZERO, TIE } from "../contract/constants.js";

/** @typedef {"cosine" | "euclidean" | "manhattan"} PlainMetric one that needs nothing but the two vectors */
/** @typedef {PlainMetric | "adapted"} Metric "adapted" is measured by adapted-search.js */

/** A float32 number is off by this at the most, relatively. */
const ROUNDING = 2 ** -24;
/**
 * A sum of d rounded products is off by less than this times sqrt(d) roundings, but with a probability of
 * 2 exp(-8**2 / 2) (N. J. Higham and T. Mary, "A new approach to probabilistic rounding error analysis", 2019).
 */
const ROUNDING_FACTOR = 8;
/** Norms beyond these would overflow or lose digits in a float32 product; such examples are always measured exactly. */
const SMALLEST_NORM = 1e-25;
const LARGEST_NORM = 1e37;

/**
 * The error of a float32 dot product of d numbers, for vectors of length 1.
 * @param {number} d
 */
export function slackOf(d) {
	return (ROUNDING_FACTOR * Math.sqrt(d) + ROUNDING_FACTOR) * ROUNDING;
}

/**
 * @typedef {object} Searched what is searched
 * @property {number} count n >= 1
 * @property {import("./product.js").Matrix} matrix the examples, (n, d), finite, no zero row
 * @property {Float64Array} norms their L2 norms, (n,)
 */

/**
 * The L2 norm of an embedding, in float64.
 * @param {Float32Array} embedding (d,)
 */
export function norm(embedding) {
	let sum = 0;
	for (let i = 0; i < embedding.length; i++) sum += embedding[i] * embedding[i];
	return Math.sqrt(sum);
}

/**
 * One look at all examples for one query.
 *
 * Done twice, as in Python: a float32 product over all examples gives approximate distances with a known error; whatever
 * could be among the k nearest within that error is measured again in float64.
 */
export class Search {
	#examples;
	#query;
	#length;
	/** @type {Float32Array | null | undefined} undefined: not multiplied yet */
	#products;

	/**
	 * @param {Searched} examples
	 * @param {Float32Array} query (d,), finite, not all zero
	 * @param {number} length its L2 norm
	 */
	constructor(examples, query, length) {
		this.#examples = examples;
		this.#query = new Float64Array(query);
		this.#length = length;
	}

	/**
	 * Every example that is, or ties with, one of the k nearest.
	 * @param {number} k 1 <= k <= n
	 * @param {PlainMetric} metric
	 * @returns {{rows: ArrayLike<number>, distances: Float64Array}} rows, ascending, and their distances; at least k of each
	 */
	nearest(k, metric) {
		const { count } = this.#examples;
		const rows = (k < count && metric !== "manhattan" && this.#candidates(k, metric)) || upTo(count);
		return { rows, distances: this.#measure(rows, metric) };
	}

	/**
	 * The nearest example of some, by cosine, to float32: good enough to be shown, and no more than the product.
	 * @param {(row: number) => boolean} counts
	 * @returns {number} its row; -1: none counts
	 */
	nearestOf(counts) {
		const { count, norms, matrix } = this.#examples;
		this.#products ??= matrix.multiply(this.#unit(), count);
		let [nearest, largest] = [-1, Number.NEGATIVE_INFINITY];
		for (let row = 0; row < count; row++) {
			if (!counts(row)) continue;
			const product = this.#products?.[row] ?? dotProduct(matrix.values, row * matrix.d, this.#query);
			if (product / norms[row] > largest) [nearest, largest] = [row, product / norms[row]];
		}
		return nearest;
	}

	/**
	 * The rows that could be among the k nearest, or tie with them, ascending; null where all must be measured.
	 * @param {number} k
	 * @param {PlainMetric} metric
	 */
	#candidates(k, metric) {
		const { count, norms, matrix } = this.#examples;
		this.#products ??= matrix.multiply(this.#unit(), count);
		if (!this.#products) return null;
		const slack = slackOf(this.#query.length);
		// NaN stands for "unknown": it is larger than all, and never left out.
		const { lower, upper } =
			metric === "cosine"
				? cosineBounds(this.#products, norms, slack)
				: euclideanBounds(this.#products, norms, this.#length, slack);
		const bound = kthSmallest(upper, k);
		const reach = metric === "cosine" ? bound + 2 * TIE : (Math.sqrt(bound) + 2 * TIE) ** 2 * (1 + 1e-12);
		/** @type {number[]} */
		const rows = [];
		for (let row = 0; row < count; row++) if (!(lower[row] > reach)) rows.push(row);
		return rows;
	}

	/** The query scaled to length 1. A plain loop: Float32Array.from with a function takes far longer. */
	#unit() {
		const unit = new Float32Array(this.#query.length);
		for (let i = 0; i < unit.length; i++) unit[i] = this.#query[i] / this.#length;
		return unit;
	}

	/**
	 * The distances of some examples, in float64 from the float32 values.
	 * @param {ArrayLike<number>} rows
	 * @param {PlainMetric} metric
	 * @returns {Float64Array} one a row
	 */
	#measure(rows, metric) {
		const { matrix, norms } = this.#examples;
		const { values, d } = matrix;
		const sum = SUMS[metric];
		const distances = new Float64Array(rows.length);
		for (let i = 0; i < rows.length; i++) {
			const summed = sum(values, rows[i] * d, this.#query);
			if (metric === "cosine") {
				const distance = 1 - summed / (norms[rows[i]] * this.#length);
				distances[i] = distance < COSINE_ZERO ? 0 : distance;
			} else {
				distances[i] = metric === "euclidean" ? Math.sqrt(summed) : summed;
			}
		}
		return distances;
	}
}

/**
 * @param {Float32Array} products (n,), with the query scaled to length 1
 * @param {Float64Array} norms (n,)
 * @param {number} slack the products' error, for a row of length 1
 */
function cosineBounds(products, norms, slack) {
	const lower = new Float64Array(norms.length);
	const upper = new Float64Array(norms.length);
	for (let row = 0; row < norms.length; row++) {
		const similarity = products[row] / safeNorm(norms[row]);
		lower[row] = -similarity - slack;
		upper[row] = -similarity + slack;
	}
	return { lower, upper };
}

/**
 * Bounds of the squared distances, from |x|^2 + |q|^2 - 2 x.q.
 * @param {Float32Array} products (n,), with the query scaled to length 1
 * @param {Float64Array} norms (n,)
 * @param {number} length the query's norm
 * @param {number} slack the products' error, for a row of length 1
 */
function euclideanBounds(products, norms, length, slack) {
	const lower = new Float64Array(norms.length);
	const upper = new Float64Array(norms.length);
	for (let row = 0; row < norms.length; row++) {
		const its = safeNorm(norms[row]);
		const squared = (its - length) ** 2 + 2 * length * (its - products[row]);
		const error = 2 * length * its * slack + 1e-12 * (its * its + length * length);
		lower[row] = Math.max(squared - error, 0);
		upper[row] = Math.max(squared + error, 0);
	}
	return { lower, upper };
}

/**
 * A norm, or NaN where a float32 product can't be trusted.
 * @param {number} length
 */
export function safeNorm(length) {
	return length >= SMALLEST_NORM && length <= LARGEST_NORM ? length : Number.NaN;
}

/** @param {number} count */
export function upTo(count) {
	const rows = new Int32Array(count);
	for (let row = 0; row < count; row++) rows[row] = row;
	return rows;
}

// The three loops below add up in four sums at once, since a single sum would wait for every addition to end before the
// next begins. Each takes the matrix, where the row begins, and the query, (d,).

/** @typedef {(matrix: Float32Array, start: number, query: Float64Array) => number} Sum */

/** @type {Sum} */
export function dotProduct(matrix, start, query) {
	const d = query.length;
	const whole = d - (d % 4);
	let s0 = 0;
	let s1 = 0;
	let s2 = 0;
	let s3 = 0;
	let i = 0;
	for (let j = start; i < whole; i += 4, j += 4) {
		s0 += matrix[j] * query[i];
		s1 += matrix[j + 1] * query[i + 1];
		s2 += matrix[j + 2] * query[i + 2];
		s3 += matrix[j + 3] * query[i + 3];
	}
	for (; i < d; i++) s0 += matrix[start + i] * query[i];
	return s0 + s1 + (s2 + s3);
}

/** @type {Sum} */
function squaredDifferences(matrix, start, query) {
	const d = query.length;
	const whole = d - (d % 4);
	let s0 = 0;
	let s1 = 0;
	let s2 = 0;
	let s3 = 0;
	let i = 0;
	for (let j = start; i < whole; i += 4, j += 4) {
		s0 += (matrix[j] - query[i]) ** 2;
		s1 += (matrix[j + 1] - query[i + 1]) ** 2;
		s2 += (matrix[j + 2] - query[i + 2]) ** 2;
		s3 += (matrix[j + 3] - query[i + 3]) ** 2;
	}
	for (; i < d; i++) s0 += (matrix[start + i] - query[i]) ** 2;
	return s0 + s1 + (s2 + s3);
}

/** @type {Sum} */
function absoluteDifferences(matrix, start, query) {
	const d = query.length;
	const whole = d - (d % 4);
	let s0 = 0;
	let s1 = 0;
	let s2 = 0;
	let s3 = 0;
	let i = 0;
	for (let j = start; i < whole; i += 4, j += 4) {
		s0 += Math.abs(matrix[j] - query[i]);
		s1 += Math.abs(matrix[j + 1] - query[i + 1]);
		s2 += Math.abs(matrix[j + 2] - query[i + 2]);
		s3 += Math.abs(matrix[j + 3] - query[i + 3]);
	}
	for (; i < d; i++) s0 += Math.abs(matrix[start + i] - query[i]);
	return s0 + s1 + (s2 + s3);
}

/** What each metric adds up over the d numbers. @type {Record<PlainMetric, Sum>} */
const SUMS = { cosine: dotProduct, euclidean: squaredDifferences, manhattan: absoluteDifferences };

/**
 * The kth smallest of some numbers; NaN counts as larger than all.
 * @param {Float64Array} numbers (n,)
 * @param {number} k 1 <= k <= n
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
 * The order of neighbours: by distance; equal ones by class order, then arrival.
 *
 * Walking up the sorted distances, one that is within TIE of the first of its run counts as equal to it.
 * @param {Float64Array} distances (m,), of candidates in order of arrival
 * @param {number[]} classIndices m
 * @param {number} k 1 <= k <= m
 * @returns {number[]} k positions in `distances`, nearest first
 */
export function rank(distances, classIndices, k) {
	const order = Array.from(distances.keys()).sort((a, b) => distances[a] - distances[b] || a - b);
	/** @type {number[]} */
	const ranked = [];
	for (let from = 0; from < order.length && ranked.length < k; ) {
		let to = from + 1;
		while (to < order.length && distances[order[to]] - distances[order[from]] <= TIE) to++;
		const run = order.slice(from, to);
		if (run.length > 1) run.sort((a, b) => classIndices[a] - classIndices[b] || a - b);
		ranked.push(...run);
		from = to;
	}
	return ranked.slice(0, k);
}

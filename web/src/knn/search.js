// The search for the nearest examples, by cosine, Euclidean or Manhattan distance. Knows nothing of labels, ids or votes.
// knn.js uses it. The twin is server/knn/search.py; the adapted metric has adapted-search.js.
//
// The search has two steps. One float32 matrix product over all examples gives approximate distances with a known error.
// Every example that could be among the k nearest within that error is measured again in float64. The answer is therefore
// exact, and costs little more than the product.

import { TIE } from "../contract/constants.js";
import { dotProduct, kthSmallest, measureRows } from "./distance.js";

/** @typedef {import("./distance.js").PlainMetric} PlainMetric */

/** The relative error of rounding to float32. */
const FLOAT32_ROUNDING = 2 ** -24;
/** The relative error allowed for a squared Euclidean distance that is computed in float64. */
const FLOAT64_SLACK = 1e-12;
/**
 * A sum of d rounded products is off by less than this times sqrt(d) roundings, except with a probability of
 * 2 exp(-8**2 / 2) (N. J. Higham and T. Mary, "A new approach to probabilistic rounding error analysis", 2019).
 */
const ROUNDING_FACTOR = 8;
/** Norms outside these would overflow or lose digits in a float32 product; such examples are always measured exactly. */
const SMALLEST_NORM = 1e-25;
const LARGEST_NORM = 1e37;

/**
 * Returns the error of a float32 dot product of two embeddings of norm 1, for nearly all pairs.
 * @param {number} d the length of an embedding
 * @example
 * slackOf(1280); // 1.75e-5
 */
export function slackOf(d) {
	return (ROUNDING_FACTOR * Math.sqrt(d) + ROUNDING_FACTOR) * FLOAT32_ROUNDING;
}

/**
 * Returns a norm as it is; NaN for an example whose float32 product cannot be trusted.
 * @param {number} norm
 * @example
 * safeNorm(4); // 4
 * safeNorm(1e-30); // NaN
 */
export function safeNorm(norm) {
	return norm >= SMALLEST_NORM && norm <= LARGEST_NORM ? norm : Number.NaN;
}

/**
 * Returns the rows 0 to count - 1.
 * @param {number} count
 * @example
 * allRows(3); // Int32Array [0, 1, 2]
 */
export function allRows(count) {
	const rows = new Int32Array(count);
	for (let row = 0; row < count; row++) rows[row] = row;
	return rows;
}

/**
 * @typedef {object} SearchedExamples
 * @property {number} count n >= 1
 * @property {import("./product.js").Matrix} matrix the examples, (n, d), finite, no zero row
 * @property {Float64Array} norms their L2 norms, (n,)
 */

/**
 * One search over all examples for one embedding.
 * @example
 * const { rows, distances } = new Search(examples, embedding, l2Norm(embedding)).nearest(3, "cosine");
 */
export class Search {
	#examples;
	#embedding;
	#norm;
	/** @type {Float32Array | null | undefined} undefined: not multiplied yet */
	#products;

	/**
	 * @param {SearchedExamples} examples
	 * @param {Float32Array} embedding what is asked about, (d,), finite, not all zero
	 * @param {number} norm its L2 norm
	 */
	constructor(examples, embedding, norm) {
		this.#examples = examples;
		this.#embedding = new Float64Array(embedding);
		this.#norm = norm;
	}

	/**
	 * Finds every example that is, or ties with, one of the k nearest.
	 * @param {number} k 1 <= k <= n
	 * @param {PlainMetric} metric
	 * @returns {{rows: ArrayLike<number>, distances: Float64Array}} at least k rows, ascending, and their distances
	 */
	nearest(k, metric) {
		const { count, matrix, norms } = this.#examples;
		const rows = (k < count && metric !== "manhattan" && this.#candidates(k, metric)) || allRows(count);
		return { rows, distances: measureRows(matrix, norms, rows, this.#embedding, this.#norm, metric) };
	}

	/**
	 * Finds the nearest of the examples that pass a test, by cosine. Its distance is known to float32 only: enough to show the
	 * example, and it costs no more than the product.
	 * @param {(row: number) => boolean} test
	 * @returns {number} its row; -1: no example passes
	 */
	nearestOf(test) {
		const { count, norms, matrix } = this.#examples;
		this.#products ??= matrix.multiply(this.#unit(), count);
		let [nearest, largest] = [-1, Number.NEGATIVE_INFINITY];
		for (let row = 0; row < count; row++) {
			if (!test(row)) continue;
			const product = this.#products?.[row] ?? dotProduct(matrix.values, row * matrix.d, this.#embedding);
			if (product / norms[row] > largest) [nearest, largest] = [row, product / norms[row]];
		}
		return nearest;
	}

	/**
	 * Returns the cosine distance to the nearest of the examples that pass a test.
	 * @param {(row: number) => boolean} test
	 * @returns {number} Infinity: no example passes
	 */
	distanceToNearest(test) {
		const { count, norms, matrix } = this.#examples;
		this.#products ??= matrix.multiply(this.#unit(), count);
		const products = this.#products;
		const slack = 2 * slackOf(this.#embedding.length) + 2 * TIE;
		let largest = Number.NEGATIVE_INFINITY;
		for (let row = 0; row < count && products; row++) {
			const similarity = products[row] / safeNorm(norms[row]);
			if (similarity > largest && test(row)) largest = similarity;
		}
		/** @type {number[]} */
		const rows = [];
		for (let row = 0; row < count; row++) {
			// A similarity of NaN is unknown: the negated comparison keeps its row.
			const isFar = products && products[row] / safeNorm(norms[row]) < largest - slack;
			if (!isFar && test(row)) rows.push(row);
		}
		return Math.min(...measureRows(matrix, norms, rows, this.#embedding, this.#norm, "cosine"));
	}

	/**
	 * The rows that could be among the k nearest, or tie with them, ascending; null: all rows must be measured.
	 * @param {number} k
	 * @param {PlainMetric} metric
	 */
	#candidates(k, metric) {
		const { count, norms, matrix } = this.#examples;
		this.#products ??= matrix.multiply(this.#unit(), count);
		if (!this.#products) return null;
		const slack = slackOf(this.#embedding.length);
		const { lower, upper } =
			metric === "cosine"
				? cosineBounds(this.#products, norms, slack)
				: euclideanBounds(this.#products, norms, this.#norm, slack);
		const bound = kthSmallest(upper, k);
		const reach = metric === "cosine" ? bound + 2 * TIE : (Math.sqrt(bound) + 2 * TIE) ** 2 * (1 + FLOAT64_SLACK);
		/** @type {number[]} */
		const rows = [];
		// A bound of NaN is unknown: kthSmallest passes over it, and the negated comparison keeps its row.
		for (let row = 0; row < count; row++) if (!(lower[row] > reach)) rows.push(row);
		return rows;
	}

	/** The embedding scaled to norm 1. A plain loop, because Float32Array.from with a function takes far longer. */
	#unit() {
		const unit = new Float32Array(this.#embedding.length);
		for (let i = 0; i < unit.length; i++) unit[i] = this.#embedding[i] / this.#norm;
		return unit;
	}
}

/**
 * Bounds of the negated cosines.
 * @param {Float32Array} products (n,), with the embedding scaled to norm 1
 * @param {Float64Array} norms (n,)
 * @param {number} slack the products' error, for a row of norm 1
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
 * @param {Float32Array} products (n,), with the embedding scaled to norm 1
 * @param {Float64Array} norms (n,)
 * @param {number} norm the embedding's
 * @param {number} slack the products' error, for a row of norm 1
 */
function euclideanBounds(products, norms, norm, slack) {
	const lower = new Float64Array(norms.length);
	const upper = new Float64Array(norms.length);
	for (let row = 0; row < norms.length; row++) {
		const rowNorm = safeNorm(norms[row]);
		const squared = (rowNorm - norm) ** 2 + 2 * norm * (rowNorm - products[row]);
		const error = 2 * norm * rowNorm * slack + FLOAT64_SLACK * (rowNorm * rowNorm + norm * norm);
		lower[row] = Math.max(squared - error, 0);
		upper[row] = Math.max(squared + error, 0);
	}
	return { lower, upper };
}

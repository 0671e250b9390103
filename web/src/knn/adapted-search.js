// The search for the nearest examples in the adapted metric. As in search.js, a float32 product finds the candidates, which
// are measured again in float64. The metric needs no matrix of its own: it changes the embedding that is asked about
// (adapted.js) and adds one number for each example. knn.js uses it. The twin is server/knn/adapted_search.py.

import { ADAPTED_ZERO, NO_LENGTH } from "../contract/constants.js";
import { adaptedDistance, transform } from "./adapted.js";
import { dotProduct, kthSmallest, reachOfTie } from "./distance.js";
import { allRows, safeNorm, slackOf } from "./search.js";

/** @typedef {import("./search.js").SearchedExamples & {squares: Float64Array}} AdaptedExamples squares: |z|², (n,); NaN: not known yet */

/**
 * One search over all examples for one embedding.
 * @example
 * const { rows, distances } = new AdaptedSearch(examples, metric, embedding, l2Norm(embedding)).nearest(3);
 */
export class AdaptedSearch {
	#examples;
	#y;
	#offset;
	#square;

	/**
	 * @param {AdaptedExamples} examples the squares that are not known yet are filled in
	 * @param {import("./adapted.js").AdaptedMetric} metric
	 * @param {Float32Array} embedding what is asked about, (d,), finite, not all zero
	 * @param {number} norm its L2 norm
	 */
	constructor(examples, metric, embedding, norm) {
		const { matrix, norms, squares, count } = examples;
		for (let row = 0; row < count; row++) {
			if (!Number.isNaN(squares[row])) continue;
			const example = matrix.values.subarray(row * matrix.d, (row + 1) * matrix.d);
			squares[row] = transform(metric, example, norms[row]).square;
		}
		this.#examples = examples;
		({ y: this.#y, offset: this.#offset, square: this.#square } = transform(metric, embedding, norm));
	}

	/**
	 * Finds every example that is, or ties with, one of the k nearest.
	 * @param {number} k 1 <= k <= n
	 * @returns {{rows: ArrayLike<number>, distances: Float64Array}} at least k rows, ascending, and their distances
	 */
	nearest(k) {
		const { count, matrix, norms, squares } = this.#examples;
		const rows = (k < count && this.#candidates(k)) || allRows(count);
		const distances = new Float64Array(rows.length);
		for (let i = 0; i < rows.length; i++) {
			const row = rows[i];
			const inner = dotProduct(matrix.values, row * matrix.d, this.#y) / norms[row] - this.#offset;
			distances[i] = adaptedDistance(inner, squares[row], this.#square);
		}
		return { rows, distances };
	}

	/**
	 * The rows that could be among the k nearest, or tie with them, ascending; null: all rows must be measured.
	 * @param {number} k
	 */
	#candidates(k) {
		const { count, matrix, norms, squares } = this.#examples;
		const d = this.#y.length;
		let norm = 0;
		for (let i = 0; i < d; i++) norm += this.#y[i] ** 2;
		norm = Math.sqrt(norm);
		if (!(norm > 0 && this.#square > NO_LENGTH)) return null;
		const unit = new Float32Array(d);
		for (let i = 0; i < d; i++) unit[i] = this.#y[i] / norm;
		const products = matrix.multiply(unit, count);
		if (!products) return null;
		const slack = slackOf(d);
		const lower = new Float64Array(count);
		const upper = new Float64Array(count);
		for (let row = 0; row < count; row++) {
			if (!(squares[row] > NO_LENGTH)) {
				lower[row] = upper[row] = 1;
				continue;
			}
			const scale = norm / Math.sqrt(squares[row] * this.#square);
			const distance = 1 - (products[row] / safeNorm(norms[row])) * scale + (this.#offset / norm) * scale;
			lower[row] = distance - slack * scale;
			upper[row] = distance + slack * scale;
		}
		const reach = reachOfTie(kthSmallest(upper, k), ADAPTED_ZERO);
		/** @type {number[]} */
		const rows = [];
		// A bound of NaN is unknown: kthSmallest passes over it, and the negated comparison keeps its row.
		for (let row = 0; row < count; row++) if (!(lower[row] > reach)) rows.push(row);
		return rows;
	}
}

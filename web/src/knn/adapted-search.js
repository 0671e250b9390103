// One look at all examples for one query, in the adapted metric. Done twice, as in distance.js: a float32 product finds the
// candidates, which are measured again in float64. The metric needs no matrix of its own: all that is particular to it is
// in the query (adapted.js), and in one number an example. knn.js uses it.

import { NO_LENGTH, TIE } from "../contract/constants.js";
import { adaptedDistance, transform } from "./adapted.js";
import { dotProduct, kthSmallest, safeNorm, slackOf, upTo } from "./distance.js";

/** @typedef {import("./distance.js").Searched & {squares: Float64Array}} Measured squares: NaN where not known yet */

export class AdaptedSearch {
	#examples;
	#y;
	#offset;
	#square;

	/**
	 * @param {Measured} examples what isn't known yet of them is filled in
	 * @param {import("./adapted.js").AdaptedMetric} metric
	 * @param {Float32Array} query (d,), finite, not all zero
	 * @param {number} length its L2 norm
	 */
	constructor(examples, metric, query, length) {
		const { matrix, norms, squares, count } = examples;
		for (let row = 0; row < count; row++) {
			if (!Number.isNaN(squares[row])) continue;
			const vector = matrix.values.subarray(row * matrix.d, (row + 1) * matrix.d);
			squares[row] = transform(metric, vector, norms[row]).square;
		}
		this.#examples = examples;
		({ y: this.#y, offset: this.#offset, square: this.#square } = transform(metric, query, length));
	}

	/**
	 * Every example that is, or ties with, one of the k nearest.
	 * @param {number} k 1 <= k <= n
	 * @returns {{rows: ArrayLike<number>, distances: Float64Array}} rows, ascending, and their distances; at least k of each
	 */
	nearest(k) {
		const { count, matrix, norms, squares } = this.#examples;
		const rows = (k < count && this.#candidates(k)) || upTo(count);
		const distances = new Float64Array(rows.length);
		for (let i = 0; i < rows.length; i++) {
			const row = rows[i];
			const inner = dotProduct(matrix.values, row * matrix.d, this.#y) / norms[row] - this.#offset;
			distances[i] = adaptedDistance(inner, squares[row], this.#square);
		}
		return { rows, distances };
	}

	/**
	 * The rows that could be among the k nearest, or tie with them, ascending; null where all must be measured.
	 * @param {number} k
	 */
	#candidates(k) {
		const { count, matrix, norms, squares } = this.#examples;
		const d = this.#y.length;
		let length = 0;
		for (let i = 0; i < d; i++) length += this.#y[i] ** 2;
		length = Math.sqrt(length);
		if (!(length > 0 && this.#square > NO_LENGTH)) return null;
		const unit = new Float32Array(d);
		for (let i = 0; i < d; i++) unit[i] = this.#y[i] / length;
		const products = matrix.multiply(unit, count);
		if (!products) return null;
		const lower = new Float64Array(count);
		const upper = new Float64Array(count);
		// NaN stands for "unknown": it is larger than all, and never left out.
		for (let row = 0; row < count; row++) {
			if (!(squares[row] > NO_LENGTH)) {
				lower[row] = upper[row] = 1;
				continue;
			}
			const scale = length / Math.sqrt(squares[row] * this.#square);
			const distance = 1 - (products[row] / safeNorm(norms[row])) * scale + (this.#offset / length) * scale;
			lower[row] = distance - slackOf(d) * scale;
			upper[row] = distance + slackOf(d) * scale;
		}
		const reach = kthSmallest(upper, k) + 2 * TIE;
		/** @type {number[]} */
		const rows = [];
		for (let row = 0; row < count; row++) if (!(lower[row] > reach)) rows.push(row);
		return rows;
	}
}

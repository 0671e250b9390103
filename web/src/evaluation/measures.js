// How far any two tested examples are apart, in every metric, from what is kept of every pair. evaluation.js owns one.

import { COSINE_ZERO } from "../contract/constants.js";
import { adaptedPairs, fittedOn } from "./adapted-pairs.js";
import { crossFitted } from "./cross-fitting.js";
import { absolutes, Pairs, products, squaredDifference } from "./pairs.js";

/** Squared distances below this share of the squared lengths lose too many digits in a difference of dot products. */
const CLOSE = 1e-6;

/** @typedef {import("./test-set.js").TestSet} TestSet */
/** @typedef {import("../knn/distance.js").Metric} Metric */
/** @typedef {import("./neighbour-lists.js").Distances} Distances */
/**
 * Makes ready to measure how far some that are asked about are from some that are taught: slots, the taught in order of arrival.
 * @typedef {(taught: Int32Array, asked: Int32Array) => Generator<void, Distances>} Measure
 */

export class Measures {
	#testSet;
	#dots;
	#sums;
	/** (n, n), in order of arrival, of the last cross-fitting. @type {Float64Array} */
	#adapted = new Float64Array(0);

	/** @param {TestSet} testSet */
	constructor(testSet) {
		this.#testSet = testSet;
		this.#dots = new Pairs(testSet, products);
		this.#sums = new Pairs(testSet, absolutes);
	}

	/**
	 * Measures the pairs that are new, for cosine and Euclidean distance.
	 * @returns {Generator<number, void>} how much is done, 0..1; whoever stops in between goes on from there the next time
	 */
	update() {
		return this.#dots.measure();
	}

	/** The same for Manhattan distances. */
	updateManhattan() {
		return this.#sums.measure();
	}

	/** Fits the adapted metric anew. @returns {Generator<number, void>} how much is done, 0..1 */
	*crossFit() {
		this.#adapted = yield* crossFitted(this.#testSet, this.#similarities, this.of.cosine);
	}

	/** What an example that is left out is measured by. @type {Record<Metric, Distances>} */
	of = {
		cosine: (slot, others, out) => {
			const { inverses } = this.#testSet;
			const dots = this.#dots.of(slot);
			const inverse = inverses[slot];
			for (let i = 0; i < others.length; i++) {
				const other = others[i];
				const distance = 1 - dots[other] * (inverse * inverses[other]);
				out[i] = distance < COSINE_ZERO ? 0 : distance;
			}
		},
		euclidean: (slot, others, out) => {
			const { norms, values, d } = this.#testSet;
			const dots = this.#dots.of(slot);
			const length = norms[slot] ** 2;
			for (let i = 0; i < others.length; i++) {
				const other = others[i];
				const lengths = length + norms[other] ** 2;
				const squared = lengths - 2 * dots[other];
				out[i] = Math.sqrt(squared < CLOSE * lengths ? squaredDifference(values, d, slot * d, other * d) : squared);
			}
		},
		manhattan: (slot, others, out) => {
			const sums = this.#sums.of(slot);
			for (let i = 0; i < others.length; i++) out[i] = sums[others[i]];
		},
		adapted: (slot, others, out) => {
			const { arrivals, order } = this.#testSet;
			const start = arrivals[slot] * order.length;
			for (let i = 0; i < others.length; i++) out[i] = this.#adapted[start + arrivals[others[i]]];
		},
	};

	/**
	 * What those that are asked about are measured by where only some others are taught.
	 * @param {Metric} metric
	 * @returns {Measure}
	 */
	drawn(metric) {
		if (metric === "adapted") return (taught, asked) => this.#fitted(taught, asked);
		const its = this.of[metric];
		// biome-ignore lint/correctness/useYield: there is nothing to make ready.
		return function* () {
			return its;
		};
	}

	/**
	 * The adapted metric, fitted on what is taught and on nothing else.
	 * @param {Int32Array} taught
	 * @param {Int32Array} asked
	 * @returns {Generator<void, Distances>} for these only
	 */
	*#fitted(taught, asked) {
		const testSet = this.#testSet;
		const found = yield* adaptedPairs(testSet, this.#similarities, fittedOn(testSet, taught), asked, taught);
		if (!found) return this.of.cosine;
		const n = taught.length;
		const rowOf = new Map(Array.from(asked, (slot, row) => [slot, row]));
		return (slot, _, out) => {
			const start = /** @type {number} */ (rowOf.get(slot)) * n;
			out.set(found.subarray(start, start + n));
		};
	}

	/** Cosines. @type {Distances} */
	#similarities = (slot, others, out) => {
		const { inverses } = this.#testSet;
		const dots = this.#dots.of(slot);
		for (let i = 0; i < others.length; i++) out[i] = dots[others[i]] * (inverses[slot] * inverses[others[i]]);
	};
}

// Distances between tested examples in every metric, from the numbers that are kept for every pair. evaluation.js owns one. The
// twin is server/evaluation/pairs.py.

import { COSINE_ZERO } from "../contract/constants.js";
import { CANCELLED, nearCosine, ZEROS } from "../knn/distance.js";
import { chooseFittedSlots, measureAdapted } from "./adapted-pairs.js";
import { crossFit } from "./cross-fitting.js";
import { multiply, Pairs, sumAbsoluteDifferences, sumSquaredDifferences } from "./pairs.js";

/** @typedef {import("./test-set.js").TestSet} TestSet */
/** @typedef {import("../state/result.js").Metric} Metric */
/** @typedef {import("./neighbour-lists.js").Distances} Distances */
/**
 * Prepares the distances from test examples to training examples; trainingSlots are in order of arrival.
 * @typedef {(trainingSlots: Int32Array, testSlots: Int32Array) => Generator<void, Distances>} PrepareDistances
 */

/**
 * @example
 * const metricDistances = new MetricDistances(testSet);
 * for (const share of metricDistances.update()) console.log(share);
 * metricDistances.byMetric.cosine(slot, others, out);
 */
export class MetricDistances {
	#testSet;
	#dots;
	#sums;
	/** (n, n), in order of arrival, from the last cross-fitting. @type {Float64Array} */
	#adapted = new Float64Array(0);
	/** The zeros of the metrics that it holds, (n,). @type {number[]} */
	#zeros = [];

	/** @param {TestSet} testSet */
	constructor(testSet) {
		this.#testSet = testSet;
		this.#dots = new Pairs(testSet, multiply);
		this.#sums = new Pairs(testSet, sumAbsoluteDifferences);
	}

	/**
	 * Measures the pairs that are new, for cosine and Euclidean distances. If it is stopped, the next call continues from there.
	 * @returns {Generator<number, void>} yields the share that is done, 0..1
	 */
	update() {
		return this.#dots.measure();
	}

	/** Does the same for Manhattan distances. */
	updateManhattan() {
		return this.#sums.measure();
	}

	/** Fits the adapted metric anew. @returns {Generator<number, void>} yields the share that is done, 0..1 */
	*crossFit() {
		this.#adapted = yield* crossFit(this.#testSet, this.#similarities, this.byMetric.cosine, this.#zeros);
	}

	/** The distances of an example that is left out, by metric. @type {Record<Metric, Distances>} */
	byMetric = {
		cosine: (slot, others, out) => {
			const { inverses, values, d } = this.#testSet;
			const dots = this.#dots.row(slot);
			const inverse = inverses[slot];
			for (let i = 0; i < others.length; i++) {
				const other = others[i];
				let distance = 1 - dots[other] * (inverse * inverses[other]);
				if (distance < CANCELLED) {
					distance = nearCosine(values, slot * d, inverse, values, other * d, inverses[other], d);
				}
				out[i] = distance < COSINE_ZERO ? 0 : distance;
			}
			return ZEROS.cosine;
		},
		euclidean: (slot, others, out) => {
			const { norms, values, d } = this.#testSet;
			const dots = this.#dots.row(slot);
			const squaredNorm = norms[slot] ** 2;
			for (let i = 0; i < others.length; i++) {
				const other = others[i];
				const squaredNorms = squaredNorm + norms[other] ** 2;
				const squared = squaredNorms - 2 * dots[other];
				const isCancelled = squared < CANCELLED * squaredNorms;
				out[i] = Math.sqrt(isCancelled ? sumSquaredDifferences(values, d, slot * d, other * d) : squared);
			}
			return ZEROS.euclidean;
		},
		manhattan: (slot, others, out) => {
			const sums = this.#sums.row(slot);
			for (let i = 0; i < others.length; i++) out[i] = sums[others[i]];
			return ZEROS.manhattan;
		},
		adapted: (slot, others, out) => {
			const { arrivals, order } = this.#testSet;
			const start = arrivals[slot] * order.length;
			for (let i = 0; i < others.length; i++) out[i] = this.#adapted[start + arrivals[others[i]]];
			return this.#zeros[arrivals[slot]];
		},
	};

	/**
	 * Returns how to prepare a metric for a subset of training examples.
	 * @param {Metric} metric
	 * @returns {PrepareDistances}
	 */
	forSubset(metric) {
		if (metric === "adapted") return (trainingSlots, testSlots) => this.#fit(trainingSlots, testSlots);
		const distances = this.byMetric[metric];
		// biome-ignore lint/correctness/useYield: there is nothing to prepare.
		return function* () {
			return distances;
		};
	}

	/**
	 * Fits the adapted metric on the training examples only.
	 * @param {Int32Array} trainingSlots
	 * @param {Int32Array} testSlots
	 * @returns {Generator<void, Distances>} from these test examples to all of these training examples only
	 */
	*#fit(trainingSlots, testSlots) {
		const testSet = this.#testSet;
		const fittedSlots = chooseFittedSlots(testSet, trainingSlots);
		const measured = yield* measureAdapted(testSet, this.#similarities, fittedSlots, testSlots, trainingSlots);
		if (!measured) return this.byMetric.cosine;
		const n = trainingSlots.length;
		const rowOf = new Map(Array.from(testSlots, (slot, row) => [slot, row]));
		return (slot, _, out) => {
			const start = /** @type {number} */ (rowOf.get(slot)) * n;
			out.set(measured.subarray(start, start + n));
			return ZEROS.adapted;
		};
	}

	/** @type {import("./adapted-pairs.js").Similarities} */
	#similarities = (slot, others, out) => {
		const { inverses } = this.#testSet;
		const dots = this.#dots.row(slot);
		for (let i = 0; i < others.length; i++) out[i] = dots[others[i]] * (inverses[slot] * inverses[others[i]]);
	};
}

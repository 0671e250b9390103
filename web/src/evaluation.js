// How good is it? Every example is left out in turn and classified by the others; all figures are defined in "Evaluation" of
// contract/README.md. What was measured is kept, so that one more example costs one more row. The twin is
// server/evaluation.py; on the page only study.worker.js uses it.

import { Bench } from "./bench.js";
import { calibrated } from "./calibration.js";
import { crossFitted } from "./cross-fitting.js";
import { COSINE_ZERO, METRICS, TIE } from "./distance.js";
import { heldOut } from "./held-out.js";
import { learningCurve } from "./learning-curve.js";
import { MOST_NEIGHBOURS, NeighbourLists } from "./neighbour-lists.js";
import { absolutes, Pairs, products, squaredDifference } from "./pairs.js";
import { byClass, scored } from "./scores.js";

/** Squared distances below this share of the squared lengths lose too many digits in a difference of dot products. */
const CLOSE = 1e-6;

/** @typedef {import("./bench.js").Snapshot} Snapshot */
/** @typedef {import("./distance.js").Metric} Metric */
/** @typedef {import("./neighbour-lists.js").Distances} Distances */
/** @typedef {import("./figures.js").Evaluation} Figures */
/** @typedef {{k: number, metric: Metric | "auto", weights: "uniform" | "distance"}} Question */

export class Evaluation {
	#bench = new Bench();
	#dots = new Pairs(this.#bench, products);
	#sums = new Pairs(this.#bench, absolutes);
	/** (n, n), in order of arrival, of the last cross-fitting. @type {Float64Array} */
	#adapted = new Float64Array(0);
	/** @type {Record<Metric, Distances>} */
	#distances = {
		cosine: (slot, others, out) => {
			const { inverses } = this.#bench;
			const dots = this.#dots.of(slot);
			const inverse = inverses[slot];
			for (let i = 0; i < others.length; i++) {
				const other = others[i];
				const distance = 1 - dots[other] * (inverse * inverses[other]);
				out[i] = distance < COSINE_ZERO ? 0 : distance;
			}
		},
		euclidean: (slot, others, out) => {
			const { norms, values, d } = this.#bench;
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
			const { arrivals, order } = this.#bench;
			const start = arrivals[slot] * order.length;
			for (let i = 0; i < others.length; i++) out[i] = this.#adapted[start + arrivals[others[i]]];
		},
	};
	#lists = /** @type {Record<Metric, NeighbourLists>} */ (
		Object.fromEntries(
			Object.entries(this.#distances).map(([metric, distances]) => [
				metric,
				new NeighbourLists(this.#bench, distances),
			]),
		)
	);
	/** The metrics that are measured of what there is now. @type {Set<Metric>} */
	#measured = new Set();

	/**
	 * Takes in what there is now, and measures what is new of it by cosine and Euclidean distance. Can be stopped: the next
	 * update goes on from there.
	 * @param {Snapshot} snapshot
	 * @returns {Generator<number, void>} how much is done, 0..1, every few milliseconds
	 */
	*update(snapshot) {
		if (this.#bench.update(snapshot)) this.#measured.clear();
		if (this.#measured.has("euclidean")) return;
		for (const done of this.#dots.measure()) yield 0.9 * done;
		yield* this.#list("cosine");
		yield* this.#list("euclidean");
	}

	/**
	 * Measures what else there is; can be stopped as `update` can.
	 * @param {"adapted" | "manhattan"} metric
	 * @returns {Generator<number, void>} how much is done, 0..1
	 */
	*measure(metric) {
		if (this.#measured.has(metric)) return;
		if (metric === "manhattan") {
			for (const done of this.#sums.measure()) yield 0.9 * done;
		} else {
			const steps = crossFitted(this.#bench, (slot, others, out) => this.#similarities(slot, others, out));
			let step = steps.next();
			while (!step.done) {
				yield 0.9 * step.value;
				step = steps.next();
			}
			this.#adapted = step.value;
		}
		yield* this.#list(metric);
	}

	/**
	 * The figures, by what is measured so far; update has come to its end.
	 * @param {Question} question a metric that isn't measured yet is answered for by cosine; k: 30 at most
	 * @returns {Figures | null} null with fewer than two examples
	 */
	evaluate({ k: wanted, metric: asked, weights }) {
		const bench = this.#bench;
		const n = bench.order.length;
		if (n < 2) return null;
		const k = Math.min(wanted, MOST_NEIGHBOURS);
		const metrics = /** @type {Metric[]} */ (METRICS).filter((metric) => this.#measured.has(metric));
		const scores = new Map(metrics.map((metric) => [metric, scored(bench, this.#lists[metric], weights, k)]));
		const byMetric = Object.fromEntries(Array.from(scores, ([metric, { curve }]) => [metric, curve]));
		const auto = automatic(byMetric, k);
		const chosen = asked === "auto" ? auto.metric : asked;
		const metric = scores.has(chosen) ? chosen : "cosine";
		const { curve, answers } = /** @type {ReturnType<typeof scored>} */ (scores.get(metric));
		return {
			count: bench.count,
			tested: n,
			k,
			metric,
			weights,
			labels: [...bench.labels],
			flattered: bench.labels.filter((_, index) => bench.recordingsOf[index] === 1),
			accuracy: curve.accuracy[k - 1],
			balancedAccuracy: curve.balancedAccuracy[k - 1],
			crossEntropy: curve.crossEntropy[k - 1],
			byMetric,
			...byClass(bench, answers),
			auto,
			unknown: calibrated(bench, this.#distances.cosine),
			learningCurve: learningCurve(bench, this.#distances[metric], k, weights),
			split: heldOut(
				bench,
				metrics.map((metric) => [metric, this.#distances[metric]]),
				weights,
			),
		};
	}

	/** Cosines. @type {Distances} */
	#similarities(slot, others, out) {
		const { inverses } = this.#bench;
		const dots = this.#dots.of(slot);
		for (let i = 0; i < others.length; i++) out[i] = dots[others[i]] * (inverses[slot] * inverses[others[i]]);
	}

	/** @param {Metric} metric */
	*#list(metric) {
		for (const _ of this.#lists[metric].update(metric === "adapted")) yield 0.95;
		this.#measured.add(metric);
	}
}

/**
 * What "auto" takes: of equal accuracies the lower cross-entropy counts, and then the cosine.
 * @param {Figures["byMetric"]} byMetric
 * @param {number} k
 * @returns {Figures["auto"]}
 */
function automatic({ cosine, adapted }, k) {
	const its = /** @type {import("./figures.js").Curve} */ (cosine);
	if (!adapted) return { metric: "cosine", cosine: its.accuracy[k - 1], adapted: null };
	const gain = adapted.accuracy[k - 1] - its.accuracy[k - 1];
	const isBetter = gain > 0 || (gain === 0 && adapted.crossEntropy[k - 1] < its.crossEntropy[k - 1] - TIE);
	return {
		metric: isBetter ? "adapted" : "cosine",
		cosine: its.accuracy[k - 1],
		adapted: adapted.accuracy[k - 1],
	};
}

// How good is it? Every example is left out in turn and classified by the others; all figures are defined in "Evaluation" of
// contract/README.md. What was measured is kept, so that one more example costs one more row. The twin is
// server/evaluation/evaluation.py; on the page only evaluation.worker.js uses it.

import { MAX_NEIGHBOURS, METRICS, TIE } from "../contract/constants.js";
import { Calibration } from "./calibration.js";
import { heldOut } from "./held-out.js";
import { learningCurve } from "./learning-curve.js";
import { Measures } from "./measures.js";
import { NeighbourLists } from "./neighbour-lists.js";
import { radii } from "./radii.js";
import { byClass, scored } from "./scores.js";
import { TestSet } from "./test-set.js";

/** Neighbours of each example that are told of by themselves. */
export const NEIGHBOURS_TOLD = 5;
/** Questions whose drawn figures are kept at most. */
const MAX_DRAWN = 16;

/** @typedef {import("./test-set.js").Snapshot} Snapshot */
/** @typedef {import("../knn/distance.js").Metric} Metric */
/** @typedef {import("../state/figures.js").Evaluation} Figures */
/** @typedef {import("./scores.js").Scores} Scores */
/** @typedef {import("../knn/options.js").Question} Question */
/** @typedef {{k: number, metric: Metric, weights: "uniform" | "distance"}} Resolved */
/**
 * @typedef {object} Neighbourhood rows in order of arrival
 * @property {string[]} ids n
 * @property {number[]} classOf n
 * @property {Float64Array} nearestSame (n,), to the nearest other example of the class, whatever recording; infinite: none
 * @property {Int32Array} neighbours (n, 5), rows of other recordings, nearest first; -1 where there are fewer
 * @property {Float64Array} distances (n, 5)
 * @property {number[]} radius of each class: see radii.js
 */
/**
 * @typedef {object} Drawn
 * @property {Pick<Figures, "learningCurve" | "split">} figures
 * @property {number} changes which of them it has taken in
 * @property {string} asked the question, resolved
 * @property {number} metrics how many were measured
 */

/**
 * The evaluation of some examples as they change: `update` first, which measures by cosine and Euclidean distance; then,
 * where wanted, `measure` and `draw`. `evaluate` says what is known so far.
 */
export class Evaluation {
	#testSet = new TestSet();
	#measures = new Measures(this.#testSet);
	#lists = /** @type {Record<Metric, NeighbourLists>} */ (
		Object.fromEntries(
			Object.entries(this.#measures.of).map(([metric, distances]) => [
				metric,
				new NeighbourLists(this.#testSet, distances),
			]),
		)
	);
	/** For those that are told of: never of the same recording, even where a class has no other. */
	#elsewhere = new NeighbourLists(this.#testSet, this.#measures.of.cosine, {
		most: NEIGHBOURS_TOLD,
		leavesOutAll: true,
	});
	#calibration = new Calibration(this.#testSet, this.#measures.of.cosine);
	/** Counted. */
	#changes = 0;
	/** The metrics that are measured of what there is now. @type {Set<Metric>} */
	#measured = new Set();
	/** What is found out about what there is now, by what was asked. */
	#known = {
		/** @type {Map<string, Scores>} by metric and weights */
		scores: new Map(),
		/** @type {Map<string, Figures["learningCurve"]>} by question, resolved */
		curves: new Map(),
		/** @type {Map<string, Map<Metric, import("./held-out.js").Accuracies>>} by weights */
		accuracies: new Map(),
	};
	/** The last of each question, kept through changes: newer ones take a while. @type {Map<string, Drawn>} */
	#drawn = new Map();

	/**
	 * Takes in what there is now, and measures what is new of it by cosine and Euclidean distance. Can be stopped: the next
	 * update goes on from there.
	 * @param {Snapshot} snapshot
	 * @returns {Generator<number, void>} how much is done, 0..1, every few milliseconds
	 */
	*update(snapshot) {
		if (this.#testSet.update(snapshot)) {
			this.#changes++;
			this.#measured.clear();
			for (const found of Object.values(this.#known)) found.clear();
		}
		if (this.#measured.has("euclidean")) return;
		for (const done of this.#measures.update()) yield 0.9 * done;
		for (const _ of this.#calibration.update()) yield 0.9;
		for (const _ of this.#elsewhere.update()) yield 0.95;
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
		const steps = metric === "manhattan" ? this.#measures.updateManhattan() : this.#measures.crossFit();
		for (const done of steps) yield 0.9 * done;
		yield* this.#list(metric);
	}

	/**
	 * Works out `learningCurve` and `split` for a question, by what is measured; can be stopped, which changes nothing.
	 * @param {Question} question
	 * @returns {Generator<void, void>} yields every few milliseconds
	 */
	*draw(question) {
		const testSet = this.#testSet;
		if (testSet.order.length < 2) return;
		const { k, metric, weights } = this.#resolved(question);
		const { curves, accuracies } = this.#known;
		const asked = key(k, metric, weights);
		const curve = curves.get(asked) ?? (yield* learningCurve(testSet, this.#measures.drawn(metric), k, weights));
		curves.set(asked, curve);
		const known = accuracies.get(weights) ?? new Map();
		accuracies.set(weights, known);
		const metrics = new Map(this.#metrics.map((its) => [its, this.#measures.drawn(its)]));
		const split = yield* heldOut(testSet, metrics, weights, known);
		if (this.#drawn.size >= MAX_DRAWN) this.#drawn.clear();
		this.#drawn.set(key(question.k, question.metric, weights), {
			figures: { learningCurve: curve, split },
			changes: this.#changes,
			asked,
			metrics: this.#measured.size,
		});
	}

	/**
	 * Whether `draw` would find nothing new.
	 * @param {Question} question
	 */
	isDrawn(question) {
		if (this.#testSet.order.length < 2) return true;
		const drawn = this.#drawn.get(key(question.k, question.metric, question.weights));
		if (drawn?.changes !== this.#changes) return false;
		const { k, metric, weights } = this.#resolved(question);
		// Another metric is another candidate of the split.
		const hasAll = drawn.figures.split === null || drawn.metrics === this.#measured.size;
		return hasAll && drawn.asked === key(k, metric, weights);
	}

	/**
	 * The figures, by what is measured so far; update has come to its end.
	 * @param {Question} question a metric that isn't measured yet is answered for by cosine; k: 30 at most
	 * @returns {Figures | null} null with fewer than two examples; `learningCurve` and `split` are those of the question's
	 *   last draw, null before the first
	 */
	evaluate(question) {
		const testSet = this.#testSet;
		const n = testSet.order.length;
		if (n < 2) return null;
		const { k, metric, weights } = this.#resolved(question);
		const { curve, answers } = this.#scored(metric, weights);
		return {
			count: testSet.count,
			tested: n,
			k,
			metric,
			weights,
			labels: [...testSet.labels],
			flattered: testSet.labels.filter((_, index) => testSet.recordingsOf[index] === 1),
			accuracy: curve.accuracy[k - 1],
			balancedAccuracy: curve.balancedAccuracy[k - 1],
			crossEntropy: curve.crossEntropy[k - 1],
			byMetric: Object.fromEntries(this.#metrics.map((its) => [its, this.#scored(its, weights).curve])),
			...byClass(testSet, answers[k - 1]),
			auto: this.#auto(k, weights),
			unknown: this.#calibration.unknown(),
			...(this.#drawn.get(key(question.k, question.metric, weights))?.figures ?? { learningCurve: null, split: null }),
		};
	}

	/**
	 * Who lies near whom, by cosine distance, of the examples that are tested; update has come to its end.
	 * @returns {Neighbourhood}
	 */
	nearest() {
		const testSet = this.#testSet;
		const n = testSet.order.length;
		const neighbours = new Int32Array(n * NEIGHBOURS_TOLD).fill(-1);
		const distances = new Float64Array(n * NEIGHBOURS_TOLD);
		for (const [row, slot] of testSet.order.entries()) {
			const its = this.#elsewhere.ranked(slot);
			for (let i = 0; i < Math.min(NEIGHBOURS_TOLD, its.slots.length); i++) {
				neighbours[row * NEIGHBOURS_TOLD + i] = testSet.arrivals[its.slots[i]];
				distances[row * NEIGHBOURS_TOLD + i] = its.distances[i];
			}
		}
		const ids = Array.from(testSet.order, (slot) => testSet.ids[slot]);
		const classOf = Array.from(testSet.order, (slot) => testSet.classes[slot]);
		const { values, d } = testSet;
		const vectors = Array.from(testSet.order, (slot) => values.subarray(slot * d, (slot + 1) * d));
		const radius = radii(vectors, classOf, testSet.labels.length);
		return { ids, classOf, nearestSame: this.#calibration.nearestSame(), neighbours, distances, radius };
	}

	/** The metrics that are measured, in the order in which equals are preferred. */
	get #metrics() {
		return /** @type {Metric[]} */ (METRICS).filter((metric) => this.#measured.has(metric));
	}

	/**
	 * A question that can be answered: with a k of at most 30, and a metric that is measured.
	 * @param {Question} question
	 * @returns {Resolved}
	 */
	#resolved({ k: wanted, metric: asked, weights }) {
		const k = Math.min(wanted, MAX_NEIGHBOURS);
		const metric = asked === "auto" ? this.#auto(k, weights).metric : asked;
		return { k, metric: this.#measured.has(metric) ? metric : "cosine", weights };
	}

	/**
	 * @param {Metric} metric one that is measured
	 * @param {string} weights
	 * @returns {Scores}
	 */
	#scored(metric, weights) {
		const { scores } = this.#known;
		const its = scores.get(key(metric, weights)) ?? scored(this.#testSet, this.#lists[metric], weights);
		scores.set(key(metric, weights), its);
		return its;
	}

	/**
	 * What "auto" takes: of equal accuracies the lower cross-entropy counts, and then the cosine.
	 * @param {number} k
	 * @param {string} weights
	 * @returns {Figures["auto"]}
	 */
	#auto(k, weights) {
		const cosine = this.#scored("cosine", weights).curve;
		if (!this.#measured.has("adapted")) return { metric: "cosine", cosine: cosine.accuracy[k - 1], adapted: null };
		const adapted = this.#scored("adapted", weights).curve;
		const gain = adapted.accuracy[k - 1] - cosine.accuracy[k - 1];
		const isBetter = gain > 0 || (gain === 0 && adapted.crossEntropy[k - 1] < cosine.crossEntropy[k - 1] - TIE);
		return {
			metric: isBetter ? "adapted" : "cosine",
			cosine: cosine.accuracy[k - 1],
			adapted: adapted.accuracy[k - 1],
		};
	}

	/** @param {Metric} metric */
	*#list(metric) {
		for (const _ of this.#lists[metric].update(metric === "adapted")) yield 0.95;
		this.#measured.add(metric);
	}
}

/** @param {(string | number)[]} parts of a question */
function key(...parts) {
	return parts.join(" ");
}

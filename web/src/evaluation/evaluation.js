// How good is the classifier? Every example is left out in turn and classified by the others; "Evaluation" in contract/README.md
// defines all figures. Measured distances are kept, so that an added example costs one more row. The twin is
// server/evaluation/evaluation.py; on the page, evaluation-runner.js uses it in a worker.

import { MAX_NEIGHBOURS, METRICS, UNKNOWN_PRIOR } from "../contract/constants.js";
import { Calibration } from "./calibration.js";
import { holdOut } from "./held-out.js";
import { weighLabels } from "./label-evidence.js";
import { drawCurve } from "./learning-curve.js";
import { MetricDistances } from "./metric-distances.js";
import { collectNearest } from "./nearest.js";
import { NeighbourLists } from "./neighbour-lists.js";
import { chooseAutomatic, countByClass, score } from "./scores.js";
import { TestSet } from "./test-set.js";

/** Questions whose learning curve and split are kept, at most. */
const MAX_DRAWN = 16;

/** @typedef {import("./test-set.js").Snapshot} Snapshot */
/** @typedef {import("../state/result.js").Metric} Metric */
/** @typedef {import("../state/result.js").Weights} Weights */
/** @typedef {import("../state/figures.js").Evaluation} Figures */
/** @typedef {import("./scores.js").Scores} Scores */
/** @typedef {import("../knn/options.js").Question} Question */
/** @typedef {{k: number, metric: Metric, weights: Weights}} ResolvedQuestion */
/**
 * @typedef {object} DrawnFigures the learning curve and the split of one question
 * @property {Pick<Figures, "learningCurve" | "split">} figures
 * @property {number} changes the number of changes that they take into account
 * @property {string} resolvedKey the question, resolved
 * @property {number} metricCount how many metrics were measured
 */

/**
 * The evaluation of some examples as they change. Call `update` first, which measures by cosine and Euclidean distance; then
 * `measure` and `draw` as needed. `evaluate` returns the figures known so far.
 * @example
 * const evaluation = new Evaluation();
 * const question = { k: 3, metric: "auto", weights: "uniform" };
 * for (const share of evaluation.update({ labels, examples, embeddingOf })) console.log(share);
 * for (const share of evaluation.measure("adapted")) console.log(share);
 * for (const _ of evaluation.draw(question));
 * evaluation.evaluate(question)?.accuracy; // 0.95
 */
export class Evaluation {
	/** The limit of "I don't know" without evidence; figures go by it as soon as it is set. */
	prior;
	#testSet = new TestSet();
	#distances = new MetricDistances(this.#testSet);
	#lists = /** @type {Record<Metric, NeighbourLists>} */ (
		Object.fromEntries(
			Object.entries(this.#distances.byMetric).map(([metric, distances]) => [
				metric,
				new NeighbourLists(this.#testSet, distances),
			]),
		)
	);
	#calibration = new Calibration(this.#testSet, this.#distances.byMetric.cosine);
	/** For `nearest`; null: not worked out since the last change. @type {import("./label-evidence.js").LabelEvidence|null} */
	#labelEvidence = null;
	/** The number of changes so far. */
	#changes = 0;
	/** The metrics that are measured since the last change. @type {Set<Metric>} */
	#measured = new Set();
	/** What is worked out since the last change. */
	#cache = {
		/** @type {Map<string, Scores>} by metric and weights */
		scores: new Map(),
		/** @type {Map<string, Figures["learningCurve"]>} by resolved question */
		curves: new Map(),
		/** @type {Map<string, Map<Metric, import("./held-out.js").Accuracies>>} by weights */
		accuracies: new Map(),
	};
	/** The newest of each question. They are kept through changes, because newer ones take a while. @type {Map<string, DrawnFigures>} */
	#drawnFigures = new Map();

	/**
	 * @param {object} [options]
	 * @param {number} [options.prior] the limit of "I don't know" without evidence: the model's, see priorOf in limit.js
	 */
	constructor({ prior = UNKNOWN_PRIOR } = {}) {
		this.prior = prior;
	}

	/**
	 * Replaces the examples by a newer snapshot, and measures what is new by cosine and Euclidean distance. If it is stopped, the next update
	 * continues from there.
	 * @param {Snapshot} snapshot
	 * @returns {Generator<number, void>} yields the share that is done, 0..1, every few milliseconds
	 */
	*update(snapshot) {
		if (this.#testSet.update(snapshot)) {
			this.#changes++;
			this.#measured.clear();
			this.#labelEvidence = null;
			for (const cached of Object.values(this.#cache)) cached.clear();
		}
		if (this.#measured.has("euclidean")) return;
		for (const share of this.#distances.update()) yield 0.9 * share;
		for (const _ of this.#calibration.update()) yield 0.9;
		yield* this.#updateLists("cosine");
		yield* this.#updateLists("euclidean");
	}

	/**
	 * Measures by another metric; can be stopped like `update`.
	 * @param {"adapted" | "manhattan"} metric
	 * @returns {Generator<number, void>} yields the share that is done, 0..1
	 */
	*measure(metric) {
		if (this.#measured.has(metric)) return;
		const steps = metric === "manhattan" ? this.#distances.updateManhattan() : this.#distances.crossFit();
		for (const share of steps) yield 0.9 * share;
		if (metric === "adapted") this.#labelEvidence = yield* this.#weighLabels();
		yield* this.#updateLists(metric);
	}

	/**
	 * Works out `learningCurve` and `split` for a question, with the metrics that are measured. If it is stopped, nothing changes.
	 * @param {Question} question
	 * @returns {Generator<void, void>} yields every few milliseconds
	 */
	*draw(question) {
		const testSet = this.#testSet;
		if (testSet.order.length < 2) return;
		const { k, metric, weights } = this.#resolve(question);
		const { curves, accuracies } = this.#cache;
		const resolvedKey = keyOf(k, metric, weights);
		const curve = curves.get(resolvedKey) ?? (yield* drawCurve(testSet, this.#distances.forSubset(metric), k, weights));
		curves.set(resolvedKey, curve);
		const cachedAccuracies = accuracies.get(weights) ?? new Map();
		accuracies.set(weights, cachedAccuracies);
		const metrics = new Map(this.#metrics.map((candidate) => [candidate, this.#distances.forSubset(candidate)]));
		const split = yield* holdOut(testSet, metrics, weights, cachedAccuracies);
		if (this.#drawnFigures.size >= MAX_DRAWN) this.#drawnFigures.clear();
		this.#drawnFigures.set(keyOf(question.k, question.metric, weights), {
			figures: { learningCurve: curve, split },
			changes: this.#changes,
			resolvedKey,
			metricCount: this.#measured.size,
		});
	}

	/**
	 * Returns whether `draw` would change nothing.
	 * @param {Question} question
	 */
	isDrawn(question) {
		if (this.#testSet.order.length < 2) return true;
		const drawn = this.#drawnFigures.get(keyOf(question.k, question.metric, question.weights));
		if (drawn?.changes !== this.#changes) return false;
		const { k, metric, weights } = this.#resolve(question);
		// Every measured metric is a candidate of the split.
		const hasAllMetrics = drawn.figures.split === null || drawn.metricCount === this.#measured.size;
		return hasAllMetrics && drawn.resolvedKey === keyOf(k, metric, weights);
	}

	/**
	 * Returns the figures, with the metrics that are measured so far. An update must have ended.
	 * @param {Question} question the cosine stands in for a metric that is not measured yet; k is clamped to MAX_NEIGHBOURS
	 * @returns {Figures | null} null: there are fewer than two examples. `learningCurve` and `split` are from the question's last
	 *   draw; null before the first
	 */
	evaluate(question) {
		const testSet = this.#testSet;
		const n = testSet.order.length;
		if (n < 2) return null;
		const { k, metric, weights } = this.#resolve(question);
		const { curve, answers } = this.#score(metric, weights);
		const drawn = this.#drawnFigures.get(keyOf(question.k, question.metric, weights));
		return {
			count: testSet.count,
			tested: n,
			k,
			metric,
			weights,
			labels: [...testSet.labels],
			flattered: testSet.labels.filter((_, index) => testSet.recordingCounts[index] === 1),
			accuracy: curve.accuracy[k - 1],
			balancedAccuracy: curve.balancedAccuracy[k - 1],
			crossEntropy: curve.crossEntropy[k - 1],
			byMetric: Object.fromEntries(this.#metrics.map((each) => [each, this.#score(each, weights).curve])),
			...countByClass(testSet, answers[k - 1]),
			auto: this.#auto(k, weights),
			unknown: this.#unknown(),
			...(drawn?.figures ?? { learningCurve: null, split: null }),
		};
	}

	/**
	 * Returns what the advice needs to know about the tested examples. An update must have ended. There is no suspicion about any label
	 * before the adapted metric is measured.
	 * @returns {import("./nearest.js").Nearest}
	 */
	nearest() {
		return collectNearest(this.#testSet, this.#calibration, this.#labelEvidence);
	}

	/** The metrics that are measured, in the order in which equals are preferred. */
	get #metrics() {
		return /** @type {Metric[]} */ (METRICS).filter((metric) => this.#measured.has(metric));
	}

	/**
	 * Resolves a question to one that can be answered now.
	 * @param {Question} question
	 * @returns {ResolvedQuestion}
	 */
	#resolve(question) {
		const { weights } = question;
		const k = Math.min(question.k, MAX_NEIGHBOURS);
		const metric = question.metric === "auto" ? this.#auto(k, weights).metric : question.metric;
		return { k, metric: this.#measured.has(metric) ? metric : "cosine", weights };
	}

	/**
	 * @param {Metric} metric one that is measured
	 * @param {string} weights
	 * @returns {Scores}
	 */
	#score(metric, weights) {
		const { scores } = this.#cache;
		const key = keyOf(metric, weights);
		const cached = scores.get(key) ?? score(this.#testSet, this.#lists[metric], weights);
		scores.set(key, cached);
		return cached;
	}

	/**
	 * Chooses what "auto" stands for: adapted while that is not measured.
	 * @param {number} k
	 * @param {string} weights
	 * @returns {Figures["auto"]}
	 */
	#auto(k, weights) {
		const cosine = this.#score("cosine", weights).curve.accuracy[k - 1];
		if (!this.#measured.has("adapted")) return { metric: "adapted", cosine, adapted: null };
		const adapted = this.#score("adapted", weights).curve.accuracy[k - 1];
		return { metric: chooseAutomatic(cosine, adapted, this.#testSet.order.length), cosine, adapted };
	}

	/** @returns {Figures["unknown"]} */
	#unknown() {
		const lists = this.#lists.adapted;
		const isMeasured = this.#measured.has("adapted");
		return this.#calibration.unknown(this.prior, isMeasured ? (slot) => lists.nearestDistance(slot) : null);
	}

	/** @returns {Generator<number, import("./label-evidence.js").LabelEvidence>} yields the share that is done */
	*#weighLabels() {
		const steps = weighLabels(this.#testSet, this.#distances.byMetric);
		let step = steps.next();
		for (; !step.done; step = steps.next()) yield 0.9;
		return step.value;
	}

	/** @param {Metric} metric */
	*#updateLists(metric) {
		for (const _ of this.#lists[metric].update(metric === "adapted")) yield 0.95;
		this.#measured.add(metric);
	}
}

/** @param {(string | number)[]} parts of a question */
function keyOf(...parts) {
	return parts.join(" ");
}

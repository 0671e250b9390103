// Every figure against the oracle: the classifier, example by example.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_NEIGHBOURS, METRICS, UNKNOWN_PRIOR } from "../../src/contract/constants.js";
import { Evaluation } from "../../src/evaluation/evaluation.js";
import { createGenerator } from "../../src/knn/draws.js";
import { agree } from "../support/agree.js";
import { anyExamples, anyK, anyWeights, realEmbedding, wholeEmbedding } from "../support/arbitraries.js";
import { drawAndEvaluate, finish, LABELS, measureAll, update } from "../support/evaluations.js";
import { createOracle } from "../support/leave-one-out.js";

/** @typedef {import("../../src/knn/examples.js").Example} Example */
/** @typedef {import("../../src/knn/options.js").Question} Question */
/** @typedef {import("../../src/state/result.js").Metric} Metric */

const ALL_METRICS = /** @type {Metric[]} */ (METRICS);
const anyPrior = fc.double({ min: 0.01, max: 1.9, noNaN: true });
const PLAIN_METRICS = ALL_METRICS.filter((metric) => metric !== "adapted");

/**
 * @param {Example[]} examples
 * @param {Question} question
 * @param {Metric[]} metrics all, or the plain ones
 * @param {number} [prior]
 */
function compareWithOracle(examples, question, metrics, prior = UNKNOWN_PRIOR) {
	const hasAll = metrics.length === ALL_METRICS.length;
	const evaluation = new Evaluation({ prior });
	if (hasAll) measureAll(examples, LABELS, evaluation);
	else update(examples, LABELS, evaluation);
	if (!hasAll) finish(evaluation.measure("manhattan"));
	const actual = drawAndEvaluate(evaluation, question);
	if (!actual) throw new Error("there is no evaluation");
	const expected = createOracle(examples, LABELS);
	for (const metric of metrics) {
		const { accuracy, balancedAccuracy, crossEntropy } = expected.figures(metric, question.k, question.weights);
		const { [metric]: curve } = actual.byMetric;
		const atK = (/** @type {number[] | undefined} */ figures) => figures?.[question.k - 1];
		agree(
			[atK(curve?.accuracy), atK(curve?.balancedAccuracy), atK(curve?.crossEntropy)],
			[accuracy, balancedAccuracy, crossEntropy],
			metric,
		);
	}
	const { classes, confusion, accuracy } = expected.figures(actual.metric, question.k, question.weights);
	agree(actual.classes, classes, "classes");
	expect(actual.confusion).toEqual(confusion);
	agree(actual.accuracy, accuracy, "accuracy");
	expect(actual.flattered).toEqual(expected.flattered);
	agree(actual.auto, expected.auto(question.k, question.weights, hasAll), "auto");
	agree(actual.unknown, expected.unknown(prior, hasAll), "unknown");
	const learningCurve = expected.learningCurve(actual.metric, question.k, question.weights);
	agree(actual.learningCurve, learningCurve, "learningCurve");
	agree(actual.split, expected.split(metrics, question.weights), "split");
	expect(Object.keys(actual.byMetric)).toEqual(metrics);
}

describe("every figure agrees with the classifier's answers, example by example", () => {
	test("with ties, and with huge, tiny and parallel embeddings", () => {
		fc.assert(
			fc.property(
				anyExamples(wholeEmbedding, 14),
				anyK,
				fc.constantFrom(...PLAIN_METRICS),
				anyWeights,
				anyPrior,
				(examples, k, metric, weights, prior) =>
					compareWithOracle(examples, { k, metric, weights }, PLAIN_METRICS, prior),
			),
			{ numRuns: 60 },
		);
	}, 60_000);

	test("with near-copies, whose cosine distances are a few times the zero", () => {
		const nearCopy = fc.integer({ min: 0, max: 30 }).map((place) => Float32Array.of(1, 5e-7 * place));
		fc.assert(
			fc.property(anyExamples(nearCopy, 14), anyK, anyWeights, (examples, k, weights) =>
				compareWithOracle(examples, { k, metric: "cosine", weights }, PLAIN_METRICS),
			),
			{ numRuns: 60 },
		);
	}, 60_000);

	test("with the adapted metric, fitted without the fold", () => {
		fc.assert(
			fc.property(anyExamples(realEmbedding, 14), anyK, anyWeights, anyPrior, (examples, k, weights, prior) =>
				compareWithOracle(examples, { k, metric: "adapted", weights }, ALL_METRICS, prior),
			),
			{ numRuns: 40 },
		);
	}, 60_000);

	test("where the cosine is clearly better", () => {
		for (const seed of [130, 299]) {
			const random = createGenerator(seed);
			const examples = Array.from({ length: 12 }, (_, i) => ({
				id: `i${i}`,
				label: LABELS[i % 2],
				group: null,
				embedding: Float32Array.from({ length: 3 }, () => random(7) - 2.5),
			}));
			const question = { k: 1, metric: /** @type {const} */ ("auto"), weights: /** @type {const} */ ("uniform") };
			expect(measureAll(examples, LABELS).evaluate(question)).toMatchObject({
				metric: "cosine",
				auto: { metric: "cosine", cosine: 0.25, adapted: 1 / 12 },
			});
			compareWithOracle(examples, question, ALL_METRICS);
		}
	});

	test("with more examples than a neighbour list keeps", () => {
		const random = createGenerator(4);
		const examples = Array.from({ length: 90 }, (_, i) => ({
			id: `i${i}`,
			label: LABELS[i % 2],
			group: i % 7 ? `g${i >> 3}` : null,
			embedding: Float32Array.from({ length: 5 }, () => random(4) - 1.5),
		}));
		compareWithOracle(examples.slice(0, 50), { k: 3, metric: "euclidean", weights: "distance" }, ALL_METRICS);
		const question = { k: MAX_NEIGHBOURS, metric: /** @type {Metric} */ ("manhattan") };
		const actual = measureAll(examples, LABELS).evaluate({ ...question, weights: "uniform" });
		const expected = createOracle(examples, LABELS);
		for (const metric of ALL_METRICS) {
			for (const k of [1, MAX_NEIGHBOURS - 1, MAX_NEIGHBOURS]) {
				const { accuracy, crossEntropy } = expected.figures(metric, k, "uniform");
				agree(actual?.byMetric[metric]?.accuracy[k - 1], accuracy, `${metric} ${k}`);
				agree(actual?.byMetric[metric]?.crossEntropy[k - 1], crossEntropy, `${metric} ${k}`);
			}
		}
	}, 60_000);
});

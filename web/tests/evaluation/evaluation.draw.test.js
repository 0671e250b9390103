// The learning curve and the split are drawn for each question, and kept until they are drawn anew.

import { expect, test } from "vitest";
import { createGenerator } from "../../src/knn/draws.js";
import { drawAndEvaluate, evaluateAll, finish, LABELS, measureAll, update } from "../support/evaluations.js";

/** @typedef {import("../../src/evaluation/evaluation.js").Evaluation} Evaluation */
/** @typedef {import("../../src/knn/examples.js").Example} Example */
/** @typedef {import("../../src/knn/options.js").Question} Question */

const QUESTION = { k: 3, metric: /** @type {const} */ ("adapted"), weights: /** @type {const} */ ("uniform") };

/** @param {number} seed @param {number} n @returns {Example[]} */
function createExamples(seed, n) {
	const random = createGenerator(seed);
	return Array.from({ length: n }, (_, i) => ({
		id: `${seed} ${i}`,
		label: LABELS[i % 3],
		group: i % 4 ? `g${i >> 3}` : null,
		embedding: Float32Array.from({ length: 6 }, (_, j) => random(1000) / 500 + (j === i % 3 ? 1 : 0)),
	}));
}

/** @param {Evaluation} evaluation @param {Question} [question] */
function drawnFigures(evaluation, question = QUESTION) {
	const { learningCurve = null, split = null } = evaluation.evaluate(question) ?? {};
	return { learningCurve, split };
}

test("drawn figures belong to one question, and are kept through changes until they are drawn anew", () => {
	const evaluation = measureAll(createExamples(1, 40), LABELS);
	expect(drawnFigures(evaluation)).toEqual({ learningCurve: null, split: null });
	expect(evaluation.isDrawn(QUESTION)).toBe(false);
	finish(evaluation.draw(QUESTION));
	const first = drawnFigures(evaluation);
	expect(first.learningCurve).not.toBeNull();
	expect(first.split).not.toBeNull();
	expect(evaluation.isDrawn(QUESTION)).toBe(true);
	expect(drawnFigures(evaluation, { ...QUESTION, k: 4 })).toEqual({ learningCurve: null, split: null });
	measureAll(createExamples(2, 60), LABELS, evaluation);
	expect(drawnFigures(evaluation)).toEqual(first);
	expect(evaluation.isDrawn(QUESTION)).toBe(false);
	finish(evaluation.draw(QUESTION));
	const fromNothing = measureAll(createExamples(2, 60), LABELS);
	finish(fromNothing.draw(QUESTION));
	expect(drawnFigures(evaluation)).toEqual(drawnFigures(fromNothing));
});

test("a draw includes a metric that is measured later", () => {
	const examples = createExamples(3, 60);
	const evaluation = update(examples, LABELS);
	const question = { ...QUESTION, metric: /** @type {const} */ ("manhattan") };
	finish(evaluation.draw(question));
	expect(evaluation.isDrawn(question)).toBe(true);
	for (const metric of /** @type {const} */ (["adapted", "manhattan"])) {
		finish(evaluation.measure(metric));
		expect(evaluation.isDrawn(question)).toBe(false);
		finish(evaluation.draw(question));
		expect(evaluation.isDrawn(question)).toBe(true);
	}
	expect(evaluation.evaluate(question)).toEqual(evaluateAll(examples, LABELS, question));
});

test("a draw that is stopped half-way does not disturb the next one", () => {
	const evaluation = measureAll(createExamples(4, 50), LABELS);
	const stopped = evaluation.draw(QUESTION);
	for (let i = 0; i < 75; i++) stopped.next();
	stopped.return();
	expect(evaluation.evaluate(QUESTION)?.learningCurve).toBeNull();
	const examples = createExamples(5, 60);
	measureAll(examples, LABELS, evaluation);
	expect(drawAndEvaluate(evaluation, QUESTION)).toEqual(evaluateAll(examples, LABELS, QUESTION));
});

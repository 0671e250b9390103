// Evaluations of made-up examples, run to their end. evaluation.*.test.js and steps.js use it.

import { Evaluation } from "../../src/evaluation/evaluation.js";

/** @typedef {import("../../src/knn/examples.js").Example} Example */
/** @typedef {import("../../src/knn/options.js").Question} Question */

export const LABELS = ["cat", "__proto__", "7", "constructor", "<img onerror=x>"];

/**
 * Runs a generator to its end.
 * @param {Generator<unknown, unknown>} steps
 */
export function finish(steps) {
	while (!steps.next().done);
}

/**
 * Updates an evaluation: cosine and Euclidean distance are measured then.
 * @param {(Example & {serial?: number})[]} examples in order of arrival
 * @param {string[]} labels in class order
 * @param {Evaluation} [evaluation]
 */
export function update(examples, labels, evaluation = new Evaluation()) {
	const embeddings = new Map(examples.map(({ id, embedding }) => [id, embedding]));
	finish(
		evaluation.update({
			labels,
			examples: examples.map(({ id, label, group }) => ({ id, label, group })),
			embeddingOf: (id) => /** @type {Float32Array} */ (embeddings.get(id)),
			serials: examples.map(({ serial = 0 }) => serial),
		}),
	);
	return evaluation;
}

/**
 * Updates an evaluation and measures all metrics.
 * @param {Example[]} examples
 * @param {string[]} labels
 * @param {Evaluation} [evaluation]
 */
export function measureAll(examples, labels, evaluation) {
	const updated = update(examples, labels, evaluation);
	finish(updated.measure("adapted"));
	finish(updated.measure("manhattan"));
	return updated;
}

/**
 * Draws the learning curve and the split, and returns all figures.
 * @param {Evaluation} evaluation
 * @param {Question} question
 */
export function drawAndEvaluate(evaluation, question) {
	finish(evaluation.draw(question));
	return evaluation.evaluate(question);
}

/**
 * Works out all figures from nothing.
 * @param {Example[]} examples
 * @param {string[]} labels
 * @param {Question} question
 */
export function evaluateAll(examples, labels, question) {
	return drawAndEvaluate(measureAll(examples, labels), question);
}

// Steps `{call, args}` of the golden cases, played on the classifier.

import { ContractError } from "../../src/contract/errors.js";
import { Evaluation } from "../../src/evaluation/evaluation.js";
import { KNN } from "../../src/knn/knn.js";

/** @typedef {{call: string, args?: Record<string, any>}} Step */

/**
 * JSON has no NaN: the golden cases spell it as text.
 * @param {(number | string)[]} embedding
 */
const numbers = (embedding) => Float32Array.from(embedding, Number);

/**
 * Measures all there is, from nothing.
 * @param {KNN} knn
 * @param {import("../../src/knn/options.js").Question} question
 */
function evaluated(knn, question) {
	const evaluation = new Evaluation();
	const embeddingOf = (/** @type {string} */ id) => knn.getExample(id).embedding;
	const stages = [
		evaluation.update({ labels: knn.getLabels(), examples: knn.outline(), embeddingOf }),
		evaluation.measure("adapted"),
		evaluation.measure("manhattan"),
		evaluation.draw(question),
	];
	for (const steps of stages) while (!steps.next().done);
	return evaluation.evaluate(question);
}

/** @type {Record<string, (knn: KNN, args: Record<string, any>) => unknown>} */
const CALLS = {
	addExample: (knn, { embedding, label, id, group }) => knn.addExample(numbers(embedding), label, { id, group }),
	addLabel: (knn, { label }) => knn.addLabel(label),
	removeExample: (knn, { id }) => knn.removeExample(id),
	clearLabel: (knn, { label }) => knn.clearLabel(label),
	clearAllLabels: (knn) => knn.clearAllLabels(),
	renameLabel: (knn, { old, new: to }) => knn.renameLabel(old, to),
	orderLabels: (knn, { labels }) => knn.orderLabels(labels),
	getCount: (knn) => knn.getCount(),
	getNumLabels: (knn) => knn.getNumLabels(),
	getLabels: (knn) => knn.getLabels(),
	getCountByLabel: (knn) => knn.getCountByLabel(),
	evaluate: (knn, { k = 3, metric = "auto", weights = "uniform" }) => evaluated(knn, { k, metric, weights }),
	classify: (knn, { embedding, ...question }) => knn.classify(numbers(embedding), question),
};

/**
 * @param {Step[]} steps
 * @param {KNN} [knn]
 * @returns {{result?: any, error?: string}[]} what each gave
 */
export function play(steps, knn = new KNN()) {
	return steps.map(({ call, args = {} }) => {
		try {
			return { result: CALLS[call](knn, args) ?? null };
		} catch (error) {
			if (error instanceof ContractError) return { error: error.code };
			throw error;
		}
	});
}

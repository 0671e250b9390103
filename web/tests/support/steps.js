// Plays steps `{call, args}` of the golden cases on the classifier. The twin is tests/support/twin.py.

import { ContractError } from "../../src/contract/errors.js";
import { KNN } from "../../src/knn/knn.js";
import { evaluateAll } from "./evaluations.js";

/** @typedef {{call: string, args?: Record<string, any>}} Step */

/**
 * JSON has no NaN: the golden cases spell it as text.
 * @param {(number | string)[]} embedding
 */
const numbers = (embedding) => Float32Array.from(embedding, Number);

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
	evaluate: (knn, { k = 3, metric = "auto", weights = "uniform" }) =>
		evaluateAll([...knn.examples()], knn.getLabels(), { k, metric, weights }),
	classify: (knn, { embedding, ...options }) => knn.classify(numbers(embedding), options),
};

/**
 * Plays the steps one after the other.
 * @param {Step[]} steps
 * @param {KNN} [knn]
 * @returns {{result?: any, error?: string}[]} the result, or the error's code, of each step
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

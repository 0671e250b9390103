// Steps `{call, args}` of the golden cases, played on the classifier.

import { ContractError } from "../src/errors.js";
import { KNN } from "../src/knn.js";

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

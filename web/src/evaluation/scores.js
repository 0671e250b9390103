// Figures from neighbour lists: how often the neighbours are right about an example, for every k at once. The twin is
// server/evaluation/scores.py.

import { MAX_NEIGHBOURS, MIN_SHARE, TIE } from "../contract/constants.js";
import { VoteCounter } from "./vote-counter.js";

/** @typedef {import("./test-set.js").TestSet} TestSet */
/**
 * @typedef {object} Scores
 * @property {import("../state/figures.js").Curve} curve
 * @property {Int32Array[]} answers for k = 1 .. MAX_NEIGHBOURS, the class indices answered, (n,), in order of arrival; -1: no
 *   neighbour is left
 */

/**
 * Lets the neighbours of every tested example vote.
 * @param {TestSet} testSet
 * @param {import("./neighbour-lists.js").NeighbourLists} lists
 * @param {string} weights "uniform" or "distance"
 * @returns {Scores}
 * @example
 * const { curve, answers } = score(testSet, lists, "uniform");
 * curve.accuracy[2]; // with k = 3
 */
export function score(testSet, lists, weights) {
	const classCount = testSet.labels.length;
	const n = testSet.order.length;
	const counter = new VoteCounter(classCount, weights);
	const hits = Array.from({ length: MAX_NEIGHBOURS }, () => new Int32Array(classCount));
	const entropies = new Float64Array(MAX_NEIGHBOURS);
	const members = new Int32Array(classCount);
	const answers = Array.from({ length: MAX_NEIGHBOURS }, () => new Int32Array(n));
	for (let i = 0; i < n; i++) {
		const slot = testSet.order[i];
		const truth = testSet.classes[slot];
		const { slots, distances } = lists.ranked(slot);
		members[truth]++;
		counter.clear();
		let [answer, entropy] = [-1, 0];
		for (let j = 0; j < MAX_NEIGHBOURS; j++) {
			// If there are fewer neighbours than k, all of them decide.
			if (j < slots.length) {
				counter.add(testSet.classes[slots[j]], distances[j]);
				answer = counter.winner;
				entropy = -Math.log(Math.max(counter.share(truth), MIN_SHARE));
			}
			if (answer === truth) hits[j][truth]++;
			entropies[j] += entropy;
			answers[j][i] = answer;
		}
	}
	const tested = testSet.labels.map((_, index) => index).filter((index) => members[index] > 0);
	return {
		curve: {
			accuracy: hits.map((right) => right.reduce((sum, count) => sum + count, 0) / n),
			balancedAccuracy: hits.map(
				(right) => tested.reduce((sum, index) => sum + right[index] / members[index], 0) / tested.length,
			),
			crossEntropy: Array.from(entropies, (sum) => sum / n),
		},
		answers,
	};
}

/**
 * Counts the answers by class: the confusion matrix, and each class's precision and recall.
 * @param {TestSet} testSet
 * @param {Int32Array} answers the class indices answered, (n,), in order of arrival
 * @returns {Pick<import("../state/figures.js").Evaluation, "classes" | "confusion">}
 * @example
 * const { classes, confusion } = countByClass(testSet, answers);
 * confusion[0][1]; // the ids of class 0 that were taken for class 1
 */
export function countByClass(testSet, answers) {
	/** @type {string[][][]} */
	const confusion = testSet.labels.map(() => testSet.labels.map(() => []));
	for (const [i, slot] of testSet.order.entries()) confusion[testSet.classes[slot]][answers[i]].push(testSet.ids[slot]);
	const classes = testSet.labels.map((label, index) => {
		const right = confusion[index][index].length;
		const answered = confusion.reduce((sum, row) => sum + row[index].length, 0);
		const tested = confusion[index].reduce((sum, ids) => sum + ids.length, 0);
		return {
			label,
			count: testSet.counts[index],
			precision: answered === 0 ? null : right / answered,
			recall: tested === 0 ? null : right / tested,
		};
	});
	return { classes, confusion };
}

/**
 * Chooses the metric that "auto" stands for: adapted, unless the cosine is better by more than two standard errors.
 * @param {number} cosine its accuracy
 * @param {number} adapted its accuracy
 * @param {number} tested the number of tested examples
 * @returns {"cosine" | "adapted"}
 * @example
 * chooseAutomatic(0.75, 0.5, 16); // "adapted": a standard error is 0.125
 * chooseAutomatic(0.8, 0.5, 16); // "cosine"
 */
export function chooseAutomatic(cosine, adapted, tested) {
	const standardError = Math.sqrt((adapted * (1 - adapted)) / tested);
	return cosine - adapted > 2 * standardError + TIE ? "cosine" : "adapted";
}

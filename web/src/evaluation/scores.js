// Figures from neighbour lists: how often the others are right about an example, for every k at once.

import { MAX_NEIGHBOURS, MIN_SHARE } from "../contract/constants.js";
import { Tally } from "./tally.js";

/** @typedef {import("./test-set.js").TestSet} TestSet */
/**
 * @typedef {object} Scores
 * @property {import("../state/figures.js").Curve} curve
 * @property {Int32Array[]} answers for k = 1 .. 30, the classes answered, in order of arrival, (n,); -1: nobody is left
 */

/**
 * Lets every left-out example's neighbours vote.
 * @param {TestSet} testSet
 * @param {import("./neighbour-lists.js").NeighbourLists} lists
 * @param {string} weights
 * @returns {Scores}
 */
export function scored(testSet, lists, weights) {
	const c = testSet.labels.length;
	const n = testSet.order.length;
	const tally = new Tally(c, weights);
	const hits = Array.from({ length: MAX_NEIGHBOURS }, () => new Int32Array(c));
	const entropies = new Float64Array(MAX_NEIGHBOURS);
	const members = new Int32Array(c);
	const answers = Array.from({ length: MAX_NEIGHBOURS }, () => new Int32Array(n));
	for (let i = 0; i < n; i++) {
		const slot = testSet.order[i];
		const truth = testSet.classes[slot];
		const { slots, distances } = lists.ranked(slot);
		members[truth]++;
		tally.clear();
		let [answer, entropy] = [-1, 0];
		for (let j = 0; j < MAX_NEIGHBOURS; j++) {
			// Where fewer are left, those decide for the larger k too.
			if (j < slots.length) {
				tally.add(testSet.classes[slots[j]], distances[j]);
				answer = tally.winner;
				entropy = -Math.log(Math.max(tally.share(truth), MIN_SHARE));
			}
			if (answer === truth) hits[j][truth]++;
			entropies[j] += entropy;
			answers[j][i] = answer;
		}
	}
	const there = testSet.labels.map((_, index) => index).filter((index) => members[index] > 0);
	return {
		curve: {
			accuracy: hits.map((right) => right.reduce((sum, count) => sum + count, 0) / n),
			balancedAccuracy: hits.map(
				(right) => there.reduce((sum, index) => sum + right[index] / members[index], 0) / there.length,
			),
			crossEntropy: Array.from(entropies, (sum) => sum / n),
		},
		answers,
	};
}

/**
 * What was answered, class by class.
 * @param {TestSet} testSet
 * @param {Int32Array} answers (n,), in order of arrival
 * @returns {Pick<import("../state/figures.js").Evaluation, "classes" | "confusion">}
 */
export function byClass(testSet, answers) {
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

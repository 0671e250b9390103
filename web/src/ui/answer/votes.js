// The share of each neighbour's vote by the classifier's own rule. The bars show the sums of these shares by class.

import { vote } from "../../knn/votes.js";

/**
 * @param {readonly {distance: number}[]} neighbours
 * @param {"uniform"|"distance"} weights
 * @returns {number[]} shares in the neighbours' order; they add up to 1
 */
export function computeVoteShares(neighbours, weights) {
	const votes = vote(
		neighbours.map(({ distance }) => distance),
		weights,
	);
	const all = votes.reduce((sum, vote) => sum + vote, 0);
	return votes.map((vote) => vote / all);
}

/**
 * A label may be any text, even "__proto__": only own keys count.
 * @param {Record<string, number>} confidences
 * @param {string} label
 */
export const getShare = (confidences, label) => (Object.hasOwn(confidences, label) ? confidences[label] : 0);

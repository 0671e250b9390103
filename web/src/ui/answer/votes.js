// The share of each neighbour's vote by the classifier's own rule. The classes' confidences are the sums of these shares.

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

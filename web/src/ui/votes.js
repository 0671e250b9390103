// How much each neighbour's vote counted: the classifier's rule, one neighbour at a time, so that the
// strip can show what the bars add up.

/**
 * @param {readonly {distance: number}[]} neighbours
 * @param {"uniform"|"distance"} weights
 * @returns {number[]} shares in the neighbours' order; they add up to 1
 */
export function voteShares(neighbours, weights) {
	if (weights === "uniform") return neighbours.map(() => 1 / neighbours.length);
	const exact = neighbours.filter(({ distance }) => distance === 0).length;
	if (exact > 0) return neighbours.map(({ distance }) => (distance === 0 ? 1 / exact : 0));
	const votes = neighbours.map(({ distance }) => 1 / distance);
	const all = votes.reduce((sum, vote) => sum + vote, 0);
	return votes.map((vote) => vote / all);
}

/**
 * A label may be any text, even "__proto__": only own keys count.
 * @param {Record<string, number>} confidences
 * @param {string} label
 */
export const shareOf = (confidences, label) => (Object.hasOwn(confidences, label) ? confidences[label] : 0);

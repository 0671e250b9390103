// From ranked neighbours to a result: votes, shares and the winner. "What a result is" in contract/README.md defines the rules.
// knn.js uses it; the page uses `vote` to show what each neighbour contributed. The twin is server/knn/votes.py.

import { TIE } from "../contract/constants.js";
import { tableOf } from "./classes.js";
import { rank } from "./distance.js";

/** @typedef {import("../state/result.js").Vote} Vote */

/**
 * Returns the neighbours' votes: all equal, or 1 / distance. With weights "distance", neighbours at distance 0 (to TIE) are the
 * only ones that vote.
 * @param {number[]} distances k
 * @param {string} weights "uniform" or "distance"
 * @returns {number[]} k votes, not normalised
 * @example
 * vote([0.5, 0.25], "distance"); // [2, 4]
 * vote([0, 0.25], "distance"); // [1, 0]
 */
export function vote(distances, weights) {
	if (weights === "uniform") return distances.map(() => 1);
	if (distances.some((distance) => distance <= TIE)) return distances.map((distance) => (distance <= TIE ? 1 : 0));
	return distances.map((distance) => 1 / distance);
}

/**
 * Ranks candidates and lets the k nearest vote.
 * @param {import("./examples.js").Examples} examples
 * @param {ArrayLike<number>} rows the candidates, ascending
 * @param {Float64Array} distances the candidates' distances
 * @param {number} k at most the number of candidates
 * @param {string} weights "uniform" or "distance"
 * @returns {Pick<Vote, "label" | "classIndex" | "confidences" | "neighbours" | "distance">}
 * @example
 * const { rows, distances } = search.nearest(3, "cosine");
 * const { label, confidences } = countVotes(examples, rows, distances, 3, "uniform");
 */
export function countVotes(examples, rows, distances, k, weights) {
	const order = rank(
		distances,
		Array.from(rows, (row) => examples.classIndexAt(row)),
		k,
	);
	const nearestRows = order.map((place) => rows[place]);
	const nearestDistances = order.map((place) => distances[place]);
	const classIndices = nearestRows.map((row) => examples.classIndexAt(row));
	const labels = examples.labels;
	const votes = vote(nearestDistances, weights);
	const total = votes.reduce((sum, each) => sum + each, 0);
	const shares = labels.map(() => 0);
	for (const [i, index] of classIndices.entries()) shares[index] += votes[i];
	for (const index of labels.keys()) shares[index] /= total;
	const largest = Math.max(...shares);
	// Of equal shares, the class with the nearest member wins: the first neighbour of a class with the largest share.
	const winner = /** @type {number} */ (classIndices.find((index) => shares[index] >= largest - TIE));
	return {
		label: labels[winner],
		classIndex: winner,
		confidences: tableOf(labels.map((label, index) => [label, shares[index]])),
		neighbours: nearestRows.map((row, i) => ({
			id: examples.idAt(row),
			label: labels[classIndices[i]],
			distance: nearestDistances[i],
		})),
		distance: nearestDistances[0],
	};
}

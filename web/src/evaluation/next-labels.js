// Which photos to label next: those that the classes can't tell, and those that are like nothing that is labelled. The twin is
// toolchain/reviewing/next_labels.py.

import { cosineDistance } from "../knn/distance.js";

/**
 * @typedef {object} Candidate a photo without a label
 * @property {string} id
 * @property {Float32Array} embedding (d,)
 * @property {{confidences: Record<string, number>, novelty: number, isUnknown: boolean}} answer
 * @typedef {{id: string, reason: "uncertain"|"novel", score: number}} Wanted score: the uncertainty, or the novelty
 */

/** With less there is nothing to be wanted for; the distance of a copy is rounding, and less. */
const MIN_SCORE = 1e-6;

/**
 * How near the two best classes are.
 * @param {Record<string, number>} confidences
 * @returns {number} 1: equal; 0: one class has everything, or is the only one
 * @example
 * computeUncertainty({ cat: 0.75, dog: 0.25 }); // 0.5
 */
export function computeUncertainty(confidences) {
	const [best, second] = Object.values(confidences).sort((a, b) => b - a);
	return second === undefined ? 0 : 1 - (best - second);
}

/**
 * Chooses photos to label: uncertain and novel ones in turn, the most wanted first, none of them a copy of another. What is unknown
 * counts as novel and not as uncertain: what nobody taught is not a doubt.
 * @param {readonly Candidate[]} candidates
 * @returns {Wanted[]}
 */
export function chooseNext(candidates) {
	const novel = candidates.filter(({ answer }) => answer.isUnknown);
	const uncertain = candidates.filter(
		({ answer }) => !answer.isUnknown && computeUncertainty(answer.confidences) > MIN_SCORE,
	);
	const queues = [
		chooseApart(uncertain, "uncertain", ({ answer }) => computeUncertainty(answer.confidences)),
		chooseApart(novel, "novel", ({ answer }) => answer.novelty),
	];
	const longest = Math.max(...queues.map(({ length }) => length));
	return Array.from({ length: longest }, (_, place) => queues.flatMap((queue) => queue.slice(place, place + 1))).flat();
}

/**
 * Orders photos by how wanted they are and how unlike those before them; leaves out copies of those before.
 * @param {readonly Candidate[]} candidates
 * @param {Wanted["reason"]} reason
 * @param {(candidate: Candidate) => number} scoreOf
 * @returns {Wanted[]}
 */
function chooseApart(candidates, reason, scoreOf) {
	const scores = candidates.map(scoreOf);
	const distances = candidates.map(() => 1);
	/** @type {Wanted[]} */
	const chosen = [];
	for (;;) {
		const weights = scores.map((score, row) => score * distances[row]);
		const best = weights.indexOf(Math.max(...weights));
		if (best < 0 || weights[best] <= MIN_SCORE) return chosen;
		chosen.push({ id: candidates[best].id, reason, score: scores[best] });
		for (const [row, { embedding }] of candidates.entries()) {
			distances[row] = Math.min(distances[row], cosineDistance(embedding, candidates[best].embedding));
		}
		distances[best] = 0;
	}
}

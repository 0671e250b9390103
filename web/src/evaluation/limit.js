// The limit of "I don't know" from evidence and a prior: "Evaluation" in contract/README.md, at `unknown`. Pure functions.
// calibration.js uses them. The twin is in server/evaluation/calibration.py.

import {
	NOVELTY_FLOOR,
	SECOND_RECORDING_WEIGHT,
	TIE,
	TYPICAL_FLOOR,
	UNKNOWN_EVIDENCE_FLOOR,
	UNKNOWN_PERCENT,
	UNKNOWN_PRIOR,
	UNKNOWN_PRIOR_DECLINE,
	UNKNOWN_PRIOR_RECORDINGS,
} from "../contract/constants.js";
import { dimensionOf, isCentre } from "../knn/centre.js";
import { MAX_DISTANCE } from "../knn/certainty.js";

/** @typedef {import("../state/result.js").UnknownLimit} UnknownLimit */
/**
 * @typedef {object} Evidence about n examples
 * @property {Float64Array} weights (n,); those of one recording in one class add up to 1
 * @property {Float64Array} first (n,), cosine distances to the nearest example
 * @property {Float64Array} second (n,), those to the nearest of another recording; infinite: there is no other
 * @property {Float64Array | null} adapted (n,), distances to the nearest neighbour in the adapted metric; null: not measured
 * @property {number} recordingsPerClass the mean
 */

/**
 * Weighs evidence against a prior.
 * @param {Evidence} evidence
 * @param {number} prior the limit without evidence
 * @returns {UnknownLimit & {recordings: number}} recordings: how many count as evidence
 * @example
 * const distances = Float64Array.of(0.1, 0.2, 0.3);
 * const weights = Float64Array.of(0.5, 0.5, 1);
 * findLimit({ weights, first: distances, second: distances, adapted: null, recordingsPerClass: 2 }, 0.615);
 * // { distance: 0.56, exponent: 0.09, adapted: null, recordings: 2 }
 */
export function findLimit({ weights, first, second, adapted, recordingsPerClass }, prior) {
	const recordings = Math.round(weights.reduce((sum, weight) => sum + weight, 0));
	if (recordings === 0) return { distance: prior, exponent: 0, adapted: null, recordings };
	const share = recordings / (recordings + UNKNOWN_PRIOR_RECORDINGS);
	const kept = Math.min((UNKNOWN_PERCENT / 100) * (recordings + 1), recordings);
	const priorPart = (prior * recordingsPerClass ** -UNKNOWN_PRIOR_DECLINE) ** (1 - share);
	// A limit by the adapted metric could otherwise be larger than any cosine distance, and none that an answer can go by.
	const weigh = (/** @type {Float64Array} */ values) =>
		Math.min(
			Math.max(quantileOf(values, weights, kept), UNKNOWN_EVIDENCE_FLOOR * prior) ** share * priorPart,
			MAX_DISTANCE,
		);
	const secondPart = SECOND_RECORDING_WEIGHT * share;
	const remoteness = first.map((distance, i) => {
		const other = second[i] < Number.POSITIVE_INFINITY ? second[i] : distance;
		return floor(distance) ** (1 - secondPart) * floor(other) ** secondPart;
	});
	return {
		distance: weigh(remoteness),
		exponent: share,
		adapted: adapted && findAdapted(adapted.map(floor)),
		recordings,
	};

	/** @param {Float64Array} distances */
	function findAdapted(distances) {
		const typical = Math.max(quantileOf(distances, weights, recordings / 2), TYPICAL_FLOOR);
		const scaled = remoteness.map((each, i) => each * (distances[i] / typical) ** share);
		return { distance: weigh(scaled), typical };
	}
}

/**
 * Returns the prior that a model's manifest names, or the usual one.
 * @param {{unknown?: {distance?: unknown}} | null} [manifest]
 * @returns {number} a cosine distance between 0 and 2
 * @example
 * priorOf({ unknown: { distance: 0.5 } }); // 0.5
 * priorOf({}); // 0.615
 */
export function priorOf(manifest) {
	const distance = manifest?.unknown?.distance;
	return isPrior(distance) ? distance : UNKNOWN_PRIOR;
}

/**
 * @param {unknown} distance
 * @returns {distance is number}
 */
function isPrior(distance) {
	return typeof distance === "number" && distance > 0 && distance < MAX_DISTANCE;
}

/**
 * Returns the limit before there is evidence: what a model's manifest says in `unknown`. A centre that is nonsense, or of another
 * dimension than the model's, is left out.
 * @param {{dimension?: number, unknown?: {distance?: unknown, centre?: any}} | null} [manifest]
 * @returns {UnknownLimit}
 * @example
 * firstLimit({ unknown: { distance: 0.5 } }); // { distance: 0.5, exponent: 0, adapted: null, centre: null }
 */
export function firstLimit(manifest) {
	const distance = priorOf(manifest);
	const given = manifest?.unknown?.centre;
	const isUsable = manifest?.unknown?.distance === distance && isPrior(given?.distance);
	const centre = isUsable ? { ratio: given.distance / distance, step: given.step, values: given.values } : null;
	const isOwn = isCentre(centre) && dimensionOf(centre) === manifest?.dimension;
	return { distance, exponent: 0, adapted: null, centre: isOwn ? centre : null };
}

/** @param {number} distance */
function floor(distance) {
	return Math.max(distance, NOVELTY_FLOOR);
}

/**
 * Returns the first value, in ascending order, at which the sum of the weights reaches a target.
 * @param {Float64Array} values (n,), at least one
 * @param {Float64Array} weights (n,)
 * @param {number} target
 */
function quantileOf(values, weights, target) {
	const places = Array.from(values.keys()).sort((a, b) => values[a] - values[b]);
	let sum = 0;
	for (const place of places) {
		sum += weights[place];
		if (sum >= target - TIE) return values[place];
	}
	return values[places[places.length - 1]];
}

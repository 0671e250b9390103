// Is it any of the classes? Sure, not sure, or "I don't know": "Three answers" in contract/README.md defines the rules. Pure
// functions. knn.js uses them, and the page where it puts several answers together. The twin is server/knn/certainty.py.

import {
	CENTRE_DECLINE,
	NOVELTY_FLOOR,
	SECOND_RECORDING_WEIGHT,
	SURE_SHARE,
	TIE,
	UNKNOWN_SHARPNESS,
} from "../contract/constants.js";

/** @typedef {import("../state/result.js").UnknownLimit} UnknownLimit */
/** @typedef {import("../state/result.js").Nearness} Nearness */
/** @typedef {import("../state/result.js").Certainty} Certainty */
/** @typedef {import("../state/result.js").Judgement} Judgement */

/** No cosine distance is larger. */
export const MAX_DISTANCE = 2;

/**
 * Returns the cosine distance beyond which an embedding is unknown.
 * @param {number | UnknownLimit | null} limit the option `unknownDistance`
 * @param {string} metric the requested one
 * @param {Nearness} nearness of the embedding
 * @returns {number | null} null: nothing is unknown
 * @example
 * const limit = { distance: 0.6, exponent: 0.5, adapted: { distance: 0.5, typical: 0.4 } };
 * const nearness = { novelty: 0.2, second: 0.2, distance: 0.1 };
 * unknownDistanceOf(limit, "cosine", nearness); // 0.6
 * unknownDistanceOf(limit, "adapted", nearness); // 0.5 · (0.2 / 0.2 · 0.4 / 0.1)^0.5 = 1
 * unknownDistanceOf(0.3, "adapted", nearness); // 0.3
 */
export function unknownDistanceOf(limit, metric, { novelty, second, distance, centred = null }) {
	if (limit === null || typeof limit === "number") return limit;
	const { exponent, adapted, centre } = limit;
	let ratio = (Math.max(novelty, NOVELTY_FLOOR) / Math.max(second, NOVELTY_FLOOR)) ** SECOND_RECORDING_WEIGHT;
	let atTypical = limit.distance;
	if (metric === "adapted" && adapted) {
		ratio *= adapted.typical / Math.max(distance, NOVELTY_FLOOR);
		atTypical = adapted.distance;
	}
	let found = atTypical * ratio ** exponent;
	if (centre && centred !== null) {
		const secondOpinion = Math.max(novelty, NOVELTY_FLOOR) / Math.max(centred, NOVELTY_FLOOR);
		found *= (centre.ratio * secondOpinion) ** ((1 - exponent) ** CENTRE_DECLINE);
	}
	return Math.min(found, MAX_DISTANCE);
}

/**
 * Returns whether an embedding is unknown.
 * @param {number} novelty the cosine distance to the nearest example
 * @param {number | null} unknownDistance see unknownDistanceOf
 * @example
 * isBeyond(0.7, 0.6); // true
 */
export function isBeyond(novelty, unknownDistance) {
	return unknownDistance !== null && novelty > unknownDistance + TIE;
}

/**
 * Returns the share of something else than the classes.
 * @param {number} novelty the cosine distance to the nearest example
 * @param {number | null} unknownDistance see unknownDistanceOf
 * @returns {number} 0..1; 1/2 at the limit
 * @example
 * unknownShareOf(0.6, 0.6); // 0.5
 * unknownShareOf(0.3, 0.6); // 0.015
 */
export function unknownShareOf(novelty, unknownDistance) {
	if (unknownDistance === null) return 0;
	if (unknownDistance === 0) return isBeyond(novelty, 0) ? 1 : 0;
	// r / (1 + r), by 1 / r: unlike r, that cannot become infinite above and below the line.
	return 1 / (1 + (unknownDistance / novelty) ** UNKNOWN_SHARPNESS);
}

/**
 * Chooses one of the three answers.
 * @param {number} share the winner's, among the classes
 * @param {number} unknownShare
 * @param {boolean} isUnknown
 * @returns {Certainty}
 * @example
 * certaintyOf(1, 0.1, false); // "sure"
 * certaintyOf(2 / 3, 0, false); // "notSure"
 */
export function certaintyOf(share, unknownShare, isUnknown) {
	if (isUnknown) return "unknown";
	return share * (1 - unknownShare) >= SURE_SHARE - TIE ? "sure" : "notSure";
}

/**
 * Judges an answer by its limit.
 * @param {number} share the winner's
 * @param {number} novelty the cosine distance to the nearest example
 * @param {number | null} unknownDistance see unknownDistanceOf
 * @returns {Judgement}
 * @example
 * judge(1, 0.7, 0.6); // { unknownDistance: 0.6, unknownShare: 0.72, isUnknown: true, certainty: "unknown" }
 */
export function judge(share, novelty, unknownDistance) {
	const unknownShare = unknownShareOf(novelty, unknownDistance);
	const isUnknown = isBeyond(novelty, unknownDistance);
	return { unknownDistance, unknownShare, isUnknown, certainty: certaintyOf(share, unknownShare, isUnknown) };
}

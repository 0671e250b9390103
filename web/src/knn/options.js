// What a classifier and an evaluation can be asked for, and which values are refused. The twin is server/knn/options.py.

import { METRICS, WEIGHTS } from "../contract/constants.js";
import { ContractError } from "../contract/errors.js";
import { isCentre } from "./centre.js";

/** @typedef {import("../state/result.js").Metric} Metric */
/** @typedef {import("../state/result.js").Weights} Weights */
/** @typedef {import("../state/result.js").UnknownLimit} UnknownLimit */

/**
 * @typedef {object} Question what an evaluation is asked
 * @property {number} k MAX_NEIGHBOURS at most
 * @property {Metric | "auto"} metric
 * @property {Weights} weights
 */

/**
 * @typedef {object} ClassifyOptions how to classify
 * @property {number} [k] how many neighbours vote, at least 1 (default 3); clamped to the number of examples
 * @property {string} [metric] "cosine" (default), "euclidean", "manhattan" or "adapted"
 * @property {string} [weights] "uniform" (default), or "distance" for votes of 1 / distance
 * @property {number | UnknownLimit | null} [unknownDistance] the novelty beyond which the answer is unknown, 0..2; a limit: as it says;
 *   null (default): never
 */

/**
 * Checks the options of a classification.
 * @param {ClassifyOptions} options
 * @throws {ContractError} badK, unknownMetric, unknownWeights or badUnknownDistance
 * @example
 * checkSettings({ k: 5, metric: "euclidean" });
 * checkSettings({ k: 0 }); // throws ContractError "badK"
 */
export function checkSettings({ k = 3, metric = "cosine", weights = "uniform", unknownDistance = null }) {
	if (!Number.isInteger(k) || k < 1) throw new ContractError("badK", { came: k });
	if (!METRICS.includes(metric)) {
		throw new ContractError("unknownMetric", { came: metric, expected: METRICS.join(", ") });
	}
	if (!WEIGHTS.includes(weights)) {
		throw new ContractError("unknownWeights", { came: weights, expected: WEIGHTS.join(", ") });
	}
	if (unknownDistance === null || isWithin(unknownDistance, 0, 2) || isLimit(unknownDistance)) return;
	throw new ContractError("badUnknownDistance", { came: unknownDistance });
}

/**
 * Returns whether a value is a limit; it may hold other keys too.
 * @param {unknown} value
 * @returns {value is UnknownLimit}
 * @example
 * isLimit({ distance: 0.6, exponent: 0, adapted: null }); // true
 */
export function isLimit(value) {
	if (typeof value !== "object" || value === null) return false;
	const { distance, exponent, adapted, centre = null } = /** @type {Record<string, unknown>} */ (value);
	if (!isWithin(distance, 0, 2) || !isWithin(exponent, 0, 1)) return false;
	if (centre !== null && !isCentre(centre)) return false;
	if (adapted === null) return true;
	if (typeof adapted !== "object") return false;
	const { distance: atTypical, typical } = /** @type {Record<string, unknown>} */ (adapted);
	return isWithin(atTypical, 0, 2) && isWithin(typical, Number.MIN_VALUE, 2);
}

/**
 * @param {unknown} value
 * @param {number} lowest
 * @param {number} highest
 */
function isWithin(value, lowest, highest) {
	return typeof value === "number" && value >= lowest && value <= highest;
}

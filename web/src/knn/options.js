// What a classifier and an evaluation can be asked for, and which values are refused. The twin is server/knn/options.py.

import { METRICS, WEIGHTS } from "../contract/constants.js";
import { ContractError } from "../contract/errors.js";

/** @typedef {import("../state/result.js").Metric} Metric */
/** @typedef {import("../state/result.js").Weights} Weights */

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
 * @property {number | null} [unknownDistance] the novelty beyond which the answer is unknown, 0..2; null (default): never
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
	if (unknownDistance === null) return;
	if (typeof unknownDistance !== "number" || !(unknownDistance >= 0 && unknownDistance <= 2)) {
		throw new ContractError("badUnknownDistance", { came: unknownDistance });
	}
}

// What a classifier can be asked for, and what of it is refused.

import { METRICS, WEIGHTS } from "../contract/constants.js";
import { ContractError } from "../contract/errors.js";

/**
 * @typedef {object} Question what an evaluation is asked about
 * @property {number} k at most MAX_NEIGHBOURS
 * @property {import("./distance.js").Metric | "auto"} metric
 * @property {"uniform" | "distance"} weights
 */

/**
 * @typedef {object} ClassifyOptions how to classify
 * @property {number} [k] how many neighbours vote, at least 1 (default 3); clamped to the number of examples
 * @property {string} [metric] "cosine" (default), "euclidean", "manhattan" or "adapted"
 * @property {string} [weights] "uniform" (default), or "distance" for votes of 1 / distance
 * @property {number | null} [unknownDistance] cosine distance to the nearest example beyond which the answer is unknown
 */

/**
 * Checks what a query can ask for.
 * @param {ClassifyOptions} question
 * @throws {ContractError} badK, unknownMetric, unknownWeights or badUnknownDistance
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

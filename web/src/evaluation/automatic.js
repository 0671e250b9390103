// What the settings leave open ("auto"), and what can't be answered by yet: how it is decided where the browser answers. The
// server decides by the same rules. Pure functions.

import { MAX_UNADAPTED } from "../contract/constants.js";
import { checkSettings } from "../knn/options.js";

/**
 * @typedef {import("../state/state.js").ClassifierSettings} ClassifierSettings
 * @typedef {import("../state/state.js").Metric} Metric
 * @typedef {import("../state/state.js").Evaluation} Evaluation
 */

/**
 * Refuses settings that a classifier would, but for "auto".
 * @param {{k?: number, metric?: string, weights?: string, unknownDistance?: number | string | null}} settings
 * @throws {import("../contract/errors.js").ContractError} badK, unknownMetric, unknownWeights or badUnknownDistance
 */
export function checkChoice({ k, metric, weights, unknownDistance }) {
	checkSettings({
		k,
		metric: metric === "auto" ? "cosine" : metric,
		weights,
		unknownDistance: unknownDistance === "auto" ? null : /** @type {number | null | undefined} */ (unknownDistance),
	});
}

/**
 * The metric that "auto" takes.
 * @param {Evaluation | null} evaluation the last one
 * @param {Metric} before what it took until now: that stays, while the adapted metric is being measured anew
 * @returns {Metric}
 */
export function automaticMetric(evaluation, before) {
	if (!evaluation) return "cosine";
	return evaluation.auto.adapted === null ? before : evaluation.auto.metric;
}

/**
 * What a question is answered by.
 * @param {ClassifierSettings} settings
 * @param {object} known
 * @param {Metric} known.automatic see automaticMetric
 * @param {Evaluation | null} known.evaluation the last one
 * @param {{unadapted: number | null, fittedAt: number | null}} known.knn the classifier that answers
 * @returns {import("../state/state.js").ResolvedSettings}
 */
export function resolved({ metric: chosen, unknownDistance }, { automatic, evaluation, knn }) {
	const wanted = chosen === "auto" ? automatic : chosen;
	const isFitted = knn.unadapted !== null && knn.unadapted <= MAX_UNADAPTED;
	const metric = wanted === "adapted" && !isFitted ? "cosine" : wanted;
	return {
		metric,
		fittedAt: metric === "adapted" ? knn.fittedAt : null,
		unknownDistance: unknownDistance === "auto" ? (evaluation?.unknown.distance ?? null) : unknownDistance,
	};
}

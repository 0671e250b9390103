// What the setting "auto" stands for when the browser answers. The server decides by the same rules. Pure functions; app/ uses
// them.

import { MAX_UNADAPTED } from "../contract/constants.js";
import { checkSettings } from "../knn/options.js";

/**
 * @typedef {import("../state/state.js").ClassifierSettings} ClassifierSettings
 * @typedef {import("../state/result.js").Metric} Metric
 * @typedef {import("../state/figures.js").Evaluation} Evaluation
 */

/**
 * Checks settings as a classifier checks its options, and accepts "auto".
 * @param {{k?: number, metric?: string, weights?: string, unknownDistance?: number | string | null}} settings
 * @throws {import("../contract/errors.js").ContractError} badK, unknownMetric, unknownWeights or badUnknownDistance
 * @example
 * checkClassifierSettings({ k: 3, metric: "auto" });
 * checkClassifierSettings({ weights: "auto" }); // throws ContractError "unknownWeights"
 */
export function checkClassifierSettings({ k, metric, weights, unknownDistance }) {
	checkSettings({
		k,
		metric: metric === "auto" ? "cosine" : metric,
		weights,
		unknownDistance: unknownDistance === "auto" ? null : /** @type {number | null | undefined} */ (unknownDistance),
	});
}

/**
 * Returns the metric that "auto" stands for.
 * @param {Evaluation | null} evaluation the newest one
 * @param {Metric} before what it stood for until now; it stays while the adapted metric is being measured anew
 * @returns {Metric}
 * @example
 * automaticMetric(null, "adapted"); // "cosine"
 */
export function automaticMetric(evaluation, before) {
	if (!evaluation) return "cosine";
	return evaluation.auto.adapted === null ? before : evaluation.auto.metric;
}

/**
 * Resolves the settings to what a classification uses.
 * @param {ClassifierSettings} settings
 * @param {object} context
 * @param {Metric} context.automatic see automaticMetric
 * @param {Evaluation | null} context.evaluation the newest one
 * @param {{unadapted: number | null, fittedAt: number | null}} context.knn the classifier that answers
 * @returns {import("../state/state.js").ResolvedSettings}
 * @example
 * resolveSettings(settings, { automatic: "adapted", evaluation: null, knn });
 * // { metric: "adapted", fittedAt: 41, unknownDistance: null }
 */
export function resolveSettings(settings, { automatic, evaluation, knn }) {
	const requested = settings.metric === "auto" ? automatic : settings.metric;
	const isFitted = knn.unadapted !== null && knn.unadapted <= MAX_UNADAPTED;
	const metric = requested === "adapted" && !isFitted ? "cosine" : requested;
	const { unknownDistance } = settings;
	return {
		metric,
		fittedAt: metric === "adapted" ? knn.fittedAt : null,
		unknownDistance: unknownDistance === "auto" ? (evaluation?.unknown.distance ?? null) : unknownDistance,
	};
}

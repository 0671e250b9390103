// What the setting "auto" stands for when the browser answers. The server decides by the same rules. Pure functions; app/ uses
// them.

import { MAX_UNADAPTED } from "../contract/constants.js";
import { ContractError } from "../contract/errors.js";
import { checkSettings } from "../knn/options.js";
import { firstLimit } from "./limit.js";

/**
 * @typedef {import("../state/state.js").ClassifierSettings} ClassifierSettings
 * @typedef {import("../state/result.js").Metric} Metric
 * @typedef {import("../state/result.js").UnknownLimit} UnknownLimit
 * @typedef {import("../state/figures.js").Evaluation} Evaluation
 */

/**
 * @typedef {object} Automatic what "auto" stands for
 * @property {Metric} metric
 * @property {UnknownLimit} limit of "I don't know"
 */

/**
 * Checks settings as a classifier checks its options, and accepts "auto". A limit as an evaluation finds it is no setting.
 * @param {{k?: number, metric?: string, weights?: string, unknownDistance?: number | string | null}} settings
 * @throws {import("../contract/errors.js").ContractError} badK, unknownMetric, unknownWeights or badUnknownDistance
 * @example
 * checkClassifierSettings({ k: 3, metric: "auto" });
 * checkClassifierSettings({ weights: "auto" }); // throws ContractError "unknownWeights"
 */
export function checkClassifierSettings({ k, metric, weights, unknownDistance }) {
	if (typeof unknownDistance === "object" && unknownDistance !== null) {
		throw new ContractError("badUnknownDistance", { came: unknownDistance });
	}
	checkSettings({
		k,
		metric: metric === "auto" ? "cosine" : metric,
		weights,
		unknownDistance: unknownDistance === "auto" ? null : /** @type {number | null | undefined} */ (unknownDistance),
	});
}

/**
 * Returns what "auto" stands for without an evaluation.
 * @param {UnknownLimit} [limit] that of "I don't know" without evidence: the model's, see firstLimit in limit.js
 * @returns {Automatic}
 * @example
 * startAutomatic(firstLimit(manifest)).metric; // "adapted"
 */
export function startAutomatic(limit = firstLimit()) {
	return { metric: "adapted", limit };
}

/**
 * Returns what "auto" stands for from the newest evaluation on. While the adapted metric is measured anew, it stays what it was:
 * it would otherwise change with every example, and back.
 * @param {Automatic} before
 * @param {Evaluation | null} evaluation the newest one
 * @param {UnknownLimit} [first] as in startAutomatic
 * @returns {Automatic}
 * @example
 * let automatic = startAutomatic();
 * automatic = followEvaluation(automatic, evaluation);
 * automatic.metric; // "adapted"
 */
export function followEvaluation(before, evaluation, first = firstLimit()) {
	if (!evaluation) return startAutomatic(first);
	const metric = automaticMetric(evaluation, before.metric);
	const isMeasured = evaluation.auto.adapted !== null;
	if (!isMeasured && before.limit.adapted !== null) return { metric, limit: before.limit };
	const { distance, exponent, adapted } = evaluation.unknown;
	return { metric, limit: { distance, exponent, adapted, centre: first.centre } };
}

/**
 * Returns the metric that "auto" stands for.
 * @param {Evaluation | null} evaluation the newest one
 * @param {Metric} before what it stood for until now; it stays while the adapted metric is being measured anew
 * @returns {Metric}
 * @example
 * automaticMetric(null, "cosine"); // "adapted"
 */
export function automaticMetric(evaluation, before) {
	if (!evaluation) return "adapted";
	return evaluation.auto.adapted === null ? before : evaluation.auto.metric;
}

/**
 * Resolves the settings to what a classification uses.
 * @param {ClassifierSettings} settings
 * @param {object} context
 * @param {Automatic} context.automatic
 * @param {{unadapted: number | null, fittedAt: number | null}} context.knn the classifier that answers
 * @returns {import("../state/state.js").ResolvedSettings}
 * @example
 * resolveSettings(settings, { automatic: startAutomatic(), knn });
 * // { metric: "adapted", fittedAt: 41, unknownDistance: { distance: 0.615, exponent: 0, adapted: null, centre: null } }
 */
export function resolveSettings(settings, { automatic, knn }) {
	const requested = settings.metric === "auto" ? automatic.metric : settings.metric;
	const isFitted = knn.unadapted !== null && knn.unadapted <= MAX_UNADAPTED;
	const metric = requested === "adapted" && !isFitted ? "cosine" : requested;
	const { unknownDistance } = settings;
	return {
		metric,
		fittedAt: metric === "adapted" ? knn.fittedAt : null,
		unknownDistance: unknownDistance === "auto" ? automatic.limit : unknownDistance,
	};
}

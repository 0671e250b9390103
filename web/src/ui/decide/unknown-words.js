// The limit of "I don't know" in words: where it comes from, and how far this picture is from it.

import { decimal, decimalsApart } from "../../i18n/numbers.js";
import { t } from "../../i18n/words.js";

/**
 * @param {number|"auto"|null} setting
 * @param {Pick<import("../../state/state.js").Evaluation["unknown"], "recordings">|null} unknown null: nothing is tested yet
 * @returns {string}
 * @example
 * describeLimit("auto", { recordings: 6 }); // "Learnt from 6 recordings. …"
 */
export function describeLimit(setting, unknown) {
	if (setting === null) return t("decide.unknownOff");
	if (setting !== "auto") return t("decide.unknownText", { distance: decimal(setting) });
	// Recordings count in classes that have two or more.
	const count = unknown?.recordings ?? 0;
	return count === 0 ? t("decide.unknownNone") : t("decide.unknownLearnt", { count });
}

/**
 * The novelty has a name of its own, strangeness: the distances beside it on the page may be of another metric.
 * @param {number} novelty the cosine distance to the nearest example
 * @param {number|null} limit of this picture; null: it is not automatic
 * @returns {string}
 * @example
 * describeDistance(0.4, 0.615); // "The strangeness of this picture is 0.40, and its limit is 0.62."
 */
export function describeDistance(novelty, limit) {
	if (limit === null) return t("decide.now", { distance: decimal(novelty) });
	const [distance, ownLimit] = decimalsApart(novelty, limit);
	return t("decide.unknownHere", { distance, limit: ownLimit });
}

// The limit of "I don't know" in words: where it comes from, and how far this picture is from it.

import { decimal, decimalsApart } from "../../i18n/numbers.js";
import { t } from "../../i18n/words.js";
import { isBeyond } from "../../knn/certainty.js";
import { computeStrangeness } from "./strangeness.js";

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
 * What decides has a name of its own, strangeness: the distances beside it on the page may be of another metric. The answer may be
 * the mean of some frames, and these figures are the newest one's: where they say something else than the answer, they are left out.
 * @param {Pick<import("../../state/state.js").ShownAnswer, "novelty"|"unknownDistance"|"isUnknown">} answer novelty: the cosine
 *   distance to the nearest example
 * @param {number|null} limit the one that is drawn; null: none
 * @param {boolean} isAutomatic whether more than the novelty counts
 * @returns {string}
 * @example
 * describeDistance({ novelty: 0.4, unknownDistance: 0.5, isUnknown: false }, 0.6, true);
 * // "With everything counted in, the strangeness of this picture is 0.48. The limit is 0.60."
 */
export function describeDistance(answer, limit, isAutomatic) {
	const { novelty, unknownDistance, isUnknown } = answer;
	if (unknownDistance !== null && isBeyond(novelty, unknownDistance) !== isUnknown) return t("decide.nearLimit");
	if (!isAutomatic || limit === null || unknownDistance === null)
		return t("decide.now", { distance: decimal(novelty) });
	const [distance, shownLimit] = decimalsApart(computeStrangeness(answer, limit), limit);
	return t("decide.unknownHere", { distance, limit: shownLimit });
}

// The picture meter in words.

import { t } from "../../i18n/words.js";

/**
 * @param {import("../../state/state.js").MeterCounts} counts
 * @returns {string[]} one for each kind that there is, the good ones first
 * @example
 * getMeterWords({ good: 12, copies: 3, blurred: 0, dark: 0 }); // ["12 good", "3 near-copies"]
 */
export function getMeterWords({ good, copies, blurred, dark }) {
	return [
		t("meter.good", { count: good }),
		...(copies > 0 ? [t("meter.copies", { count: copies })] : []),
		...(blurred > 0 ? [t("meter.blurred", { count: blurred })] : []),
		...(dark > 0 ? [t("meter.dark", { count: dark })] : []),
	];
}

/**
 * @param {import("../../state/state.js").MeterCounts} counts
 * @returns {string|null} what would help most; null: nothing is wrong with more than half of the pictures
 */
export function getMeterAdvice({ good, copies, blurred, dark }) {
	const half = (good + copies + blurred + dark) / 2;
	if (dark > half) return t("meter.darkDo");
	if (blurred > half) return t("meter.blurredDo");
	return copies > half ? t("meter.copiesDo") : null;
}

// The three answers in words: sure, not sure (between two classes, or between a class and something else), "I don't know".

import { t } from "../../i18n/words.js";
import { computeShownShare } from "./shares.js";

/** @typedef {import("../../state/state.js").ShownAnswer} ShownAnswer */

/**
 * What an answer that is not sure is torn between.
 * @param {Pick<ShownAnswer, "label"|"confidences"|"unknownShare">} answer
 * @returns {string|null} the class with the second largest share; null: something else has a larger one, or no class has any
 * @example
 * findRival({ label: "apple", confidences: { apple: 0.6, banana: 0.4 }, unknownShare: 0.1 }); // "banana"
 */
export function findRival(answer) {
	let [rival, largest] = [/** @type {string|null} */ (null), answer.unknownShare];
	for (const label of Object.keys(answer.confidences)) {
		const share = computeShownShare(answer, label);
		if (label !== answer.label && share > largest) [rival, largest] = [label, share];
	}
	return rival;
}

/**
 * @param {Pick<ShownAnswer, "label"|"confidences"|"unknownShare"|"certainty">} answer
 * @returns {{title: string, verdict: string, spoken: string}} spoken: all of it for a screen reader
 * @example
 * describeAnswer(answer); // { title: "Not sure", verdict: "Apple, or Banana?", spoken: "Not sure: Apple or Banana" }
 */
export function describeAnswer(answer) {
	const { label, certainty } = answer;
	if (certainty === "unknown") {
		const verdict = t("answer.unknown");
		return { title: t("answer.unknownTitle"), verdict, spoken: verdict };
	}
	if (certainty === "sure") return { title: t("answer.title"), verdict: label, spoken: label };
	const title = t("answer.notSureTitle");
	const other = findRival(answer);
	if (other === null)
		return { title, verdict: t("answer.perhaps", { label }), spoken: t("answer.saidPerhaps", { label }) };
	return {
		title,
		verdict: t("answer.between", { label, other }),
		spoken: t("answer.saidBetween", { label, other }),
	};
}

/**
 * The size of the type: a long text is set smaller, not cut off.
 * @param {string} text
 */
export const chooseTextSize = (text) => {
	const length = [...text].length;
	return length > 44 ? "tiny" : length > 22 ? "small" : length > 11 ? "medium" : "large";
};

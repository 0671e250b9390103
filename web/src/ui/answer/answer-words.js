// The three answers in words: sure, not sure (between two classes, or between a class and something else), "I don't know"; and
// why, in a sentence.

import { TIE } from "../../contract/constants.js";
import { decimalsApart } from "../../i18n/numbers.js";
import { t } from "../../i18n/words.js";
import { isBeyond } from "../../knn/certainty.js";
import { computeShownShare } from "./shares.js";

/** @typedef {import("../../state/state.js").ShownAnswer} ShownAnswer */

/**
 * What an answer that is not sure is torn between.
 * @param {Pick<ShownAnswer, "label"|"confidences"|"unknownShare"|"neighbours">} answer
 * @returns {string|null} the class with the second largest share, of equal shares the one with the nearest neighbour; null:
 *   something else has a larger one, or no class has any
 * @example
 * findRival({ label: "apple", confidences: { apple: 0.6, banana: 0.4 }, unknownShare: 0.1, neighbours: [] }); // "banana"
 */
export function findRival(answer) {
	const nearestFirst = new Set([...answer.neighbours.map(({ label }) => label), ...Object.keys(answer.confidences)]);
	let [rival, largest] = [/** @type {string|null} */ (null), answer.unknownShare];
	for (const label of nearestFirst) {
		const share = computeShownShare(answer, label);
		if (label !== answer.label && share > largest + TIE) [rival, largest] = [label, share];
	}
	return rival;
}

/**
 * @param {Pick<ShownAnswer, "label"|"confidences"|"unknownShare"|"certainty"|"neighbours">} answer
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
 * What to do about an answer that names nothing, or is not sure; otherwise the reason.
 * @param {Pick<ShownAnswer, "label"|"certainty"|"neighbours"|"novelty"|"unknownDistance">} answer
 * @param {number|null} recordings of the class that wins; null: nothing can be taught here
 * @param {boolean} [isPhoto] whether the answer is to a photo that stands in the camera's place
 * @returns {string}
 * @example
 * describeReason(answer, 2); // "All of the 3 most similar examples say so"
 */
export function describeReason(
	{ label, certainty, neighbours, novelty, unknownDistance },
	recordings,
	isPhoto = false,
) {
	if (certainty === "notSure" && recordings === 1) return t("answer.oneSide", { label });
	if (certainty === "unknown") {
		if (recordings !== null && isPhoto) return t("answer.newOrKnownPhoto", { label });
		if (recordings === 1) return t("answer.newOrOneSide", { label });
		if (recordings !== null) return t("answer.newOrKnown", { label });
		// The answer is the mean of some frames, these figures are the newest one's: it may be within its limit.
		if (!isBeyond(novelty, unknownDistance)) return t("answer.atLimit");
		const limit = unknownDistance ?? 0;
		// The novelty is a cosine distance, and the neighbours' may be of another metric: a multiple of the limit is no second scale.
		const [times] = decimalsApart(limit === 0 ? Number.POSITIVE_INFINITY : novelty / limit, 1);
		return t("answer.tooFarTimes", { times });
	}
	const votes = neighbours.filter((neighbour) => neighbour.label === label).length;
	const count = neighbours.length;
	if (votes === 0) return t("answer.changing");
	return t(votes === count ? "answer.unanimous" : "answer.votes", { votes, count });
}

/** Chinese, Japanese and Korean characters and emojis are about as wide as two letters. */
const WIDE =
	/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}\u3000-\u303f\uff00-\uff60]/u;

/**
 * The width of a text, roughly, in letters.
 * @param {string} text
 * @example
 * measureText("apple"); // 5
 * measureText("苹果"); // 4
 */
export const measureText = (text) => [...text].reduce((width, character) => width + (WIDE.test(character) ? 2 : 1), 0);

/**
 * @param {string} a
 * @param {string} b
 * @returns {string} the one that needs more room, of equals the first
 * @example
 * ["fig", "banana"].reduce(chooseWider, ""); // "banana"
 */
export const chooseWider = (a, b) => (measureText(b) > measureText(a) ? b : a);

/**
 * The size of the type: a long text is set smaller, not cut off.
 * @param {string} text
 */
export const chooseTextSize = (text) => {
	const width = measureText(text);
	return width > 44 ? "tiny" : width > 22 ? "small" : width > 11 ? "medium" : "large";
};

// One scale for the bars: the shares of the classes, and of something else, which are 1 together (contract/README.md, "Three
// answers"); and the whole percent that are written beside them.

/**
 * A label may be any text, even "__proto__": only own keys count.
 * @param {Record<string, number>} confidences
 * @param {string} label
 */
export const getShare = (confidences, label) => (Object.hasOwn(confidences, label) ? confidences[label] : 0);

/**
 * A class's share where something else has one too.
 * @param {{confidences: Record<string, number>, unknownShare: number}} answer
 * @param {string} label
 * @returns {number} 0..1
 * @example
 * computeShownShare({ confidences: { apple: 0.75, banana: 0.25 }, unknownShare: 0.2 }, "apple"); // 0.6
 */
export const computeShownShare = ({ confidences, unknownShare }, label) =>
	getShare(confidences, label) * (1 - unknownShare);

/**
 * Whole percent that add up to what the shares add up to: those with the largest remainders are rounded up.
 * @param {readonly number[]} shares
 * @returns {number[]} shares of whole percent
 * @example
 * roundTogether([1 / 3, 1 / 3, 1 / 3]); // [0.34, 0.33, 0.33]
 */
export function roundTogether(shares) {
	const percents = shares.map((share) => share * 100);
	const rounded = percents.map(Math.floor);
	const whole = Math.round(percents.reduce((sum, percent) => sum + percent, 0));
	const missing = whole - rounded.reduce((sum, percent) => sum + percent, 0);
	const byRemainder = percents
		.map((percent, place) => ({ place, remainder: percent - rounded[place] }))
		.sort((a, b) => b.remainder - a.remainder);
	for (const { place } of byRemainder.slice(0, missing)) rounded[place] += 1;
	return rounded.map((percent) => percent / 100);
}

// The place of a piece of advice: on the card of its class where it is about one class, else above all cards.

/** @typedef {import("../../state/state.js").Advice} Advice */

/**
 * @param {readonly Advice[]} advice
 * @param {string} label
 */
export const selectAdviceForCard = (advice, label) =>
	advice.filter(({ labels }) => labels.length === 1 && labels[0] === label);

/**
 * @param {readonly Advice[]} advice
 * @param {readonly string[]} cards the labels that have one: a class that is just gone must not hide what was said of it
 */
export const selectAdviceAboveCards = (advice, cards) =>
	advice.filter(({ labels }) => labels.length !== 1 || !cards.includes(labels[0]));

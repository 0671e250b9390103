// The text of an action, with the class and its share in it.

import { UNKNOWN_KEY } from "../contract/actions.js";
import { t } from "../i18n/words.js";

const PLACEHOLDER = /\{(label|share)\}/g;
/** What a program reads for "I don't know", in every language. */
const UNKNOWN_WORD = "unknown";

/**
 * @param {string} label UNKNOWN_KEY for "I don't know"
 * @param {boolean} forPeople in the page's language; else for a program
 */
export function nameWinner(label, forPeople) {
	if (label !== UNKNOWN_KEY) return label;
	return forPeople ? t("answer.unknown") : UNKNOWN_WORD;
}

/**
 * @param {string} text {label} stands for the class, {share} for its percent; empty: the class alone
 * @param {{label: string, share: number}} win share: 0..1
 * @param {boolean} forPeople in the page's language; else for a program
 * @returns {string}
 * @example
 * fillText("{label}: {share}", { label: "cat", share: 0.934 }, false); // "cat: 93"
 */
export function fillText(text, { label, share }, forPeople) {
	const name = nameWinner(label, forPeople);
	if (text.trim() === "") return name;
	return text.replace(PLACEHOLDER, (_, part) => (part === "label" ? name : String(Math.round(100 * share))));
}

// Every word the page shows, in the language in use. The words are in messages/*.json: text with {placeholders}, or one
// text for each plural category where a number decides. Anything that shows text may import this module.

import { isComplete, language, loadLater, messages } from "./language.js";
import { number, pluralOf } from "./numbers.js";

const PLACEHOLDER = /\{(\w+)\}/g;

/**
 * The words for a key. A component that calls it is drawn again when the language changes.
 * @param {string} key
 * @param {Record<string, string|number>} [params] `count` chooses the plural; numbers are written the language's way
 * @returns {string} "" where the words are still to come, and for a key that the language does not have: a page without a word is
 *   better than none
 * @example
 * t("class.count", { count: 1200 }); // "1,200 examples"
 */
export function t(key, params = {}) {
	const message = messages.value[key];
	if (message === undefined) {
		if (isComplete.value) console.error(`messages/${language.value}.json has no "${key}"`);
		// They may be among those that come later: then this is drawn again.
		else loadLater().catch(() => {});
		return "";
	}
	const text = typeof message === "string" ? message : (message[pluralOf(Number(params.count))] ?? message.other);
	return text.replace(PLACEHOLDER, (_, name) => {
		const value = params[name];
		return typeof value === "number" ? number(value) : String(value);
	});
}

/**
 * An error in the language in use where there are words for its code, else as it came.
 * @param {{code: string, message: string, hint: string, came?: string, expected?: string}} error
 * @returns {{message: string, hint: string}}
 */
export function errorWords({ code, message, hint, came, expected }) {
	const [messageText, hintText] = ["message", "hint"].map((part) => messages.value[`error.${code}.${part}`]);
	if (messageText === undefined) {
		// Its words may be among those that come later: then this is drawn again.
		loadLater().catch(() => {});
		return { message, hint };
	}
	// An older server sends its sentences without what fills them.
	if (/\{\w+\}/.test(`${messageText}${hintText}`) && (came === undefined || expected === undefined))
		return { message, hint };
	const params = { came: came ?? "", expected: expected ?? "" };
	return { message: t(`error.${code}.message`, params), hint: t(`error.${code}.hint`, params) };
}

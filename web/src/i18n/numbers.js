// Numbers, written the way of the language in use. Anything that shows numbers may import this module.

import { language } from "./language.js";

/**
 * Formatters by language and options. They are kept: making one costs more than using it, and the answer changes many times
 * a second.
 * @type {Map<string, Intl.NumberFormat>}
 */
const formats = new Map();

/** @param {Intl.NumberFormatOptions} options */
function format(options) {
	const key = language.value + JSON.stringify(options);
	const formatter = formats.get(key) ?? new Intl.NumberFormat(language.value, options);
	formats.set(key, formatter);
	return formatter;
}

/** @param {number} value two decimals at most */
export const number = (value) => format({ maximumFractionDigits: 2 }).format(value);

/** @param {number} share 0..1 */
export const percent = (share) => format({ style: "percent", maximumFractionDigits: 0 }).format(share);

/** @param {number} distance always two decimals, so that columns line up */
export const decimal = (distance) => format({ minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(distance);

const COSINE_DECIMALS = 5;

/**
 * @param {number} cosine always five decimals, and never more than it is: only 1 itself is written as 1
 * @example
 * cosineWords(0.9999996); // "0.99999"
 */
export const cosineWords = (cosine) =>
	format({ minimumFractionDigits: COSINE_DECIMALS, maximumFractionDigits: COSINE_DECIMALS }).format(
		Math.floor(cosine * 10 ** COSINE_DECIMALS) / 10 ** COSINE_DECIMALS,
	);

/** Not even a limit that is very near is worth more decimals than this. */
const MAX_DECIMALS = 4;

/**
 * Two distances that are compared: "0.30 is more than 0.30" would be puzzling.
 * @param {number} one
 * @param {number} other
 * @returns {string[]} both, with two decimals, or with as many as tell them apart
 * @example
 * decimalsApart(0.304, 0.298); // ["0.304", "0.298"]
 */
export function decimalsApart(one, other) {
	for (let decimals = 2; ; decimals += 1) {
		const options = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
		const texts = [one, other].map((distance) => format(options).format(distance));
		if (texts[0] !== texts[1] || decimals === MAX_DECIMALS) return texts;
	}
}

/** @param {number} milliseconds one decimal below ten, none above */
export const milliseconds = (milliseconds) =>
	format({
		style: "unit",
		unit: "millisecond",
		maximumFractionDigits: milliseconds < 9.95 ? 1 : 0,
	}).format(milliseconds);

/** @type {Map<string, Intl.PluralRules>} */
const rules = new Map();

/**
 * @param {number} count
 * @returns {Intl.LDMLPluralRule} the plural category of a count in the language in use
 */
export function pluralOf(count) {
	const tag = language.value;
	const pluralRules = rules.get(tag) ?? new Intl.PluralRules(tag);
	rules.set(tag, pluralRules);
	return pluralRules.select(count);
}

// Dates and sizes, written the language's way. Loaded with the project menu.

import { language } from "./language.js";

/**
 * @param {number} ms since 1970
 * @example
 * dateAndTime(Date.now()); // "26 Nov, 14:07"
 */
export function dateAndTime(ms) {
	const format = new Intl.DateTimeFormat(language.value, { dateStyle: "medium", timeStyle: "short" });
	return format.format(ms);
}

/** @param {number} ms since 1970 @example date(Date.now()); // "26 Nov 2026" */
export function date(ms) {
	return new Intl.DateTimeFormat(language.value, { dateStyle: "medium" }).format(ms);
}

const UNITS = ["kilobyte", "megabyte", "gigabyte", "terabyte"];

/**
 * @param {number} count
 * @example
 * bytes(12_400_000); // "12.4 MB"
 */
export function bytes(count) {
	let unit = 0;
	let value = count / 1000;
	while (value >= 1000 && unit < UNITS.length - 1) {
		value /= 1000;
		unit += 1;
	}
	const options = { style: "unit", unit: UNITS[unit], maximumFractionDigits: value < 10 ? 1 : 0 };
	return new Intl.NumberFormat(language.value, /** @type {Intl.NumberFormatOptions} */ (options)).format(value);
}

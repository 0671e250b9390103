// Every word the page shows, in the person's language. The words themselves are in messages/*.json:
// text with {placeholders}, or one text for each plural category where a number decides.
// Anything that shows text may import this module; it imports nothing of the page.

import { signal } from "@preact/signals";
import contractErrors from "../../../contract/errors.json" with { type: "json" };
import pageProblems from "../contract/problems.json" with { type: "json" };
import de from "./messages/de.json" with { type: "json" };
import en from "./messages/en.json" with { type: "json" };
import es from "./messages/es.json" with { type: "json" };
import fr from "./messages/fr.json" with { type: "json" };
import zh from "./messages/zh.json" with { type: "json" };

/** @typedef {"en"|"de"|"es"|"fr"|"zh"} Language */
/** @typedef {Record<string, string|Record<string, string>>} Messages */

/** @type {Record<Language, Messages>} */
export const MESSAGES = { en, de, es, fr, zh };

/** Each language in its own words, so that it can be found by someone who reads no other. */
export const LANGUAGES = /** @type {const} */ ({
	en: "English",
	de: "Deutsch",
	es: "Español",
	fr: "Français",
	zh: "中文",
});

const REMEMBERED = "language";

/**
 * The language to start with: the remembered choice, else the first of the browser's that there is.
 * @param {string|null} remembered
 * @param {readonly string[]} preferred BCP 47 tags, best first
 * @returns {Language}
 */
export function chooseLanguage(remembered, preferred) {
	const candidates = [remembered ?? "", ...preferred].map((tag) => tag.toLowerCase().split("-")[0]);
	const found = candidates.find((tag) => Object.hasOwn(MESSAGES, tag));
	return /** @type {Language} */ (found ?? "en");
}

/** The language in use; a component that calls `t` is drawn again when it changes. */
export const language = signal(/** @type {Language} */ ("en"));

/** Reads the remembered choice and tells the document. Called once, before the first render. */
export function startWords() {
	let remembered = null;
	try {
		remembered = localStorage.getItem(REMEMBERED);
	} catch {
		// Storage may be switched off: the browser's own language is right then.
	}
	useLanguage(chooseLanguage(remembered, navigator.languages));
}

/** @param {Language} choice */
function useLanguage(choice) {
	language.value = choice;
	document.documentElement.lang = choice;
}

/**
 * Changes the language and remembers it.
 * @param {Language} choice
 */
export function setLanguage(choice) {
	useLanguage(choice);
	try {
		localStorage.setItem(REMEMBERED, choice);
	} catch {
		// Not remembered, but in use.
	}
}

/**
 * The words for a key. `count` chooses the plural; numbers are written the language's way.
 * @param {string} key
 * @param {Record<string, string|number>} [params]
 * @returns {string}
 */
export function t(key, params = {}) {
	const message = MESSAGES[language.value][key];
	if (message === undefined) throw new Error(`messages/${language.value}.json has no "${key}"`);
	let text = message;
	if (typeof text !== "string") {
		const category = pluralRules(language.value).select(Number(params.count));
		text = text[category] ?? text.other;
	}
	return text.replace(/\{(\w+)\}/g, (_, name) => {
		const value = params[name];
		return typeof value === "number" ? number(value) : String(value);
	});
}

/**
 * The English of every error. It lives where the errors do; messages/en.json has only those that this page
 * says in simpler words than the contract.
 * @type {Record<string, {message: string, hint: string}>}
 */
export const ENGLISH_ERRORS = { ...contractErrors, ...pageProblems };

/**
 * What an error's placeholders were filled with, read back from its English text: only the finished
 * sentences travel.
 * @param {string} template text with {came} and {expected}
 * @param {string} text
 * @returns {Record<string, string>|null} null if the text was not made from this template
 */
export function readBack(template, text) {
	/** @type {string[]} */
	const names = [];
	const pattern = template
		.split(/(\{\w+\})/)
		.map((piece) => {
			const name = /^\{(\w+)\}$/.exec(piece)?.[1];
			if (name) names.push(name);
			return name ? "(.*)" : piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
		})
		.join("");
	const found = new RegExp(`^${pattern}$`, "s").exec(text);
	return found && Object.fromEntries(names.map((name, place) => [name, found[place + 1]]));
}

/**
 * An error in the person's language where there are words for it, else as it came.
 * @param {{code: string, message: string, hint: string}} error
 * @returns {{message: string, hint: string}}
 */
export function errorWords({ code, message, hint }) {
	const translated = Object.hasOwn(MESSAGES[language.value], `error.${code}.message`);
	const english = translated ? ENGLISH_ERRORS[code] : undefined;
	const parts = english && readBack(english.message, message);
	if (!parts) return { message, hint };
	return {
		message: t(`error.${code}.message`, parts),
		hint: t(`error.${code}.hint`, { ...parts, ...readBack(english.hint, hint) }),
	};
}

/** @type {Map<string, Intl.PluralRules>} */
const plurals = new Map();

/** @param {Language} tag */
function pluralRules(tag) {
	const kept = plurals.get(tag) ?? new Intl.PluralRules(tag);
	plurals.set(tag, kept);
	return kept;
}

/** @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/**
 * A formatter, kept: making one costs more than using it, and the answer changes many times a second.
 * @param {Intl.NumberFormatOptions} options
 */
function format(options) {
	const key = language.value + JSON.stringify(options);
	let made = formats.get(key);
	if (!made) {
		made = new Intl.NumberFormat(language.value, options);
		formats.set(key, made);
	}
	return made;
}

/** @param {number} value */
export const number = (value) => format({ maximumFractionDigits: 2 }).format(value);

/** @param {number} share 0..1 */
export const percent = (share) => format({ style: "percent", maximumFractionDigits: 0 }).format(share);

/** @param {number} distance always two decimals, so that columns line up */
export const decimal = (distance) => format({ minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(distance);

/** @param {number} milliseconds one decimal below ten, none above */
export const milliseconds = (milliseconds) =>
	format({
		style: "unit",
		unit: "millisecond",
		maximumFractionDigits: milliseconds < 9.95 ? 1 : 0,
	}).format(milliseconds);

// The language in use: chosen, loaded, remembered. English is part of the page; the messages of every other language are
// loaded when it is chosen. Only main, the preferences and this room need to import this module.

import { computed, signal } from "@preact/signals";
import en from "./messages/en.json" with { type: "json" };

/** @typedef {"en"|"de"|"es"|"fr"|"zh"} Language */
/** @typedef {Record<string, string|Record<string, string>>} Messages a text, or one text for each plural category */

/** Each language in its own words, so that it can be found by a person who reads no other. */
export const LANGUAGES = /** @type {const} */ ({
	en: "English",
	de: "Deutsch",
	es: "Español",
	fr: "Français",
	zh: "中文",
});

const REMEMBERED = "language";
/** The first render waits so long for the person's language; then it is English until the messages have come. */
export const MAX_WAIT_MS = 4000;

/** @typedef {Record<Language, () => Promise<{default: Messages}>>} Loaders */

/** @type {Loaders} */
const LOADERS = {
	en: async () => ({ default: en }),
	de: () => import("./messages/de.json"),
	es: () => import("./messages/es.json"),
	fr: () => import("./messages/fr.json"),
	zh: () => import("./messages/zh.json"),
};

const current = signal(/** @type {{language: Language, messages: Messages}} */ ({ language: "en", messages: en }));
/** The language in use; a component that reads it is drawn again when it changes. */
export const language = computed(() => current.value.language);
/** The messages in use, always those of `language`. */
export const messages = computed(() => current.value.messages);

/** The latest choice, which an earlier one that loads more slowly must not replace. @type {Language} */
let latestChoice = "en";

/**
 * The language to start with: the remembered choice, else the first of the browser's languages that exists here.
 * @param {string|null} remembered
 * @param {readonly string[]} preferred BCP 47 tags, best first
 * @returns {Language}
 * @example
 * chooseLanguage(null, ["pt-BR", "es-MX", "en"]); // "es"
 */
export function chooseLanguage(remembered, preferred) {
	const candidates = [remembered ?? "", ...preferred].map((tag) => tag.toLowerCase().split("-")[0]);
	const choice = candidates.find((tag) => Object.hasOwn(LANGUAGES, tag));
	return /** @type {Language} */ (choice ?? "en");
}

/**
 * Loads the messages of a language, then shows the page in it. Where they can't be loaded, the language stays as it is;
 * the next choice of it tries again.
 * @param {Language} choice
 * @param {Loaders} [loaders] for tests
 * @returns {Promise<boolean>} whether the page is in this language now
 */
export async function useLanguage(choice, loaders = LOADERS) {
	latestChoice = choice;
	try {
		const { default: loaded } = await loaders[choice]();
		if (latestChoice !== choice) return false;
		current.value = { language: choice, messages: loaded };
		document.documentElement.lang = choice;
		return true;
	} catch (error) {
		console.warn(`The messages of ${choice} could not be loaded:`, error);
		return false;
	}
}

/**
 * Starts with the remembered language, or the browser's. Called once, before the first render.
 * @param {Loaders} [loaders] for tests
 * @returns {Promise<void>} resolves when the page may be drawn: the messages are loaded, or they take too long
 */
export async function startLanguage(loaders = LOADERS) {
	let remembered = null;
	try {
		remembered = localStorage.getItem(REMEMBERED);
	} catch {
		// Storage may be switched off: the browser's own language is right then.
	}
	const choice = chooseLanguage(remembered, navigator.languages);
	/** @type {ReturnType<typeof setTimeout>|undefined} */
	let timer;
	const timeout = new Promise((resolve) => {
		timer = setTimeout(resolve, MAX_WAIT_MS);
	});
	await Promise.race([useLanguage(choice, loaders), timeout]);
	clearTimeout(timer);
}

/**
 * Changes the language and remembers it, also where it can't be loaded now: the next visit starts with it.
 * @param {Language} choice
 * @returns {Promise<boolean>} whether the page is in this language now
 */
export function setLanguage(choice) {
	try {
		localStorage.setItem(REMEMBERED, choice);
	} catch {
		// Not remembered, but in use.
	}
	return useLanguage(choice);
}

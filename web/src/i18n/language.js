// The language in use: chosen, loaded, remembered. Its messages come in two parts, which the build makes of one file
// (scripts/messages.js): the first before the page is drawn, the later with whatever is loaded later. Simpler words may lie over
// them (simple-words.js). Only main, the preferences, what loads parts of the page, what shows no figures to a child and this room
// need to import this module.

import { computed, signal } from "@preact/signals";
import { readRemembered, remember } from "../remembered.js";

/** @typedef {"en"|"ar"|"de"|"es"|"fr"|"hi"|"it"|"pt"|"tr"|"uk"|"zh"} Language */
/** @typedef {Record<string, string|Record<string, string>>} Messages a text, or one text for each plural category */

/** Each language in its own words, so that it can be found by a person who reads no other. */
export const LANGUAGES = /** @type {const} */ ({
	en: "English",
	ar: "العربية",
	de: "Deutsch",
	es: "Español",
	fr: "Français",
	hi: "हिन्दी",
	it: "Italiano",
	pt: "Português",
	tr: "Türkçe",
	uk: "Українська",
	zh: "中文",
});

/** Those that are written from right to left. @type {readonly Language[]} */
const RIGHT_TO_LEFT = ["ar"];

/**
 * @param {Language} tag
 * @returns {"ltr"|"rtl"} where its lines begin, for `dir`
 * @example
 * directionOf("ar"); // "rtl"
 */
export const directionOf = (tag) => (RIGHT_TO_LEFT.includes(tag) ? "rtl" : "ltr");

const REMEMBERED = "language";
/** The first render waits so long for the person's language; then it is English until the messages have come. */
export const MAX_WAIT_MS = 4000;

/** @typedef {() => Promise<{default: Messages}>} Loader */
/** @typedef {Record<Language, {first: Loader, later: Loader}>} Loaders */

/** @type {Loaders} */
const LOADERS = {
	en: { first: () => import("./messages/en.json?first"), later: () => import("./messages/en.json?later") },
	ar: { first: () => import("./messages/ar.json?first"), later: () => import("./messages/ar.json?later") },
	de: { first: () => import("./messages/de.json?first"), later: () => import("./messages/de.json?later") },
	es: { first: () => import("./messages/es.json?first"), later: () => import("./messages/es.json?later") },
	fr: { first: () => import("./messages/fr.json?first"), later: () => import("./messages/fr.json?later") },
	hi: { first: () => import("./messages/hi.json?first"), later: () => import("./messages/hi.json?later") },
	it: { first: () => import("./messages/it.json?first"), later: () => import("./messages/it.json?later") },
	pt: { first: () => import("./messages/pt.json?first"), later: () => import("./messages/pt.json?later") },
	tr: { first: () => import("./messages/tr.json?first"), later: () => import("./messages/tr.json?later") },
	uk: { first: () => import("./messages/uk.json?first"), later: () => import("./messages/uk.json?later") },
	zh: { first: () => import("./messages/zh.json?first"), later: () => import("./messages/zh.json?later") },
};
/** Between two tries to load any messages at all. */
const RETRY_MS = 3000;

/** @typedef {"none"|"first"|"all"} Loaded how much of the messages is there */

const current = signal(
	/** @type {{language: Language, messages: Messages, loaded: Loaded, simple: Messages|null}} */ ({
		language: "en",
		messages: {},
		loaded: "none",
		simple: null,
	}),
);
/** The language in use; a component that reads it is drawn again when it changes. */
export const language = computed(() => current.value.language);
/** The messages in use, always those of `language`. */
export const messages = computed(() => {
	const { messages, simple } = current.value;
	return simple ? { ...messages, ...simple } : messages;
});
/** Whether simple words are in use: the page then shows pictures in the place of figures. */
export const isSimple = computed(() => current.value.simple !== null);
/** Whether they are all there, and not the first part alone. */
export const isComplete = computed(() => current.value.loaded === "all");

/** The latest choice, which an earlier one that loads more slowly must not replace. @type {Language} */
let latestChoice = "en";

/**
 * The language to start with: the remembered choice, else the first of the browser's languages that exists here.
 * @param {string|null} remembered
 * @param {readonly string[]} preferred BCP 47 tags, best first
 * @returns {Language}
 * @example
 * chooseLanguage(null, ["nl-BE", "es-MX", "en"]); // "es"
 */
export function chooseLanguage(remembered, preferred) {
	const candidates = [remembered ?? "", ...preferred].map((tag) => tag.toLowerCase().split("-")[0]);
	const choice = candidates.find((tag) => Object.hasOwn(LANGUAGES, tag));
	return /** @type {Language} */ (choice ?? "en");
}

/** Whether anything that is loaded later has asked for its messages. */
let isLaterWanted = false;

/** @typedef {Record<Language, Loader>} SimpleLoaders */

/** What loads the simple words of each language; null: they are not wanted. @type {SimpleLoaders|null} */
let simpleLoaders = null;

/**
 * @param {Language} choice
 * @returns {Promise<Messages|null>} its simple words; null: they are not wanted
 * @throws {Error} they can't be loaded
 */
async function loadSimple(choice) {
	const before = simpleLoaders;
	const simple = before ? (await before[choice]()).default : null;
	// The person may change their mind meanwhile.
	return before === simpleLoaders ? simple : loadSimple(choice);
}

/**
 * @param {Language} choice
 * @param {Loaders} loaders
 * @param {() => boolean} isStillWanted
 * @returns {Promise<boolean>} whether the page is in this language now
 */
async function load(choice, loaders, isStillWanted) {
	try {
		const { default: first } = await loaders[choice].first();
		const later = isLaterWanted ? (await loaders[choice].later()).default : null;
		const simple = await loadSimple(choice).catch((error) => {
			console.warn(`The simple words of ${choice} could not be loaded:`, error);
			// The usual ones are better than none.
			return null;
		});
		if (!isStillWanted()) return false;
		current.value = { language: choice, messages: { ...first, ...later }, loaded: later ? "all" : "first", simple };
		document.documentElement.lang = choice;
		document.documentElement.dir = directionOf(choice);
		return true;
	} catch (error) {
		console.warn(`The messages of ${choice} could not be loaded:`, error);
		return false;
	}
}

/**
 * Loads the messages of a language, then shows the page in it. Where they can't be loaded, the language stays as it is;
 * the next choice of it tries again.
 * @param {Language} choice
 * @param {Loaders} [loaders] for tests
 * @returns {Promise<boolean>} whether the page is in this language now
 */
export function useLanguage(choice, loaders = LOADERS) {
	latestChoice = choice;
	return load(choice, loaders, () => latestChoice === choice);
}

/**
 * Lays simple words over the messages, from now on over those of every language, or takes them away. Before the first language is
 * there, they come with it.
 * @param {SimpleLoaders|null} loaders null: takes them away
 * @returns {Promise<boolean>} whether it is so now; false: they can't be loaded, and the words stay as they are
 */
export async function useSimpleWords(loaders) {
	const wanted = simpleLoaders;
	simpleLoaders = loaders;
	try {
		// The language may change meanwhile.
		while (current.value.loaded !== "none") {
			const before = current.value;
			const simple = await loadSimple(before.language);
			if (current.value !== before) continue;
			current.value = { ...before, simple };
			break;
		}
	} catch (error) {
		console.warn("The simple words could not be loaded:", error);
		if (simpleLoaders === loaders) simpleLoaders = wanted;
		return false;
	}
	return simpleLoaders === loaders;
}

/**
 * Loads the later part of the messages, from now on with every language. Whatever is loaded later waits for it before it is
 * drawn: t() has no words for it until then.
 * @param {Loaders} [loaders] for tests
 * @returns {Promise<void>} resolves when t() has all words of the language in use; before the first language is there, at once
 * @throws {Error} they can't be loaded; the next call tries again
 */
export async function loadLater(loaders = LOADERS) {
	isLaterWanted = true;
	// The language may change meanwhile, to one whose first part came before the later was wanted.
	while (current.value.loaded === "first") {
		const before = current.value;
		const { default: later } = await loaders[before.language].later();
		if (current.value === before) {
			current.value = { ...before, messages: { ...before.messages, ...later }, loaded: "all" };
		}
	}
}

/**
 * Starts with the remembered language, or the browser's. Called once, before the first render.
 * @param {Loaders} [loaders] for tests
 * @returns {Promise<void>} resolves when the page may be drawn: the messages are loaded, or they take too long
 */
export async function startLanguage(loaders = LOADERS) {
	const choice = chooseLanguage(readRemembered(REMEMBERED), navigator.languages);
	/** @type {ReturnType<typeof setTimeout>|undefined} */
	let timer;
	const timeout = new Promise((resolve) => {
		timer = setTimeout(resolve, MAX_WAIT_MS);
	});
	await Promise.race([useLanguage(choice, loaders), timeout]);
	clearTimeout(timer);
	const isNothingLoaded = () => current.value.loaded === "none";
	while (isNothingLoaded() && !(await load("en", loaders, isNothingLoaded)) && isNothingLoaded()) {
		await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
	}
}

/**
 * Changes the language and remembers it, also where it can't be loaded now: the next visit starts with it.
 * @param {Language} choice
 * @returns {Promise<boolean>} whether the page is in this language now
 */
export function setLanguage(choice) {
	remember(REMEMBERED, choice);
	return useLanguage(choice);
}

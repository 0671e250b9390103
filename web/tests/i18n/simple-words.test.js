// The simple words: every language has the same ones, and none of them is a figure. They come and go with the language.

import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LANGUAGES } from "../../src/i18n/language.js";
import { SIMPLE_LOADERS } from "../../src/i18n/simple-words.js";

/** @typedef {import("../../src/i18n/language.js").Language} Language */

const TAGS = /** @type {Language[]} */ (Object.keys(LANGUAGES));
/** Of the languages that are not written in Latin letters. */
const SCRIPTS = {
	ar: /\p{Script=Arabic}/u,
	hi: /\p{Script=Devanagari}/u,
	uk: /\p{Script=Cyrillic}/u,
	zh: /\p{Script=Han}/u,
};

/** @param {string} folder @param {string} tag @returns {Record<string, string>} */
const read = (folder, tag) =>
	JSON.parse(readFileSync(new URL(`../../src/i18n/${folder}/${tag}.json`, import.meta.url), "utf8"));
const english = read("simple", "en");
/** @param {string} text */
const placeholdersOf = (text) => [...new Set(text.match(/\{\w+\}/g))].sort();

describe("the simple words", () => {
	it.each(TAGS)("of %s have the keys of English, in its order", (tag) => {
		expect(Object.keys(read("simple", tag))).toEqual(Object.keys(english));
	});

	it("are for keys that the page has", () => {
		const errors = Object.keys(english).filter((key) => key.startsWith("error."));
		const known = { ...read("messages", "en"), ...Object.fromEntries(errors.map((key) => [key, ""])) };
		expect(Object.keys(english).filter((key) => !Object.hasOwn(known, key))).toEqual([]);
		// An error has both, or its usual words.
		expect(errors.length % 2).toBe(0);
	});

	it.each(TAGS)("of %s have no figure, no percent, and nothing that is filled with one", (tag) => {
		const figures = Object.entries(read("simple", tag)).filter(([, text]) =>
			/\p{N}|[%٪‰]|\{(?!label|other|who|what|name)/u.test(text),
		);
		expect(figures).toEqual([]);
	});

	it.each(TAGS)("of %s have the placeholders of English", (tag) => {
		for (const [key, text] of Object.entries(read("simple", tag)))
			expect(placeholdersOf(text), key).toEqual(placeholdersOf(english[key]));
	});

	it.each(TAGS)("of %s are short", (tag) => {
		// Chinese has no spaces, and more in a character.
		const longest = tag === "zh" ? 30 : 80;
		expect(
			Object.entries(read("simple", tag)).filter(([, text]) => text.trim() === "" || text.length > longest),
		).toEqual([]);
	});

	it.each(Object.entries(SCRIPTS))("of %s are in its own script", (tag, script) => {
		const foreign = Object.entries(read("simple", tag)).filter(
			([, text]) => /\p{L}/u.test(text.replace(/\{\w+\}/g, "")) && !script.test(text),
		);
		expect(foreign).toEqual([]);
	});

	it("break no line before a French sign that has a space before it", () => {
		for (const [key, text] of Object.entries(read("simple", "fr"))) expect(text, key).not.toMatch(/ [:;?!»]|« /);
	});
});

/** @type {Map<string, string>} */
const storage = new Map();
/** @type {{lang: string, dir: string, dataset: Record<string, string>}} */
const root = { lang: "", dir: "", dataset: {} };

beforeEach(() => {
	storage.clear();
	vi.resetModules();
	vi.stubGlobal("document", { documentElement: root });
	vi.stubGlobal("navigator", { languages: ["en-GB"] });
	vi.stubGlobal("localStorage", {
		getItem: (/** @type {string} */ key) => storage.get(key) ?? null,
		setItem: (/** @type {string} */ key, /** @type {string} */ value) => storage.set(key, value),
		removeItem: (/** @type {string} */ key) => storage.delete(key),
	});
	vi.spyOn(console, "warn").mockImplementation(() => {});
});
afterEach(() => {
	vi.unstubAllGlobals();
	vi.restoreAllMocks();
});

/** The modules as a new page has them. */
const anew = async () => ({
	...(await import("../../src/i18n/language.js")),
	...(await import("../../src/i18n/simple-words.js")),
	...(await import("../../src/i18n/words.js")),
});
const fail = () => Promise.reject(new TypeError("Failed to fetch dynamically imported module"));
/** @param {Partial<import("../../src/i18n/language.js").SimpleLoaders>} changes */
const loaders = (changes) => ({ ...SIMPLE_LOADERS, ...changes });
/** English words that are on their way until they are let go. */
function slowWords() {
	let answer = () => {};
	/** @type {Promise<{default: Record<string, string>}>} */
	const words = new Promise((resolve) => {
		answer = () => resolve({ default: english });
	});
	return { slow: () => words, answer: () => answer() };
}

describe("setSimpleWords", () => {
	it("lays them over the messages, marks the page, is remembered, and takes them away", async () => {
		const page = await anew();
		page.startSimpleWords();
		await page.startLanguage();
		expect([page.isSimple.value, page.t("classes.add"), root.dataset.words]).toEqual([false, "Add class", "usual"]);
		expect(await page.setSimpleWords(true)).toBe(true);
		expect([page.isSimple.value, page.t("classes.add"), root.dataset.words]).toEqual([true, "New thing", "simple"]);
		// What has no simple words keeps its own.
		expect(page.t("title")).toBe("Show & Tell");
		expect(storage.get("words")).toBe("simple");
		expect(await page.setSimpleWords(false)).toBe(true);
		expect([page.isSimple.value, page.t("classes.add"), root.dataset.words]).toEqual([false, "Add class", "usual"]);
		expect(storage.has("words")).toBe(false);
	});

	it("starts with them where they were chosen, in the language of the page", async () => {
		storage.set("words", "simple");
		storage.set("language", "de");
		const page = await anew();
		page.startSimpleWords();
		await page.startLanguage();
		expect([page.isSimple.value, page.t("classes.add"), root.dataset.words]).toEqual([true, "Neues Ding", "simple"]);
	});

	it("keeps them in every language that is chosen later, and with the words that are loaded later", async () => {
		const page = await anew();
		await page.useLanguage("en");
		await page.setSimpleWords(true);
		await page.useLanguage("fr");
		expect(page.t("classes.add")).toBe("Autre chose");
		await page.loadLater();
		expect([page.t("classes.add"), page.isComplete.value]).toEqual(["Autre chose", true]);
	});

	it("starts where storage is switched off", async () => {
		vi.stubGlobal("localStorage", undefined);
		const page = await anew();
		page.startSimpleWords();
		await page.startLanguage();
		expect(page.isSimple.value).toBe(false);
		expect(await page.setSimpleWords(true)).toBe(true);
	});
});

describe("useSimpleWords", () => {
	it("leaves the words as they are where they can't be loaded", async () => {
		const page = await anew();
		await page.useLanguage("en");
		expect(await page.useSimpleWords(loaders({ en: fail }))).toBe(false);
		expect([page.isSimple.value, page.t("classes.add")]).toEqual([false, "Add class"]);
		// Nor are they wanted with the next language.
		await page.useLanguage("de");
		expect(page.isSimple.value).toBe(false);
	});

	it("has the usual words of a language whose simple ones can't be loaded", async () => {
		const page = await anew();
		await page.useLanguage("en");
		await page.useSimpleWords(loaders({ de: fail }));
		expect(await page.useLanguage("de")).toBe(true);
		expect([page.isSimple.value, page.t("classes.add")]).toEqual([false, "Neue Klasse"]);
		await page.useLanguage("en");
		expect(page.isSimple.value).toBe(true);
	});

	it("goes by the last wish, whichever is loaded first", async () => {
		const page = await anew();
		await page.useLanguage("en");
		const { slow, answer } = slowWords();
		const wanted = page.useSimpleWords(loaders({ en: slow }));
		expect(await page.useSimpleWords(null)).toBe(true);
		answer();
		expect(await wanted).toBe(false);
		expect(page.isSimple.value).toBe(false);
	});

	it("has those of the language that was chosen meanwhile", async () => {
		const page = await anew();
		await page.useLanguage("en");
		const { slow, answer } = slowWords();
		const wanted = page.useSimpleWords(loaders({ en: slow }));
		await page.useLanguage("es");
		answer();
		expect(await wanted).toBe(true);
		expect(page.t("classes.add")).toBe("Otra cosa");
	});
});

// The language: which one to start with, and its messages, which are loaded when it is chosen.

import { readdirSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
	chooseLanguage,
	LANGUAGES,
	language,
	MAX_WAIT_MS,
	messages,
	setLanguage,
	startLanguage,
	useLanguage,
} from "../../src/i18n/language.js";
import en from "../../src/i18n/messages/en.json" with { type: "json" };

/** @type {Map<string, string>} */
const storage = new Map();

beforeEach(async () => {
	storage.clear();
	vi.stubGlobal("document", { documentElement: { lang: "en" } });
	vi.stubGlobal("navigator", { languages: ["en-GB"] });
	vi.stubGlobal("localStorage", {
		getItem: (/** @type {string} */ key) => storage.get(key) ?? null,
		setItem: (/** @type {string} */ key, /** @type {string} */ value) => storage.set(key, value),
	});
	vi.spyOn(console, "warn").mockImplementation(() => {});
	await useLanguage("en");
});
afterEach(() => {
	vi.unstubAllGlobals();
	vi.restoreAllMocks();
	vi.useRealTimers();
});

/** Loaders of which some fail, or answer when told. @param {object} changes */
const loaders = (changes) => ({
	en: async () => ({ default: en }),
	de: async () => ({ default: { title: "de" } }),
	es: async () => ({ default: { title: "es" } }),
	fr: async () => ({ default: { title: "fr" } }),
	zh: async () => ({ default: { title: "zh" } }),
	...changes,
});
const fail = () => Promise.reject(new TypeError("Failed to fetch dynamically imported module"));

describe("chooseLanguage", () => {
	it.each([
		["de", ["fr"], "de"],
		[null, ["pt-BR", "es-MX", "en"], "es"],
		[null, ["zh-Hant-TW"], "zh"],
		["constructor", ["xx"], "en"],
		[null, [], "en"],
	])("remembered %s, browser %j: %s", (remembered, preferred, expected) => {
		expect(chooseLanguage(remembered, preferred)).toBe(expected);
	});

	it("offers every language by its own name", () => {
		const files = readdirSync(new URL("../../src/i18n/messages/", import.meta.url)).map((name) => name.split(".")[0]);
		expect(Object.keys(LANGUAGES).sort()).toEqual(files.sort());
	});
});

describe("useLanguage", () => {
	it.each(/** @type {import("../../src/i18n/language.js").Language[]} */ (Object.keys(LANGUAGES)))(
		"loads the messages of %s, then changes page and document",
		async (tag) => {
			expect(await useLanguage(tag)).toBe(true);
			expect(language.value).toBe(tag);
			expect(document.documentElement.lang).toBe(tag);
			expect(Object.keys(messages.value).length).toBeGreaterThan(200);
		},
	);

	it("leaves the language as it is where the messages can't be loaded, and tries again when asked again", async () => {
		expect(await useLanguage("de", loaders({ de: fail }))).toBe(false);
		expect([language.value, document.documentElement.lang, messages.value]).toEqual(["en", "en", en]);
		expect(await useLanguage("de", loaders({}))).toBe(true);
		expect([language.value, document.documentElement.lang]).toEqual(["de", "de"]);
	});

	it("goes by the latest choice, whichever is loaded first", async () => {
		let answer = (/** @type {{default: object}} */ _) => {};
		const slow = new Promise((resolve) => {
			answer = resolve;
		});
		const first = useLanguage("de", loaders({ de: () => slow }));
		expect(await useLanguage("fr", loaders({}))).toBe(true);
		answer({ default: { title: "de" } });
		expect(await first).toBe(false);
		expect([language.value, messages.value]).toEqual(["fr", { title: "fr" }]);
	});
});

describe("startLanguage", () => {
	it("is in the remembered language once it resolves", async () => {
		storage.set("language", "zh");
		await startLanguage();
		expect(language.value).toBe("zh");
	});

	it("is in the browser's language where storage is switched off", async () => {
		vi.stubGlobal("localStorage", undefined);
		vi.stubGlobal("navigator", { languages: ["fr-CA"] });
		await startLanguage();
		expect(language.value).toBe("fr");
	});

	it("starts in English where the messages take too long, and changes when they have come", async () => {
		vi.useFakeTimers();
		storage.set("language", "de");
		let answer = (/** @type {{default: object}} */ _) => {};
		const slow = new Promise((resolve) => {
			answer = resolve;
		});
		const started = startLanguage(loaders({ de: () => slow }));
		await vi.advanceTimersByTimeAsync(MAX_WAIT_MS);
		await started;
		expect(language.value).toBe("en");
		answer({ default: { title: "de" } });
		await vi.advanceTimersByTimeAsync(0);
		expect(language.value).toBe("de");
	});

	it("starts in English where the messages can't be loaded, and keeps the choice for the next visit", async () => {
		storage.set("language", "es");
		await startLanguage(loaders({ es: fail }));
		expect([language.value, storage.get("language")]).toEqual(["en", "es"]);
	});
});

describe("setLanguage", () => {
	it("remembers the choice", async () => {
		expect(await setLanguage("fr")).toBe(true);
		expect([language.value, storage.get("language")]).toEqual(["fr", "fr"]);
	});
});

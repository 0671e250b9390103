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
import { t } from "../../src/i18n/words.js";

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

/** @typedef {import("../../src/i18n/language.js").Loaders} Loaders */

/** @param {string} tag @returns {Loaders["de"]} */
const both = (tag) => ({
	first: async () => ({ default: { title: tag } }),
	later: async () => ({ default: { later: `${tag} later` } }),
});
/**
 * Loaders of which some fail, or answer when told.
 * @param {Partial<Record<import("../../src/i18n/language.js").Language, Partial<Loaders["de"]>>>} [changes]
 * @returns {Loaders}
 */
const loaders = (changes = {}) => {
	const tags = /** @type {const} */ (["en", "ar", "de", "es", "fr", "hi", "it", "pt", "tr", "uk", "zh"]);
	const entries = tags.map((tag) => [tag, { ...both(tag), ...changes[tag] }]);
	return /** @type {Loaders} */ (Object.fromEntries(entries));
};
/** The module as a new page has it: nothing is loaded, nothing is asked for. */
const anew = async () => {
	vi.resetModules();
	return await import("../../src/i18n/language.js");
};
const fail = () => Promise.reject(new TypeError("Failed to fetch dynamically imported module"));

describe("chooseLanguage", () => {
	it.each([
		["de", ["fr"], "de"],
		[null, ["nl-BE", "es-MX", "en"], "es"],
		[null, ["pt-PT", "en"], "pt"],
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
			expect(document.documentElement.dir).toBe(tag === "ar" ? "rtl" : "ltr");
			expect(Object.keys(messages.value).length).toBeGreaterThan(200);
		},
	);

	it("leaves the language as it is where the messages can't be loaded, and tries again when asked again", async () => {
		const before = messages.value;
		expect(await useLanguage("de", loaders({ de: { first: fail } }))).toBe(false);
		expect([language.value, document.documentElement.lang]).toEqual(["en", "en"]);
		expect(messages.value).toBe(before);
		expect(await useLanguage("de", loaders({}))).toBe(true);
		expect([language.value, document.documentElement.lang]).toEqual(["de", "de"]);
	});

	it("goes by the latest choice, whichever is loaded first", async () => {
		let answer = (/** @type {{default: object}} */ _) => {};
		const slow = new Promise((resolve) => {
			answer = resolve;
		});
		const first = useLanguage("de", loaders({ de: { first: () => slow } }));
		expect(await useLanguage("fr", loaders({}))).toBe(true);
		answer({ default: { title: "de" } });
		expect(await first).toBe(false);
		expect([language.value, messages.value]).toEqual(["fr", { title: "fr", later: "fr later" }]);
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
		const { startLanguage, language } = await anew();
		vi.useFakeTimers();
		storage.set("language", "de");
		let answer = (/** @type {{default: object}} */ _) => {};
		const slow = new Promise((resolve) => {
			answer = resolve;
		});
		const started = startLanguage(loaders({ de: { first: () => slow } }));
		await vi.advanceTimersByTimeAsync(MAX_WAIT_MS);
		await started;
		expect(language.value).toBe("en");
		answer({ default: { title: "de" } });
		await vi.advanceTimersByTimeAsync(0);
		expect(language.value).toBe("de");
	});

	it("starts in English where the messages can't be loaded, and keeps the choice for the next visit", async () => {
		const { startLanguage, language, messages } = await anew();
		storage.set("language", "es");
		await startLanguage(loaders({ es: { first: fail } }));
		expect([language.value, storage.get("language")]).toEqual(["en", "es"]);
		expect(messages.value).toEqual({ title: "en" });
	});

	it("tries again until there are any messages", async () => {
		vi.useFakeTimers();
		const { startLanguage, messages } = await anew();
		let tries = 0;
		const first = () => {
			tries += 1;
			return tries < 4 ? fail() : both("en").first();
		};
		const started = startLanguage(loaders({ en: { first } }));
		await vi.advanceTimersByTimeAsync(5000);
		expect(messages.value).toEqual({});
		await vi.advanceTimersByTimeAsync(5000);
		await started;
		expect(messages.value).toEqual({ title: "en" });
	});
});

describe("loadLater", () => {
	it("adds the later part, which is not loaded before it is asked for", async () => {
		const { useLanguage, loadLater, messages } = await anew();
		await useLanguage("de", loaders());
		expect(messages.value).toEqual({ title: "de" });
		await loadLater(loaders());
		expect(messages.value).toEqual({ title: "de", later: "de later" });
	});

	it("is for every language that is chosen after it, before anything is shown", async () => {
		const { useLanguage, loadLater, messages, language } = await anew();
		await useLanguage("de", loaders());
		await loadLater(loaders());
		expect(await useLanguage("es", loaders({ es: { later: fail } }))).toBe(false);
		expect([language.value, messages.value.later]).toEqual(["de", "de later"]);
		expect(await useLanguage("es", loaders())).toBe(true);
		expect(messages.value).toEqual({ title: "es", later: "es later" });
	});

	it("has both parts of one language where the language changes meanwhile", async () => {
		const { useLanguage, loadLater, messages } = await anew();
		await useLanguage("de", loaders());
		/** @type {(part: {default: {later: string}}) => void} */
		let answer = () => {};
		const slow = new Promise((resolve) => {
			answer = resolve;
		});
		const wanted = loadLater(loaders({ de: { later: () => slow } }));
		await useLanguage("fr", loaders());
		answer({ default: { later: "de later" } });
		await wanted;
		expect(messages.value).toEqual({ title: "fr", later: "fr later" });
	});

	it("fails where the part can't be loaded, and tries again when asked again", async () => {
		const { useLanguage, loadLater, messages } = await anew();
		await useLanguage("de", loaders());
		await expect(loadLater(loaders({ de: { later: fail } }))).rejects.toThrow(TypeError);
		expect(messages.value).toEqual({ title: "de" });
		await loadLater(loaders());
		expect(messages.value.later).toBe("de later");
	});

	it("ends at once before there is a language, which then comes with both parts", async () => {
		const { useLanguage, loadLater, messages } = await anew();
		await loadLater(loaders());
		await useLanguage("de", loaders());
		expect(messages.value).toEqual({ title: "de", later: "de later" });
	});

	it("brings the words that were asked for too early, which are none until then", async () => {
		const { useLanguage, messages } = await anew();
		const words = await import("../../src/i18n/words.js");
		await useLanguage("de");
		expect(words.t("look.noPattern")).toBe("");
		await vi.waitFor(() => expect(Object.keys(messages.value)).toContain("look.noPattern"));
		expect(words.t("look.noPattern")).toBe("Kein Muster");
	});

	it("has words that the first load has not", async () => {
		expect(t("look.noPattern")).toBe("No pattern");
		const { useLanguage, messages } = await anew();
		await useLanguage("en");
		expect(Object.keys(messages.value)).not.toContain("look.noPattern");
	});
});

describe("setLanguage", () => {
	it("remembers the choice", async () => {
		expect(await setLanguage("fr")).toBe(true);
		expect([language.value, storage.get("language")]).toEqual(["fr", "fr"]);
	});
});

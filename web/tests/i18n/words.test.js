// The words: every language says the same things, and the page says nothing that has no words.

import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
	chooseLanguage,
	decimal,
	ENGLISH_ERRORS,
	errorWords,
	LANGUAGES,
	language,
	MESSAGES,
	milliseconds,
	percent,
	readBack,
	t,
} from "../../src/i18n/words.js";

const { en, ...others } = MESSAGES;

/** English with the errors, which are written where the errors are; the page has simpler words for some. */
const english = Object.fromEntries([
	...Object.entries(ENGLISH_ERRORS).flatMap(([code, { message, hint }]) => [
		[`error.${code}.message`, message],
		[`error.${code}.hint`, hint],
	]),
	...Object.entries(en),
]);

/** @param {string} key */
const isError = (key) => key.startsWith("error.");

/** @param {string|Record<string, string>} message */
const textsOf = (message) => (typeof message === "string" ? [message] : Object.values(message));

/** @param {string} text */
const placeholdersOf = (text) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))].sort();

/** Every source file that may ask for words. */
const sources = readdirSync(new URL("../../src/", import.meta.url), { recursive: true, encoding: "utf8" })
	.filter((name) => /\.jsx?$/.test(name))
	.map((name) => readFileSync(new URL(`../../src/${name}`, import.meta.url), "utf8"));

/** Whole keys, and patterns for those with a ${part}. */
function askedFor() {
	/** @type {Set<string>} */
	const keys = new Set();
	/** @type {RegExp[]} */
	const patterns = [];
	for (const source of sources) {
		for (const [call] of source.matchAll(/\bt\((?:[^()]|\([^()]*\))*\)/g)) {
			for (const [, key] of call.matchAll(/"([a-z][\w.]*)"/gi)) keys.add(key);
			for (const [, template] of call.matchAll(/`([^`]+)`/g)) {
				patterns.push(new RegExp(`^${template.replaceAll(".", "\\.").replace(/\$\{[^}]+\}/g, "\\w+")}$`));
			}
		}
	}
	return { keys, patterns };
}

describe("messages", () => {
	it.each(Object.entries(others))("%s has the keys of English, and no others", (_tag, messages) => {
		const own = Object.keys(messages).filter((key) => !isError(key));
		expect(own.sort()).toEqual(
			Object.keys(en)
				.filter((key) => !isError(key))
				.sort(),
		);
		const errors = Object.keys(messages).filter(isError);
		expect(errors.filter((key) => !Object.hasOwn(english, key))).toEqual([]);
		expect(errors.length % 2).toBe(0);
	});

	it("translates the same errors into every language", () => {
		const lists = Object.values(others).map((messages) => Object.keys(messages).filter(isError).sort());
		for (const list of lists) expect(list).toEqual(lists[0]);
	});

	it.each(Object.entries(MESSAGES))("%s has the placeholders of English", (_tag, messages) => {
		for (const [key, message] of Object.entries(messages)) {
			const expected = placeholdersOf(textsOf(english[key]).join(" "));
			expect(placeholdersOf(textsOf(message).join(" ")), key).toEqual(expected);
		}
	});

	it.each(Object.entries(MESSAGES))("%s has a text for each of its plurals", (tag, messages) => {
		const { pluralCategories } = new Intl.PluralRules(tag).resolvedOptions();
		for (const [key, message] of Object.entries(messages)) {
			if (typeof message !== "string") expect(Object.keys(message).sort(), key).toEqual([...pluralCategories].sort());
		}
	});

	it.each(Object.entries(MESSAGES))("%s leaves nothing empty", (_tag, messages) => {
		for (const [key, message] of Object.entries(messages)) {
			for (const text of textsOf(message)) expect(text.trim(), key).not.toBe("");
		}
	});

	it("has a message for every key the page asks for", () => {
		const { keys, patterns } = askedFor();
		expect([...keys].filter((key) => !Object.hasOwn(en, key))).toEqual([]);
		const all = Object.keys(english);
		expect(patterns.filter((pattern) => !all.some((key) => pattern.test(key)))).toEqual([]);
		expect(keys.size).toBeGreaterThan(80);
	});

	it("has no message that the page never asks for", () => {
		const { keys, patterns } = askedFor();
		const unused = Object.keys(en).filter((key) => !keys.has(key) && !patterns.some((pattern) => pattern.test(key)));
		expect(unused).toEqual([]);
	});
});

describe("t", () => {
	it("fills placeholders, and writes numbers the language's way", () => {
		language.value = "en";
		expect(t("class.count", { count: 1 })).toBe("1 example");
		expect(t("class.count", { count: 1200 })).toBe("1,200 examples");
		language.value = "de";
		expect(t("class.count", { count: 1200 })).toBe("1.200 Beispiele");
		language.value = "zh";
		expect(t("class.count", { count: 1 })).toBe("1 个例子");
	});

	it("puts a hostile label in as it is", () => {
		language.value = "en";
		expect(t("example.of", { label: "$& {count} <img onerror>" })).toBe("Example of $& {count} <img onerror>");
	});

	it("refuses a key without words", () => {
		expect(() => t("no.such.key")).toThrow(/no "no\.such\.key"/);
	});
});

describe("numbers", () => {
	it("are steady: two decimals for distances, none for shares", () => {
		language.value = "en";
		expect([decimal(0.1), percent(2 / 3), milliseconds(6.24), milliseconds(69.4)]).toEqual([
			"0.10",
			"67%",
			"6.2 ms",
			"69 ms",
		]);
		language.value = "fr";
		expect(decimal(0.1)).toBe("0,10");
	});
});

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
		expect(Object.keys(LANGUAGES).sort()).toEqual(Object.keys(MESSAGES).sort());
	});
});

describe("errorWords", () => {
	const long = {
		code: "longLabel",
		message: "The class name has 60 characters; 40 at most were expected.",
		hint: "Use a shorter name.",
	};

	it("translates, with what came and what was expected", () => {
		language.value = "de";
		expect(errorWords(long)).toEqual({
			message: "Der Name hat 60 Zeichen, höchstens 40 sind möglich.",
			hint: "Nimm einen kürzeren Namen.",
		});
	});

	it("has simpler English for what a person meets often", () => {
		language.value = "en";
		expect(errorWords(long).message).toBe("That name has 60 characters; 40 is the most.");
	});

	it("keeps the words that came where it has none, or where they are not the known ones", () => {
		const strange = { code: "fromTheFuture", message: "What?", hint: "Hm." };
		expect(errorWords(strange)).toEqual({ message: "What?", hint: "Hm." });
		const changed = { ...long, message: "Too long!" };
		expect(errorWords(changed)).toEqual({ message: "Too long!", hint: long.hint });
	});

	it("reads back what a template was filled with", () => {
		expect(readBack("No {came} (of {expected})?", "No a.b (of 7)?")).toEqual({ came: "a.b", expected: "7" });
		expect(readBack("No {came}.", "Yes a.")).toBeNull();
	});
});

// The words: every language says the same things, and the page says nothing that has no words.

import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import contractTexts from "../../../contract/errors.json" with { type: "json" };
import { askedFor } from "../../scripts/messages.js";
import { ContractError } from "../../src/contract/errors.js";
import { problem } from "../../src/contract/problem.js";
import pageTexts from "../../src/contract/problems.json" with { type: "json" };
import { loadLater, useLanguage } from "../../src/i18n/language.js";
import ar from "../../src/i18n/messages/ar.json" with { type: "json" };
import de from "../../src/i18n/messages/de.json" with { type: "json" };
import en from "../../src/i18n/messages/en.json" with { type: "json" };
import es from "../../src/i18n/messages/es.json" with { type: "json" };
import fr from "../../src/i18n/messages/fr.json" with { type: "json" };
import hi from "../../src/i18n/messages/hi.json" with { type: "json" };
import italian from "../../src/i18n/messages/it.json" with { type: "json" };
import pt from "../../src/i18n/messages/pt.json" with { type: "json" };
import tr from "../../src/i18n/messages/tr.json" with { type: "json" };
import uk from "../../src/i18n/messages/uk.json" with { type: "json" };
import zh from "../../src/i18n/messages/zh.json" with { type: "json" };
import { decimal, decimalsApart, milliseconds, percent } from "../../src/i18n/numbers.js";
import { errorWords, t } from "../../src/i18n/words.js";

/** @typedef {import("../../src/i18n/language.js").Language} Language */
/** @typedef {import("../../src/i18n/language.js").Messages} Messages */

/** @type {Record<Language, Messages>} */
const MESSAGES = { en, ar, de, es, fr, hi, it: italian, pt, tr, uk, zh };
const { en: _, ...others } = MESSAGES;
/** Of the languages that are not written in Latin letters. */
const SCRIPTS = {
	ar: /\p{Script=Arabic}/u,
	hi: /\p{Script=Devanagari}/u,
	uk: /\p{Script=Cyrillic}/u,
	zh: /\p{Script=Han}/u,
};
/** Names and formulas, which are the same everywhere. */
const NAMES = [/^title$/, /^exchange\.format\./, /^map\.(pca|umap)$/, /^test\.(atK|choice)$/];
const ERROR_TEXTS = { ...contractTexts, ...pageTexts };

/**
 * English with the errors, which are written where the errors are; the page has simpler words for some.
 * @type {Messages}
 */
const english = Object.fromEntries([
	...Object.entries(ERROR_TEXTS).flatMap(([code, { message, hint }]) => [
		[`error.${code}.message`, message],
		[`error.${code}.hint`, hint],
	]),
	...Object.entries(en),
]);

beforeAll(() => vi.stubGlobal("document", { documentElement: {} }));
afterAll(() => vi.unstubAllGlobals());

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

	it.each(Object.entries(SCRIPTS))("%s is in its own script", (tag, script) => {
		const messages = MESSAGES[/** @type {Language} */ (tag)];
		const foreign = Object.entries(messages).filter(([key, message]) => {
			if (NAMES.some((name) => name.test(key))) return false;
			// What is filled in may be all that is said.
			return textsOf(message).some((text) => /\p{L}/u.test(text.replace(/\{\w+\}/g, "")) && !script.test(text));
		});
		expect(foreign).toEqual([]);
	});

	it.each(Object.entries(others))("%s leaves no sentence in English", (_tag, messages) => {
		const same = Object.keys(messages).filter((key) => {
			const [text] = textsOf(messages[key]);
			return text === textsOf(english[key])[0] && text.split(" ").length > 2 && !NAMES.some((name) => name.test(key));
		});
		expect(same).toEqual([]);
	});

	it("breaks no line before a French sign that has a space before it", () => {
		for (const [key, message] of Object.entries(fr)) {
			for (const text of textsOf(message)) expect(text, key).not.toMatch(/ [:;?!»]|« /);
		}
	});

	it("has a message for every key the page asks for", () => {
		const { keys, patterns } = askedFor(sources);
		expect([...keys].filter((key) => !Object.hasOwn(en, key))).toEqual([]);
		const all = Object.keys(english);
		expect(patterns.filter((pattern) => !all.some((key) => pattern.test(key)))).toEqual([]);
		expect(keys.size).toBeGreaterThan(80);
	});

	it("has no message that the page never asks for", () => {
		const { keys, patterns } = askedFor(sources);
		const unused = Object.keys(en).filter((key) => !keys.has(key) && !patterns.some((pattern) => pattern.test(key)));
		expect(unused).toEqual([]);
	});
});

describe("t", () => {
	it("fills placeholders, and writes numbers the language's way", async () => {
		await useLanguage("en");
		expect(t("class.count", { count: 1 })).toBe("1 example");
		expect(t("class.count", { count: 1200 })).toBe("1,200 examples");
		await useLanguage("de");
		expect(t("class.count", { count: 1200 })).toBe("1.200 Beispiele");
		await useLanguage("zh");
		expect(t("class.count", { count: 1 })).toBe("1 个例子");
	});

	it("puts a hostile label in as it is", async () => {
		await useLanguage("en");
		expect(t("example.of", { label: "$& {count} <img onerror>" })).toBe("Example of $& {count} <img onerror>");
	});

	it("says nothing where it has no words, and tells the console", async () => {
		const error = vi.spyOn(console, "error").mockImplementation(() => {});
		await useLanguage("en");
		await loadLater();
		expect(t("no.such.key")).toBe("");
		expect(error.mock.calls).toEqual([['messages/en.json has no "no.such.key"']]);
		error.mockRestore();
	});
});

describe("numbers", () => {
	it.each([
		[0.41, 0.29, ["0.41", "0.29"]],
		[0.304, 0.298, ["0.304", "0.298"]],
		[0.30004, 0.29996, ["0.3000", "0.3000"]],
		[0.3, 0.3, ["0.3000", "0.3000"]],
	])("%d and %d are told apart, within reason", async (one, other, expected) => {
		await useLanguage("en");
		expect(decimalsApart(one, other)).toEqual(expected);
	});

	it("are steady: two decimals for distances, none for shares", async () => {
		await useLanguage("en");
		expect([decimal(0.1), percent(2 / 3), milliseconds(6.24), milliseconds(69.4)]).toEqual([
			"0.10",
			"67%",
			"6.2 ms",
			"69 ms",
		]);
		await useLanguage("fr");
		expect(decimal(0.1)).toBe("0,10");
	});
});

/** What `came` may hold: markup, placeholders, patterns of String.replace. */
const HOSTILE = "<img src=x onerror=alert(1)> {expected} $& {count}";

/** @param {string} code @param {string} came @param {string} expected */
const filledError = (code, came, expected) =>
	Object.hasOwn(pageTexts, code)
		? problem(/** @type {keyof typeof pageTexts} */ (code), { came, expected }).toJSON()
		: new ContractError(code, { came, expected }).toJSON();

describe("errorWords", () => {
	const long = new ContractError("longLabel", { came: 60, expected: 40 }).toJSON();

	it("translates, with what came and what was expected", async () => {
		await useLanguage("de");
		expect(errorWords(long)).toEqual({
			message: "Der Name hat 60 Zeichen, höchstens 40 sind möglich.",
			hint: "Nimm einen kürzeren Namen.",
		});
	});

	it("has simpler English for what a person meets often", async () => {
		await useLanguage("en");
		expect(errorWords(long).message).toBe("That name has 60 characters; 40 is the most.");
	});

	it.each(/** @type {Language[]} */ (Object.keys(MESSAGES)))("fills the text of every error in %s", async (tag) => {
		await useLanguage(tag);
		for (const code of Object.keys(ERROR_TEXTS)) {
			const error = filledError(code, "CAME", "EXPECTED");
			for (const part of /** @type {const} */ (["message", "hint"])) {
				const words = errorWords(error)[part];
				const template =
					MESSAGES[tag][`error.${code}.${part}`] ?? ERROR_TEXTS[/** @type {keyof typeof ERROR_TEXTS} */ (code)][part];
				expect(words, code).toBe(
					textsOf(template)[0]
						.replaceAll("{came}", String(error.came))
						.replaceAll("{expected}", String(error.expected)),
				);
				expect(words, code).not.toMatch(/\{\w+\}|undefined/);
			}
		}
	});

	it.each(/** @type {Language[]} */ (Object.keys(MESSAGES)))("puts hostile text in as it is in %s", async (tag) => {
		await useLanguage(tag);
		for (const [code, { message }] of Object.entries(ERROR_TEXTS)) {
			if (!message.includes("{came}")) continue;
			const error = filledError(code, HOSTILE, "7");
			expect(error.came, code).toContain("onerror=alert(1)> {expected} $& {count}");
			expect(errorWords(error).message, code).toContain(error.came);
		}
	});

	it("keeps the words that came where it has none", () => {
		const strange = { code: "fromTheFuture", message: "What?", hint: "Hm.", came: "", expected: "" };
		expect(errorWords(strange)).toEqual({ message: "What?", hint: "Hm." });
		for (const code of ["constructor", "__proto__", "toString"]) {
			expect(errorWords({ ...strange, code })).toEqual({ message: "What?", hint: "Hm." });
		}
	});

	it("translates an error whose value is empty text, such as a file without a name", async () => {
		await useLanguage("de");
		const nameless = problem("emptyFile", { came: "" }).toJSON();
		expect(errorWords(nameless).message).toBe(de["error.emptyFile.message"].replace("{came}", ""));
	});

	it("keeps the words of an older server, which sends no values", async () => {
		await useLanguage("de");
		expect(errorWords({ code: long.code, message: long.message, hint: long.hint })).toEqual({
			message: long.message,
			hint: long.hint,
		});
		const without = new ContractError("emptyLabel").toJSON();
		expect(errorWords(without).message).toBe(de["error.emptyLabel.message"]);
	});
});

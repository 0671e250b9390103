// The words of exports: every language says the same things in its own words, and what is exported is in the page's language.

import { readdirSync, readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { writeExport } from "../../../src/exchange/exports/registry.js";
import { ZipReader } from "../../../src/exchange/zip-reader.js";
import { LANGUAGES, useLanguage } from "../../../src/i18n/language.js";

/** @typedef {import("../../../src/i18n/language.js").Language} Language */
/** @typedef {import("../../../src/i18n/language.js").Messages} Messages */

const TAGS = /** @type {Language[]} */ (Object.keys(LANGUAGES));
const OTHERS = TAGS.filter((tag) => tag !== "en");
/** Of the languages that are not written in Latin letters. */
const SCRIPTS = {
	ar: /\p{Script=Arabic}/u,
	hi: /\p{Script=Devanagari}/u,
	uk: /\p{Script=Cyrillic}/u,
	zh: /\p{Script=Han}/u,
};
const FOLDER = new URL("../../../src/exchange/exports/words/", import.meta.url);

/** @param {string} tag @returns {Messages} */
const read = (tag) => JSON.parse(readFileSync(new URL(`${tag}.json`, FOLDER), "utf8"));
const english = read("en");
/** @param {string|Record<string, string>} message */
const textsOf = (message) => (typeof message === "string" ? [message] : Object.values(message));
/** @param {string} text */
const placeholdersOf = (text) => [...new Set(text.match(/\{\w+\}/g))].sort();

/** A line of code or a command, up to its comment. @param {string} line */
const isCode = (line) => line.startsWith("    ");
/** @param {string} text */
const codeOf = (text) =>
	text
		.split("\n")
		.filter(isCode)
		// A picture may have a name in the language.
		.map((line) => line.replace(/\/\/.*/, "").replace(/\w+\.jpg/, "x.jpg"));
/** The lines that are prose, with their keys. @param {Messages} messages */
const proseOf = (messages) =>
	Object.entries(messages).flatMap(([key, message]) =>
		textsOf(message)
			.flatMap((text) => text.split("\n"))
			.filter((line) => line !== "" && !isCode(line))
			.map((line) => ({ key, line })),
	);
/** Files, addresses and programs. @param {string} text */
const namesOf = (text) =>
	[
		...new Set(
			text.match(
				/https?:\/\/(?:localhost(?::\d+)?(?:\/\w+\.html)?)?|\w[\w.-]*\.(?:js|json|html|py|txt|org|showandtell)\b|NumPy|Pillow|Apache 2\.0|MIT|Show & Tell/g,
			),
		),
	].sort();

describe("the words of exports", () => {
	it("exist in every language of the page, and in no other", () => {
		expect(readdirSync(FOLDER).sort()).toEqual(TAGS.map((tag) => `${tag}.json`).sort());
	});

	it.each(TAGS)("%s has the keys of English in its order, with the same blanks, and nothing empty", (tag) => {
		const messages = read(tag);
		expect(Object.keys(messages)).toEqual(Object.keys(english));
		for (const [key, message] of Object.entries(messages)) {
			expect(placeholdersOf(textsOf(message).join(" ")), key).toEqual(placeholdersOf(textsOf(english[key]).join(" ")));
			for (const text of textsOf(message)) expect(text.trim(), key).not.toBe("");
		}
	});

	it.each(TAGS)("%s has a text for each of its plurals, where English has plurals", (tag) => {
		const { pluralCategories } = new Intl.PluralRules(tag).resolvedOptions();
		for (const [key, message] of Object.entries(read(tag))) {
			expect(typeof message, key).toBe(typeof english[key]);
			if (typeof message !== "string") expect(Object.keys(message).sort(), key).toEqual([...pluralCategories].sort());
		}
	});

	it.each(OTHERS)("%s leaves nothing in English", (tag) => {
		const messages = read(tag);
		const same = Object.keys(messages).filter((key) => {
			const known = textsOf(english[key]);
			// Classes are called so in Portuguese, too.
			return textsOf(messages[key]).some((text) => known.includes(text) && text !== "{count} classes");
		});
		expect(same).toEqual([]);
		const left = proseOf(messages).filter(({ line }) =>
			/(?<![\w-])(the|and|with|this|that|which|of|is|are|not)(?![\w-])/i.test(line),
		);
		expect(left).toEqual([]);
		const comments = textsOf(messages["sketch.readme"]).flatMap((text) => text.match(/\/\/ .*/g) ?? []);
		expect(comments.filter((comment) => textsOf(english["sketch.readme"])[0].includes(comment))).toEqual([]);
	});

	it.each(Object.entries(SCRIPTS))("%s is in its own script, line by line", (tag, script) => {
		const foreign = proseOf(read(tag)).filter(
			({ line }) => /\p{L}/u.test(line.replace(/\{\w+\}/g, "")) && !script.test(line),
		);
		expect(foreign).toEqual([]);
	});

	it("begins every line of Arabic in Arabic, so that whatever shows it begins it on the right", () => {
		const turned = proseOf(read("ar")).filter(({ line }) =>
			// Numbers have no direction of their own; names have.
			/^[^\p{Script=Arabic}]*?(\p{Script=Latin}|\{)/u.test(line.replace(/\{(count|right|all)\}/g, "")),
		);
		expect(turned).toEqual([]);
	});

	it.each(OTHERS)("%s keeps code, files, addresses and licences as they are", (tag) => {
		const messages = read(tag);
		for (const key of Object.keys(english).filter((each) => each.endsWith(".readme"))) {
			const [text, expected] = [messages, english].map((each) => /** @type {string} */ (each[key]));
			expect(codeOf(text), key).toEqual(codeOf(expected));
			expect(namesOf(text), key).toEqual(namesOf(expected));
		}
	});

	it("breaks no line before a French sign that has a space before it", () => {
		for (const { key, line } of proseOf(read("fr"))) expect(line, key).not.toMatch(/ [:;?!»]|« /);
	});
});

/** @type {import("../../../src/exchange/content.js").ProjectContent} */
const CONTENT = {
	name: "Robot",
	model: { id: "m", dimension: 2 },
	settings: null,
	classes: ["cat", "dog"].map((label) => ({ label, colour: 0, emoji: null, enabled: true })),
	examples: ["a", "b", "c"].map((id, i) => ({ id, label: i < 2 ? "cat" : "dog", group: null, thumbnail: null })),
	embeddings: Float32Array.of(1, 0, 1, 0.1, 0, 1),
};

/** @type {import("../../../src/exchange/exports/context.js").ExportContext} */
const CONTEXT = {
	content: CONTENT,
	base: "http://localhost/",
	title: "EfficientNet",
	answer: { k: 3, metric: "cosine", weights: "uniform", unknownDistance: null },
	licence: "Apache-2.0",
	source: "https://example.org/",
	evaluation: /** @type {any} */ ({
		...{ tested: 3, accuracy: 2 / 3, flattered: ["cat"] },
		classes: ["cat", "dog"].map((label) => ({ label, count: 1, precision: 1, recall: 1 })),
		confusion: [
			[["a", "b"], []],
			[["c"], []],
		],
	}),
	now: Date.UTC(2026, 10, 26, 12),
};

/**
 * @param {import("../../../src/exchange/exports/registry.js").ExportKind} kind
 * @param {string} name of a file in it
 */
async function exported(kind, name) {
	const zip = await ZipReader.open(await writeExport(kind, CONTEXT));
	const entry = zip.entries.get(name);
	if (!entry) throw new Error(`${kind} has no ${name}`);
	return new TextDecoder().decode(await zip.read(entry));
}

/** Longest text before, between or after what is filled in. @param {string} text */
const longestPart = (text) => text.split(/\{\w+\}/).sort((a, b) => b.length - a.length)[0];

describe("what is exported", () => {
	beforeEach(() => {
		vi.stubGlobal("document", { documentElement: {} });
		const part = { entry: "player.html", files: [] };
		vi.stubGlobal("fetch", async () => Response.json({ page: part, sketch: part }));
	});
	afterEach(() => vi.unstubAllGlobals());

	it.each(TAGS)("is in %s where the page is, and begins on the side where it does", async (tag) => {
		expect(await useLanguage(tag)).toBe(true);
		const words = read(tag);
		const html = await exported("card", "model-card.html");
		expect(html).toContain(`<html lang="${tag}" dir="${tag === "ar" ? "rtl" : "ltr"}">`);
		expect(html).not.toMatch(/\{\w+\}|undefined/);
		const markdown = (await exported("card", "model-card.md")).replaceAll("\\", "");
		for (const [key, message] of Object.entries(words)) {
			if (/\.readme$|untested/.test(key)) continue;
			const texts = textsOf(message).map(longestPart);
			// One kind of space stands for all in Markdown.
			expect(
				texts.some((text) => markdown.includes(text.trim().replace(/\s/g, " "))),
				key,
			).toBe(true);
		}
		for (const kind of /** @type {const} */ (["page", "sketch", "python"])) {
			const readme = /** @type {string} */ (words[`${kind}.readme`]);
			const expected = readme.replaceAll("{name}", "Robot").replaceAll("{model}", "EfficientNet");
			expect(await exported(kind, "README.txt")).toBe(`${expected}\n`);
		}
	});

	it("has nothing on a side of its own in the card: a page from right to left turns it", async () => {
		await useLanguage("ar");
		const [, style] = (await exported("card", "model-card.html")).match(/<style>(.*?)<\/style>/s) ?? [];
		expect(style).toContain("margin-inline");
		expect(style).not.toMatch(/\b(left|right)\b|(margin|padding): \S+ \S+ \S+ \S+;/);
	});
});

describe("what an exported page says before it runs", () => {
	it.each(["player.html", "src/standalone/one-file.html"])("%s says it in every language", (path) => {
		const html = readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
		const lines = [...html.matchAll(/<p(?: lang="(\w+)")?(?: dir="(\w+)")?>(.+?)<\/p>/g)];
		expect(lines.map(([, tag = "en"]) => tag)).toEqual(TAGS);
		for (const [, tag = "en", direction = "ltr", text] of lines) {
			expect(direction, tag).toBe(tag === "ar" ? "rtl" : "ltr");
			expect(text).toMatch(SCRIPTS[/** @type {keyof typeof SCRIPTS} */ (tag)] ?? /^[^\p{Script=Cyrillic}]+$/u);
		}
		expect(new Set(lines.map(([, , , text]) => text)).size).toBe(TAGS.length);
	});
});

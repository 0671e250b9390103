// The two parts of the messages: together they are all, and the first has whatever the first load can ask for.

import { readdirSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { askedFor, firstSources, splitMessages } from "../../scripts/messages.js";

const SOURCES = fileURLToPath(new URL("../../src/", import.meta.url));
const FOLDER = new URL("../../src/i18n/messages/", import.meta.url);
const TAGS = readdirSync(FOLDER).map((name) => name.replace(".json", ""));

/** @param {string} tag @returns {Record<string, string|Record<string, string>>} */
const read = (tag) => JSON.parse(readFileSync(new URL(`${tag}.json`, FOLDER), "utf8"));

describe("firstSources", () => {
	const paths = [...firstSources().keys()].map((path) => relative(SOURCES, path));

	it("follows imports, also over several lines and of what is passed on", () => {
		for (const path of ["main.jsx", "ui/page.jsx", "app/session.js", "ui/widgets/lazy-panel.jsx", "i18n/words.js"])
			expect(paths).toContain(path);
	});

	it("leaves out what is loaded when it is needed, and types", () => {
		for (const path of [
			"ui/classes/look-picker.jsx",
			"ui/decide/map/map-panel.jsx",
			"app/projects/projects.js",
			"app/room-parts.js",
			"sync/connection.js",
		])
			expect(paths).not.toContain(path);
	});
});

describe("splitMessages", () => {
	it.each(TAGS)("has every message of %s in one of the parts", async (tag) => {
		const messages = read(tag);
		const { first, later } = splitMessages(messages);
		expect({ ...first, ...later }).toEqual(messages);
		expect(Object.keys(first).filter((key) => Object.hasOwn(later, key))).toEqual([]);
		expect(Math.min(Object.keys(first).length, Object.keys(later).length)).toBeGreaterThan(100);
		// What the build makes of it.
		const load = async (/** @type {string} */ part) =>
			(await import(/* @vite-ignore */ `../../src/i18n/messages/${tag}.json?${part}`)).default;
		expect([await load("first"), await load("later")]).toEqual([first, later]);
	});

	it("has all that the modules of the first load ask for in the first", () => {
		const { first } = splitMessages(read("de"));
		const { keys, patterns } = askedFor(firstSources().values());
		expect([...keys].filter((key) => !Object.hasOwn(first, key))).toEqual([]);
		const missing = patterns.filter((pattern) => !Object.keys(first).some((key) => pattern.test(key)));
		// The errors' words, whichever come.
		expect(missing.map(String).filter((pattern) => !pattern.includes("error"))).toEqual([]);
	});

	it("goes by keys, by parts of keys, and by the codes of errors", () => {
		const keys = ["a", "b.one", "b.two", "c", "error.torn.hint", "error.lost.hint"];
		const messages = Object.fromEntries(keys.map((key) => [key, key.toUpperCase()]));
		const sources = [['t("a", { count: f(1) }) + t(`b.$', "{x}`)"].join(""), 'throw problem("torn");', 'u("c")'];
		const { first, later } = splitMessages(messages, sources);
		expect(Object.keys(first)).toEqual(["a", "b.one", "b.two", "error.torn.hint"]);
		expect(later).toEqual({ c: "C", "error.lost.hint": "ERROR.LOST.HINT" });
	});
});

describe("what is loaded later", () => {
	const modules = readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
		.filter((name) => /^ui\/.*\.jsx?$/.test(name))
		.map((name) => ({ name, source: readFileSync(SOURCES + name, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "") }))
		.filter(({ source }) => /\bimport\(/.test(source));

	it("waits for its words", () => {
		expect(modules.length).toBeGreaterThan(5);
		const hasty = modules.filter(({ source }) => !/createLazyPa(nel|rt)\(|\bloadLater\(\)/.test(source));
		expect(hasty.map(({ name }) => name)).toEqual([]);
	});
});

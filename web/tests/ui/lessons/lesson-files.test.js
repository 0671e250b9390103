// A lesson in the page's language, and in English where that can't be had.

import { afterEach, beforeEach, expect, test, vi } from "vitest";

const NAME = "1-one";
const entry = (/** @type {string} */ title) => ({ name: NAME, title, steps: 1 });

/** What can be fetched, by address. @type {Record<string, unknown>} */
let files;
/** @type {typeof import("../../../src/ui/lessons/lesson-files.js").fetchLesson} */
let fetchLesson;

beforeEach(async () => {
	files = {
		"lessons.json": { en: [entry("One")], de: [entry("Eins")] },
		[`${NAME}.json`]: { title: "One" },
		[`de/${NAME}.json`]: { title: "Eins" },
	};
	vi.stubGlobal("document", { baseURI: "http://page.example/" });
	vi.stubGlobal("fetch", async (/** @type {URL} */ { pathname }) => {
		const content = files[pathname.replace("/lessons/", "")];
		if (!content) throw new TypeError("Failed to fetch");
		return { ok: true, json: async () => content };
	});
	// It remembers what it has fetched.
	vi.resetModules();
	({ fetchLesson } = await import("../../../src/ui/lessons/lesson-files.js"));
});
afterEach(() => vi.unstubAllGlobals());

test("a lesson comes in the language of the page, and in English where it is not translated", async () => {
	expect(await fetchLesson("de", NAME)).toMatchObject({ lesson: { title: "Eins" }, entry: { language: "de" } });
	expect(await fetchLesson("fr", NAME)).toMatchObject({ lesson: { title: "One" }, entry: { language: "en" } });
});

test("where it can't be fetched it comes in English, and the next time it is tried again", async () => {
	const { [`de/${NAME}.json`]: german, ...rest } = files;
	files = rest;
	expect(await fetchLesson("de", NAME)).toMatchObject({ lesson: { title: "One" }, entry: { language: "en" } });
	files = { ...rest, [`de/${NAME}.json`]: german };
	expect(await fetchLesson("de", NAME)).toMatchObject({ lesson: { title: "Eins" } });
});

test("where English can't be fetched either, it fails", async () => {
	files = { "lessons.json": files["lessons.json"] };
	await expect(fetchLesson("de", NAME)).rejects.toThrow("Failed to fetch");
});

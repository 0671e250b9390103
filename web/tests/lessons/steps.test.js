// The lessons as data: what is read of the Markdown, in every language that has marks, and what is refused.

import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readLesson } from "../../scripts/lesson-steps.js";
import { CHECK_NAMES } from "../../src/lessons/checks.js";
import { chooseLessons, lessonFolder } from "../../src/lessons/lesson.js";

const FOLDER = new URL("../../../docs/lessons/", import.meta.url);
const LESSONS = readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
	.filter((name) => name.endsWith(".md") && !name.endsWith("README.md"))
	.sort();

/** @param {string} steps */
const read = (steps) =>
	readLesson(`# One\n\n## Before\n\n1. Other.\n\n## With the page\n\n${steps}\n\n## After\n\n1. x\n`);

/** @param {string} name @returns {import("../../src/lessons/lesson.js").Lesson|null} */
const readFile = (name) => readLesson(readFileSync(new URL(name, FOLDER), "utf8"));

describe("readLesson", () => {
	test("finds the part whose steps have marks, with headings, in runs of text", () => {
		const lesson = read(`### In its place

1. Click **Add class**, *then*
   look. <!-- check: classes 2 -->
2. Look. <!-- check: unknown -->

### Elsewhere

3. It's *done*.

What to see: a **thing**.

| a |
| --- |
| b |`);
		expect(lesson).toEqual({
			title: "One",
			steps: [
				{
					text: [
						{ text: "Click " },
						{ text: "Add class", style: "strong" },
						{ text: ", " },
						{ text: "then", style: "em" },
						{ text: " look." },
					],
					check: ["classes", "2"],
					part: "In its place",
				},
				{ text: [{ text: "Look." }], check: ["unknown"], part: "In its place" },
				{ text: [{ text: "It's " }, { text: "done", style: "em" }, { text: "." }], check: null, part: "Elsewhere" },
			],
			see: [[{ text: "What to see: a " }, { text: "thing", style: "strong" }, { text: "." }]],
		});
	});

	test("joins lines without a space in Chinese", () => {
		expect(read("1. 看到\n   图片。 <!-- check: camera -->")?.steps[0].text).toEqual([{ text: "看到图片。" }]);
	});

	test("is null where nothing has a mark", () => {
		expect(read("1. Look.")).toBeNull();
	});

	test.each([
		["1. a <!-- check: dance -->", "a check is called dance; expected one of camera, classes"],
		["1. a <!-- check: classes -->", "a check has 0 numbers; expected 1"],
		["1. a <!-- check: classes two -->", "a check's number is two; expected 1 to 9999"],
		["1. a <!-- check: metric manhatten -->", "a check's value is manhatten; expected one of auto, cosine"],
		["1. a <!-- check: metric -->", "a check has no values"],
		["1. a <!-- check: pixels same -->", "a check has same; expected differ"],
		["1. a <!-- check: camera --> <!-- check: unknown -->", "a step has 2 marks"],
		["1. a <img src=x> <!-- check: camera -->", "a step holds <img src=x>; expected text"],
		["1. a [b](README.md) <!-- check: camera -->", "a step holds [b](README.md)"],
	])("refuses %s", (step, message) => {
		expect(() => read(step)).toThrow(message);
	});

	test("reads every lesson that has marks, in every language, to the same checks", () => {
		const english = LESSONS.filter((name) => !name.includes("/"));
		expect(english.length).toBe(5);
		for (const name of LESSONS) {
			const lesson = readFile(name);
			if (lesson === null) continue;
			const original = readFile(/** @type {string} */ (name.split("/").at(-1)));
			expect(
				lesson.steps.map(({ check }) => check),
				name,
			).toEqual(original?.steps.map(({ check }) => check));
			expect(lesson.see.length, name).toBe(original?.see.length);
		}
	});

	test("every check is used by a lesson", () => {
		const used = LESSONS.flatMap((name) => readFile(name)?.steps ?? []).map(({ check }) => check?.[0]);
		expect(CHECK_NAMES.filter((name) => !used.includes(name))).toEqual([]);
	});
});

test("chooseLessons takes the language's own, and English where one is missing", () => {
	const one = { name: "1-one", title: "One", steps: 3 };
	const two = { name: "2-two", title: "Two", steps: 2 };
	const index = { en: [one, two], de: [{ ...two, title: "Zwei" }], fr: [] };
	expect(chooseLessons(index, "de")).toEqual([
		{ ...one, language: "en" },
		{ ...two, title: "Zwei", language: "de" },
	]);
	expect(chooseLessons(index, "uk").map(({ language }) => language)).toEqual(["en", "en"]);
	expect([lessonFolder("en"), lessonFolder("de")]).toEqual(["./lessons/", "./lessons/de/"]);
});

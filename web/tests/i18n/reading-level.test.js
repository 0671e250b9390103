// How hard the page's English is to read: a pupil of twelve reads all of it, a child of six the simple words.

import { describe, expect, it } from "vitest";
import en from "../../src/i18n/messages/en.json" with { type: "json" };
import simple from "../../src/i18n/simple/en.json" with { type: "json" };
import { countSyllables, gradeOf, splitSentences } from "../support/reading-level.js";

/** Read at the age of twelve. */
const TWELVE = 7;
/** No sentence is harder, of so many words: in a shorter one, a single long word decides. */
const HARDEST = 10;
const WORDS = 6;
const SIX = 1;
/** They name programs and formats, for whoever uses those. */
const FOR_EXPERTS = /^exchange\.holds\./;

/** @param {Record<string, string|Record<string, string>>} messages */
const sentencesOf = (messages) =>
	Object.entries(messages).flatMap(([key, message]) =>
		splitSentences(typeof message === "string" ? message : message.other).map((words) => ({ key, words })),
	);

/** @param {{key: string, words: string[]}[]} sentences @returns {string} the ten worst, each with its grade */
const listWorst = (sentences) =>
	sentences
		.map(({ key, words }) => ({ grade: gradeOf([words]), key, words }))
		.sort((a, b) => b.grade - a.grade)
		.slice(0, 10)
		.map(({ grade, key, words }) => `${grade.toFixed(1)} ${key}: ${words.join(" ")}`)
		.join("\n");

describe("countSyllables", () => {
	it.each([
		[1, ["the", "class", "moved", "moves", "whole", "use", "things", "don’t"]],
		[2, ["table", "picture", "voted", "classes", "changes", "station", "lion", "people", "answer"]],
		[3, ["example", "examples", "recorded", "similar", "usual"]],
	])("%i", (syllables, words) => {
		expect(words.filter((word) => countSyllables(word) !== syllables)).toEqual([]);
	});
});

describe("gradeOf", () => {
	it("is the formula of Flesch and Kincaid", () => {
		// 10 words of 1 sentence, 11 syllables.
		const sentences = splitSentences("The cat that I saw sat on a small table.");
		expect(gradeOf(sentences)).toBeCloseTo(0.39 * 10 + 11.8 * 1.1 - 15.59, 9);
	});

	it("leaves labels out, and reads what is filled in as a short word", () => {
		expect(splitSentences("Save to file. It is {count} of {total}!")).toEqual([["It", "is", "cat", "of", "cat"]]);
	});
});

describe("the messages in English", () => {
	const sentences = sentencesOf(en);

	it("are for twelve-year-olds", () => {
		expect(sentences.length).toBeGreaterThan(400);
		expect(gradeOf(sentences.map(({ words }) => words)), listWorst(sentences)).toBeLessThan(TWELVE);
	});

	it("have no sentence that is too hard", () => {
		const hard = sentences.filter(
			({ key, words }) => words.length >= WORDS && gradeOf([words]) > HARDEST && !FOR_EXPERTS.test(key),
		);
		expect(
			hard.map(({ key }) => key),
			listWorst(sentences),
		).toEqual([]);
	});
});

describe("the simple words in English", () => {
	const sentences = sentencesOf(simple);

	it("are for six-year-olds", () => {
		expect(gradeOf(sentences.map(({ words }) => words)), listWorst(sentences)).toBeLessThan(SIX);
	});

	it("are short: no sentence has more than ten words", () => {
		expect(sentences.filter(({ words }) => words.length > 10)).toEqual([]);
	});
});

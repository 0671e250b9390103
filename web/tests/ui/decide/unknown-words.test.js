// Where the limit of "I don't know" comes from, in words.

import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { useLanguage } from "../../../src/i18n/language.js";
import { describeDistance, describeLimit } from "../../../src/ui/decide/unknown-words.js";

beforeAll(async () => {
	vi.stubGlobal("document", { documentElement: {} });
	await useLanguage("en");
});
afterAll(() => vi.unstubAllGlobals());

const withoutEvidence = "No class has a second recording or photo yet.";

it.each([
	[null, { recordings: 4 }, "It always names a class"],
	[0.4, { recordings: 4 }, "It says so when nothing it knows is closer than 0.40."],
	["auto", null, withoutEvidence],
	["auto", { recordings: 0 }, withoutEvidence],
	["auto", { recordings: 2 }, "Learnt from 2 recordings or photos."],
])("%s, %j: %s", (setting, unknown, expected) => {
	expect(describeLimit(/** @type {number|"auto"|null} */ (setting), unknown)).toContain(expected);
});

it("gives the limit of this picture where it is the picture's own", () => {
	expect(describeDistance(0.4, 0.7)).toBe(
		"For this picture the limit is 0.70, and the nearest example is 0.40 away by cosine.",
	);
	expect(describeDistance(0.296, 0.304)).toContain("the limit is 0.304, and the nearest example is 0.296 away");
	expect(describeDistance(0.4, null)).toBe("The nearest example is 0.40 away by cosine.");
});

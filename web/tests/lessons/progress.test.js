// How far the lessons have come: what is kept comes back, and nothing else does.

import { describe, expect, test } from "vitest";
import { goToStep, markDone, openLesson, progressOf, restoreProgress } from "../../src/lessons/progress.js";

const NOTHING = { open: null, folded: false, lessons: {} };

describe("restoreProgress", () => {
	test("gives back what was kept", () => {
		const kept = markDone(goToStep(openLesson(NOTHING, "1-one"), "1-one", 3), "1-one", 2);
		expect(restoreProgress(JSON.stringify(kept))).toEqual({
			open: "1-one",
			folded: false,
			lessons: { "1-one": { step: 3, done: [2] } },
		});
	});

	test.each([
		null,
		"",
		"null",
		"7",
		'"x"',
		"[]",
		"{",
		'{"open":"1-one"}',
		'{"lessons":{"1-one":{"step":-1,"done":[]}}}',
	])("begins with nothing after %s", (remembered) => {
		expect(restoreProgress(remembered)).toEqual(NOTHING);
	});

	test("leaves out what can't be", () => {
		const lessons = {
			"1-one": { step: 1, done: [2, 1, 1, "x", -1, 1.5, 99] },
			"../x": { step: 1, done: [] },
			"2-two": { step: 1, done: "all" },
		};
		expect(restoreProgress(JSON.stringify({ open: "2-two", folded: 1, lessons }))).toEqual({
			open: null,
			folded: false,
			lessons: { "1-one": { step: 1, done: [1, 2] } },
		});
	});
});

describe("a lesson", () => {
	test("goes on where it was, or begins anew", () => {
		const begun = markDone(goToStep(openLesson(NOTHING, "1-one"), "1-one", 4), "1-one", 0);
		const other = openLesson({ ...begun, folded: true }, "2-two");
		expect(other).toMatchObject({ open: "2-two", folded: false });
		expect(progressOf(openLesson(other, "1-one"), "1-one")).toEqual({ step: 4, done: [0] });
		expect(progressOf(openLesson(other, "1-one", true), "1-one")).toEqual({ step: 0, done: [] });
	});

	test("marks a step once", () => {
		const once = markDone(openLesson(NOTHING, "1-one"), "1-one", 1);
		expect(markDone(once, "1-one", 1)).toBe(once);
		expect(progressOf(markDone(once, "1-one", 0), "1-one").done).toEqual([0, 1]);
	});
});

// How long an import still takes, as its dialog says it.

import { expect, test } from "vitest";
import { minutesLeft, timeLeftWords } from "../../../src/ui/projects/time-left.js";

test.each([
	["too early", 0.5, 1000, null],
	["too little is done", 0.005, 20_000, null],
	["a quarter is done after a minute", 0.25, 60_000, 3],
	["2,000 photos, 123 done", 123 / 2000, 8000, 2],
	["less than a minute", 0.9, 60_000, 0],
	["just a minute", 0.5, 60_000, 1],
	["done", 1, 60_000, null],
])("%s", (_, share, elapsedMs, minutes) => {
	expect(minutesLeft(share, elapsedMs)).toBe(minutes);
});

test("it is said in words, or not at all", () => {
	expect(timeLeftWords(null)).toBe("");
	expect(timeLeftWords(0)).toBe("less than a minute left");
	expect(timeLeftWords(1)).toBe("about 1 minute left");
	expect(timeLeftWords(12)).toBe("about 12 minutes left");
});

import { describe, expect, it } from "vitest";
import { mixedUpMost, shade } from "../../../../src/ui/decide/test/confusion.js";

/** @param {number[]} counts */
const row = (counts) => counts.map((count) => Array.from({ length: count }, (_, place) => `e${place}`));

describe("shade", () => {
	it("is nothing for nothing, full for all of the class, and never too faint to be seen", () => {
		expect(shade(row([0, 7]), 0)).toBe(0);
		expect(shade(row([0, 7]), 1)).toBe(1);
		expect(shade(row([999, 1]), 1)).toBeGreaterThan(0.2);
		expect(shade(row([0, 0]), 0)).toBe(0);
	});

	it("is by share of the actual class, not by count: classes of any size compare", () => {
		expect(shade(row([1, 1]), 0)).toBeCloseTo(shade(row([50, 50]), 0), 12);
		expect(shade(row([3, 1]), 0)).toBeGreaterThan(shade(row([2, 2]), 0));
	});
});

describe("mixedUpMost", () => {
	const confusion = [row([5, 0, 0, 0]), row([0, 4, 0, 1]), row([0, 0, 6, 0]), row([0, 2, 0, 3])];

	it("shows all classes where they can be read", () => {
		expect(mixedUpMost(confusion, 4)).toEqual([0, 1, 2, 3]);
	});

	it("shows those with the most mistakes, whether made or received, in class order", () => {
		expect(mixedUpMost(confusion, 2)).toEqual([1, 3]);
		expect(mixedUpMost([row([1, 0, 0]), row([0, 1, 0]), row([0, 1, 0])], 2)).toEqual([1, 2]);
	});

	it("takes the first where there is nothing to choose", () => {
		expect(mixedUpMost(confusion, 3)).toEqual([0, 1, 3]);
	});
});

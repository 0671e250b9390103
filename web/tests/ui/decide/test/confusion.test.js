import { describe, expect, it } from "vitest";
import { computeShade, selectMostConfused } from "../../../../src/ui/decide/test/confusion.js";

/** @param {number[]} counts */
const row = (counts) => counts.map((count) => Array.from({ length: count }, (_, place) => `e${place}`));

describe("computeShade", () => {
	it("is nothing for nothing, full for all of the class, and never too faint to be seen", () => {
		expect(computeShade(row([0, 7]), 0)).toBe(0);
		expect(computeShade(row([0, 7]), 1)).toBe(1);
		expect(computeShade(row([999, 1]), 1)).toBeGreaterThan(0.2);
		expect(computeShade(row([0, 0]), 0)).toBe(0);
	});

	it("is by share of the actual class, not by count: classes of any size compare", () => {
		expect(computeShade(row([1, 1]), 0)).toBeCloseTo(computeShade(row([50, 50]), 0), 12);
		expect(computeShade(row([3, 1]), 0)).toBeGreaterThan(computeShade(row([2, 2]), 0));
	});
});

describe("selectMostConfused", () => {
	const confusion = [row([5, 0, 0, 0]), row([0, 4, 0, 1]), row([0, 0, 6, 0]), row([0, 2, 0, 3])];

	it("shows all classes where they can be read", () => {
		expect(selectMostConfused(confusion, 4)).toEqual([0, 1, 2, 3]);
	});

	it("shows those with the most mistakes, whether made or received, in class order", () => {
		expect(selectMostConfused(confusion, 2)).toEqual([1, 3]);
		expect(selectMostConfused([row([1, 0, 0]), row([0, 1, 0]), row([0, 1, 0])], 2)).toEqual([1, 2]);
	});

	it("takes the first where there is nothing to choose", () => {
		expect(selectMostConfused(confusion, 3)).toEqual([0, 1, 3]);
	});
});

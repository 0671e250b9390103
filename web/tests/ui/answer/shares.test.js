import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { computeShownShare, getShare, roundTogether } from "../../../src/ui/answer/shares.js";

describe("getShare", () => {
	it("is 0 for a class that is not there, whatever it is called", () => {
		expect(["constructor", "__proto__", "toString"].map((label) => getShare({}, label))).toEqual([0, 0, 0]);
		expect(getShare(JSON.parse('{"__proto__": 0.4}'), "__proto__")).toBe(0.4);
	});
});

describe("computeShownShare", () => {
	it("leaves something else its share: together they are 1", () => {
		const answer = { confidences: { apple: 0.75, banana: 0.25 }, unknownShare: 0.2 };
		expect(computeShownShare(answer, "apple")).toBeCloseTo(0.6, 9);
		expect(computeShownShare(answer, "banana")).toBeCloseTo(0.2, 9);
	});

	it("never shows a class at more than half where the answer is unknown", () => {
		expect(computeShownShare({ confidences: { apple: 1 }, unknownShare: 0.51 }, "apple")).toBeLessThan(0.5);
	});
});

describe("roundTogether", () => {
	it.each([
		[
			[1 / 3, 1 / 3, 1 / 3],
			[0.34, 0.33, 0.33],
		],
		[
			[0.004, 0.996],
			[0, 1],
		],
		[
			[0.335, 0.335, 0.33],
			[0.34, 0.33, 0.33],
		],
		[
			[0, 0],
			[0, 0],
		],
		[[], []],
	])("%j becomes %j", (shares, expected) => {
		expect(roundTogether(shares)).toEqual(expected);
	});

	it("adds up to 100 % where the shares are 1 together, each less than one percent off", () => {
		const weights = fc
			.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 13 })
			.filter((drawn) => drawn.some((weight) => weight > 1e-6));
		fc.assert(
			fc.property(weights, (drawn) => {
				const sum = drawn.reduce((total, weight) => total + weight, 0);
				const shares = drawn.map((weight) => weight / sum);
				const rounded = roundTogether(shares);
				expect(rounded.reduce((total, share) => total + Math.round(share * 100), 0)).toBe(100);
				for (const [place, share] of shares.entries())
					expect(Math.abs(rounded[place] - share)).toBeLessThan(0.01 + 1e-9);
			}),
		);
	});
});

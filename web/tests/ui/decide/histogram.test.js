import { describe, expect, it } from "vitest";
import { computeShareWithin, scaleHeights } from "../../../src/ui/decide/histogram.js";

describe("scaleHeights", () => {
	it("are beside the highest", () => {
		expect(scaleHeights([2, 0, 4])).toEqual([0.5, 0, 1]);
		expect(scaleHeights([0, 0])).toEqual([0, 0]);
	});
});

describe("computeShareWithin", () => {
	// Bins of 0.025: 0 to 0.025, to 0.05, to 0.075, to 0.1.
	const counts = [1, 3, 4, 2];

	it.each([
		[0, 0],
		[0.025, 0.1],
		[0.05, 0.4],
		[0.0625, 0.6],
		[0.1, 1],
		[2, 1],
	])("up to %f: %f", (limit, expected) => {
		expect(computeShareWithin(counts, limit)).toBeCloseTo(expected, 9);
	});

	it("says nothing of nothing", () => {
		expect(computeShareWithin([0, 0], 0.3)).toBeNull();
	});
});

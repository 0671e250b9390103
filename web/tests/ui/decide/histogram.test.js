import { describe, expect, it } from "vitest";
import { heights, shareWithin } from "../../../src/ui/decide/histogram.js";

describe("heights", () => {
	it("are beside the highest", () => {
		expect(heights([2, 0, 4])).toEqual([0.5, 0, 1]);
		expect(heights([0, 0])).toEqual([0, 0]);
	});
});

describe("shareWithin", () => {
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
		expect(shareWithin(counts, limit)).toBeCloseTo(expected, 9);
	});

	it("says nothing of nothing", () => {
		expect(shareWithin([0, 0], 0.3)).toBeNull();
	});
});

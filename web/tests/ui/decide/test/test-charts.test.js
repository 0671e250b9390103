import { describe, expect, it } from "vitest";
import {
	chooseAxisStart,
	clampK,
	DASHES,
	findTrend,
	getNextK,
	toAccuracyLines,
} from "../../../../src/ui/decide/test/test-charts.js";

/** @param {number[]} accuracy */
const curve = (accuracy) => ({ accuracy, balancedAccuracy: accuracy, crossEntropy: accuracy });

/**
 * @param {number[]} mean
 * @param {number[]} [examples]
 */
const learning = (mean, examples = [1, 2, 3, 5, 8].slice(0, mean.length)) => ({
	examples,
	mean,
	low: mean,
	high: mean,
});

describe("toAccuracyLines", () => {
	const evaluation = /** @type {import("../../../../src/state/state.js").Evaluation} */ (
		/** @type {unknown} */ ({
			metric: "cosine",
			byMetric: { cosine: curve([0.9, 0.8]), adapted: curve([0.95, 0.9]), euclidean: curve([0.7, 0.6]) },
		})
	);

	it("has a line for each metric that was measured, the one in use first", () => {
		expect(toAccuracyLines(evaluation).map(({ metric, inUse }) => [metric, inUse])).toEqual([
			["cosine", true],
			["adapted", false],
			["euclidean", false],
		]);
	});

	it("begins at k = 1", () => {
		expect(toAccuracyLines(evaluation)[0].points).toEqual([
			{ x: 1, y: 0.9 },
			{ x: 2, y: 0.8 },
		]);
	});

	it("draws each line with a dash of its own", () => {
		expect(new Set(Object.values(DASHES).map(String)).size).toBe(4);
	});
});

describe("chooseAxisStart", () => {
	it.each([
		[[0.98, 1], 0.9],
		[[1, 1], 0.9],
		[[0.91], 0.8],
		[[0.95, 0.53], 0.5],
		[[0.01], 0],
		[[], 0.9],
	])("%j: from %f", (shares, expected) => {
		expect(chooseAxisStart(shares)).toBeCloseTo(expected, 12);
	});
});

describe("findTrend", () => {
	it.each([
		[learning([0.6, 0.7, 0.8, 0.85, 0.9]), "rising"],
		[learning([0.6, 0.8, 0.9, 0.93, 0.931]), "level"],
		[learning([0.9, 0.8]), "level"],
		[learning([0.6]), null],
		[learning([]), null],
		// The last step alone is small, but the doubling before it wasn't.
		[learning([0.6, 0.8, 0.805], [5, 9, 12]), "rising"],
	])("%j: %s", (given, expected) => {
		expect(findTrend(given)).toBe(expected);
	});
});

describe("k by keyboard and by click", () => {
	it.each([
		["ArrowRight", 5, 6],
		["ArrowUp", 30, 30],
		["ArrowLeft", 1, 1],
		["ArrowDown", 5, 4],
		["PageUp", 28, 30],
		["PageDown", 8, 3],
		["Home", 9, 1],
		["End", 9, 30],
		["toString", 5, null],
		["Tab", 5, null],
	])("%s at %i: %s", (key, k, expected) => {
		expect(getNextK(key, k)).toBe(expected);
	});

	it.each([
		[-3, 1],
		[4.4, 4],
		[99, 30],
	])("a click at %f means %i", (x, k) => {
		expect(clampK(x)).toBe(k);
	});
});

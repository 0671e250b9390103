// Which backends a first visit tries.

import { describe, expect, it } from "vitest";
import { isWorthTrying, judge } from "../../src/capture/embed-worker/quick-start.js";

describe("judge", () => {
	it.each([
		["quick, nothing is left", 40, false, { isEnough: true, isFinal: true }],
		["quick, and a graphics card may be quicker at the next visit", 40, true, { isEnough: true, isFinal: false }],
		[
			"slow, but nothing else would be quicker; the machine may be busy",
			300,
			false,
			{ isEnough: true, isFinal: false },
		],
		["slow, and a graphics card is left", 300, true, { isEnough: false, isFinal: false }],
		["it did not work", undefined, false, { isEnough: false, isFinal: false }],
		["as quick as asked for", 120, false, { isEnough: true, isFinal: true }],
	])("%s", (_, ms, hasGpu, expected) => {
		expect(judge(ms, 120, hasGpu)).toEqual(expected);
	});
});

describe("isWorthTrying", () => {
	it("leaves WASM without threads out where the threads worked, and nothing else", () => {
		expect(isWorthTrying("wasm", { "wasm-threads": 300 })).toBe(false);
		expect(isWorthTrying("wasm", {})).toBe(true);
		expect(isWorthTrying("webgl", { "wasm-threads": 300 })).toBe(true);
	});
});

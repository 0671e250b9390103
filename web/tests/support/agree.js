// Comparison of two results, with a legible message where they differ.

import { expect } from "vitest";
import { TIE } from "../../src/contract/constants.js";

/**
 * Asserts that two results are the same, numbers to TIE; numbers beyond 1 and small distances to that share of them.
 * @param {any} actual
 * @param {any} expected
 * @param {string} path where in the result this is
 */
export function agree(actual, expected, path) {
	if (typeof expected === "number" && typeof actual === "number") {
		const difference = Math.abs(actual - expected);
		const isSmallDistance = /(distance|novelty)$/.test(path) && expected > 0 && expected < TIE;
		const isEqual = difference <= TIE * (isSmallDistance ? expected : Math.max(1, Math.abs(expected)));
		expect(isEqual, `${actual} is not ${expected}, at ${path}`).toBe(true);
	} else if (expected !== null && typeof expected === "object") {
		expect(Object.keys(actual ?? {}).sort(), path).toEqual(Object.keys(expected).sort());
		for (const key of Object.keys(expected)) agree(actual[key], expected[key], `${path}.${key}`);
	} else {
		expect(actual, path).toBe(expected);
	}
}

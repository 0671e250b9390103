// Comparison of what two classifiers gave, legible where it fails.

import { expect } from "vitest";

/**
 * Asserts that two results are the same, numbers to 1e-9 (relative where they are huge).
 * @param {any} gave
 * @param {any} expected
 * @param {string} where
 */
export function agree(gave, expected, where) {
	if (typeof expected === "number" && typeof gave === "number") {
		const off = Math.abs(gave - expected);
		expect(off <= 1e-9 * Math.max(1, Math.abs(expected)), `${gave} is not ${expected}, at ${where}`).toBe(true);
	} else if (expected !== null && typeof expected === "object") {
		expect(Object.keys(gave ?? {}).sort(), where).toEqual(Object.keys(expected).sort());
		for (const key of Object.keys(expected)) agree(gave[key], expected[key], `${where}.${key}`);
	} else {
		expect(gave, where).toBe(expected);
	}
}

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { heatStrength, MIN_STRENGTH, restoreStrength, setHeatStrength } from "../../../src/ui/camera/heat-strength.js";

const kept = new Map();
beforeEach(() => {
	vi.stubGlobal("localStorage", {
		setItem: (/** @type {string} */ key, /** @type {string} */ value) => kept.set(key, value),
	});
});
afterEach(() => vi.unstubAllGlobals());

test("the strength that was chosen is kept", () => {
	setHeatStrength(0.4);
	expect(heatStrength.value).toBe(0.4);
	expect(restoreStrength(kept.get("heatStrength"))).toBe(0.4);
});

test.each([null, "", "much", "0", "-1", "7", "NaN"])(
	"without a strength that could be seen, it is the usual one: %s",
	(value) => {
		const usual = restoreStrength(null);
		expect(usual).toBeGreaterThan(MIN_STRENGTH);
		expect(restoreStrength(value)).toBe(usual);
	},
);

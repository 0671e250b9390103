import { describe, expect, it } from "vitest";
import { enlarge, findHottestRegion, toHeatColour } from "../../../src/ui/camera/heat-paint.js";

describe("toHeatColour", () => {
	it("gets lighter and more opaque with every step", () => {
		const steps = Array.from({ length: 41 }, (_, i) => toHeatColour(i / 40));
		const light = steps.map(([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b);
		const alphas = steps.map(([, , , alpha]) => alpha);
		for (let i = 1; i < steps.length; i++) {
			expect(light[i]).toBeGreaterThan(light[i - 1]);
			expect(alphas[i]).toBeGreaterThanOrEqual(alphas[i - 1]);
		}
		expect(alphas[0]).toBe(0);
		expect(alphas.at(-1)).toBeGreaterThan(180);
	});
});

describe("enlarge", () => {
	it("keeps the cells' values where they are, and stays within 0..1", () => {
		const values = Float32Array.from({ length: 12 }, (_, i) => ((i * 5) % 12) / 11);
		// 21 points for 3 cells and 28 for 4 put one point on each cell's middle.
		const fine = enlarge(values, 4, 3, 84);
		for (let y = 0; y < 3; y++) {
			for (let x = 0; x < 4; x++) {
				// The cell's middle lies between two points: the mean of the four around it.
				const [row, column] = [28 * y + 14, 21 * x + 10];
				const around = [fine[(row - 1) * 84 + column], fine[row * 84 + column]];
				expect((around[0] + around[1]) / 2).toBeCloseTo(values[4 * y + x], 1);
			}
		}
		expect(Math.min(...fine)).toBeGreaterThanOrEqual(0);
		expect(Math.max(...fine)).toBeLessThanOrEqual(1);
	});

	it("has its peak where the cells have theirs", () => {
		const values = new Float32Array(49);
		values[6] = 1;
		const fine = enlarge(values, 7, 7, 56);
		const peak = fine.indexOf(Math.max(...fine));
		expect([Math.floor((peak % 56) / 8), Math.floor(peak / 56 / 8)]).toEqual([6, 0]);
	});
});

describe("findHottestRegion", () => {
	it.each([
		[0, false, "topLeft"],
		[0, true, "topRight"],
		[24, true, "middleCentre"],
		[48, false, "bottomRight"],
	])("says where cell %i is, mirrored %s: %s", (cell, mirrored, where) => {
		const values = new Float32Array(49);
		values[cell] = 1;
		expect(findHottestRegion({ width: 7, height: 7, values, label: "a", against: null }, mirrored)).toBe(where);
	});

	it("says nothing of nothing", () => {
		expect(
			findHottestRegion({ width: 1, height: 1, values: new Float32Array(1), label: "a", against: null }, false),
		).toBeNull();
	});
});

import { describe, expect, it } from "vitest";
import { dimPicture, enlarge, findHottestRegion, toHeatColour } from "../../../src/ui/camera/heat-paint.js";

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

describe("the heat on a picture", () => {
	const STRENGTHS = [0.5, 0.75, 1];
	const PICTURES = {
		banana: [255, 225, 53],
		"pale yellow": [252, 255, 164],
		orange: [249, 140, 10],
		white: [255, 255, 255],
		black: [0, 0, 0],
		grey: [128, 128, 128],
		skin: [224, 172, 140],
		red: [220, 20, 30],
		green: [30, 160, 60],
		blue: [20, 60, 220],
		purple: [136, 34, 106],
	};

	/** @param {number[]} colour */
	const grey = ([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

	/**
	 * What is seen: the picture through the browser's filters, and the heat on it.
	 * @param {number[]} picture
	 * @param {number} heat
	 * @param {number} strength
	 */
	const seen = (picture, heat, strength) => {
		const { brightness, grey: share } = dimPicture(strength);
		const below = picture.map((channel) => (channel + share * (grey(picture) - channel)) * brightness);
		const [r, g, b, alpha] = toHeatColour(heat);
		const opaque = (alpha / 255) * strength;
		return [r, g, b].map((channel, i) => channel * opaque + below[i] * (1 - opaque));
	};

	/** As colour-blind eyes see it: H. Brettel and F. Viénot's projections, simplified, in linear light. */
	const EYES = {
		typical: [
			[1, 0, 0],
			[0, 1, 0],
			[0, 0, 1],
		],
		deuteranope: [
			[0.29, 0.71, 0],
			[0.29, 0.71, 0],
			[-0.02, 0.02, 1],
		],
		protanope: [
			[0.11, 0.89, 0],
			[0.11, 0.89, 0],
			[0, 0, 1],
		],
		"no colours": [
			[0.2126, 0.7152, 0.0722],
			[0.2126, 0.7152, 0.0722],
			[0.2126, 0.7152, 0.0722],
		],
	};
	/** @param {number} channel */
	const toLinear = (channel) =>
		channel / 255 <= 0.04045 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4;
	/** @param {number[]} colour @param {number[][]} eyes */
	const lightness = (colour, eyes) => {
		const linear = colour.map(toLinear);
		return grey(eyes.map((row) => row.reduce((sum, weight, i) => sum + weight * linear[i], 0)));
	};

	it.each(Object.keys(EYES))("is told from any picture by its lightness alone: %s", (eyes) => {
		const matrix = EYES[/** @type {keyof typeof EYES} */ (eyes)];
		for (const [name, picture] of Object.entries(PICTURES)) {
			for (const strength of STRENGTHS) {
				const light = lightness(seen(picture, 1, strength), matrix);
				const dark = lightness(seen(picture, 0, strength), matrix);
				expect((light + 0.05) / (dark + 0.05), `${name} at ${strength}`).toBeGreaterThan(1.8);
			}
		}
	});

	it("takes the picture's own colours away, so that all colour is the heat's", () => {
		for (const strength of STRENGTHS) {
			const [r, g, b] = seen(PICTURES.banana, 0, strength);
			expect(Math.max(r, g, b) - Math.min(r, g, b)).toBeLessThan(1);
		}
	});

	it("leaves the picture as it is at no strength", () => {
		expect(dimPicture(0)).toEqual({ brightness: 1, grey: 0 });
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

	it("says where most of the glow is, not where one cell is a little above it", () => {
		const values = new Float32Array(49);
		for (const cell of [0, 1, 7, 8]) values[cell] = 0.95;
		values[24] = 1;
		const heat = { width: 7, height: 7, values, label: "a", against: null };
		expect(findHottestRegion(heat, false)).toBe("topLeft");
		expect(findHottestRegion(heat, true)).toBe("topRight");
		// Much that is warm is not what is hot.
		const warm = Float32Array.from({ length: 49 }, (_, cell) => (cell === 48 ? 1 : cell % 7 > 3 ? 0 : 0.6));
		expect(findHottestRegion({ ...heat, values: warm }, false)).toBe("bottomRight");
	});

	it("says nothing of nothing", () => {
		expect(
			findHottestRegion({ width: 1, height: 1, values: new Float32Array(1), label: "a", against: null }, false),
		).toBeNull();
	});
});

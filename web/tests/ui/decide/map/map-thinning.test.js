// Which examples are pictures, what a lasso holds, and what of the map is seen.

import { describe, expect, it } from "vitest";
import { findInside } from "../../../../src/ui/decide/map/map-geometry.js";
import { choosePictureSize, thinOut } from "../../../../src/ui/decide/map/map-thinning.js";
import { MAX_SCALE, NO_ZOOM, pan, zoomAround, zoomFit } from "../../../../src/ui/decide/map/map-zoom.js";

/** Numbers between 0 and 1 that look random, and are the same each time. @param {number} seed */
const createRandom = (seed) => () => {
	seed = (seed * 16807) % 2147483647;
	return seed / 2147483647;
};

describe("findInside", () => {
	// An L: the square at its upper right is outside.
	const outline = /** @type {[number, number][]} */ ([
		[0, 0],
		[10, 0],
		[10, 10],
		[20, 10],
		[20, 20],
		[0, 20],
	]);

	it("takes what lies in an outline with a bend, and nothing else", () => {
		expect(findInside(Float32Array.of(5, 5, 15, 5, 15, 15, 5, 15, 25, 15, -1, 5), outline)).toEqual([0, 2, 3]);
	});

	it("takes a point that lies as high as a corner once", () => {
		expect(findInside(Float32Array.of(5, 10, -5, 10, 25, 10), outline)).toEqual([0]);
	});

	it("joins the end to the start, and needs three corners", () => {
		const pixels = Float32Array.of(2, 5);
		expect(findInside(pixels, outline.slice(0, 3))).toEqual([]);
		expect(
			findInside(pixels, [
				[0, 0],
				[9, 0],
				[0, 9],
			]),
		).toEqual([0]);
		expect(findInside(pixels, outline.slice(0, 2))).toEqual([]);
		expect(findInside(pixels, [])).toEqual([]);
	});
});

describe("choosePictureSize", () => {
	it("is larger for few examples and a large plot, within its bounds", () => {
		expect(choosePictureSize(10, 600, 400)).toBe(44);
		expect(choosePictureSize(2000, 600, 400)).toBe(28);
		expect(choosePictureSize(0, 600, 400)).toBe(44);
		const between = choosePictureSize(100, 600, 400);
		expect(between).toBeGreaterThan(28);
		expect(between).toBeLessThan(44);
		expect(choosePictureSize(100, 700, 400)).toBeGreaterThan(between);
	});
});

describe("thinOut", () => {
	const plot = { size: 40, width: 600, height: 400 };

	it("keeps the example nearest to the middle of its cell", () => {
		expect(thinOut(Float32Array.of(5, 5, 22, 19, 38, 38), plot)).toEqual([1]);
	});

	it("keeps pictures that stand apart, and leaves out one that a neighbour's covers too much", () => {
		expect(thinOut(Float32Array.of(20, 20, 60, 20), plot)).toEqual([0, 1]);
		expect(thinOut(Float32Array.of(30, 20, 50, 20), plot)).toEqual([0]);
	});

	it("chooses among those that can have a picture, and in sight", () => {
		const pixels = Float32Array.of(20, 20, 25, 25, 900, 20);
		expect(thinOut(pixels, { ...plot, isPossible: (place) => place !== 0 })).toEqual([1]);
	});

	it("never lets two of many hide each other too much", () => {
		const random = createRandom(7);
		const pixels = Float32Array.from({ length: 4000 }, (_, i) => random() * (i % 2 === 0 ? 600 : 400));
		const chosen = thinOut(pixels, plot);
		expect(chosen.length).toBeGreaterThan(60);
		for (const a of chosen) {
			for (const b of chosen) {
				if (a === b) continue;
				const apart = Math.max(
					Math.abs(pixels[2 * a] - pixels[2 * b]),
					Math.abs(pixels[2 * a + 1] - pixels[2 * b + 1]),
				);
				expect(apart).toBeGreaterThanOrEqual(0.7 * plot.size);
			}
		}
	});

	it("stays the same while the map is moved", () => {
		const random = createRandom(3);
		const pixels = Float32Array.from({ length: 200 }, (_, i) => 100 + random() * (i % 2 === 0 ? 400 : 200));
		const moved = pixels.map((value, i) => value + (i % 2 === 0 ? 17 : -9));
		expect(thinOut(moved, { ...plot, origin: [17, -9] })).toEqual(thinOut(pixels, plot));
	});
});

describe("zoom", () => {
	const plot = { width: 600, height: 400 };

	it("leaves the place that it goes around where it is", () => {
		const zoom = zoomAround(NO_ZOOM, 2, { x: 150, y: 300, ...plot });
		expect(zoom).toEqual({ scale: 2, x: -150, y: -300 });
		expect(zoomFit({ scale: 10, left: 150, top: 300 }, zoom)).toEqual({ scale: 20, left: 150, top: 300 });
		expect(zoomAround(zoom, 0.5, { x: 0, y: 0, ...plot })).toEqual(NO_ZOOM);
	});

	it("keeps to its bounds", () => {
		expect(zoomAround(NO_ZOOM, 100, { x: 0, y: 0, ...plot })).toEqual({ scale: MAX_SCALE, x: 0, y: 0 });
		expect(zoomAround(NO_ZOOM, 0.1, { x: 9, y: 9, ...plot })).toEqual(NO_ZOOM);
	});

	it("never shows what is beside the map", () => {
		const zoom = zoomAround(NO_ZOOM, 2, { x: 300, y: 200, ...plot });
		expect(pan(zoom, 1000, 1000, 600, 400)).toEqual({ scale: 2, x: 0, y: 0 });
		expect(pan(zoom, -1000, 10, 600, 400)).toEqual({ scale: 2, x: -600, y: -190 });
		expect(pan(NO_ZOOM, 50, 50, 600, 400)).toEqual(NO_ZOOM);
	});
});

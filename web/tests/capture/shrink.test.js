// Making a picture small, against what Pillow makes of it.

import { expect, test } from "vitest";
import { shrink, triangleTaps } from "../../src/capture/embed-worker/shrink.js";

/** Pillow 12's bilinear filter on the picture below, 11 to 4 points: uint8 (4, 4, 3). */
const BY_PILLOW = [
	108, 50, 36, 144, 127, 86, 109, 118, 108, 133, 139, 62, 133, 108, 86, 122, 140, 125, 134, 136, 122, 133, 145, 93, 141,
	159, 108, 130, 124, 121, 115, 125, 133, 132, 114, 101, 115, 187, 62, 134, 128, 93, 123, 142, 101, 105, 89, 57,
];

/** @param {number} side @param {(x: number, y: number) => number[]} colourAt */
const readerOf = (side, colourAt) => (/** @type {number} */ top, /** @type {number} */ rows) =>
	Uint8ClampedArray.from(
		Array.from({ length: side * rows }, (_, i) => [...colourAt(i % side, top + Math.floor(i / side)), 255]).flat(),
	);

/** @param {Uint8ClampedArray} pixels */
const withoutAlpha = (pixels) => [...pixels].filter((_, i) => i % 4 !== 3);

test("it is what Pillow makes of it", () => {
	const reader = readerOf(11, (x, y) => [(x * 37 + y * 59) % 256, (x * x * 11 + y * 23) % 256, (x * y * 29) % 256]);
	const pixels = withoutAlpha(shrink(reader, 11, 4));
	for (const [i, value] of BY_PILLOW.entries())
		expect(Math.abs(pixels[i] - value), `number ${i}`).toBeLessThanOrEqual(1);
});

test.each([
	[300, 224],
	[500, 16],
	[224, 224],
])("one colour stays, from %i to %i points, in strips and out of them", (side, size) => {
	const pixels = shrink(
		readerOf(side, () => [12, 200, 77]),
		side,
		size,
	);
	expect(pixels).toHaveLength(4 * size * size);
	expect(pixels.every((value, i) => value === [12, 200, 77, 255][i % 4])).toBe(true);
});

test("a fine pattern becomes its mean", () => {
	const chequered = readerOf(400, (x, y) => ((x + y) % 2 === 0 ? [0, 0, 0] : [200, 200, 200]));
	for (const value of withoutAlpha(shrink(chequered, 400, 20))) expect(Math.abs(value - 100)).toBeLessThanOrEqual(2);
});

test("the weights of each point add up to 1, and lie in the line", () => {
	for (const [from, to] of [
		[4, 2],
		[225, 224],
		[4000, 224],
	]) {
		for (const { start, weights } of triangleTaps(from, to)) {
			expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
			expect(start).toBeGreaterThanOrEqual(0);
			expect(start + weights.length).toBeLessThanOrEqual(from);
		}
	}
});

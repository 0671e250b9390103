// Giving a picture another size, against what Pillow makes of it.

import { expect, test } from "vitest";
import { resize, triangleTaps } from "../../src/capture/embed-worker/resize.js";

/** Pillow 12's bilinear filter on the picture below, 11 to 4 points: uint8 (4, 4, 3). */
const BY_PILLOW = [
	108, 50, 36, 144, 127, 86, 109, 118, 108, 133, 139, 62, 133, 108, 86, 122, 140, 125, 134, 136, 122, 133, 145, 93, 141,
	159, 108, 130, 124, 121, 115, 125, 133, 132, 114, 101, 115, 187, 62, 134, 128, 93, 123, 142, 101, 105, 89, 57,
];

/** The same of 4 to 7 points: uint8 (7, 7, 3). */
const ENLARGED_BY_PILLOW = [
	0, 0, 0, 13, 4, 0, 34, 10, 0, 56, 28, 0, 77, 48, 0, 98, 79, 0, 111, 99, 0, 21, 8, 0, 34, 12, 4, 55, 18, 10, 77, 36,
	16, 98, 56, 21, 119, 87, 28, 132, 107, 31, 55, 21, 0, 68, 25, 9, 89, 31, 25, 111, 49, 41, 132, 69, 56, 153, 100, 72,
	166, 120, 81, 89, 35, 0, 102, 39, 16, 123, 45, 41, 145, 63, 66, 166, 83, 90, 187, 114, 115, 200, 134, 131, 122, 48, 0,
	135, 52, 22, 156, 58, 56, 178, 76, 90, 198, 96, 123, 208, 127, 147, 215, 147, 162, 156, 61, 0, 169, 65, 27, 190, 71,
	71, 212, 89, 115, 221, 109, 147, 148, 140, 96, 102, 160, 65, 177, 69, 0, 190, 73, 31, 211, 79, 81, 233, 97, 131, 235,
	117, 162, 110, 148, 65, 32, 168, 5,
];

/** @param {number} side @param {(x: number, y: number) => number[]} colourAt */
const readerOf = (side, colourAt) => (/** @type {number} */ top, /** @type {number} */ rows) =>
	Uint8ClampedArray.from(
		Array.from({ length: side * rows }, (_, i) => [...colourAt(i % side, top + Math.floor(i / side)), 255]).flat(),
	);

/** @param {Uint8ClampedArray} pixels */
const withoutAlpha = (pixels) => [...pixels].filter((_, i) => i % 4 !== 3);

test.each([
	["smaller", 11, 4, BY_PILLOW],
	["larger", 4, 7, ENLARGED_BY_PILLOW],
])("made %s it is what Pillow makes of it", (_, side, size, expected) => {
	const reader = readerOf(side, (x, y) => [(x * 37 + y * 59) % 256, (x * x * 11 + y * 23) % 256, (x * y * 29) % 256]);
	const pixels = withoutAlpha(resize(reader, side, size));
	expect(pixels).toHaveLength(expected.length);
	for (const [i, value] of expected.entries())
		expect(Math.abs(pixels[i] - value), `number ${i}`).toBeLessThanOrEqual(1);
});

test.each([
	[300, 224],
	[500, 16],
	[224, 224],
	[3, 224],
])("one colour stays, from %i to %i points, in strips and out of them", (side, size) => {
	const pixels = resize(
		readerOf(side, () => [12, 200, 77]),
		side,
		size,
	);
	expect(pixels).toHaveLength(4 * size * size);
	expect(pixels.every((value, i) => value === [12, 200, 77, 255][i % 4])).toBe(true);
});

test("a fine pattern becomes its mean", () => {
	const chequered = readerOf(400, (x, y) => ((x + y) % 2 === 0 ? [0, 0, 0] : [200, 200, 200]));
	for (const value of withoutAlpha(resize(chequered, 400, 20))) expect(Math.abs(value - 100)).toBeLessThanOrEqual(2);
});

test("the weights of each point add up to 1, and lie in the line", () => {
	for (const [from, to] of [
		[4, 2],
		[225, 224],
		[4000, 224],
		[3, 224],
	]) {
		for (const { start, weights } of triangleTaps(from, to)) {
			expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
			expect(start).toBeGreaterThanOrEqual(0);
			expect(start + weights.length).toBeLessThanOrEqual(from);
		}
	}
});

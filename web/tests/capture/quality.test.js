// Blur and brightness of a picture.

import { expect, test } from "vitest";
import { measureQuality } from "../../src/capture/embed-worker/quality.js";

const SIDE = 64;

/**
 * @param {(x: number, y: number) => number} grey 0..255
 * @returns {{data: Uint8ClampedArray<ArrayBuffer>, width: number, height: number}}
 */
function draw(grey) {
	const data = new Uint8ClampedArray(SIDE * SIDE * 4);
	for (let i = 0; i < SIDE * SIDE; i += 1) {
		data.fill(grey(i % SIDE, Math.floor(i / SIDE)), i * 4, i * 4 + 3);
		data[i * 4 + 3] = 255;
	}
	return { data, width: SIDE, height: SIDE };
}

/** @param {number} x @param {number} y */
const board = (x, y) => ((Math.floor(x / 8) + Math.floor(y / 8)) % 2 === 0 ? 220 : 40);

/**
 * @param {(x: number, y: number) => number} grey
 * @param {number} reach
 * @param {boolean} [isAcrossOnly] as a camera that is moved sideways
 */
const blurred =
	(grey, reach, isAcrossOnly = false) =>
	(/** @type {number} */ x, /** @type {number} */ y) => {
		let sum = 0;
		let count = 0;
		for (let dx = -reach; dx <= reach; dx += 1) {
			for (let dy = isAcrossOnly ? 0 : -reach; dy <= (isAcrossOnly ? 0 : reach); dy += 1) {
				sum += grey(Math.min(Math.max(x + dx, 0), SIDE - 1), Math.min(Math.max(y + dy, 0), SIDE - 1));
				count += 1;
			}
		}
		return sum / count;
	};

test("sharp edges are sharp, and the more they are blurred the more it says", () => {
	const blurs = [0, 1, 3, 6].map((reach) => measureQuality(draw(blurred(board, reach))).blur);
	expect(blurs[0]).toBeLessThan(0.3);
	expect(blurs).toEqual([...blurs].sort((a, b) => a - b));
	expect(blurs[2]).toBeGreaterThan(0.5);
});

test("a movement to one side is a blur, though the other edges are sharp", () => {
	expect(measureQuality(draw(blurred(board, 3, true))).blur).toBeGreaterThan(0.5);
});

test("how much there is to see, and in what light, changes little", () => {
	const dim = measureQuality(draw((x, y) => board(x, y) / 4)).blur;
	expect(Math.abs(dim - measureQuality(draw(board)).blur)).toBeLessThan(0.05);
});

test("brightness is the mean luma, by the eye's weights", () => {
	expect(measureQuality(draw(() => 30)).brightness).toBeCloseTo(30, 3);
	const green = draw(() => 0);
	for (let i = 1; i < green.data.length; i += 4) green.data[i] = 255;
	expect(measureQuality(green).brightness).toBeCloseTo(149.7, 1);
});

test("one plain colour has no edges that could be sharp", () => {
	expect(measureQuality(draw(() => 128)).blur).toBe(1);
});

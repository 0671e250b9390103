// The neighbours by pixels: the distance against a reference, and why a moved thing is far away.

import { describe, expect, test } from "vitest";
import { COMPARED_PX, findPixelNeighbours, pixelDistance, toColours } from "../../src/explain/pixel-neighbours.js";

/**
 * A white picture with a black line of one column.
 * @param {number|null} column null: no line
 */
function line(column) {
	const rgba = new Uint8ClampedArray(COMPARED_PX * COMPARED_PX * 4).fill(255);
	if (column !== null) {
		for (let row = 0; row < COMPARED_PX; row++)
			rgba.fill(0, (row * COMPARED_PX + column) * 4, (row * COMPARED_PX + column) * 4 + 3);
	}
	return toColours(rgba);
}

describe("pixelDistance", () => {
	test("is the root of the mean square, and 1 from black to white", () => {
		expect(pixelDistance(Float32Array.of(0, 0, 1), Float32Array.of(0, 0.5, 1))).toBeCloseTo(Math.sqrt(0.25 / 3));
		expect(pixelDistance(new Float32Array(9), new Float32Array(9).fill(1))).toBe(1);
		expect(pixelDistance(line(3), line(3))).toBe(0);
	});

	test("finds nothing at all nearer to a line than the line moved by one: the beginning of lesson 4", () => {
		expect(pixelDistance(line(3), line(4))).toBeCloseTo(Math.sqrt(2 / COMPARED_PX));
		expect(pixelDistance(line(3), line(null))).toBeCloseTo(Math.sqrt(1 / COMPARED_PX));
	});
});

test("toColours leaves the opacity out", () => {
	expect(
		[...toColours(Uint8ClampedArray.of(255, 0, 51, 7, 0, 255, 0, 9))].map((value) => Math.round(value * 5)),
	).toEqual([5, 0, 1, 0, 5, 0]);
});

describe("findPixelNeighbours", () => {
	test("gives the nearest first, and no more than asked for", () => {
		const examples = [10, 4, 3].map((column) => ({ id: `${column}`, label: "line", colours: line(column) }));
		const empty = { id: "empty", label: "nothing", colours: line(null) };
		expect(findPixelNeighbours(line(3), [...examples, empty], 2).map(({ id }) => id)).toEqual(["3", "empty"]);
		expect(findPixelNeighbours(line(3), [empty], 3)).toEqual([
			{ id: "empty", label: "nothing", distance: expect.closeTo(Math.sqrt(1 / COMPARED_PX)) },
		]);
		expect(findPixelNeighbours(line(3), [], 3)).toEqual([]);
	});
});

// The crop box stays a square within the picture.

import { expect, test } from "vitest";
import { FIRST_CROP, move, resize } from "../../../src/ui/hands/crop-geometry.js";

test("it moves as far as the picture goes", () => {
	expect(move(FIRST_CROP, 0.125, -0.125)).toEqual({ left: 0.375, top: 0.125, side: 0.5 });
	expect(move(FIRST_CROP, 9, -9)).toEqual({ left: 0.5, top: 0, side: 0.5 });
});

test("it is sized about its middle, from a quarter of the picture to all of it", () => {
	expect(resize(FIRST_CROP, 0.375)).toEqual({ left: 0.3125, top: 0.3125, side: 0.375 });
	expect(resize(FIRST_CROP, 0)).toEqual({ left: 0.375, top: 0.375, side: 0.25 });
	expect(resize({ left: 0.5, top: 0, side: 0.5 }, 5)).toEqual({ left: 0, top: 0, side: 1 });
	// At an edge it gives way.
	expect(resize({ left: 0.75, top: 0.25, side: 0.25 }, 0.5)).toEqual({ left: 0.5, top: 0.125, side: 0.5 });
});

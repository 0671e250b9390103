// What a picture's headers say. tests/exchange/test_picture_shape.py reads the same pictures.

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { pictureShape } from "../../src/exchange/picture-shape.js";

/** @type {Record<string, {base64: string, isWhole: boolean, width: number, height: number}>} */
const SHAPES = JSON.parse(
	readFileSync(new URL("../../../tests/exchange/picture-shapes.json", import.meta.url), "utf-8"),
);

it.each(Object.entries(SHAPES))("pictureShape reads %s", (_, { base64, isWhole, width, height }) => {
	const bytes = new Uint8Array(Buffer.from(base64, "base64"));
	expect(pictureShape(bytes)).toEqual({ isWhole, width, height, pixels: width * height });
});

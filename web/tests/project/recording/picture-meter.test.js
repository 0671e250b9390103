// What the picture meter takes a picture for.

import { expect, test } from "vitest";
import { PictureMeter } from "../../../src/project/recording/picture-meter.js";

/** @param {number} degrees */
const at = (degrees) => Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180));
const SHARP = { blur: 0.4, brightness: 120 };

test("a picture like one of the last is a near-copy, whatever its length; one that is turned is good", () => {
	const meter = new PictureMeter(0.025);
	const kinds = [0, 5, 30, 1, 60].map((degrees, i) =>
		meter.judge({ embedding: at(degrees).map((value) => value * (i + 1)), quality: SHARP }),
	);
	expect(kinds).toEqual(["good", "copies", "good", "copies", "good"]);
	expect(meter.counts).toEqual({ good: 3, copies: 2, blurred: 0, dark: 0 });
});

test("a slow turn is no row of near-copies: each is compared with those that were kept as good", () => {
	const meter = new PictureMeter(0.025);
	for (let degrees = 0; degrees <= 60; degrees += 4) meter.judge({ embedding: at(degrees), quality: SHARP });
	// 1 - cos 13° is just above the distance: every fourth is new.
	expect(meter.counts).toEqual({ good: 4, copies: 12, blurred: 0, dark: 0 });
});

test("dark is said before blurred, and neither is compared", () => {
	const meter = new PictureMeter(0.025);
	expect(meter.judge({ embedding: at(0), quality: { blur: 0.95, brightness: 10 } })).toBe("dark");
	expect(meter.judge({ embedding: at(0), quality: { blur: 0.95, brightness: 90 } })).toBe("blurred");
	expect(meter.judge({ embedding: at(0), quality: SHARP })).toBe("good");
	expect(meter.judge({ embedding: at(0), quality: null })).toBe("copies");
});

test("pictures that cannot be compared are not called copies", () => {
	const meter = new PictureMeter(0.025);
	for (let i = 0; i < 2; i += 1) meter.judge({ embedding: new Float32Array(2), quality: null });
	expect(meter.counts.good).toBe(2);
});

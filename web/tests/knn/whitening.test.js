// The backbone's whitening: a second opinion on how near an embedding is, while there is little evidence. The golden cases and the
// twins' property tests hold it to the reference; this is what only the page does.

import { expect, test } from "vitest";
import { firstLimit } from "../../src/evaluation/limit.js";
import { KNN } from "../../src/knn/knn.js";
import { isWhitening, partsOf, whitenedDistance } from "../../src/knn/whitening.js";

/** @param {number[]} numbers @param {number} step */
const packed = (numbers, step) => ({ step, values: btoa(String.fromCharCode(...numbers.map((each) => each & 255))) });

const mean = packed([100, 0, 0], 0.01);
const axes = packed([], 1);
const alike = [Float32Array.of(10, 1, 0), Float32Array.of(10, 0, 1)];

test("what most share is taken away", () => {
	expect(distanceBy({ ratio: 1, mean, axes })).toBeCloseTo(1, 1);
});

test("a first limit has the whitening of the model's manifest, and its own ratio", () => {
	const limit = firstLimit({ dimension: 3, unknown: { distance: 0.5, whitening: { distance: 0.6, mean, axes } } });
	expect(limit).toEqual({ distance: 0.5, exponent: 0, adapted: null, whitening: { ratio: 1.2, mean, axes } });
	const knn = new KNN();
	knn.addExample(alike[0], "cat");
	const cosine = knn.classify(alike[1]).novelty;
	const { unknownDistance, isUnknown } = knn.classify(alike[1], { unknownDistance: limit });
	expect(unknownDistance).toBeCloseTo((0.5 * 1.2 * 0.05) / distanceBy(limit.whitening), 9);
	expect([cosine < 0.05, isUnknown]).toEqual([true, false]);
});

test.each([
	null,
	7,
	{},
	{ distance: 0.6, mean },
	{ distance: 0.6, mean, axes: packed([1, 2], 1) },
	{ distance: 0.6, mean: packed([], 1), axes },
	{ distance: 0.6, mean: { step: 0.01, values: "?" }, axes },
	{ distance: 0.6, mean: { step: 2, values: "AAAA" }, axes },
	{ distance: 0.6, mean, axes: null },
	{ distance: "0.6", mean, axes },
	{ distance: [0.6], mean, axes },
	{ distance: true, mean, axes },
	{ distance: 0.6, mean, axes: packed(new Array(195).fill(1), 0.01) },
	{ distance: 60, mean, axes },
])("a model whose whitening is %j has none", (whitening) => {
	expect(firstLimit({ dimension: 3, unknown: { distance: 0.5, whitening } })).toMatchObject({
		distance: 0.5,
		whitening: null,
	});
});

test("a model without a valid prior has no whitening either: its ratio is to that prior", () => {
	const whitening = { distance: 0.6, mean, axes };
	expect(firstLimit({ dimension: 3, unknown: { distance: 7, whitening } }).whitening).toBeNull();
	expect(firstLimit({ dimension: 4, unknown: { distance: 0.5, whitening } }).whitening).toBeNull();
	expect(isWhitening({ ratio: 1, mean, axes })).toBe(true);
});

test("another dimension is refused", () => {
	expect(() => partsOf({ ratio: 1, mean, axes }, Float32Array.of(1, 2), 5 ** 0.5)).toThrow(
		expect.objectContaining({ code: "dimension" }),
	);
});

/**
 * @param {import("../../src/state/result.js").Whitening | null | undefined} whitening
 */
function distanceBy(whitening) {
	if (!whitening) throw new Error("There is none.");
	const norm = 101 ** 0.5;
	const [a, b] = alike.map((each) => partsOf(whitening, each, norm));
	return whitenedDistance(whitening, 1 - 100 / 101, a, b);
}

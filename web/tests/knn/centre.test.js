// The backbone's centre: a second opinion on how near an embedding is, while there is little evidence. The golden cases and the
// twins' property tests hold it to the reference; this is what only the page does.

import { expect, test } from "vitest";
import { firstLimit } from "../../src/evaluation/limit.js";
import { centredDistance, isCentre, shareOf } from "../../src/knn/centre.js";
import { KNN } from "../../src/knn/knn.js";

/** @param {number[]} numbers */
const packed = (numbers) => btoa(String.fromCharCode(...numbers.map((each) => each & 255)));

const numbers = { step: 0.01, values: packed([99, 0, 0]) };
const alike = [Float32Array.of(10, 1, 0), Float32Array.of(10, 0, 1)];

test("what most share is taken away", () => {
	expect(distanceFrom({ ratio: 1, ...numbers })).toBeCloseTo(1, 1);
});

test("a first limit has the centre of the model's manifest, and its own ratio", () => {
	const limit = firstLimit({ dimension: 3, unknown: { distance: 0.5, centre: { distance: 0.6, ...numbers } } });
	expect(limit).toEqual({ distance: 0.5, exponent: 0, adapted: null, centre: { ratio: 1.2, ...numbers } });
	const knn = new KNN();
	knn.addExample(alike[0], "cat");
	const { unknownDistance, isUnknown, novelty } = knn.classify(alike[1], { unknownDistance: limit });
	expect(unknownDistance).toBeCloseTo((0.5 * 1.2 * 0.05) / distanceFrom(limit.centre), 9);
	expect([novelty < 0.05, isUnknown]).toEqual([true, false]);
});

test.each([
	null,
	7,
	{},
	{ distance: 0.6, step: 0.01 },
	{ distance: 0.6, step: 0.01, values: "" },
	{ distance: 0.6, step: 0.01, values: "?" },
	{ distance: 0.6, step: 2, values: "AAAA" },
	{ distance: "0.6", ...numbers },
	{ distance: [0.6], ...numbers },
	{ distance: true, ...numbers },
	{ distance: 60, ...numbers },
])("a model whose centre is %j has none", (centre) => {
	expect(firstLimit({ dimension: 3, unknown: { distance: 0.5, centre } })).toMatchObject({
		distance: 0.5,
		centre: null,
	});
});

test("a model without a valid prior has no centre either: its ratio is to that prior; nor has one of another dimension", () => {
	const centre = { distance: 0.6, ...numbers };
	expect(firstLimit({ dimension: 3, unknown: { distance: 7, centre } }).centre).toBeNull();
	expect(firstLimit({ dimension: 4, unknown: { distance: 0.5, centre } }).centre).toBeNull();
	expect(isCentre({ ratio: 1, ...numbers })).toBe(true);
});

test("another dimension is refused", () => {
	const share = () => shareOf({ ratio: 1, ...numbers }, Float32Array.of(1, 2), 5 ** 0.5);
	expect(share).toThrow(expect.objectContaining({ code: "dimension" }));
});

/** @param {import("../../src/state/result.js").Centre | null | undefined} centre */
function distanceFrom(centre) {
	if (!centre) throw new Error("There is none.");
	const [a, b] = alike.map((each) => shareOf(centre, each, 101 ** 0.5));
	return centredDistance(centre, 1 - 100 / 101, a, b);
}

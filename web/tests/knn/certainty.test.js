// Three answers: the rule by itself, and what the classifier makes of it.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CERTAINTIES, NOVELTY_FLOOR, SURE_SHARE, TIE } from "../../src/contract/constants.js";
import { ContractError } from "../../src/contract/errors.js";
import { certaintyOf, isBeyond, judge, unknownDistanceOf, unknownShareOf } from "../../src/knn/certainty.js";
import { KNN } from "../../src/knn/knn.js";

const anyDistance = fc.oneof(
	fc.double({ min: 0, max: 2, noNaN: true }),
	fc.constantFrom(0, Number.MIN_VALUE, 1e-300, 1e-12, TIE, 0.5, 2),
);
const anyShare = fc.double({ min: 0, max: 1, noNaN: true });
const anyAdapted = fc.record({
	distance: fc.double({ min: 0, max: 2, noNaN: true }),
	typical: fc.double({ min: NOVELTY_FLOOR, max: 2, noNaN: true }),
});
const anyExponent = fc.double({ min: 0, max: 1, noNaN: true });

describe("the share of something else", () => {
	test("is 1/2 at the limit, more beyond it and less within", () => {
		fc.assert(
			fc.property(anyDistance, anyDistance, (novelty, limit) => {
				const share = unknownShareOf(novelty, limit);
				expect(share).toBeGreaterThanOrEqual(0);
				expect(share).toBeLessThanOrEqual(1);
				if (limit === 0) expect(share).toBe(novelty > TIE ? 1 : 0);
				else if (novelty === limit) expect(share).toBe(0.5);
				else if (novelty > limit) expect(share).toBeGreaterThanOrEqual(0.5);
				else expect(share).toBeLessThanOrEqual(0.5);
				if (Math.abs(novelty - limit) > 2 * TIE) expect(isBeyond(novelty, limit)).toBe(share > 0.5);
			}),
		);
	});

	test("grows with the novelty, and shrinks with the limit", () => {
		fc.assert(
			fc.property(anyDistance, anyDistance, anyDistance, (one, other, fixed) => {
				const [near, far] = [Math.min(one, other), Math.max(one, other)];
				expect(unknownShareOf(near, fixed)).toBeLessThanOrEqual(unknownShareOf(far, fixed));
				// At a limit of 0 the share of a novelty within TIE is 0.
				if (near > 0 || fixed > TIE)
					expect(unknownShareOf(fixed, near)).toBeGreaterThanOrEqual(unknownShareOf(fixed, far));
			}),
		);
	});

	test.each([
		[0.3, 0.6, 1 / 65],
		[0.6, 0.3, 64 / 65],
		[0, 0.6, 0],
		[0, 0, 0],
		[TIE / 2, 0, 0],
		[1, 0, 1],
		[1, Number.MIN_VALUE, 1],
		[0.6, null, 0],
	])("novelty %s, limit %s: %s", (novelty, limit, expected) => {
		expect(unknownShareOf(novelty, limit)).toBeCloseTo(expected, 12);
	});
});

describe("an embedding's own limit", () => {
	const limit = { distance: 0.6, exponent: 0.5, adapted: { distance: 0.5, typical: 0.4 } };
	/** As near as the nearest is a second recording. @param {number} distance */
	const nearness = (distance) => ({ novelty: 0.3, second: 0.3, distance });

	test.each([
		["a number is itself, by any metric", 0.3, "adapted", 0.1, 0.3],
		["null stays null", null, "adapted", 0.1, null],
		["a limit is its distance by the cosine", limit, "cosine", 0.1, 0.6],
		["and by another metric", limit, "manhattan", 70, 0.6],
		["without adapted it is its distance", { ...limit, adapted: null }, "adapted", 0.1, 0.6],
		["at the typical distance it is that of adapted", limit, "adapted", 0.4, 0.5],
		["nearer it is larger", limit, "adapted", 0.1, 1],
		["farther it is smaller", limit, "adapted", 1.6, 0.25],
		["it is 2 at most", { ...limit, exponent: 1, adapted: { distance: 1.5, typical: 0.4 } }, "adapted", 0.2, 2],
	])("%s", (_, given, metric, distance, expected) => {
		const actual = unknownDistanceOf(given, metric, nearness(distance));
		if (expected === null) expect(actual).toBeNull();
		else expect(actual).toBeCloseTo(expected, 12);
	});

	test("a distance below the floor counts as the floor", () => {
		const low = { ...limit, adapted: { distance: 0.1, typical: 4 * NOVELTY_FLOOR } };
		for (const distance of [0, NOVELTY_FLOOR / 2, NOVELTY_FLOOR]) {
			expect(unknownDistanceOf(low, "adapted", nearness(distance))).toBeCloseTo(0.2, 12);
		}
		expect(unknownDistanceOf(low, "adapted", nearness(4 * NOVELTY_FLOOR))).toBeCloseTo(0.1, 12);
	});

	test("it never grows with the distance, and stays within 0 and 2", () => {
		fc.assert(
			fc.property(anyAdapted, anyExponent, anyDistance, anyDistance, (adapted, exponent, one, other) => {
				const of = (/** @type {number} */ distance) =>
					Number(unknownDistanceOf({ distance: 1, exponent, adapted }, "adapted", nearness(distance)));
				expect(of(Math.min(one, other))).toBeGreaterThanOrEqual(of(Math.max(one, other)));
				expect(of(one)).toBeGreaterThanOrEqual(0);
				expect(of(one)).toBeLessThanOrEqual(2);
			}),
		);
	});

	test("it is smaller where only one recording is near", () => {
		const alone = { novelty: 0.2, second: 0.8, distance: 0.4 };
		expect(unknownDistanceOf(limit, "cosine", alone)).toBeCloseTo(0.3, 12);
		expect(unknownDistanceOf(limit, "adapted", alone)).toBeCloseTo(0.25, 12);
		expect(unknownDistanceOf(0.3, "cosine", alone)).toBe(0.3);
		const copy = { ...alone, novelty: 0, second: NOVELTY_FLOOR / 2 };
		expect(unknownDistanceOf(limit, "cosine", copy)).toBe(0.6);
	});
});

describe("the three answers", () => {
	test.each([
		[1, 0, false, "sure"],
		[SURE_SHARE, 0, false, "sure"],
		[SURE_SHARE - TIE / 2, 0, false, "sure"],
		[SURE_SHARE - 2 * TIE, 0, false, "notSure"],
		[1, 1 - SURE_SHARE, false, "sure"],
		[1, 0.31, false, "notSure"],
		[2 / 3, 0, false, "notSure"],
		[1, 0.5, false, "notSure"],
		[1, 0.9, true, "unknown"],
		[1, 0, true, "unknown"],
	])("share %s, something else %s, unknown %s: %s", (share, unknownShare, isUnknown, expected) => {
		expect(certaintyOf(share, unknownShare, isUnknown)).toBe(expected);
	});

	test("the shares shown add up to 1, and the answer never gets surer with more novelty", () => {
		fc.assert(
			fc.property(
				fc.array(anyShare, { minLength: 1 }),
				anyDistance,
				anyDistance,
				anyDistance,
				(raw, one, other, at) => {
					const total = raw.reduce((sum, share) => sum + share, 0);
					fc.pre(total > 1e-6);
					const shares = raw.map((share) => share / total);
					const judgements = [Math.min(one, other), Math.max(one, other)].map((novelty) =>
						judge(Math.max(...shares), novelty, at),
					);
					for (const { unknownShare, isUnknown, certainty } of judgements) {
						const shown = [...shares.map((share) => share * (1 - unknownShare)), unknownShare];
						expect(shown.reduce((sum, share) => sum + share)).toBeCloseTo(1, 9);
						expect(certainty === "unknown").toBe(isUnknown);
					}
					const [nearer, farther] = judgements.map(({ certainty }) => CERTAINTIES.indexOf(certainty));
					expect(nearer).toBeLessThanOrEqual(farther);
				},
			),
		);
	});
});

describe("the classifier's limit", () => {
	const limit = { distance: 0.25, exponent: 0.5, adapted: { distance: 0.3, typical: 0.2 } };
	const query = Float32Array.of(1, 0.6, 0.4);

	/** @param {number[][]} embeddings of two classes in turn */
	function createClassifier(embeddings) {
		const knn = new KNN();
		for (const [i, numbers] of embeddings.entries()) {
			// One recording: no second one changes the limit.
			knn.addExample(Float32Array.from(numbers), "ab"[i % 2], { group: "only" });
		}
		return knn;
	}

	test.each([
		[
			"which is fitted",
			[
				[1, 0, 0.1],
				[0, 1, 0.3],
				[1, 0.2, 0],
				[0.2, 1, 0],
				[1, 0, 0.4],
				[0, 1, 0],
			],
		],
		[
			"for which the cosine stands in",
			[
				[1, 0, 0.1],
				[0, 1, 0.3],
			],
		],
	])("follows the distance in the adapted metric, %s", (_, embeddings) => {
		const knn = createClassifier(embeddings);
		const result = knn.classify(query, { k: 1, metric: "adapted", unknownDistance: limit });
		const expected = Math.min(2, 0.3 * Math.sqrt(0.2 / Math.max(result.distance, NOVELTY_FLOOR)));
		expect(result.unknownDistance).toBeCloseTo(expected, 12);
		expect(result).toMatchObject(judge(1, result.novelty, expected));
		for (const metric of ["cosine", "euclidean", "manhattan"]) {
			expect(knn.classify(query, { k: 1, metric, unknownDistance: limit }).unknownDistance).toBe(0.25);
		}
	});

	test("the second recording follows every change", () => {
		const knn = new KNN();
		/** @type {[string, string | undefined, number[]][]} */
		const examples = [
			["a", "1", [1, 0]],
			["b", "1", [1, 0.1]],
			["c", undefined, [0, 1]],
			["d", "2", [1, 1]],
		];
		for (const [id, group, numbers] of examples) knn.addExample(Float32Array.from(numbers), "cat", { id, group });
		const unknownDistance = { distance: 1, exponent: 1, adapted: null };
		const second = () =>
			NOVELTY_FLOOR / Number(knn.classify(Float32Array.of(1, 0), { unknownDistance }).unknownDistance);
		expect(second()).toBeCloseTo(1 - Math.SQRT1_2, 6);
		knn.removeExample("d");
		expect(second()).toBeCloseTo(1, 6);
		knn.removeExample("c");
		expect(second(), "there is no other recording").toBeCloseTo(NOVELTY_FLOOR, 6);
		knn.addExample(Float32Array.of(0, 2), "dog", { group: "2" });
		expect(second()).toBeCloseTo(1, 6);
	});

	test("the winner's share decides, whatever its class is called", () => {
		const knn = new KNN();
		for (const label of ["__proto__", "__proto__", "constructor"]) knn.addExample(query, label);
		expect(knn.classify(query, { k: 1 }).certainty).toBe("sure");
		expect(knn.classify(query, { k: 3 })).toMatchObject({
			label: "__proto__",
			unknownDistance: null,
			unknownShare: 0,
			isUnknown: false,
			certainty: "notSure",
		});
	});

	const adapted = { distance: 0.5, typical: 0.4 };
	test.each([
		-0.1,
		2.1,
		Number.NaN,
		Number.POSITIVE_INFINITY,
		"0.5",
		"auto",
		true,
		[],
		[0.5],
		{},
		{ exponent: 0.5, adapted: null },
		{ distance: 0.5, exponent: 0.5 },
		{ distance: 0.5, adapted: null },
		{ distance: 0.5, exponent: -0.1, adapted: null },
		{ distance: 0.5, exponent: 1.1, adapted },
		{ distance: 0.5, exponent: "1", adapted },
		{ distance: null, exponent: 0.5, adapted: null },
		{ distance: "0.5", exponent: 0.5, adapted: null },
		{ distance: -0.1, exponent: 0.5, adapted: null },
		{ distance: 2.1, exponent: 0.5, adapted: null },
		{ distance: Number.NaN, exponent: 0.5, adapted },
		{ distance: 0.5, exponent: 0.5, adapted: 0.5 },
		{ distance: 0.5, exponent: 0.5, adapted: true },
		{ distance: 0.5, exponent: 0.5, adapted: {} },
		{ distance: 0.5, exponent: 0.5, adapted: { ...adapted, distance: -1 } },
		{ distance: 0.5, exponent: 0.5, adapted: { ...adapted, distance: 2.1 } },
		{ distance: 0.5, exponent: 0.5, adapted: { ...adapted, distance: Number.POSITIVE_INFINITY } },
		{ distance: 0.5, exponent: 0.5, adapted: { ...adapted, distance: null } },
		{ distance: 0.5, exponent: 0.5, adapted: { ...adapted, typical: 0 } },
		{ distance: 0.5, exponent: 0.5, adapted: { ...adapted, typical: -1 } },
		{ distance: 0.5, exponent: 0.5, adapted: { ...adapted, typical: 2.1 } },
		{ distance: 0.5, exponent: 0.5, adapted: { ...adapted, typical: Number.NaN } },
	])("%j is refused as a limit", (unknownDistance) => {
		const knn = createClassifier([[1, 0, 0]]);
		const classify = () => knn.classify(query, { unknownDistance: /** @type {any} */ (unknownDistance) });
		expect(classify).toThrow(ContractError);
		expect(classify).toThrow(expect.objectContaining({ code: "badUnknownDistance" }));
	});

	test.each([
		0,
		2,
		{ distance: 0, exponent: 0, adapted: null },
		{ distance: 2, exponent: 0.5, adapted },
		{ distance: 0.5, exponent: 0.5, adapted, recordings: 4, quantile: 0.95, same: [], other: [] },
		{ distance: 0.5, exponent: 0, adapted: { ...adapted, more: 1 } },
		{ distance: 0.5, exponent: 1, adapted: { distance: 2, typical: 1e-9 } },
	])("%j is accepted as a limit", (unknownDistance) => {
		createClassifier([[1, 0, 0]]).classify(query, { unknownDistance });
	});
});

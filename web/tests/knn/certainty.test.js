// Three answers: the rule by itself, and what the classifier makes of it.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CERTAINTIES, NOVELTY_FLOOR, SECOND_RECORDING_WEIGHT, SURE_SHARE, TIE } from "../../src/contract/constants.js";
import { ContractError } from "../../src/contract/errors.js";
import { certaintyOf, isBeyond, judge, unknownDistanceOf, unknownShareOf } from "../../src/knn/certainty.js";
import { createGenerator } from "../../src/knn/draws.js";
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
	/** @type {(novelty: number, second: number, distance?: number) => import("../../src/state/result.js").Nearness} */
	const near = (novelty, second, distance = 0.4) => ({ novelty, second, distance });
	// The second recording is four times as far, and the exponent is 1/2.
	const FARTHER = 0.25 ** (SECOND_RECORDING_WEIGHT / 2);

	test.each([
		["a number is itself, by any metric", 0.3, "adapted", near(0.1, 0.4, 0.1), 0.3],
		["null stays null", null, "adapted", near(0.1, 0.4, 0.1), null],
		["a limit is its distance where a second recording is as near", limit, "cosine", near(0.2, 0.2, 0.1), 0.6],
		["and smaller where it is farther", limit, "cosine", near(0.1, 0.4, 0.1), 0.6 * FARTHER],
		["the same by another metric", limit, "manhattan", near(0.1, 0.4, 70), 0.6 * FARTHER],
		["and without adapted", { ...limit, adapted: null }, "adapted", near(0.1, 0.4, 0.1), 0.6 * FARTHER],
		["with the exponent 0 nothing counts", { ...limit, exponent: 0 }, "adapted", near(0.1, 0.4, 0.1), 0.5],
		["at the typical distance it is that of adapted", limit, "adapted", near(0.2, 0.2, 0.4), 0.5],
		["nearer it is larger", limit, "adapted", near(0.2, 0.2, 0.1), 1],
		["farther it is smaller", limit, "adapted", near(0.2, 0.2, 1.6), 0.25],
		["both count", limit, "adapted", near(0.1, 0.4, 1.6), 0.25 * FARTHER],
		[
			"it is 2 at most",
			{ ...limit, exponent: 1, adapted: { distance: 1.5, typical: 0.4 } },
			"adapted",
			near(1, 1, 0.2),
			2,
		],
		["all below the floor count as the floor", limit, "cosine", near(0, NOVELTY_FLOOR / 2), 0.6],
		["and one of them", limit, "cosine", near(0, 4 * NOVELTY_FLOOR), 0.6 * FARTHER],
		[
			"the adapted distance too",
			{ ...limit, adapted: { distance: 0.1, typical: 4 * NOVELTY_FLOOR } },
			"adapted",
			near(1, 1, 0),
			0.2,
		],
	])("%s", (_, given, metric, nearness, expected) => {
		const actual = unknownDistanceOf(given, metric, nearness);
		if (expected === null) expect(actual).toBeNull();
		else expect(actual).toBeCloseTo(expected, 12);
	});

	test("it never grows with the second recording's or the adapted distance, and stays within 0 and 2", () => {
		const anyLimit = fc.record({ distance: anyDistance, exponent: anyShare, adapted: anyAdapted });
		fc.assert(
			fc.property(
				anyLimit,
				anyDistance,
				fc.tuple(anyDistance, anyDistance),
				fc.tuple(anyDistance, anyDistance),
				(given, novelty, seconds, distances) => {
					const of = (/** @type {number} */ second, /** @type {number} */ distance) =>
						Number(unknownDistanceOf(given, "adapted", near(novelty, second, distance)));
					const nearest = of(Math.min(...seconds), Math.min(...distances));
					expect(nearest).toBeGreaterThanOrEqual(of(Math.max(...seconds), Math.max(...distances)));
					expect(nearest).toBeGreaterThanOrEqual(0);
					expect(nearest).toBeLessThanOrEqual(2);
				},
			),
		);
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
		for (const [i, numbers] of embeddings.entries()) knn.addExample(Float32Array.from(numbers), "ab"[i % 2]);
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
		// Each example is a recording by itself.
		const [first, second] = knn
			.classify(query, { k: 2 })
			.neighbours.map((each) => Math.max(each.distance, NOVELTY_FLOOR));
		const ratio = (first / second) ** SECOND_RECORDING_WEIGHT;
		const expected = Math.min(2, 0.3 * Math.sqrt((ratio * 0.2) / Math.max(result.distance, NOVELTY_FLOOR)));
		expect(result.unknownDistance).toBeCloseTo(expected, 9);
		expect(result.certainty).toBe(judge(1, result.novelty, expected).certainty);
		for (const metric of ["cosine", "euclidean", "manhattan"]) {
			const other = knn.classify(query, { k: 1, metric, unknownDistance: limit });
			expect(other.unknownDistance).toBeCloseTo(0.25 * Math.sqrt(ratio), 9);
		}
	});

	// Beyond 64 examples a SIMD product answers.
	test.each([8, 300])("the second recording is the nearest of all but the nearest one's, among %i examples", (n) => {
		const random = createGenerator(n);
		const knn = new KNN();
		for (let i = 0; i < n; i++) {
			const embedding = Float32Array.from({ length: 40 }, () => random(100) - 40);
			knn.addExample(embedding, "ab"[i % 2], { id: `i${i}`, group: i % 4 ? `g${i >> 3}` : null });
		}
		const groups = new Map(knn.outline().map(({ id, group }) => [id, group ?? id]));
		for (let i = 0; i < 20; i++) {
			const embedding = Float32Array.from({ length: 40 }, () => random(100) - 40);
			const { neighbours } = knn.classify(embedding, { k: n });
			const elsewhere = neighbours.find(({ id }) => groups.get(id) !== groups.get(neighbours[0].id));
			const unknownDistance = { distance: 1, exponent: 1, adapted: null };
			const actual = knn.classify(embedding, { metric: "manhattan", unknownDistance }).unknownDistance;
			expect(actual).toBeCloseTo((neighbours[0].distance / Number(elsewhere?.distance)) ** SECOND_RECORDING_WEIGHT, 9);
		}
	});

	test("with one recording only, the second is the first", () => {
		const knn = new KNN();
		for (let i = 0; i < 3; i++) knn.addExample(Float32Array.of(1, i, 0), "a", { group: "g" });
		const unknownDistance = { distance: 0.4, exponent: 1, adapted: null };
		expect(knn.classify(query, { unknownDistance }).unknownDistance).toBe(0.4);
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
		{ adapted: null },
		{ distance: 0.5 },
		{ distance: 0.5, exponent: 0.5 },
		{ distance: 0.5, adapted: null },
		{ distance: 0.5, exponent: -0.1, adapted: null },
		{ distance: 0.5, exponent: 1.1, adapted: null },
		{ distance: 0.5, exponent: "1", adapted },
		{ distance: 0.5, exponent: Number.NaN, adapted },
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
		{ distance: 2, exponent: 1, adapted },
		{ distance: 0.5, exponent: 0.5, adapted, recordings: 4, quantile: 0.95, same: [], other: [] },
		{ distance: 0.5, exponent: 0.5, adapted: { ...adapted, more: 1 } },
		{ distance: 0.5, exponent: 1, adapted: { distance: 2, typical: 1e-9 } },
	])("%j is accepted as a limit", (unknownDistance) => {
		createClassifier([[1, 0, 0]]).classify(query, { unknownDistance });
	});
});

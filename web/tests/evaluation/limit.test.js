// The limit of "I don't know": evidence against the prior.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
	NOVELTY_FLOOR,
	SECOND_RECORDING_WEIGHT,
	TYPICAL_FLOOR,
	UNKNOWN_EVIDENCE_FLOOR,
	UNKNOWN_PERCENT,
	UNKNOWN_PRIOR,
	UNKNOWN_PRIOR_DECLINE,
	UNKNOWN_PRIOR_RECORDINGS,
} from "../../src/contract/constants.js";
import { Evaluation } from "../../src/evaluation/evaluation.js";
import { findLimit, priorOf } from "../../src/evaluation/limit.js";
import { createGenerator } from "../../src/knn/draws.js";
import { KNN } from "../../src/knn/knn.js";
import { isLimit } from "../../src/knn/options.js";
import { LABELS, measureAll, update } from "../support/evaluations.js";

const QUESTION = { k: 3, metric: /** @type {const} */ ("auto"), weights: /** @type {const} */ ("uniform") };

/** @param {number[]} numbers */
const floats = (...numbers) => Float64Array.from(numbers);

/** One example in each recording. @param {number} count @param {number} [value] */
const even = (count, value = 1) => new Float64Array(count).fill(value);

/**
 * The limit, where a second recording is as near as the first, and each class has one.
 * @param {Float64Array} weights
 * @param {Float64Array} first
 * @param {number} prior
 * @param {Partial<Parameters<typeof findLimit>[0]>} [more]
 */
const limitOf = (weights, first, prior, more) =>
	findLimit({ weights, first, second: first, adapted: null, recordingsPerClass: 1, ...more }, prior);

describe("evidence against the prior", () => {
	test("without evidence it is the prior", () => {
		expect(limitOf(floats(), floats(), 0.5)).toEqual({ distance: 0.5, exponent: 0, adapted: null, recordings: 0 });
	});

	test("as many recordings as the prior weighs count as much as the prior", () => {
		const count = UNKNOWN_PRIOR_RECORDINGS;
		const actual = limitOf(even(count), even(count, 0.5), 0.8);
		expect(actual.distance).toBeCloseTo(Math.sqrt(0.5 * 0.8), 12);
		expect(actual.recordings).toBe(count);
	});

	test("of few recordings all are kept, of many the percentage", () => {
		const q = (/** @type {number} */ count) => {
			const novelties = Float64Array.from({ length: count }, (_, i) => (count - i) / (count + 1));
			const { distance } = limitOf(even(count), novelties, 1);
			// The share of the evidence is undone.
			return distance ** ((count + UNKNOWN_PRIOR_RECORDINGS) / count) * (count + 1);
		};
		for (const count of [2, 5, 18, 19]) expect(q(count)).toBeCloseTo(count, 6);
		for (const count of [20, 39, 59, 100]) {
			expect(q(count)).toBeCloseTo(Math.ceil((UNKNOWN_PERCENT / 100) * (count + 1) - 1e-9), 6);
		}
	});

	test("a recording counts once, however many examples it has", () => {
		const few = Float64Array.from({ length: 40 }, (_, i) => 0.3 + i / 100);
		const many = floats(...few.slice(0, 39), ...even(50, few[39]));
		const weights = floats(...even(39), ...even(50, 1 / 50));
		expect(limitOf(weights, many, 0.6)).toEqual(limitOf(even(40), few, 0.6));
	});

	test("near-copies count as the floor", () => {
		const [copies, floor] = [0, NOVELTY_FLOOR].map((novelty) =>
			limitOf(even(30), even(30, novelty), 0.6, { adapted: even(30, novelty) }),
		);
		expect(copies).toEqual(floor);
		expect(floor.adapted?.typical).toBe(TYPICAL_FLOOR);
	});

	test("recordings that are near-copies of each other count as a share of the prior", () => {
		const count = UNKNOWN_PRIOR_RECORDINGS;
		const { distance, adapted } = limitOf(even(count), even(count, 0.1), 0.6, { adapted: even(count, 0.1) });
		expect(distance).toBeCloseTo(0.6 * Math.sqrt(UNKNOWN_EVIDENCE_FLOOR), 12);
		expect(adapted?.distance).toBeCloseTo(distance, 12);
	});

	test("where all adapted distances are the same, they change nothing", () => {
		const novelties = Float64Array.from({ length: 30 }, (_, i) => 0.4 + i / 100);
		const { distance, exponent, adapted } = limitOf(even(30), novelties, 0.6, { adapted: even(30, 0.6) });
		expect(adapted?.distance).toBeCloseTo(distance, 12);
		expect([adapted?.typical, exponent]).toEqual([0.6, 30 / (30 + UNKNOWN_PRIOR_RECORDINGS)]);
	});

	test("typical is the distance that half the weight reaches", () => {
		const adapted = floats(0.2, 0.3, 0.5, 0.9);
		expect(limitOf(floats(0.5, 0.5, 1, 1), even(4, 0.3), 0.6, { adapted }).adapted?.typical).toBe(0.5);
	});

	test("the second recording counts its share of what the evidence does", () => {
		const count = UNKNOWN_PRIOR_RECORDINGS;
		const { distance } = limitOf(even(count), even(count, 0.5), 0.8, { second: even(count, 2) });
		expect(distance).toBeCloseTo(Math.sqrt(0.5 * 4 ** (SECOND_RECORDING_WEIGHT / 2) * 0.8), 12);
		const alone = limitOf(even(count), even(count, 0.5), 0.8, { second: even(count, Number.POSITIVE_INFINITY) });
		expect(alone.distance).toBeCloseTo(Math.sqrt(0.5 * 0.8), 12);
	});

	test("the prior declines with the recordings of a class", () => {
		const count = UNKNOWN_PRIOR_RECORDINGS;
		const [one, many] = [1, 10].map((recordingsPerClass) =>
			limitOf(even(count), even(count, 0.2), 0.8, { recordingsPerClass }),
		);
		expect(many.distance / one.distance).toBeCloseTo(10 ** (-UNKNOWN_PRIOR_DECLINE / 2), 12);
	});
});

describe("an evaluation's limit", () => {
	/**
	 * Examples of three classes, most of them near-copies from recording to recording, a few like nothing else.
	 * @param {number} count
	 */
	function makeExamples(count) {
		const random = createGenerator(8);
		return Array.from({ length: count }, (_, i) => {
			const embedding = Float32Array.from({ length: 24 }, (_, j) => (j === i % 3 ? 40 : 30) + random(100) / 100);
			if (i === 0) embedding.fill(-40);
			return { id: `i${i}`, label: LABELS[i % 3], group: `g${i}`, embedding };
		});
	}

	test("is one that the classifier accepts, even where adapted distances differ greatly", () => {
		const examples = makeExamples(18);
		const unknown = measureAll(examples, LABELS, new Evaluation({ prior: 1.9 })).evaluate(QUESTION)?.unknown;
		expect(unknown?.adapted?.distance).toBe(2);
		const knn = new KNN();
		for (const { embedding, label } of examples) knn.addExample(embedding, label);
		for (const metric of ["cosine", "adapted"]) {
			const { unknownDistance } = knn.classify(examples[1].embedding, { metric, unknownDistance: unknown });
			expect(unknownDistance).toBeGreaterThan(0);
			expect(unknownDistance).toBeLessThanOrEqual(2);
		}
	});

	test("is valid whatever the evidence and the prior are", () => {
		const anyDistances = fc.array(fc.tuple(fc.double({ min: 0, max: 2, noNaN: true }), fc.constantFrom(0, 0.1, 1, 2)));
		fc.assert(
			fc.property(anyDistances, fc.double({ min: 1e-6, max: 1.999, noNaN: true }), (pairs, prior) => {
				const first = Float64Array.from(pairs, ([novelty]) => novelty);
				const adapted = Float64Array.from(pairs, ([, each]) => each);
				expect(isLimit(limitOf(even(pairs.length), first, prior, { adapted }))).toBe(true);
			}),
		);
	});

	test("follows the prior without a new measurement", () => {
		const examples = makeExamples(30);
		const evaluation = measureAll(examples, LABELS, new Evaluation({ prior: 0.9 }));
		const before = evaluation.evaluate(QUESTION)?.unknown;
		expect(before).not.toEqual(measureAll(examples, LABELS).evaluate(QUESTION)?.unknown);
		evaluation.prior = UNKNOWN_PRIOR;
		expect(evaluation.evaluate(QUESTION)?.unknown).toEqual(measureAll(examples, LABELS).evaluate(QUESTION)?.unknown);
	});

	test("has nothing for the adapted metric until that is measured", () => {
		const examples = makeExamples(30);
		const evaluation = update(examples, LABELS);
		const first = evaluation.evaluate(QUESTION);
		expect(first?.auto).toMatchObject({ metric: "cosine", adapted: null });
		expect(first).toMatchObject({ metric: "cosine", unknown: { exponent: 30 / 50, adapted: null, recordings: 30 } });
		const measured = measureAll(examples, LABELS, evaluation).evaluate(QUESTION);
		expect(measured?.unknown).toMatchObject({ ...first?.unknown, adapted: { typical: expect.any(Number) } });
	});
});

test.each([
	[{ unknown: { distance: 0.4 } }, 0.4],
	[{ unknown: { distance: 1.99, more: 1 } }, 1.99],
	[{ unknown: { distance: 0 } }, UNKNOWN_PRIOR],
	[{ unknown: { distance: 2 } }, UNKNOWN_PRIOR],
	[{ unknown: { distance: -1 } }, UNKNOWN_PRIOR],
	[{ unknown: { distance: Number.NaN } }, UNKNOWN_PRIOR],
	[{ unknown: { distance: "0.4" } }, UNKNOWN_PRIOR],
	[{ unknown: { distance: null } }, UNKNOWN_PRIOR],
	[{ unknown: {} }, UNKNOWN_PRIOR],
	[{ unknown: null }, UNKNOWN_PRIOR],
	[{ unknown: 0.4 }, UNKNOWN_PRIOR],
	[{}, UNKNOWN_PRIOR],
	[null, UNKNOWN_PRIOR],
	[undefined, UNKNOWN_PRIOR],
])("a manifest %j has the prior %s", (manifest, expected) => {
	expect(priorOf(/** @type {any} */ (manifest))).toBe(expected);
});

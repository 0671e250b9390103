// What the figures are in special cases.

import { expect, test } from "vitest";
import { MAX_TESTED, METRICS, MIN_SHARE, UNKNOWN_BINS, UNKNOWN_PRIOR } from "../../src/contract/constants.js";
import { chooseAutomatic } from "../../src/evaluation/scores.js";
import { createGenerator } from "../../src/knn/draws.js";
import { drawAndEvaluate, evaluateAll, finish, measureAll, update } from "../support/evaluations.js";

/** @typedef {import("../../src/knn/examples.js").Example} Example */

const QUESTION = { k: 3, metric: /** @type {const} */ ("auto"), weights: /** @type {const} */ ("uniform") };
/** @type {(id: string, label: string, numbers: number[], group?: string | null) => Example} */
const createExample = (id, label, numbers, group = null) => ({
	id,
	label,
	group,
	embedding: Float32Array.from(numbers),
});

test("there is no evaluation of fewer than two examples", () => {
	expect(measureAll([], []).evaluate(QUESTION)).toBeNull();
	expect(measureAll([], ["a"]).evaluate(QUESTION)).toBeNull();
	expect(measureAll([createExample("1", "a", [1, 2])], ["a"]).evaluate(QUESTION)).toBeNull();
});

test("two examples of two classes are each taken for the other", () => {
	const actual = evaluateAll([createExample("1", "a", [1, 0]), createExample("2", "b", [0, 1])], ["a", "b"], QUESTION);
	expect(actual).toMatchObject({
		count: 2,
		tested: 2,
		metric: "adapted",
		flattered: ["a", "b"],
		accuracy: 0,
		balancedAccuracy: 0,
		crossEntropy: -Math.log(MIN_SHARE),
		confusion: [
			[[], ["1"]],
			[["2"], []],
		],
		auto: { metric: "adapted", cosine: 0, adapted: 0 },
		learningCurve: { examples: [], mean: [], low: [], high: [] },
		split: null,
	});
	expect(actual?.unknown).toMatchObject({ distance: UNKNOWN_PRIOR, adapted: null, recordings: 0 });
	expect(actual?.unknown.other[UNKNOWN_BINS - 1]).toBe(2);
});

test("answers of a single class are always right, and an empty class has neither precision nor recall", () => {
	const examples = [1, 2, 3].map((i) => createExample(`${i}`, "a", [1, i], "g"));
	const actual = measureAll(examples, ["empty", "a"]).evaluate(QUESTION);
	expect(actual?.classes).toEqual([
		{ label: "empty", count: 0, precision: null, recall: null },
		{ label: "a", count: 3, precision: 1, recall: 1 },
	]);
	expect(actual?.flattered).toEqual(["a"]);
	expect(actual?.unknown).toMatchObject({ distance: UNKNOWN_PRIOR, same: new Array(UNKNOWN_BINS).fill(0) });
});

test("if nothing varies within the classes, the adapted metric is the cosine", () => {
	// The scales differ, so that the units differ by rounding.
	const examples = Array.from({ length: 24 }, (_, i) =>
		createExample(
			`${i}`,
			i % 2 ? "a" : "b",
			i % 2 ? [0.1 * (i + 1), 0.3 * (i + 1), 0] : [0, 0.7 * (i + 1), 0.2 * (i + 1)],
		),
	);
	const adaptedQuestion = { ...QUESTION, metric: /** @type {const} */ ("adapted") };
	const actual = evaluateAll(examples, ["a", "b"], adaptedQuestion);
	const cosine = evaluateAll(examples, ["a", "b"], { ...QUESTION, metric: "cosine" });
	expect(actual?.byMetric.adapted).toEqual(actual?.byMetric.cosine);
	expect(actual?.learningCurve).toEqual(cosine?.learningCurve);
});

test("the whole recording is left out if its class has several, else only the example itself", () => {
	const examples = [
		...[0, 1, 2].map((i) => createExample(`a${i}`, "a", [1, i / 100], "one")),
		...[0, 1, 2].map((i) => createExample(`b${i}`, "b", [i / 100, 1], i ? "two" : "three")),
		createExample("swapped", "b", [1, 0.005], "one"),
	];
	const actual = measureAll(examples, ["a", "b"]).evaluate({ ...QUESTION, k: 1, metric: "cosine" });
	// The swapped example is in one recording with all that look like it: they are left out with it.
	expect(actual?.confusion).toEqual([
		[["a2"], ["a0", "a1"]],
		[[], ["b0", "b1", "b2", "swapped"]],
	]);
});

test("a metric that is not measured yet is absent, and the cosine stands in for it", () => {
	const examples = [1, 2, 3, 4].map((i) => createExample(`${i}`, i % 2 ? "a" : "b", [1, i]));
	const evaluation = update(examples, ["a", "b"]);
	const actual = evaluation.evaluate({ ...QUESTION, metric: "manhattan" });
	expect(actual?.metric).toBe("cosine");
	expect(Object.keys(actual?.byMetric ?? {})).toEqual(["cosine", "euclidean"]);
	expect(actual?.auto.adapted).toBeNull();
	finish(evaluation.measure("manhattan"));
	expect(evaluation.evaluate({ ...QUESTION, metric: "manhattan" })?.metric).toBe("manhattan");
});

test("renaming a class needs no new measurement; another order of classes does", () => {
	const examples = [1, 2, 3, 4].map((i) => createExample(`${i}`, i % 2 ? "a" : "b", [1, i]));
	const evaluation = measureAll(examples, ["a", "b"]);
	const renamed = examples.map((example) => ({ ...example, label: example.label === "a" ? "c" : "b" }));
	expect(Object.keys(update(renamed, ["c", "b"], evaluation).evaluate(QUESTION)?.byMetric ?? {})).toEqual(METRICS);
	const reordered = update(renamed, ["b", "c"], evaluation).evaluate(QUESTION);
	expect(Object.keys(reordered?.byMetric ?? {})).toEqual(["cosine", "euclidean"]);
});

test("of too many examples some are tested, spread over each class, and another dimension starts anew", () => {
	const random = createGenerator(3);
	const count = MAX_TESTED + 500;
	const examples = Array.from({ length: count }, (_, i) =>
		createExample(`i${i}`, i % 5 ? "a" : "b", [random(100) + 1, random(100), i % 5]),
	);
	const evaluation = update(examples, ["a", "b"]);
	const actual = evaluation.evaluate(QUESTION);
	expect(actual).toMatchObject({ count, classes: [{ count: (4 * count) / 5 }, { count: count / 5 }] });
	expect(actual?.tested).toBeLessThanOrEqual(MAX_TESTED);
	expect(actual?.tested).toBeGreaterThan(MAX_TESTED - 10);
	update([], [], evaluation);
	const other = [1, 2, 3, 4].map((i) => createExample(`${i}`, i % 2 ? "a" : "b", [1, i]));
	expect(drawAndEvaluate(measureAll(other, ["a", "b"], evaluation), QUESTION)).toEqual(
		evaluateAll(other, ["a", "b"], QUESTION),
	);
}, 60_000);

test.each([
	[0.5, 0.9, 16, "adapted"],
	[0.5, 0.5, 16, "adapted"],
	// Two standard errors of 8 right ones of 16 are 4 of 16.
	[12 / 16, 8 / 16, 16, "adapted"],
	[13 / 16, 8 / 16, 16, "cosine"],
	[9 / 16, 8 / 16, 16, "adapted"],
	[9000 / 16_000, 8000 / 16_000, 16_000, "cosine"],
	// Nothing right, or all of it, has no standard error.
	[1 / 16, 0, 16, "cosine"],
	[1, 1, 16, "adapted"],
])("cosine %s, adapted %s, of %s: automatic is %s", (cosine, adapted, tested, expected) => {
	expect(chooseAutomatic(cosine, adapted, tested)).toBe(expected);
});

// What is advised: little, the most important first, steadily, and not again once dismissed.

import { describe, expect, test } from "vitest";
import { advise } from "../../src/advice/advice-selector.js";
import { addNearest, createEvaluation, createInput, drawEmbeddings } from "../support/advice-input.js";

/** @param {import("../../src/state/state.js").Advice[]} advice */
const summarize = (advice) => advice.map(({ key, labels }) => [key, ...labels].join(" "));

/** Two classes; some examples of the first are taken for the second, and nothing else is to be advised. @param {number} mistakes */
const createMistakes = (mistakes) => {
	const input = createInput([
		{ label: "cup", count: 40 },
		{ label: "mug", count: 40 },
	]);
	return { ...input, evaluation: createEvaluation(input, { cup: { mug: mistakes } }) };
};

describe("advice", () => {
	test("is none without classes, or with an empty one", () => {
		expect(advise(createInput([]))).toEqual([]);
		expect(advise(createInput([{ label: "a", count: 0 }]))).toEqual([]);
	});

	test("is at most two, of different kinds, the most important first", () => {
		const input = addNearest(
			createInput([
				{ label: "cup", count: 20 },
				{ label: "mug", count: 20 },
				{ label: "pen", count: 3 },
				{ label: "cap", count: 2 },
			]),
			drawEmbeddings([0, 3, 5, 7], [0.04, 0.04, 1, 1]),
		);
		const evaluation = createEvaluation(input, { cup: { mug: 10 } });
		expect(summarize(advise({ ...input, evaluation }))).toEqual(["few cap", "overlap cup mug"]);
		const enough = input.classes.slice(0, 2);
		expect(summarize(advise({ ...input, classes: enough, evaluation }))).toEqual(["overlap cup mug", "copies cup"]);
		expect(Object.keys(advise({ ...input, evaluation })[0])).toEqual(["key", "labels", "ids", "count"]);
	});

	test("about swapped labels replaces advice about the mistakes that they cause", () => {
		const input = addNearest(
			createInput([
				{ label: "a", count: 20, group: (row) => (row < 10 ? "wrong button" : null) },
				{ label: "b", count: 20 },
			]),
			drawEmbeddings([0, 3], [0.6, 0.6], (row) => (row < 10 ? 3 : 0)),
		);
		const evaluation = createEvaluation(input, { a: { b: 10 } });
		expect(summarize(advise({ ...input, evaluation }))).toEqual(["swapped a b"]);
	});

	test("about overlapping classes replaces advice about labels that only seem swapped in them", () => {
		// One thing under two names: by chance, one example is among five of the other class.
		const input = addNearest(
			createInput([
				{ label: "a", count: 60 },
				{ label: "b", count: 60 },
			]),
			drawEmbeddings([0, 0], [0.6, 0.6]),
		);
		expect(summarize(advise(input))[0]).toMatch(/^swapped/);
		const evaluation = createEvaluation(input, { a: { b: 30 }, b: { a: 30 } });
		expect(summarize(advise({ ...input, evaluation }))).toEqual(["overlap a b"]);
	});
});

describe("steadiness", () => {
	test("advice stays until it is well below its threshold", () => {
		expect(summarize(advise(createMistakes(15)))).toEqual([]);
		const shown = advise(createMistakes(16));
		expect(summarize(shown)).toEqual(["overlap cup mug"]);
		expect(summarize(advise(createMistakes(13), { shown }))).toEqual(["overlap cup mug"]);
		expect(summarize(advise(createMistakes(12), { shown }))).toEqual([]);
	});

	test("of two findings that are about equal, the one that is shown stays", () => {
		/** @param {number} pen @param {number} cap */
		const counts = (pen, cap) =>
			createInput([
				{ label: "pen", count: pen },
				{ label: "cap", count: cap },
				{ label: "mug", count: 100 },
				{ label: "cup", count: 100 },
			]);
		const shown = advise(counts(20, 21));
		expect(summarize(shown)).toEqual(["few pen"]);
		expect(summarize(advise(counts(22, 21), { shown }))).toEqual(["few pen"]);
		expect(summarize(advise(counts(22, 21)))).toEqual(["few cap"]);
		expect(summarize(advise(counts(27, 21), { shown }))).toEqual(["few cap"]);
	});
});

describe("dismissed advice", () => {
	const dismissed = [{ key: /** @type {const} */ ("overlap"), labels: ["cup", "mug"], count: 16 }];

	test("stays away until it concerns twice as many examples", () => {
		expect(summarize(advise(createMistakes(16), { dismissed }))).toEqual([]);
		expect(summarize(advise(createMistakes(31), { dismissed }))).toEqual([]);
		expect(summarize(advise(createMistakes(32), { dismissed }))).toEqual(["overlap cup mug"]);
	});

	test("is dismissed for these classes and this kind only", () => {
		const other = [{ ...dismissed[0], labels: ["cup", "hat"] }];
		expect(summarize(advise(createMistakes(16), { dismissed: other }))).toEqual(["overlap cup mug"]);
		const otherKind = [{ ...dismissed[0], key: /** @type {const} */ ("swapped") }];
		expect(summarize(advise(createMistakes(16), { dismissed: otherKind }))).toEqual(["overlap cup mug"]);
	});

	test("is replaced by the next of its kind", () => {
		const input = createInput([
			{ label: "pen", count: 3 },
			{ label: "cap", count: 2 },
		]);
		expect(summarize(advise(input, { dismissed: [{ key: "few", labels: ["cap"], count: 2 }] }))).toEqual(["few pen"]);
	});
});

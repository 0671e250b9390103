// What is advised: little, the most important first, steadily, and not again once dismissed.

import { describe, expect, test } from "vitest";
import { advise } from "../../src/advice/advice-selector.js";
import { addNearest, addSuspicions, createInput, createMistakes, drawEmbeddings } from "../support/advice-input.js";

/** @param {import("../../src/state/state.js").Advice[]} advice */
const summarize = (advice) => advice.map(({ key, labels }) => [key, ...labels].join(" "));

/** Two classes; some examples are taken for the other class, and nothing else is to be advised. @param {number} mistakes */
const withMistakes = (mistakes) => {
	const input = createInput([
		{ label: "cup", count: 40 },
		{ label: "mug", count: 40 },
	]);
	const half = Math.floor(mistakes / 2);
	return addSuspicions(input, createMistakes({ cup: { mug: mistakes - half }, mug: { cup: half } }));
};

describe("advice", () => {
	test("is none without classes, or with an empty one", () => {
		expect(advise(createInput([]))).toEqual([]);
		expect(advise(createInput([{ label: "a", count: 0 }]))).toEqual([]);
	});

	test("is at most two, of different kinds, the most important first", () => {
		const measured = addNearest(
			createInput([
				{ label: "cup", count: 20 },
				{ label: "mug", count: 20 },
				{ label: "pen", count: 3 },
				{ label: "cap", count: 2 },
			]),
			drawEmbeddings([0, 3, 5, 7], [0.04, 0.04, 1, 1]),
		);
		// As if most of the cups were taken for mugs.
		const { nearest } = addSuspicions(measured, createMistakes({ cup: { mug: 18 } }));
		const { suspicions, rivals, compared } = /** @type {import("../../src/evaluation/nearest.js").Nearest} */ (nearest);
		const input = { ...measured, nearest: measured.nearest && { ...measured.nearest, suspicions, rivals, compared } };
		expect(summarize(advise(input))).toEqual(["few cap", "overlap cup mug"]);
		const enough = input.classes.slice(0, 2);
		expect(summarize(advise({ ...input, classes: enough }))).toEqual(["overlap cup mug", "copies cup"]);
		expect(Object.keys(advise(input)[0])).toEqual(["key", "labels", "ids", "count"]);
	});

	test("about copies stays with its class while an example that was moved, or moved back, is not measured again", () => {
		const input = addNearest(
			createInput([
				{ label: "cup", count: 20 },
				{ label: "mug", count: 20 },
			]),
			drawEmbeddings([0, 3], [0.04, 0.04]),
		);
		const shown = advise(input).filter(({ key }) => key === "copies");
		const [label] = shown[0].labels;
		const [to, from] = label === "cup" ? input.classes : [...input.classes].reverse();
		const moved = [
			{ ...to, examples: [...to.examples, from.examples[0]] },
			{ ...from, examples: from.examples.slice(1) },
		];
		const now = { ...input, classes: moved };
		expect(advise(now, { shown }).flatMap(({ key, labels }) => (key === "copies" ? labels : []))).toEqual([label]);
		// It does not begin by what is not known.
		expect(advise(now).flatMap(({ key, labels }) => (key === "copies" ? labels : []))).not.toContain(label);
	});

	test("of one class with far more than the others is not repeated for each of the others, unless it has too few", () => {
		/** @param {number[]} counts */
		const kinds = (...counts) =>
			summarize(advise(createInput(counts.map((count, i) => ({ label: "abcd"[i], count })))));
		expect(kinds(40, 10)).toEqual(["imbalance a"]);
		expect(kinds(40, 40, 10)).toEqual(["few c"]);
		expect(kinds(40, 4)).toEqual(["few b"]);
		expect(kinds(40, 10, 10, 4)).toEqual(["few d", "imbalance a"]);
		expect(kinds(20, 10)).toEqual([]);
	});

	test("about labels is swapped or overlap for two classes, not both", () => {
		const input = createInput([
			{ label: "a", count: 20 },
			{ label: "b", count: 20 },
		]);
		const mistakes = createMistakes({ a: { b: 16 } });
		expect(summarize(advise(addSuspicions(input, mistakes)))).toEqual(["overlap a b"]);
		// By chance, some of those that can't be told apart look clear.
		for (const id of ["a0", "a1", "a2"]) mistakes[id] = ["b", 3];
		expect(summarize(advise(addSuspicions(input, mistakes)))).toEqual(["overlap a b"]);
		// If most do, the labels are wrong, and the classes can be told apart.
		for (const id of Object.keys(mistakes)) mistakes[id] = ["b", 3];
		expect(summarize(advise(addSuspicions(input, mistakes)))).toEqual(["swapped a b"]);
	});
});

describe("steadiness", () => {
	test("advice stays until it is well below its threshold", () => {
		expect(summarize(advise(withMistakes(24)))).toEqual([]);
		const shown = advise(withMistakes(25));
		expect(summarize(shown)).toEqual(["overlap cup mug"]);
		expect(summarize(advise(withMistakes(20), { shown }))).toEqual(["overlap cup mug"]);
		expect(summarize(advise(withMistakes(19), { shown }))).toEqual([]);
	});

	test("of two findings that are about equal, the one that is shown stays", () => {
		/** @param {number} pen @param {number} cap */
		const counts = (pen, cap) =>
			createInput([
				{ label: "pen", count: pen },
				{ label: "cap", count: cap },
				...["mug", "cup", "hat"].map((label) => ({ label, count: 20 })),
			]);
		const shown = advise(counts(101, 100));
		expect(summarize(shown)).toEqual(["imbalance pen"]);
		expect(summarize(advise(counts(101, 103), { shown }))).toEqual(["imbalance pen"]);
		expect(summarize(advise(counts(101, 103)))).toEqual(["imbalance cap"]);
		expect(summarize(advise(counts(101, 130), { shown }))).toEqual(["imbalance cap"]);
	});
});

describe("dismissed advice", () => {
	const dismissed = [{ key: /** @type {const} */ ("overlap"), labels: ["cup", "mug"], count: 25 }];

	test("stays away until it concerns twice as many examples", () => {
		expect(summarize(advise(withMistakes(25), { dismissed }))).toEqual([]);
		expect(summarize(advise(withMistakes(49), { dismissed }))).toEqual([]);
		expect(summarize(advise(withMistakes(50), { dismissed }))).toEqual(["overlap cup mug"]);
	});

	test("is dismissed for these classes and this kind only", () => {
		const other = [{ ...dismissed[0], labels: ["cup", "hat"] }];
		expect(summarize(advise(withMistakes(25), { dismissed: other }))).toEqual(["overlap cup mug"]);
		const otherKind = [{ ...dismissed[0], key: /** @type {const} */ ("swapped") }];
		expect(summarize(advise(withMistakes(25), { dismissed: otherKind }))).toEqual(["overlap cup mug"]);
	});

	test("is replaced by the next of its kind", () => {
		const input = createInput([
			{ label: "pen", count: 3 },
			{ label: "cap", count: 2 },
		]);
		expect(summarize(advise(input, { dismissed: [{ key: "few", labels: ["cap"], count: 2 }] }))).toEqual(["few pen"]);
	});
});

// What the coach says of what it finds: little, the most important first, steadily, and not again once put away.

import { describe, expect, test } from "vitest";
import { advise } from "../../src/advice/advice-selector.js";
import { evaluated, measured, normals, taughtOf } from "../support/taught.js";

/** @param {import("../../src/state/state.js").Advice[]} advice */
const said = (advice) => advice.map(({ key, labels }) => [key, ...labels].join(" "));

/** Two classes of which this many of the first were taken for the second; nothing else to say. @param {number} mistakes */
const mixedUp = (mistakes) => {
	const taught = taughtOf([
		{ label: "cup", count: 40 },
		{ label: "mug", count: 40 },
	]);
	return { ...taught, evaluation: evaluated(taught, { cup: { mug: mistakes } }) };
};

describe("advice", () => {
	test("is none of a class that is empty, nor before there is any", () => {
		expect(advise(taughtOf([]))).toEqual([]);
		expect(advise(taughtOf([{ label: "a", count: 0 }]))).toEqual([]);
	});

	test("is two at the most, of different kinds, the most important first", () => {
		const taught = measured(
			taughtOf([
				{ label: "cup", count: 20 },
				{ label: "mug", count: 20 },
				{ label: "pen", count: 3 },
				{ label: "cap", count: 2 },
			]),
			normals([0, 3, 5, 7], [0.04, 0.04, 1, 1]),
		);
		const evaluation = evaluated(taught, { cup: { mug: 10 } });
		expect(said(advise({ ...taught, evaluation }))).toEqual(["few cap", "overlap cup mug"]);
		const enough = taught.classes.slice(0, 2);
		expect(said(advise({ ...taught, classes: enough, evaluation }))).toEqual(["overlap cup mug", "copies cup"]);
		expect(Object.keys(advise({ ...taught, evaluation })[0])).toEqual(["key", "labels", "ids", "count"]);
	});

	test("on labels that look swapped stands for the mistakes that they make", () => {
		const taught = measured(
			taughtOf([
				{ label: "a", count: 20, group: (row) => (row < 10 ? "wrong button" : null) },
				{ label: "b", count: 20 },
			]),
			normals([0, 3], [0.6, 0.6], (row) => (row < 10 ? 3 : 0)),
		);
		const evaluation = evaluated(taught, { a: { b: 10 } });
		expect(said(advise({ ...taught, evaluation }))).toEqual(["swapped a b"]);
	});

	test("on classes that overlap stands for the labels that only seem swapped in them", () => {
		// One thing under two names: by chance, one of them lies among five of the other's.
		const taught = measured(
			taughtOf([
				{ label: "a", count: 60 },
				{ label: "b", count: 60 },
			]),
			normals([0, 0], [0.6, 0.6]),
		);
		expect(said(advise(taught))[0]).toMatch(/^swapped/);
		const evaluation = evaluated(taught, { a: { b: 30 }, b: { a: 30 } });
		expect(said(advise({ ...taught, evaluation }))).toEqual(["overlap a b"]);
	});
});

describe("steadiness", () => {
	test("what is said is said until it is well below its threshold", () => {
		expect(said(advise(mixedUp(15)))).toEqual([]);
		const shown = advise(mixedUp(16));
		expect(said(shown)).toEqual(["overlap cup mug"]);
		expect(said(advise(mixedUp(13), { shown }))).toEqual(["overlap cup mug"]);
		expect(said(advise(mixedUp(12), { shown }))).toEqual([]);
	});

	test("of two that are about equal, the one that is said stays", () => {
		/** @param {number} pen @param {number} cap */
		const counts = (pen, cap) =>
			taughtOf([
				{ label: "pen", count: pen },
				{ label: "cap", count: cap },
				{ label: "mug", count: 100 },
				{ label: "cup", count: 100 },
			]);
		const shown = advise(counts(20, 21));
		expect(said(shown)).toEqual(["few pen"]);
		expect(said(advise(counts(22, 21), { shown }))).toEqual(["few pen"]);
		expect(said(advise(counts(22, 21)))).toEqual(["few cap"]);
		expect(said(advise(counts(27, 21), { shown }))).toEqual(["few cap"]);
	});
});

describe("what was put away", () => {
	const dismissed = [{ key: /** @type {const} */ ("overlap"), labels: ["cup", "mug"], count: 16 }];

	test("stays away until it is about twice as many examples", () => {
		expect(said(advise(mixedUp(16), { dismissed }))).toEqual([]);
		expect(said(advise(mixedUp(31), { dismissed }))).toEqual([]);
		expect(said(advise(mixedUp(32), { dismissed }))).toEqual(["overlap cup mug"]);
	});

	test("is about these classes only", () => {
		const other = [{ ...dismissed[0], labels: ["cup", "hat"] }];
		expect(said(advise(mixedUp(16), { dismissed: other }))).toEqual(["overlap cup mug"]);
		const kind = [{ ...dismissed[0], key: /** @type {const} */ ("swapped") }];
		expect(said(advise(mixedUp(16), { dismissed: kind }))).toEqual(["overlap cup mug"]);
	});

	test("gives its place to the next of its kind", () => {
		const taught = taughtOf([
			{ label: "pen", count: 3 },
			{ label: "cap", count: 2 },
		]);
		expect(said(advise(taught, { dismissed: [{ key: "few", labels: ["cap"], count: 2 }] }))).toEqual(["few pen"]);
	});
});

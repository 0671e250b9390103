// Each rule of the advice: where it finds something, and where it does not.

import { describe, expect, test } from "vitest";
import { findBackground, findCopies, findFew, findImbalance } from "../../src/advice/advice-rules.js";
import { commonBackground, SIDE, sampleIds } from "../../src/advice/backgrounds.js";
import { addNearest, createInput, drawEmbeddings } from "../support/advice-input.js";

/** @param {import("../../src/advice/advice-rules.js").Finding[]} findings */
const strongLabels = (findings) =>
	findings.filter(({ strength }) => strength >= 1).map(({ labels }) => labels.join("/"));

describe("few", () => {
	/** @param {Record<string, number>} counts */
	const findLabels = (counts) =>
		strongLabels(
			findFew({
				...createInput(Object.entries(counts).map(([label, count]) => ({ label, count }))),
			}),
		);

	test("is a class with fewer than five examples, whatever the others have", () => {
		expect(findLabels({ a: 4 })).toEqual(["a"]);
		expect(findLabels({ a: 5 })).toEqual([]);
		expect(findLabels({ a: 4, b: 4, c: 0 })).toEqual(["a", "b"]);
	});

	test("is a class with fewer than half of the median class's", () => {
		expect(findLabels({ a: 19, b: 40, c: 60 })).toEqual(["a"]);
		expect(findLabels({ a: 20, b: 40, c: 60 })).toEqual([]);
		// An even number of classes: the median is 30.
		expect(findLabels({ a: 14, b: 20, c: 40, d: 60 })).toEqual(["a"]);
		expect(findLabels({ a: 15, b: 20, c: 40, d: 60 })).toEqual([]);
	});
});

describe("imbalance", () => {
	/**
	 * @param {Record<string, number>} counts
	 * @param {Record<string, number>} [recordings] how many each class has; all others are uploads
	 */
	const findLabels = (counts, recordings = {}) => {
		const classes = Object.entries(counts).map(([label, count]) => ({
			label,
			count,
			group: (/** @type {number} */ row) => (label in recordings ? `${label} ${row % recordings[label]}` : null),
		}));
		return strongLabels(findImbalance(createInput(classes)));
	};

	test("is a class with three times as many examples as the median of the others", () => {
		expect(findLabels({ a: 30, b: 10 })).toEqual(["a"]);
		expect(findLabels({ a: 29, b: 10 })).toEqual([]);
		expect(findLabels({ a: 60, b: 10, c: 20, d: 50 })).toEqual(["a"]);
		expect(findLabels({ a: 59, b: 10, c: 20, d: 50 })).toEqual([]);
		expect(findLabels({ a: 100, b: 100, c: 10, d: 10, e: 10 })).toEqual(["a", "b"]);
	});

	test("is no matter as long as the others have too few, and needs another class", () => {
		expect(findLabels({ a: 40, b: 4 })).toEqual([]);
		expect(findLabels({ a: 40, b: 5 })).toEqual(["a"]);
		expect(findLabels({ a: 40, b: 5, c: 4 })).toEqual([]);
		expect(findLabels({ a: 500 })).toEqual([]);
		expect(findLabels({ a: 500, b: 0 })).toEqual([]);
	});

	test("counts recordings too: many short ones against a long one", () => {
		expect(findLabels({ a: 40, b: 40 }, { a: 6, b: 1 })).toEqual(["a"]);
		expect(findLabels({ a: 40, b: 40 }, { a: 5, b: 1 })).toEqual([]);
		expect(findLabels({ a: 40, b: 40 }, { a: 9, b: 3 })).toEqual(["a"]);
		expect(findLabels({ a: 40, b: 40 }, { a: 8, b: 3 })).toEqual([]);
		// Photos are recordings by themselves.
		expect(findLabels({ a: 6, b: 6 }, { b: 1 })).toEqual(["a"]);
	});

	test("lists the class's examples", () => {
		const [finding] = findImbalance(
			createInput([
				{ label: "a", count: 40 },
				{ label: "b", count: 5 },
			]),
		);
		expect(finding).toMatchObject({ key: "imbalance", labels: ["a"], count: 40 });
		expect(finding.ids).toHaveLength(40);
	});
});

describe("copies", () => {
	/**
	 * @param {number} spread 0.1 is like a steady camera, 0.25 like one in the hand, 0.7 like different photos
	 * @param {number} [count]
	 */
	const findings = (spread, count = 20) => {
		const input = createInput([
			{ label: "pose", count },
			{ label: "rest", count: 20 },
		]);
		return findCopies(addNearest(input, drawEmbeddings([0, 3], [spread, 1])));
	};

	test.each([
		[0.04, ["pose"]],
		[0.2, ["pose"]],
		// All examples are near their mean, but none is near another: different photos of one plain thing.
		[0.35, []],
		[0.5, []],
		[1, []],
	])("a class that varies by %s: %j", (spread, labels) => {
		expect(strongLabels(findings(spread))).toEqual(labels);
	});

	test("need eight examples, and list them all", () => {
		expect(findings(0.04, 7).map(({ labels }) => labels[0])).toEqual(["rest"]);
		const [pose] = findings(0.04, 8);
		expect(pose).toMatchObject({ key: "copies", labels: ["pose"], count: 8 });
		expect(pose.ids).toHaveLength(8);
	});

	test("are listed with the most similar first", () => {
		const input = addNearest(createInput([{ label: "pose", count: 8 }]), drawEmbeddings([0], [0.1]));
		const [{ ids }] = findCopies(input);
		const distances = ids.map((id) => input.nearest?.nearestSame[input.nearest.ids.indexOf(id)] ?? -1);
		expect(distances).toEqual([...distances].sort((a, b) => a - b));
		expect(distances[0]).toBeGreaterThan(0);
	});

	test("are not two poses, each held still", () => {
		const input = addNearest(
			createInput([{ label: "turned", count: 20 }]),
			drawEmbeddings([0], [0.04], (row) => (row < 10 ? 0 : 2)),
		);
		const { nearest } = input;
		expect(Math.max(...(nearest?.nearestSame ?? []))).toBeLessThan(0.02);
		expect(strongLabels(findCopies(input))).toEqual([]);
	});

	test("are not found in a class that changed since it was measured", () => {
		const input = addNearest(
			createInput([
				{ label: "pose", count: 20 },
				{ label: "rest", count: 20 },
			]),
			drawEmbeddings([0, 3], [0.04, 1]),
		);
		const [moved] = input.classes[1].examples.splice(0, 1);
		input.classes[0].examples.push(moved);
		expect(strongLabels(findCopies(input))).toEqual([]);
	});
});

describe("background", () => {
	/**
	 * Paints a picture: a background, brighter or darker, with noise, and a thing in front that covers part of the border.
	 * @param {[number, number, number]} rgb
	 * @param {number} seed
	 */
	function paint(rgb, seed) {
		const square = new Uint8ClampedArray(SIDE * SIDE * 4);
		const light = ((seed * 37) % 81) - 40;
		for (let point = 0; point < SIDE * SIDE; point++) {
			const x = point % SIDE;
			const y = Math.floor(point / SIDE);
			const thing = Math.abs(x - 8) < 4 && y > 3 + (seed % 3);
			for (let c = 0; c < 3; c++) {
				const noise = ((seed * 31 + point * 17 + c * 7) % 13) - 6;
				square[point * 4 + c] = thing ? (seed * 53 + c * 90) % 256 : rgb[c] + (x > 8 ? 40 : 0) + light + noise;
			}
			square[point * 4 + 3] = 255;
		}
		return square;
	}

	/** @param {Record<string, [number, number, number]>} backgrounds the background of each class */
	const findings = (backgrounds, count = 8) => {
		const input = createInput(Object.keys(backgrounds).map((label) => ({ label, count })));
		const squares = new Map(
			input.classes.flatMap(({ label, examples }, index) =>
				examples.map(({ id }, i) => [id, paint(backgrounds[label], index * count + i)]),
			),
		);
		return findBackground({ ...input, squares });
	};

	test("is found if all classes have the same wall", () => {
		const [finding] = findings({ a: [150, 140, 120], b: [150, 140, 120], c: [150, 140, 120] });
		expect(finding).toMatchObject({ key: "background", labels: [], count: 24 });
		expect(finding.strength).toBeGreaterThan(1.2);
		expect(finding.ids.length).toBeGreaterThan(20);
	});

	test("is not found if one class has another, or each class its own", () => {
		expect(strongLabels(findings({ a: [150, 140, 120], b: [150, 140, 120], c: [60, 90, 140] }))).toEqual([]);
		expect(strongLabels(findings({ a: [150, 140, 120], b: [60, 90, 140], c: [200, 60, 60] }))).toEqual([]);
	});

	test("is not found with one class, or with two pictures each", () => {
		expect(strongLabels(findings({ a: [150, 140, 120] }))).toEqual([]);
		expect(strongLabels(findings({ a: [150, 140, 120], b: [150, 140, 120] }, 2))).toEqual([]);
		expect(commonBackground([{ ids: ["x"] }], new Map())).toEqual({ share: 0, ids: [] });
	});

	test("is searched in eight pictures of each class, evenly sampled", () => {
		const ids = Array.from({ length: 20 }, (_, i) => `e${i}`);
		expect(sampleIds([{ ids }, { ids: ["f0"] }])).toEqual(["e0", "e2", "e5", "e7", "e10", "e12", "e15", "e17", "f0"]);
	});
});

// Each rule of the advice: where it finds something, and where it does not.

import { describe, expect, test } from "vitest";
import { findBackground, findCopies, findFew, findOverlap, findSwapped } from "../../src/advice/advice-rules.js";
import { commonBackground, SIDE, sampleIds } from "../../src/advice/backgrounds.js";
import { addNearest, createEvaluation, createInput, drawEmbeddings } from "../support/advice-input.js";

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

describe("overlap", () => {
	test("is the share of two classes' examples that are taken for the other", () => {
		const input = createInput([
			{ label: "cup", count: 10 },
			{ label: "mug", count: 10 },
			{ label: "pen", count: 10 },
		]);
		const evaluation = createEvaluation(input, { cup: { mug: 3 }, mug: { cup: 1 }, pen: { cup: 3 } });
		const findings = findOverlap({ ...input, evaluation });
		expect(findings.map(({ labels, ids, strength }) => [labels, ids, strength])).toEqual([
			[["cup", "mug"], ["cup0", "cup1", "cup2", "mug0"], expect.closeTo(1, 9)],
			[["cup", "pen"], ["pen0", "pen1", "pen2"], expect.closeTo(0.75, 9)],
		]);
	});

	test("needs three mistakes, and five examples in each class", () => {
		const small = createInput([
			{ label: "a", count: 4 },
			{ label: "b", count: 9 },
		]);
		expect(findOverlap({ ...small, evaluation: createEvaluation(small, { a: { b: 4 } }) })).toEqual([]);
		const two = createInput([
			{ label: "a", count: 5 },
			{ label: "b", count: 5 },
		]);
		expect(findOverlap({ ...two, evaluation: createEvaluation(two, { a: { b: 2 } }) })).toEqual([]);
	});

	test("ignores mistakes in a long recording beside a short one, but not in one of two equal recordings", () => {
		/** @param {number} firstCount how many examples are of the first recording */
		const findings = (firstCount) => {
			const input = createInput([
				{ label: "a", count: 12, group: (row) => (row < firstCount ? "first" : "second") },
				{ label: "b", count: 12, group: () => "other" },
			]);
			const evaluation = createEvaluation(input, { a: { b: 11 } });
			return findOverlap({ ...input, evaluation }).map(({ labels }) => labels);
		};
		expect(findings(1)).toEqual([]);
		expect(findings(6)).toEqual([["a", "b"]]);
	});

	test("ignores mistakes that were moved or deleted", () => {
		const input = createInput([
			{ label: "a", count: 6 },
			{ label: "b", count: 6 },
		]);
		const evaluation = createEvaluation(input, { a: { b: 4 } });
		input.classes[1].examples.push(...input.classes[0].examples.splice(0, 1));
		expect(findOverlap({ ...input, evaluation })[0].ids).toEqual(["a1", "a2", "a3"]);
		input.classes[0].examples.splice(0, 1);
		expect(findOverlap({ ...input, evaluation })).toEqual([]);
	});

	test("lists the deepest mistake first", () => {
		const input = addNearest(
			createInput([
				{ label: "a", count: 8 },
				{ label: "b", count: 8 },
			]),
			// a3 is in the middle of b.
			drawEmbeddings([0, 3], [0.5, 0.5], (row) => (row === 3 ? 3 : 0)),
		);
		const evaluation = createEvaluation(input, { a: { b: 4 } });
		expect(findOverlap({ ...input, evaluation })[0].ids[0]).toBe("a3");
	});
});

describe("swapped", () => {
	/**
	 * @param {(row: number) => number} axisOf the direction of each example of the first class
	 * @param {(row: number) => string|null} [group]
	 */
	const findings = (axisOf, group = () => null) =>
		findSwapped(
			addNearest(
				createInput([
					{ label: "a", count: 12, group },
					{ label: "b", count: 12 },
				]),
				drawEmbeddings([0, 3], [0.5, 0.5], axisOf),
			),
		);

	test("are examples whose neighbours are all of another class", () => {
		expect(findings(() => 0)).toEqual([]);
		expect(findings((row) => (row === 2 || row === 5 ? 3 : 0))).toMatchObject([
			{ key: "swapped", labels: ["a", "b"], count: 2 },
		]);
		expect(findings((row) => (row === 2 || row === 5 ? 3 : 0))[0].ids.sort()).toEqual(["a2", "a5"]);
	});

	test("are listed with the deepest in the other class first", () => {
		const input = addNearest(
			createInput([
				{ label: "a", count: 12, group: (row) => (row < 3 ? "wrong button" : null) },
				{ label: "b", count: 12 },
			]),
			drawEmbeddings([0, 3], [0.5, 0.5], (row) => (row < 3 ? 3 : 0)),
		);
		const [{ ids }] = findSwapped(input);
		const depths = ids.map((id) =>
			input.nearest
				?.neighbours(input.nearest.ids.indexOf(id))
				.slice(0, 5)
				.reduce((sum, { distance }) => sum + distance, 0),
		);
		expect(ids).toHaveLength(3);
		expect(depths).toEqual([...depths].sort((a, b) => Number(a) - Number(b)));
	});

	test("can be a whole recording: its own frames do not count as neighbours", () => {
		const [swapped] = findings(
			(row) => (row < 6 ? 3 : 0),
			(row) => (row < 6 ? "wrong button" : null),
		);
		expect(swapped.count).toBe(6);
	});

	test("are not found if the class has too few other recordings to compare with", () => {
		// With one recording, all neighbours are of other classes, which proves nothing.
		expect(
			findings(
				() => 0,
				() => "one recording",
			),
		).toEqual([]);
		expect(
			findings(
				(row) => (row < 8 ? 3 : 0),
				(row) => (row < 8 ? "wrong button" : null),
			),
		).toEqual([]);
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

// What the coach finds: each kind where it is, and not where it isn't.

import { describe, expect, test } from "vitest";
import { findBackground, findCopies, findFew, findOverlap, findSwapped } from "../../src/advice/advice-rules.js";
import { commonBackground, SIDE, sampled } from "../../src/advice/backgrounds.js";
import { measureClassRadii } from "../../src/evaluation/class-radii.js";
import { evaluated, measured, normals, taughtOf } from "../support/taught.js";

/** @param {import("../../src/advice/advice-rules.js").Finding[]} findings */
const beyond = (findings) => findings.filter(({ strength }) => strength >= 1).map(({ labels }) => labels.join("/"));

describe("few", () => {
	/** @param {Record<string, number>} counts */
	const named = (counts) =>
		beyond(
			findFew({
				...taughtOf(Object.entries(counts).map(([label, count]) => ({ label, count }))),
			}),
		);

	test("are a class's examples below five, whatever the others have", () => {
		expect(named({ a: 4 })).toEqual(["a"]);
		expect(named({ a: 5 })).toEqual([]);
		expect(named({ a: 4, b: 4, c: 0 })).toEqual(["a", "b"]);
	});

	test("or below half of the median class's", () => {
		expect(named({ a: 19, b: 40, c: 60 })).toEqual(["a"]);
		expect(named({ a: 20, b: 40, c: 60 })).toEqual([]);
		// An even number of classes: the median is 30.
		expect(named({ a: 14, b: 20, c: 40, d: 60 })).toEqual(["a"]);
		expect(named({ a: 15, b: 20, c: 40, d: 60 })).toEqual([]);
	});
});

describe("radii", () => {
	test("nine in ten examples are within it of their mean's direction, whatever their lengths", () => {
		const around = [0.1, 0.2, 0.3, 0.4, 0.5].flatMap((angle) => [angle, -angle]);
		const embeddings = around.map((angle, i) => Float32Array.of((i + 1) * Math.cos(angle), (i + 1) * Math.sin(angle)));
		const [radius, none] = measureClassRadii(embeddings, new Array(10).fill(0), 2);
		expect(radius).toBeCloseTo(1 - Math.cos(0.5), 6);
		expect(none).toBe(Number.POSITIVE_INFINITY);
	});
});

describe("copies", () => {
	/**
	 * @param {number} spread 0.1 gives what a steady camera does, 0.25 a hand-held hold, 0.7 different photos
	 * @param {number} [count]
	 */
	const found = (spread, count = 20) => {
		const taught = taughtOf([
			{ label: "pose", count },
			{ label: "rest", count: 20 },
		]);
		return findCopies(measured(taught, normals([0, 3], [spread, 1])));
	};

	test.each([
		[0.04, ["pose"]],
		[0.2, ["pose"]],
		// All near their mean, but none near another: different photos of one plain thing.
		[0.35, []],
		[0.5, []],
		[1, []],
	])("a class that varies by %s: %j", (spread, labels) => {
		expect(beyond(found(spread))).toEqual(labels);
	});

	test("need eight examples, and name them all", () => {
		expect(found(0.04, 7).map(({ labels }) => labels[0])).toEqual(["rest"]);
		const [pose] = found(0.04, 8);
		expect(pose).toMatchObject({ key: "copies", labels: ["pose"], count: 8 });
		expect(pose.ids).toHaveLength(8);
	});

	test("are named the most alike first", () => {
		const taught = measured(taughtOf([{ label: "pose", count: 8 }]), normals([0], [0.1]));
		const [{ ids }] = findCopies(taught);
		const distances = ids.map((id) => taught.nearest?.nearestSame[taught.nearest.ids.indexOf(id)] ?? -1);
		expect(distances).toEqual([...distances].sort((a, b) => a - b));
		expect(distances[0]).toBeGreaterThan(0);
	});

	test("are not two poses, each held still", () => {
		const taught = measured(
			taughtOf([{ label: "turned", count: 20 }]),
			normals([0], [0.04], (row) => (row < 10 ? 0 : 2)),
		);
		const { nearest } = taught;
		expect(Math.max(...(nearest?.nearestSame ?? []))).toBeLessThan(0.02);
		expect(beyond(findCopies(taught))).toEqual([]);
	});

	test("say nothing of a class that changed since it was measured", () => {
		const taught = measured(
			taughtOf([
				{ label: "pose", count: 20 },
				{ label: "rest", count: 20 },
			]),
			normals([0, 3], [0.04, 1]),
		);
		const [moved] = taught.classes[1].examples.splice(0, 1);
		taught.classes[0].examples.push(moved);
		expect(beyond(findCopies(taught))).toEqual([]);
	});
});

describe("overlap", () => {
	test("is the share of two classes' examples that are taken for the other", () => {
		const taught = taughtOf([
			{ label: "cup", count: 10 },
			{ label: "mug", count: 10 },
			{ label: "pen", count: 10 },
		]);
		const evaluation = evaluated(taught, { cup: { mug: 3 }, mug: { cup: 1 }, pen: { cup: 3 } });
		const found = findOverlap({ ...taught, evaluation });
		expect(found.map(({ labels, ids, strength }) => [labels, ids, strength])).toEqual([
			[["cup", "mug"], ["cup0", "cup1", "cup2", "mug0"], expect.closeTo(1, 9)],
			[["cup", "pen"], ["pen0", "pen1", "pen2"], expect.closeTo(0.75, 9)],
		]);
	});

	test("is not two mistakes, nor of a class with four examples", () => {
		const small = taughtOf([
			{ label: "a", count: 4 },
			{ label: "b", count: 9 },
		]);
		expect(findOverlap({ ...small, evaluation: evaluated(small, { a: { b: 4 } }) })).toEqual([]);
		const two = taughtOf([
			{ label: "a", count: 5 },
			{ label: "b", count: 5 },
		]);
		expect(findOverlap({ ...two, evaluation: evaluated(two, { a: { b: 2 } }) })).toEqual([]);
	});

	test("is not what a long hold beside one quick press is taken for, but what a hold beside another is", () => {
		/** @param {number} press how many are of the first recording */
		const found = (press) => {
			const taught = taughtOf([
				{ label: "a", count: 12, group: (row) => (row < press ? "press" : "hold") },
				{ label: "b", count: 12, group: () => "other" },
			]);
			const evaluation = evaluated(taught, { a: { b: 11 } });
			return findOverlap({ ...taught, evaluation }).map(({ labels }) => labels);
		};
		expect(found(1)).toEqual([]);
		expect(found(6)).toEqual([["a", "b"]]);
	});

	test("forgets the mistakes that were moved or deleted", () => {
		const taught = taughtOf([
			{ label: "a", count: 6 },
			{ label: "b", count: 6 },
		]);
		const evaluation = evaluated(taught, { a: { b: 4 } });
		taught.classes[1].examples.push(...taught.classes[0].examples.splice(0, 1));
		expect(findOverlap({ ...taught, evaluation })[0].ids).toEqual(["a1", "a2", "a3"]);
		taught.classes[0].examples.splice(0, 1);
		expect(findOverlap({ ...taught, evaluation })).toEqual([]);
	});

	test("names the deepest mistake first", () => {
		const taught = measured(
			taughtOf([
				{ label: "a", count: 8 },
				{ label: "b", count: 8 },
			]),
			// a3 lies in the middle of b.
			normals([0, 3], [0.5, 0.5], (row) => (row === 3 ? 3 : 0)),
		);
		const evaluation = evaluated(taught, { a: { b: 4 } });
		expect(findOverlap({ ...taught, evaluation })[0].ids[0]).toBe("a3");
	});
});

describe("swapped", () => {
	/**
	 * @param {(row: number) => number} moved where an example of the first class lies instead
	 * @param {(row: number) => string|null} [group]
	 */
	const found = (moved, group = () => null) =>
		findSwapped(
			measured(
				taughtOf([
					{ label: "a", count: 12, group },
					{ label: "b", count: 12 },
				]),
				normals([0, 3], [0.5, 0.5], moved),
			),
		);

	test("are examples that lie among another class's only", () => {
		expect(found(() => 0)).toEqual([]);
		expect(found((row) => (row === 2 || row === 5 ? 3 : 0))).toMatchObject([
			{ key: "swapped", labels: ["a", "b"], count: 2 },
		]);
		expect(found((row) => (row === 2 || row === 5 ? 3 : 0))[0].ids.sort()).toEqual(["a2", "a5"]);
	});

	test("name the example first that lies deepest in the other class", () => {
		const taught = measured(
			taughtOf([
				{ label: "a", count: 12, group: (row) => (row < 3 ? "wrong button" : null) },
				{ label: "b", count: 12 },
			]),
			normals([0, 3], [0.5, 0.5], (row) => (row < 3 ? 3 : 0)),
		);
		const [{ ids }] = findSwapped(taught);
		const depths = ids.map((id) =>
			taught.nearest
				?.neighbours(taught.nearest.ids.indexOf(id))
				.slice(0, 5)
				.reduce((sum, { distance }) => sum + distance, 0),
		);
		expect(ids).toHaveLength(3);
		expect(depths).toEqual([...depths].sort((a, b) => Number(a) - Number(b)));
	});

	test("a whole recording may be: its own frames do not count as neighbours", () => {
		const [swapped] = found(
			(row) => (row < 6 ? 3 : 0),
			(row) => (row < 6 ? "wrong button" : null),
		);
		expect(swapped.count).toBe(6);
	});

	test("nothing is said where the class has too little to compare with", () => {
		// One recording: all its neighbours are of other classes, and that says nothing.
		expect(
			found(
				() => 0,
				() => "one hold",
			),
		).toEqual([]);
		expect(
			found(
				(row) => (row < 8 ? 3 : 0),
				(row) => (row < 8 ? "wrong button" : null),
			),
		).toEqual([]);
	});
});

describe("background", () => {
	/**
	 * A picture: a background, brighter or darker, with noise, and a thing in front that reaches over the border.
	 * @param {[number, number, number]} rgb
	 * @param {number} seed
	 */
	function picture(rgb, seed) {
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

	/** @param {Record<string, [number, number, number]>} rooms the background of each class */
	const found = (rooms, count = 8) => {
		const taught = taughtOf(Object.keys(rooms).map((label) => ({ label, count })));
		const squares = new Map(
			taught.classes.flatMap(({ label, examples }, index) =>
				examples.map(({ id }, i) => [id, picture(rooms[label], index * count + i)]),
			),
		);
		return findBackground({ ...taught, squares });
	};

	test("is one for all where every class was shown before the same wall", () => {
		const [one] = found({ a: [150, 140, 120], b: [150, 140, 120], c: [150, 140, 120] });
		expect(one).toMatchObject({ key: "background", labels: [], count: 24 });
		expect(one.strength).toBeGreaterThan(1.2);
		expect(one.ids.length).toBeGreaterThan(20);
	});

	test("is not, where one class has another, or each its own", () => {
		expect(beyond(found({ a: [150, 140, 120], b: [150, 140, 120], c: [60, 90, 140] }))).toEqual([]);
		expect(beyond(found({ a: [150, 140, 120], b: [60, 90, 140], c: [200, 60, 60] }))).toEqual([]);
	});

	test("can't be told of one class, or of two pictures each", () => {
		expect(beyond(found({ a: [150, 140, 120] }))).toEqual([]);
		expect(beyond(found({ a: [150, 140, 120], b: [150, 140, 120] }, 2))).toEqual([]);
		expect(commonBackground([{ ids: ["x"] }], new Map())).toEqual({ share: 0, ids: [] });
	});

	test("is looked for in eight pictures a class, spread over it", () => {
		const ids = Array.from({ length: 20 }, (_, i) => `e${i}`);
		expect(sampled([{ ids }, { ids: ["f0"] }])).toEqual(["e0", "e2", "e5", "e7", "e10", "e12", "e15", "e17", "f0"]);
	});
});

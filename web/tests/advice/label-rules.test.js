// The rules about labels: swapped pictures and overlapping classes. First each rule on made-up suspicions, then both on made-up
// embeddings: rightly labelled projects are left alone, wrong labels are found.

import { describe, expect, test } from "vitest";
import { advise } from "../../src/advice/advice-selector.js";
import { findOverlap, findSwapped } from "../../src/advice/label-rules.js";
import { addNearest, addSuspicions, createInput, createMistakes, drawEmbeddings } from "../support/advice-input.js";

/** @param {number} count @param {string[]} [labels] */
const createClasses = (count, labels = ["a", "b"]) => createInput(labels.map((label) => ({ label, count })));

/** @param {import("../../src/advice/advice-rules.js").Finding[]} findings */
const strong = (findings) => findings.filter(({ strength }) => strength >= 1).map(({ labels }) => labels.join("/"));

describe("overlap", () => {
	/** @param {number} count of each class @param {number} mistakes of the first class @param {(row: number) => string|null} [group] */
	const findings = (count, mistakes, group) => {
		const input = createInput(
			["a", "b"].map((label) => ({ label, count, group: group && ((row) => `${label} ${group(row)}`) })),
		);
		const ofA = Math.min(count, mistakes);
		return findOverlap(addSuspicions(input, createMistakes({ a: { b: ofA }, b: { a: mistakes - ofA } })));
	};

	test("is two classes that are taken for each other more often than chance explains", () => {
		// With ever more examples the threshold goes down to a fifth of both classes.
		expect(strong(findings(5, 5))).toEqual([]);
		expect(strong(findings(5, 6))).toEqual(["a/b"]);
		expect(strong(findings(20, 14))).toEqual([]);
		expect(strong(findings(20, 15))).toEqual(["a/b"]);
		expect(strong(findings(500, 231))).toEqual([]);
		expect(strong(findings(500, 232))).toEqual(["a/b"]);
	});

	test("counts recordings, because the frames of one are right or wrong together", () => {
		const four = (/** @type {number} */ row) => String(row % 4);
		expect(strong(findings(20, 20, four))).toEqual([]);
		expect(strong(findings(20, 20))).toEqual(["a/b"]);
		const eight = (/** @type {number} */ row) => String(row % 8);
		expect(strong(findings(40, 40, eight))).toEqual(["a/b"]);
	});

	test("is nothing that two recordings could prove, but frames of one recording in another can", () => {
		expect(findings(40, 40, (row) => String(row % 2))).toEqual([]);
		expect(strong(findings(40, 30, () => "one"))).toEqual(["a/b"]);
	});

	test("needs three mistakes, and five examples in each class", () => {
		expect(findings(5, 2)).toEqual([]);
		expect(findings(5, 3)).toHaveLength(1);
		expect(findings(4, 4)).toEqual([]);
	});

	test("is no matter of labels that look swapped", () => {
		const suspicions = Object.fromEntries(
			Array.from({ length: 12 }, (_, i) => [`a${i}`, /** @type {[string, number]} */ (["b", 9])]),
		);
		expect(findOverlap(addSuspicions(createClasses(20), suspicions))).toEqual([]);
	});

	test("ignores mistakes that were moved or deleted since, and lists the clearest first", () => {
		const input = addSuspicions(createClasses(8), createMistakes({ a: { b: 5 } }));
		expect(findOverlap(input)[0].ids).toEqual(["a4", "a3", "a2", "a1", "a0"]);
		input.classes[1].examples.push(...input.classes[0].examples.splice(0, 1));
		input.classes[0].examples.splice(0, 1);
		expect(findOverlap(input)[0].ids).toEqual(["a4", "a3", "a2"]);
	});

	test("follows a class that was renamed since it was measured", () => {
		const input = addSuspicions(createClasses(6), createMistakes({ a: { b: 5 } }));
		input.classes[1].label = "new";
		expect(findOverlap(input)[0].labels).toEqual(["a", "new"]);
	});
});

describe("swapped", () => {
	test.each([
		// Just clear, and just not: 2 + 0.5 for each class, divided by the recordings.
		[100, 2, 2.01, ["a/b"]],
		[100, 2, 2, []],
		[4, 2, 2.25, ["a/b"]],
		[4, 2, 2.24, []],
		[4, 5, 2.625, ["a/b"]],
		[4, 5, 2.62, []],
		[2, 2, 2.5, ["a/b"]],
		// One recording proves nothing.
		[1, 2, 1e6, []],
		[0, 2, 1e6, []],
	])("compared with %i recordings, among %i classes, a suspicion of %d: %j", (compared, c, suspicion, labels) => {
		const input = createClasses(20, ["a", "b", "c", "d", "e"].slice(0, c));
		expect(strong(findSwapped(addSuspicions(input, { a3: ["b", suspicion] }, compared), []))).toEqual(labels);
	});

	test("beside one clear example the less clear are listed too, of all classes, the clearest first", () => {
		const suspicions = /** @type {Record<string, [string, number]>} */ ({
			a1: ["b", 1.6],
			a2: ["b", 3],
			c1: ["a", 1.5],
			c2: ["a", 1.3],
			b1: ["c", 5],
		});
		const [finding] = findSwapped(addSuspicions(createClasses(20, ["a", "b", "c"]), suspicions), []);
		expect(finding).toMatchObject({ key: "swapped", labels: ["a", "b", "c"], ids: ["b1", "a2", "a1", "c1"], count: 4 });
		// Without a clear one nothing is strong enough.
		const { a1, c1 } = suspicions;
		expect(strong(findSwapped(addSuspicions(createClasses(20, ["a", "b", "c"]), { a1, c1 }), []))).toEqual([]);
	});

	test("names the classes concerned only", () => {
		const input = addSuspicions(createClasses(20, ["a", "b", "c"]), { c1: ["a", 5] });
		expect(findSwapped(input, [])[0].labels).toEqual(["a", "c"]);
	});

	test("is nothing between classes that can't be told apart", () => {
		const input = addSuspicions(createClasses(20, ["a", "b", "c"]), { a1: ["b", 5], c1: ["a", 5] });
		const overlap = { key: /** @type {const} */ ("overlap"), labels: ["a", "b"], ids: [], count: 9, strength: 1 };
		expect(findSwapped(input, [overlap])[0].ids).toEqual(["c1"]);
	});

	test("ends when the example is moved, even before it is measured again", () => {
		const input = addSuspicions(createClasses(20), { a1: ["b", 5] });
		input.classes[1].examples.push(...input.classes[0].examples.splice(1, 1));
		expect(findSwapped(input, [])).toEqual([]);
	});
});

/** Kinds of rightly labelled projects: how many recordings a class, and how many near-copies each. */
const KINDS = [
	{ what: "5 photos", recordings: 5, frames: 1 },
	{ what: "10 photos", recordings: 10, frames: 1 },
	{ what: "20 photos", recordings: 20, frames: 1 },
	{ what: "one hold", recordings: 1, frames: 8 },
	{ what: "two holds", recordings: 2, frames: 8 },
	{ what: "four holds", recordings: 4, frames: 8 },
];
const LABELS = ["a", "b", "c"];

/**
 * Three classes; each recording is a place around its class's direction, and its frames are near-copies.
 * @param {typeof KINDS[number]} kind
 * @param {number} seed
 * @param {(index: number, recording: number, frame: number) => number} [axisOf] which class an example shows
 */
function createProject({ recordings, frames }, seed, axisOf = (index) => index) {
	const input = createInput(
		LABELS.map((label) => ({
			label,
			count: recordings * frames,
			group: (row) => (frames > 1 ? `${label} ${Math.floor(row / frames)}` : null),
		})),
	);
	const places = drawEmbeddings([30, 31, 32], [1.1, 1.1, 1.1], undefined, seed);
	const shakes = drawEmbeddings([30, 31, 32], [0.1, 0.1, 0.1], undefined, seed + 1);
	/** @type {Map<string, Float32Array>} */
	const placeOf = new Map();
	return addNearest(input, (index, row) => {
		const recording = Math.floor(row / frames);
		const shown = axisOf(index, recording, row % frames);
		const key = `${index} ${recording} ${shown}`;
		const place = placeOf.get(key) ?? places(shown, row);
		placeOf.set(key, place);
		const shake = shakes(shown, row);
		// The direction is in both; once is enough.
		return place.map((value, i) => value + shake[i] - (i === 30 + shown ? 1 : 0));
	});
}

/** @param {import("../../src/advice/advice-rules.js").AdviceInput} input @param {string} key */
const shownIds = (input, key) => advise(input).find((advice) => advice.key === key)?.ids ?? [];

describe("rightly labelled projects", () => {
	test.each(KINDS)("of $what a class are left alone", (kind) => {
		const alarmed = Array.from({ length: 40 }, (_, seed) => createProject(kind, 100 * seed)).filter((input) =>
			advise(input).some(({ key }) => key === "swapped" || key === "overlap"),
		);
		expect(alarmed).toHaveLength(0);
	});
});

describe("wrong labels", () => {
	test.each(KINDS.slice(0, 3))("one in ten of $what a class: most are shown", ({ recordings, frames, what }) => {
		const shares = Array.from({ length: 20 }, (_, seed) => {
			// Of every class the examples 3, 13, ... show the next class.
			const isWrong = (/** @type {number} */ row) => row % 10 === 3;
			const input = createProject({ recordings, frames, what }, 100 * seed, (index, row) =>
				isWrong(row) ? (index + 1) % 3 : index,
			);
			const wrong = input.classes.flatMap(({ examples }) =>
				examples.filter((_, row) => isWrong(row)).map(({ id }) => id),
			);
			const shown = new Set(shownIds(input, "swapped"));
			return wrong.filter((id) => shown.has(id)).length / wrong.length;
		});
		expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeGreaterThan(0.7);
	});

	test("of a whole recording: its own frames do not count as its neighbours", () => {
		const found = Array.from({ length: 10 }, (_, seed) => {
			const input = createProject({ what: "", recordings: 6, frames: 8 }, 100 * seed, (index, recording) =>
				index === 0 && recording === 2 ? 1 : index,
			);
			return shownIds(input, "swapped").toSorted().join();
		});
		const recording = Array.from({ length: 8 }, (_, frame) => `a${16 + frame}`)
			.toSorted()
			.join();
		expect(found.filter((ids) => ids === recording).length).toBeGreaterThanOrEqual(8);
	});

	test("of a frame that was moved out of its hold, even with one hold a class", () => {
		/** @param {boolean} isMoved */
		const shown = (isMoved) => {
			const input = createInput([
				{ label: "a", count: 9, group: (row) => (isMoved && row === 0 ? "of b" : "of a") },
				{ label: "b", count: 8, group: () => "of b" },
			]);
			const axisOf = (/** @type {number} */ row) => (isMoved && row === 0 ? 31 : 30);
			return shownIds(addNearest(input, drawEmbeddings([30, 31], [0.1, 0.1], axisOf)), "swapped");
		};
		expect(shown(true)).toEqual(["a0"]);
		expect(shown(false)).toEqual([]);
	});

	test("of one thing under two names: that the classes overlap, and nothing of swapped labels", () => {
		const shown = Array.from({ length: 10 }, (_, seed) => {
			const input = createProject({ what: "", recordings: 20, frames: 1 }, 100 * seed, (index) => Math.max(1, index));
			return advise(input).map(({ key, labels }) => [key, ...labels].join(" "));
		});
		expect(shown.filter((advice) => advice.includes("overlap a b")).length).toBeGreaterThanOrEqual(8);
		expect(shown.flat().filter((advice) => /^swapped.* c|^overlap.* c/.test(advice))).toEqual([]);
	});
});

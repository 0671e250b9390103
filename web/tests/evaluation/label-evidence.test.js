// The suspicion about a label, against its definition written out once more for a single example.

import fc from "fast-check";
import { expect, test } from "vitest";
import { weighLabels } from "../../src/evaluation/label-evidence.js";
import { TestSet } from "../../src/evaluation/test-set.js";

/** @typedef {{id: string, label: string, group: string|null}} Example */
/** @typedef {(a: number, b: number) => number} Distance between two examples, by their numbers */

const LABELS = ["a", "b", "c"];

/**
 * @param {Example[]} examples
 * @param {{cosine: Distance, adapted: Distance}} distances
 */
function weigh(examples, { cosine, adapted }) {
	const testSet = new TestSet();
	testSet.update({ labels: LABELS, examples, embeddingOf: () => Float32Array.of(1) });
	/** @param {Distance} distance @returns {import("../../src/evaluation/neighbour-lists.js").Distances} */
	const measure = (distance) => (slot, others, out) => {
		for (const [i, other] of others.entries()) out[i] = distance(testSet.arrivals[slot], testSet.arrivals[other]);
	};
	const steps = weighLabels(testSet, { cosine: measure(cosine), adapted: measure(adapted) });
	let step = steps.next();
	while (!step.done) step = steps.next();
	return step.value;
}

/** @param {number[]} numbers */
const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
/** @param {number[]} numbers */
const meanOfNearerHalf = (numbers) => mean(numbers.toSorted((a, b) => a - b).slice(0, Math.ceil(numbers.length / 2)));

/**
 * The definition, for one example.
 * @param {Example[]} examples
 * @param {{cosine: Distance, adapted: Distance}} distances
 * @param {number} row
 * @returns {{suspicion: number, rival: number, compared: number}}
 */
function judge(examples, distances, row) {
	/** @param {Example} example */
	const recordingOf = ({ id, group }) => group ?? `example ${id}`;
	/** @param {string} label */
	const recordingsOf = (label) => new Set(examples.filter((example) => example.label === label).map(recordingOf)).size;
	/** @param {Example} example */
	const unitOf = (example) =>
		recordingsOf(example.label) === 1
			? `${example.label} ${example.id}`
			: `${example.label} of ${recordingOf(example)}`;
	/** How many examples of an example's recording have a label. @param {Example} example @param {string} label */
	const countIn = ({ group }, label) =>
		group === null ? 0 : examples.filter((each) => each.group === group && each.label === label).length;
	/** @param {Example} example */
	const isStray = (example) =>
		recordingsOf(example.label) > 1 &&
		LABELS.some((label) => countIn(example, label) > countIn(example, example.label));
	/** Distances to the units of a class, by metric. @param {number} from @param {string} label @param {Distance} distance */
	const toUnits = (from, label, distance) => {
		const own = examples[from];
		/** @type {Map<string, number>} */
		const nearest = new Map();
		for (const [i, example] of examples.entries()) {
			if (example.label !== label || i === from) continue;
			const isSame = recordingOf(example) === recordingOf(own);
			if (isStray(example) || (isSame && !(label === own.label && recordingsOf(label) === 1))) continue;
			nearest.set(unitOf(example), Math.min(nearest.get(unitOf(example)) ?? Infinity, distance(from, i)));
		}
		return [...nearest.values()];
	};
	const own = examples[row];
	const together = [...examples.keys()].filter((i) => unitOf(examples[i]) === unitOf(own));
	const sides = LABELS.map((label) => {
		const count = toUnits(row, label, distances.cosine).length;
		const logs = together.flatMap((i) =>
			[distances.cosine, distances.adapted].map((distance) => Math.log(meanOfNearerHalf(toUnits(i, label, distance)))),
		);
		return { count: recordingsOf(label) === 1 ? Math.min(1, count) : count, log: count ? 2 * mean(logs) : Infinity };
	});
	const index = LABELS.indexOf(own.label);
	const rival = [0, 1, 2]
		.filter((other) => other !== index && sides[other].count > 0)
		.reduce((best, other) => (best < 0 || sides[other].log < sides[best].log ? other : best), -1);
	const judged =
		rival < 0 || sides[index].count === 0
			? { suspicion: 0, rival: -1, compared: 0 }
			: {
					suspicion: Math.exp(sides[index].log - sides[rival].log),
					rival,
					compared: Math.min(sides[index].count, sides[rival].count),
				};
	// An example that was moved away from most of its recording.
	const rest = LABELS.map((label) =>
		[...examples.keys()].filter(
			(i) => own.group !== null && examples[i].group === own.group && examples[i].label === label,
		),
	);
	const most = rest.reduce((best, { length }, other) => (length > rest[best].length ? other : best), index);
	const others = toUnits(row, own.label, distances.cosine);
	if (!isStray(own) || others.length === 0) return judged;
	const suspicion = (Math.min(...others) / meanOfNearerHalf(rest[most].map((i) => distances.cosine(row, i)))) ** 2;
	return suspicion > judged.suspicion ? { suspicion, rival: most, compared: 2 } : judged;
}

const anyExamples = fc
	.array(fc.record({ label: fc.constantFrom(...LABELS), group: fc.constantFrom(null, "g", "h", "i") }), {
		maxLength: 24,
	})
	.map((drawn) => drawn.map((example, i) => ({ id: `e${i}`, ...example })));
const anyNumbers = fc.array(fc.double({ min: 0.01, max: 2, noNaN: true }), { minLength: 40, maxLength: 40 });

test("is what the definition gives", () => {
	fc.assert(
		fc.property(anyExamples, anyNumbers, anyNumbers, (examples, first, second) => {
			const distances = {
				cosine: (/** @type {number} */ a, /** @type {number} */ b) => first[(a * 7 + b * 7 + a * b) % 40],
				// It is fitted for each fold, so it is not the same in both directions.
				adapted: (/** @type {number} */ a, /** @type {number} */ b) => second[(a * 11 + b * 3) % 40],
			};
			const { suspicions, rivals, compared } = weigh(examples, distances);
			for (const row of examples.keys()) {
				const expected = judge(examples, distances, row);
				expect([rivals[row], compared[row]]).toEqual([expected.rival, expected.compared]);
				expect(suspicions[row]).toBeCloseTo(expected.suspicion, 9 - Math.ceil(Math.log10(1 + expected.suspicion)));
			}
		}),
	);
});

/** Distances on a line. @param {number[]} places of the examples */
function onLine(places) {
	const distance = (/** @type {number} */ a, /** @type {number} */ b) => Math.abs(places[a] - places[b]);
	return { cosine: distance, adapted: distance };
}

test("an exact copy in another class is a suspicion, but not an endless one", () => {
	const examples = ["a", "a", "a", "b", "b"].map((label, i) => ({ id: `e${i}`, label, group: null }));
	const { suspicions, rivals } = weigh(examples, onLine([1, 1, 9, 9, 9]));
	expect(rivals[2]).toBe(1);
	expect(suspicions[2]).toBeCloseTo((8 / 1e-3) ** 2, 6);
	expect(suspicions[0]).toBeCloseTo((1e-3 / 8) ** 2, 12);
});

test("a frame that was moved out of its recording is compared with the rest of it", () => {
	/** Five frames of each class; one of a's is in b. @type {Example[]} */
	const examples = Array.from({ length: 10 }, (_, i) => ({
		id: `e${i}`,
		label: i < 4 ? "a" : "b",
		group: i < 5 ? "g" : "h",
	}));
	const { suspicions, rivals, compared } = weigh(examples, onLine([0, 0.1, 0.2, 0.3, 0.4, 2, 2.1, 2.2, 2.3, 2.4]));
	// The nearer half of the rest is 0.1 and 0.2 away, the nearest of the other recording 1.6.
	expect(suspicions[4]).toBeCloseTo((1.6 / 0.15) ** 2, 6);
	expect([rivals[4], compared[4]]).toEqual([0, 2]);
	// It is no evidence about the others, and without it each class has one recording.
	expect(compared.toSpliced(4, 1)).toEqual([1, 1, 1, 1, 0, 0, 0, 0, 0]);
});

test("a recording that was dealt out to two classes evenly says nothing about itself", () => {
	/** @type {Example[]} */
	const examples = Array.from({ length: 8 }, (_, i) => ({
		id: `e${i}`,
		label: i % 2 ? "a" : "b",
		group: i < 4 ? "g" : null,
	}));
	const { compared } = weigh(examples, onLine([0, 0.1, 0.2, 0.3, 5, 6, 7, 8]));
	expect(compared.slice(0, 4)).toEqual([2, 2, 2, 2]);
	expect(weigh(examples.slice(0, 4), onLine([0, 0.1, 0.2, 0.3])).compared).toEqual([0, 0, 0, 0]);
});

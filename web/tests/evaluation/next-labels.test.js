import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { chooseNext, computeUncertainty } from "../../src/evaluation/next-labels.js";

/**
 * @param {string} id
 * @param {number[]} embedding
 * @param {number} share of the best of two classes
 * @param {number} [novelty] beyond 0.5 it is unknown
 */
const candidate = (id, embedding, share, novelty = 0.1) => ({
	id,
	embedding: Float32Array.from(embedding),
	answer: { confidences: { cat: share, dog: 1 - share }, novelty, isUnknown: novelty > 0.5 },
});

test.each([
	[{ cat: 0.5, dog: 0.5 }, 1],
	[{ cat: 1, dog: 0 }, 0],
	[{ dog: 0.25, cat: 0.75, bird: 0 }, 0.5],
	[{ cat: 1 }, 0],
])("the uncertainty of %j is %d", (confidences, expected) => {
	expect(computeUncertainty(confidences)).toBeCloseTo(expected, 12);
});

describe("chooseNext", () => {
	it("takes uncertain and novel ones in turn, and leaves out what it is sure of", () => {
		const chosen = chooseNext([
			candidate("sure", [1, 0, 0], 1),
			candidate("half", [1, 1, 0], 0.5),
			candidate("third", [0, 1, 1], 0.7),
			candidate("new", [0, 0, 1], 0.5, 0.8),
		]);
		expect(chosen.map(({ id, reason }) => [id, reason])).toEqual([
			["half", "uncertain"],
			["new", "novel"],
			["third", "uncertain"],
		]);
	});

	it("proposes no copy of one that it has proposed", () => {
		const chosen = chooseNext([
			candidate("a", [1, 2, 3], 0.5),
			candidate("copy", [2, 4, 6], 0.5),
			candidate("other", [3, 1, 0], 0.9),
		]);
		expect(chosen.map(({ id }) => id)).toEqual(["a", "other"]);
	});

	it("never proposes a photo twice, and every novel one that is apart", () => {
		fc.assert(
			fc.property(
				fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.double({ min: 0.5, max: 1, noNaN: true }))),
				(rows) => {
					const candidates = rows.map(([x, share], i) => candidate(`${i}`, [x, 10 - x, i], share, x > 6 ? 0.9 : 0.1));
					const ids = chooseNext(candidates).map(({ id }) => id);
					expect(new Set(ids).size).toBe(ids.length);
					const hasNovel = candidates.some(({ answer }) => answer.isUnknown);
					expect(chooseNext(candidates).some(({ reason }) => reason === "novel")).toBe(hasNovel);
				},
			),
		);
	});

	it("has nothing to choose from nothing", () => expect(chooseNext([])).toEqual([]));
});

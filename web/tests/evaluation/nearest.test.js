// The examples' nearest neighbours, from the evaluation to the form that advice reads.

import { expect, test } from "vitest";
import { Evaluation } from "../../src/evaluation/evaluation.js";
import { NEAREST_COUNT, readNeighbourhood } from "../../src/evaluation/nearest.js";

/**
 * Two classes of recordings of near-copies.
 * @param {{n: number, recordings?: number}} options recordings: of both classes together; 0: uploads, which are in none
 */
function makeSnapshot({ n, recordings = 4 }) {
	const examples = Array.from({ length: n }, (_, i) => ({
		id: `i${i}`,
		label: i % 2 ? "dog" : "cat",
		group: recordings ? `g${i % recordings}` : null,
	}));
	/** @param {string} id */
	const embeddingOf = (id) => {
		const i = Number(id.slice(1));
		return Float32Array.from([1 + (i % 2), 1, (i % 4) / 2, 0.01 * i]);
	};
	return { labels: ["cat", "dog"], examples, embeddingOf };
}

/** @param {Parameters<Evaluation["update"]>[0]} snapshot */
function nearestOf(snapshot) {
	const evaluation = new Evaluation();
	for (const _ of evaluation.update(snapshot));
	return evaluation.nearest();
}

/** @param {Float32Array} a @param {Float32Array} b */
function cosine(a, b) {
	const dot = (/** @type {Float32Array} */ p, /** @type {Float32Array} */ q) =>
		p.reduce((sum, x, i) => sum + x * q[i], 0);
	return 1 - dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

test.each([0, 2, 4])("neighbours are of other recordings, the nearest first (%i recordings)", (recordings) => {
	const snapshot = makeSnapshot({ n: 16, recordings });
	const { ids, classOf, nearestSame, neighbours, distances } = nearestOf(snapshot);
	expect(ids).toEqual(snapshot.examples.map(({ id }) => id));
	for (const [row, { id, label, group }] of snapshot.examples.entries()) {
		expect(classOf[row]).toBe(snapshot.labels.indexOf(label));
		const distanceTo = (/** @type {string} */ other) => cosine(snapshot.embeddingOf(id), snapshot.embeddingOf(other));
		const others = snapshot.examples.filter((other) => other.id !== id);
		const same = others.filter((other) => other.label === label).map((other) => distanceTo(other.id));
		expect(nearestSame[row]).toBeCloseTo(Math.min(...same), 9);
		const elsewhere = others
			.filter((other) => group === null || other.group !== group)
			.map((other) => distanceTo(other.id));
		const nearest = elsewhere.sort((a, b) => a - b).slice(0, NEAREST_COUNT);
		for (const [i, distance] of nearest.entries()) {
			const index = row * NEAREST_COUNT + i;
			expect(distances[index]).toBeCloseTo(distance, 9);
			expect(distanceTo(ids[neighbours[index]])).toBeCloseTo(distance, 9);
		}
	}
});

test("-1 stands for neighbours that are missing, and the radius of a class without examples is infinite", () => {
	const { nearestSame, neighbours, radius } = nearestOf({ ...makeSnapshot({ n: 3 }), labels: ["cat", "dog", "empty"] });
	expect(nearestSame[1]).toBe(Number.POSITIVE_INFINITY);
	expect([...neighbours.slice(5, 10)].filter((row) => row >= 0).length).toBe(2);
	expect(radius[2]).toBe(Number.POSITIVE_INFINITY);
});

test("they are read row by row, without those that are missing", () => {
	const neighbourhood = nearestOf(makeSnapshot({ n: 3 }));
	const { ids, neighbours } = readNeighbourhood(neighbourhood);
	expect(ids).toEqual(["i0", "i1", "i2"]);
	const first = 1 * NEAREST_COUNT;
	expect(neighbours(1)).toEqual([
		{ row: neighbourhood.neighbours[first], distance: neighbourhood.distances[first] },
		{ row: neighbourhood.neighbours[first + 1], distance: neighbourhood.distances[first + 1] },
	]);
});

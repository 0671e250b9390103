// Which examples are near which: what the evaluation collects for the advice.

import { expect, test } from "vitest";
import { Evaluation } from "../../src/evaluation/evaluation.js";
import { NEAREST_COUNT } from "../../src/evaluation/nearest.js";

/**
 * Creates two classes of near-copies.
 * @param {{n: number, recordings?: number}} options recordings: how many, each with examples of both classes; 0: pictures without a recording
 */
function createSnapshot({ n, recordings = 4 }) {
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
function collectNearest(snapshot) {
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
	const snapshot = createSnapshot({ n: 16, recordings });
	const { ids, classOf, nearestSame, neighbours, distances } = collectNearest(snapshot);
	expect(ids).toEqual(snapshot.examples.map(({ id }) => id));
	for (const [row, { id, label, group }] of snapshot.examples.entries()) {
		expect(classOf[row]).toBe(snapshot.labels.indexOf(label));
		const distanceTo = (/** @type {string} */ other) => cosine(snapshot.embeddingOf(id), snapshot.embeddingOf(other));
		const others = snapshot.examples.filter((other) => other.id !== id);
		const same = others.filter((other) => other.label === label).map((other) => distanceTo(other.id));
		expect(nearestSame[row]).toBeCloseTo(Math.min(...same), 9);
		const candidates = others
			.filter((other) => group === null || other.group !== group)
			.map((other) => distanceTo(other.id));
		const expected = candidates.sort((a, b) => a - b).slice(0, NEAREST_COUNT);
		for (const [i, distance] of expected.entries()) {
			const place = row * NEAREST_COUNT + i;
			expect(distances[place]).toBeCloseTo(distance, 9);
			expect(distanceTo(ids[neighbours[place]])).toBeCloseTo(distance, 9);
		}
	}
});

test("missing neighbours are -1, and the radius of a class without examples is infinite", () => {
	const { nearestSame, neighbours, radius } = collectNearest({
		...createSnapshot({ n: 3 }),
		labels: ["cat", "dog", "empty"],
	});
	expect(nearestSame[1]).toBe(Number.POSITIVE_INFINITY);
	expect([...neighbours.slice(5, 10)].filter((row) => row >= 0).length).toBe(2);
	expect(radius[2]).toBe(Number.POSITIVE_INFINITY);
});

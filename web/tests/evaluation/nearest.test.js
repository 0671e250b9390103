// What the evaluation tells the advice beside the figures.

import { expect, test } from "vitest";
import { Evaluation } from "../../src/evaluation/evaluation.js";

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

/** @param {Float32Array} a @param {Float32Array} b */
function cosine(a, b) {
	const dot = (/** @type {Float32Array} */ p, /** @type {Float32Array} */ q) =>
		p.reduce((sum, x, i) => sum + x * q[i], 0);
	return 1 - dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

test.each([0, 2, 4])("the nearest of the same class is of any recording (%i recordings)", (recordings) => {
	const snapshot = makeSnapshot({ n: 16, recordings });
	const evaluation = new Evaluation();
	for (const _ of evaluation.update(snapshot));
	const { ids, classOf, nearestSame } = evaluation.nearest();
	expect(ids).toEqual(snapshot.examples.map(({ id }) => id));
	for (const [row, { id, label }] of snapshot.examples.entries()) {
		expect(classOf[row]).toBe(snapshot.labels.indexOf(label));
		const same = snapshot.examples.filter((other) => other.id !== id && other.label === label);
		const distances = same.map((other) => cosine(snapshot.embeddingOf(id), snapshot.embeddingOf(other.id)));
		expect(nearestSame[row]).toBeCloseTo(Math.min(...distances), 9);
	}
});

test("without another example of the class it is infinite, as is the radius of a class without examples", () => {
	const evaluation = new Evaluation();
	for (const _ of evaluation.update({ ...makeSnapshot({ n: 3 }), labels: ["cat", "dog", "empty"] }));
	const { nearestSame, radius } = evaluation.nearest();
	expect(nearestSame[1]).toBe(Number.POSITIVE_INFINITY);
	expect(radius[2]).toBe(Number.POSITIVE_INFINITY);
});

test("labels are suspected only when the adapted metric is measured, and not after a change", () => {
	const snapshot = makeSnapshot({ n: 16, recordings: 0 });
	const evaluation = new Evaluation();
	const unknown = { suspicions: new Float64Array(16), rivals: Array(16).fill(-1), compared: Array(16).fill(0) };
	for (const _ of evaluation.update(snapshot));
	expect(evaluation.nearest()).toMatchObject(unknown);
	for (const _ of evaluation.measure("adapted"));
	expect(evaluation.nearest()).toMatchObject({
		rivals: snapshot.examples.map(({ label }) => (label === "cat" ? 1 : 0)),
		compared: Array(16).fill(7),
	});
	expect(Math.min(...evaluation.nearest().suspicions)).toBeGreaterThan(0);
	const examples = snapshot.examples.map((example, i) => (i === 3 ? { ...example, label: "cat" } : example));
	for (const _ of evaluation.update({ ...snapshot, examples }));
	expect(evaluation.nearest()).toMatchObject(unknown);
});

// What is no embedding, no batch and no data set is refused, whichever way it comes in, and changes nothing. Its twin is
// tests/knn/test_dimensions.py.

import { describe, expect, test } from "vitest";
import { KNN } from "../../src/knn/knn.js";

const METRICS = ["cosine", "euclidean", "manhattan", "adapted"];

function taught() {
	const knn = new KNN();
	knn.addExample(Float32Array.of(1, 2, 3), "a", { id: "1" });
	knn.addExample(Float32Array.of(3, 2, 1), "b", { id: "2" });
	return knn;
}

/** @type {Record<string, (knn: KNN, embedding: any) => unknown>} */
const WAYS = {
	addExample: (knn, embedding) => knn.addExample(embedding, "new"),
	nearestOutside: (knn, embedding) => knn.nearestOutside(embedding, "a"),
	...Object.fromEntries(
		METRICS.map((metric) => [
			`classify, ${metric}`,
			(/** @type {KNN} */ knn, /** @type {any} */ embedding) => knn.classify(embedding, { metric }),
		]),
	),
	classifyBatch: (knn, embedding) => knn.classifyBatch([Float32Array.of(1, 2, 3), embedding]),
};

describe.each(Object.keys(WAYS))("%s", (way) => {
	test.each([
		["dimension", [5]],
		["dimension", Float32Array.of(5, 6)],
		["dimension", { dataSync: () => Float32Array.of(5, 6, 7, 8), shape: [4] }],
		["dimension", []],
		["badEmbedding", null],
		["badEmbedding", 5],
		["badEmbedding", "123"],
		["badEmbedding", ["1", "2", "3"]],
		["badEmbedding", [1, null, 3]],
		["badEmbedding", [1, undefined, 3]],
		["badEmbedding", [[1], [2], [3]]],
		["badEmbedding", [[1, 2, 3]]],
		["badEmbedding", [{}, {}, {}]],
		["badEmbedding", [1n, 2n, 3n]],
		["badEmbedding", new BigInt64Array(3)],
		["badEmbedding", new DataView(new ArrayBuffer(3))],
		["badEmbedding", new ArrayBuffer(12)],
		["badEmbedding", { length: 3 }],
		["notFinite", [1, Number.NaN, 3]],
		["notFinite", [1e39, 2, 3]],
		["zeroVector", [0, 0, 0]],
	])("refuses with %s: %s", (code, embedding) => {
		const knn = taught();
		const before = knn.toDataset();
		expect(() => WAYS[way](knn, embedding)).toThrow(expect.objectContaining({ code }));
		expect(knn.toDataset()).toEqual(before);
		WAYS[way](knn, Float32Array.of(1, 2, 2));
	});
});

test.each([null, undefined, 5, "abc", {}, Float32Array.of(1, 2, 3)])("no batch: %s", (embeddings) => {
	expect(() => taught().classifyBatch(/** @type {any} */ (embeddings))).toThrow(
		expect.objectContaining({ code: "badEmbedding" }),
	);
	expect(taught().classifyBatch([])).toEqual([]);
});

const ENTRY = { id: "1", label: "a", group: null };
const ONE = { dimension: 2, labels: ["a"], examples: [ENTRY], embeddings: Float32Array.of(1, 2) };

test.each([
	{ dimension: 3 },
	{ dimension: 0 },
	{ dimension: 2.5 },
	{ dimension: "2" },
	{ dimension: true },
	{ dimension: 0, examples: [], embeddings: [] },
	{ dimension: undefined, examples: [ENTRY, { ...ENTRY, id: "2" }], embeddings: [1, 2, 3] },
	{ embeddings: null },
	{ embeddings: "12" },
	{ embeddings: [1] },
	{ embeddings: Float32Array.of(1, 2, 3) },
	{ labels: "a" },
	{ labels: null },
	{ examples: "a" },
	{ examples: [null] },
	{ examples: [5] },
	{ examples: [{ label: "a" }] },
	{ examples: [{ id: "1" }] },
	{ examples: { a: ENTRY } },
])("no data set: %s", (change) => {
	expect(KNN.fromDataset(ONE).getCount()).toBe(1);
	const broken = /** @type {any} */ ({ ...ONE, ...change });
	expect(() => KNN.fromDataset(broken)).toThrow(expect.objectContaining({ code: "badDataset" }));
});

test.each([
	["as it is", ONE],
	["by JSON", { ...ONE, embeddings: [1, 2] }],
	["without the dimension", { ...ONE, dimension: undefined }],
])("a data set %s is restored", (_, dataset) => {
	expect(KNN.fromDataset(/** @type {any} */ (dataset)).toDataset()).toEqual(ONE);
});

test("the dimension outlives the examples, and a data set restores it", () => {
	const knn = taught();
	for (const label of knn.getLabels()) knn.clearLabel(label);
	const restored = KNN.fromDataset(knn.toDataset());
	expect(restored.dimension).toBe(3);
	expect(() => restored.addExample(Float32Array.of(1, 2), "a")).toThrow(expect.objectContaining({ code: "dimension" }));
	restored.clearAllLabels();
	restored.addExample(Float32Array.of(1, 2), "a");
	expect(restored.classify(Float32Array.of(2, 1)).label).toBe("a");
});

// The other tools' own code opens what is written here, and what it gives is read here.

import * as tf from "@tensorflow/tfjs";
import * as knnClassifierPackage from "@tensorflow-models/knn-classifier";
import { beforeAll, describe, expect, it } from "vitest";
import { openFile, readForeign, writeForeign } from "../../../src/exchange/formats/registry.js";

const CONTENT = {
	name: "Pets",
	model: { id: "mobilenet", dimension: 3 },
	settings: null,
	classes: ["10", "cat", "9"].map((label) => ({ label, colour: null, emoji: null, enabled: true })),
	examples: ["cat", "10", "cat", "9"].map((label, i) => ({ id: `${i}`, label, group: null, thumbnail: null })),
	embeddings: Float32Array.of(0.1, 2, 0, 1, 0, 0, 0.3, 1e-7, 5, 0, 0, 1),
};
/** The package keeps its examples at length 1. */
const UNIT = { 10: [[1, 0, 0]], cat: [unit([0.1, 2, 0]), unit([0.3, 1e-7, 5])], 9: [[0, 0, 1]] };

/** @param {number[]} row */
function unit(row) {
	const length = Math.hypot(...row);
	return row.map((value) => value / length);
}

/** @param {Awaited<ReturnType<typeof readForeign>>["content"]} content */
function rowsByLabel({ examples, embeddings, model }) {
	const d = model?.dimension ?? 0;
	/** @type {Record<string, number[][]>} */
	const rows = {};
	for (const [i, { label }] of examples.entries()) {
		rows[label] = [
			...(rows[label] ?? []),
			Array.from(/** @type {Float32Array} */ (embeddings).subarray(i * d, (i + 1) * d)),
		];
	}
	return rows;
}

/** @param {Record<string, number[][]>} rows @param {Record<string, number[][]>} expected */
function expectClose(rows, expected) {
	expect(Object.keys(rows).sort()).toEqual(Object.keys(expected).sort());
	for (const [label, list] of Object.entries(expected)) {
		expect(rows[label].length).toBe(list.length);
		for (const [i, row] of list.entries())
			for (const [j, value] of row.entries()) expect(rows[label][i][j]).toBeCloseTo(value, 5);
	}
}

/** @param {unknown} json */
const read = async (json) =>
	(await readForeign(await openFile(new File([JSON.stringify(json)], "saved.json")))).content;

beforeAll(async () => {
	await tf.setBackend("cpu");
});

describe("@tensorflow-models/knn-classifier", () => {
	it("classifies with what is written here", async () => {
		const written = await (await writeForeign("knnClassifier", CONTENT)).text();
		const classifier = knnClassifierPackage.create();
		const entries = JSON.parse(written).map((/** @type {any} */ [label, data, shape]) => [
			label,
			tf.tensor(data, shape),
		]);
		classifier.setClassifierDataset(Object.fromEntries(entries));
		expect(classifier.getClassExampleCount()).toEqual({ cat: 2, 10: 1, 9: 1 });
		const answer = await classifier.predictClass(tf.tensor([0.2, 0, 4]), 1);
		expect(answer.label).toBe("cat");
	});

	it("gives what is read here, however a sketch saves it", async () => {
		const classifier = knnClassifierPackage.create();
		for (const [i, { label }] of CONTENT.examples.entries()) {
			classifier.addExample(tf.tensor(CONTENT.embeddings.slice(i * 3, i * 3 + 3)), label);
		}
		const dataset = Object.entries(classifier.getClassifierDataset());
		const idioms = [
			dataset.map(([label, data]) => [label, Array.from(data.dataSync()), data.shape]),
			dataset.map(([label, data]) => [label, data.dataSync(), data.shape]),
			dataset.map(([label, data]) => ({ label, data: Array.from(data.dataSync()), shape: data.shape })),
			Object.fromEntries(dataset.map(([label, data]) => [label, data.arraySync()])),
		];
		for (const idiom of idioms) expectClose(rowsByLabel(await read(idiom)), UNIT);
	});
});

describe("ml5's KNNClassifier", () => {
	// ml5 0.12 needs the whole of TensorFlow.js 1.7 and runs in a browser only, so it is not installed for one test. These are
	// the steps of its load (ml5 0.12.2, src/KNNClassifier/index.js), on the package that it uses. What its save gives is in
	// tests/exchange/formats/files/ml5.json, saved by ml5 itself.
	it("loads what is written here, with the labels", async () => {
		const { dataset, tensors } = JSON.parse(await (await writeForeign("ml5", CONTENT)).text());
		const mapStringToIndex = Object.keys(dataset).map((key) => dataset[key].label);
		/** @type {Record<string, any>} */
		const loaded = {};
		for (const [i, tensor] of tensors.entries()) {
			const values = Object.keys(tensor).map((key) => tensor[key]);
			loaded[i] = tf.tensor(values, dataset[i].shape, dataset[i].dtype);
		}
		const classifier = knnClassifierPackage.create();
		classifier.setClassifierDataset(loaded);
		expect(mapStringToIndex).toEqual(["10", "cat", "9"]);
		const { label } = await classifier.predictClass(tf.tensor([0.2, 0, 4]), 1);
		expect(mapStringToIndex[Number(label)]).toBe("cat");
	});
});

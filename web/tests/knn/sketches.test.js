// What sketches for @tensorflow-models/knn-classifier do, with real tensors. Each runs on that package too: what a test expects
// is what the package does, unless the test says otherwise.

import * as tf from "@tensorflow/tfjs";
import * as peer from "@tensorflow-models/knn-classifier";
import { beforeAll, describe, expect, test } from "vitest";
import { ContractError } from "../../src/contract/errors.js";
import * as ours from "../../src/knn/knn.js";

/** @typedef {any} Classifier */

const PICTURES = { apple: [5, 1, 0, 1], pear: [1, 5, 0, 1], plum: [0, 1, 5, 1] };
/** Several pictures of a thing, near each other. @param {keyof typeof PICTURES} thing @param {number} i */
const picture = (thing, i = 0) => tf.tensor2d([PICTURES[thing].map((number, at) => number + ((i * 7 + at) % 3) / 10)]);

/** Teaches three examples of each class. @param {Classifier} classifier @param {Partial<Record<keyof typeof PICTURES, any>>} labels */
function teach(classifier, labels) {
	for (const [thing, label] of Object.entries(labels)) {
		for (let i = 0; i < 3; i++) {
			const activation = picture(/** @type {keyof typeof PICTURES} */ (thing), i);
			classifier.addExample(activation, label);
			activation.dispose();
		}
	}
	return classifier;
}

beforeAll(async () => {
	await tf.setBackend("cpu");
});

describe.each([
	["knn-classifier", peer],
	["ours", ours],
])("a sketch, on %s", (name, knnClassifier) => {
	const isOurs = name === "ours";

	test("names its classes by classIndex, resets one, and teaches it again", async () => {
		const names = ["Rock", "Paper", "Scissors"];
		const classifier = /** @type {Classifier} */ (knnClassifier.create());
		/** @param {keyof typeof PICTURES} thing */
		const guess = async (thing) => names[(await classifier.predictClass(picture(thing, 1), 3)).classIndex];
		teach(classifier, { apple: 0, pear: 1, plum: 2 });
		expect([await guess("apple"), await guess("pear"), await guess("plum")]).toEqual(names);
		classifier.clearClass(0);
		expect(classifier.getNumClasses()).toBe(2);
		expect([await guess("pear"), await guess("plum")]).toEqual(["Paper", "Scissors"]);
		teach(classifier, { apple: 0 });
		expect([await guess("apple"), await guess("pear"), await guess("plum")]).toEqual(names);
		classifier.clearAllClasses();
		expect(classifier.getNumClasses()).toBe(0);
		await expect(classifier.predictClass(picture("apple"))).rejects.toThrow();
		teach(classifier, { plum: 2, pear: 1 });
		expect([await guess("pear"), await guess("plum")]).toEqual(["Paper", "Scissors"]);
	});

	test("reads counts as it reads any object", async () => {
		const classifier = teach(knnClassifier.create(), { apple: 0, plum: 2 });
		const counts = classifier.getClassExampleCount();
		// biome-ignore lint/suspicious/noPrototypeBuiltins: sketches do
		expect([counts.hasOwnProperty(0), counts.hasOwnProperty("1"), "2" in counts]).toEqual([true, false, true]);
		expect([counts[0] > 0, counts[1] > 0, counts[1] || 0]).toEqual([true, false, 0]);
		expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(6);
		expect(`${counts}`).toBe("[object Object]");
		expect(JSON.stringify(counts)).toBe('{"0":3,"2":3}');
		const keys = [];
		for (const key in counts) keys.push(key);
		expect(keys).toEqual(["0", "2"]);
		const { confidences } = await classifier.predictClass(picture("apple"));
		// biome-ignore lint/suspicious/noPrototypeBuiltins: sketches do
		expect(confidences.hasOwnProperty("0")).toBe(true);
		expect(confidences).toEqual({ 0: 1, 2: 0 });
		// biome-ignore lint/suspicious/noPrototypeBuiltins: sketches do
		expect(classifier.getClassifierDataset().hasOwnProperty("2")).toBe(true);
		expect(classifier.getNumExamples()).toBe(6);
		expect(Object.keys(classifier.classDatasetMatrices)).toEqual(["0", "2"]);
		expect(classifier.classExampleCount).toEqual(counts);
		expect(classifier.labelToClassId).toEqual({ 0: 0, 2: 1 });
	});

	test.each(["3", 3.9, Number.POSITIVE_INFINITY, true, undefined])("takes k = %s", async (k) => {
		const classifier = teach(teach(knnClassifier.create(), { apple: "a", pear: "b" }), { pear: "b" });
		expect((await classifier.predictClass(picture("pear"), k)).classIndex).toBe(1);
	});

	test.each([0, -1, "", "0", null])("is refused k = %s", async (k) => {
		const classifier = teach(knnClassifier.create(), { apple: "a", pear: "b" });
		await expect(classifier.predictClass(picture("pear"), k)).rejects.toThrow();
	});

	test("uses booleans as labels", async () => {
		const classifier = teach(knnClassifier.create(), { apple: true, pear: false });
		expect(await classifier.predictClass(picture("pear"))).toMatchObject({ label: "false", classIndex: 1 });
		classifier.clearClass(true);
		expect(classifier.getClassExampleCount()).toEqual({ false: 3 });
	});

	test("makes a classifier by the name of the class", () => {
		const classifier = /** @type {Classifier} */ (new knnClassifier.KNNClassifier());
		expect(knnClassifier.create()).toBeInstanceOf(knnClassifier.KNNClassifier);
		expect(classifier.getNumClasses()).toBe(0);
		expect(() => classifier.clearClass("never taught")).toThrow();
	});

	test("disposes of the picture while the answer is awaited, and predicts inside tidy", async () => {
		const classifier = teach(knnClassifier.create(), { apple: 0, pear: 1 });
		const activation = picture("pear");
		const promise = classifier.predictClass(activation);
		activation.dispose();
		expect((await promise).label).toBe("1");
		tf.tidy(() => classifier.addExample(picture("plum"), 2));
		expect((await classifier.predictClass(picture("plum"), 1)).label).toBe("2");
	});

	test.each([
		[
			"triples of label, numbers and shape",
			(/** @type {any} */ set) =>
				Object.entries(set).map(([label, data]) => [label, Array.from(data.dataSync()), data.shape]),
			(/** @type {any} */ saved) =>
				Object.fromEntries(saved.map((/** @type {any} */ [label, data, shape]) => [label, tf.tensor(data, shape)])),
		],
		[
			"numbers by label",
			(/** @type {any} */ set) =>
				Object.fromEntries(Object.keys(set).map((key) => [key, Array.from(set[key].dataSync())])),
			(/** @type {any} */ saved) => {
				for (const key of Object.keys(saved)) saved[key] = tf.tensor(saved[key], [saved[key].length / 4, 4]);
				return saved;
			},
		],
		[
			"objects with awaited numbers",
			async (/** @type {any} */ set) =>
				Promise.all(
					Object.entries(set).map(async ([classId, value]) => ({
						classId: Number(classId),
						data: Array.from(await value.data()),
						shape: value.shape,
					})),
				),
			(/** @type {any} */ saved) =>
				saved.reduce((/** @type {any} */ set, /** @type {any} */ { classId, data, shape }) => {
					set[classId] = tf.tensor2d(data, shape);
					return set;
				}, {}),
		],
		[
			"rows",
			async (/** @type {any} */ set) => {
				const rows = /** @type {Record<string, number[][]>} */ ({});
				for (const label in set) rows[label] = await set[label].array();
				return rows;
			},
			(/** @type {any} */ saved) =>
				Object.fromEntries(Object.keys(saved).map((label) => [label, tf.tensor2d(saved[label])])),
		],
		[
			"the data set itself beside its numbers, with a name in each tensor",
			(/** @type {any} */ dataset) => {
				for (const key of Object.keys(dataset)) dataset[key].label = `name ${key}`;
				return { dataset, tensors: Object.keys(dataset).map((key) => dataset[key].dataSync()) };
			},
			(/** @type {any} */ { dataset, tensors }) =>
				Object.fromEntries(
					Object.keys(dataset).map((key, i) => {
						expect(dataset[key].label).toBe(`name ${key}`);
						const { shape, dtype } = dataset[key];
						return [key, tf.tensor(/** @type {number[]} */ (Object.values(tensors[i])), shape, dtype)];
					}),
				),
		],
	])("saves and restores %s, with JSON in between", async (_, save, restore) => {
		const taught = teach(knnClassifier.create(), { apple: 0, pear: 1, plum: 2 });
		taught.clearClass(1);
		teach(taught, { pear: 1 });
		const text = JSON.stringify(await save(taught.getClassifierDataset()));
		const restored = /** @type {Classifier} */ (knnClassifier.create());
		restored.setClassifierDataset(restore(JSON.parse(text)));
		expect(restored.getClassExampleCount()).toEqual({ 0: 3, 1: 3, 2: 3 });
		for (const thing of /** @type {const} */ (["apple", "pear", "plum"])) {
			const [one, other] = [await taught.predictClass(picture(thing)), await restored.predictClass(picture(thing))];
			expect([other.label, other.confidences]).toEqual([one.label, one.confidences]);
			// The package has no index after restoring: ours counts the labels of the data set.
			expect(other.classIndex).toBe(isOurs ? one.classIndex : undefined);
		}
		teach(restored, { apple: 0 });
		expect(restored.getClassExampleCount()).toEqual({ 0: 6, 1: 3, 2: 3 });
		expect((await restored.predictClass(picture("apple"), 6)).classIndex).toBe(0);
	});

	test("restores into the classifier that was taught: indices stay those of teaching", async () => {
		const classifier = teach(knnClassifier.create(), { pear: 1, apple: 0 });
		const saved = Object.entries(classifier.getClassifierDataset()).map(([key, value]) => [
			key,
			/** @type {number[][]} */ (value.arraySync()),
		]);
		classifier.clearAllClasses();
		classifier.setClassifierDataset(
			Object.fromEntries(saved.map(([key, rows]) => [String(key), tf.tensor2d(/** @type {number[][]} */ (rows))])),
		);
		expect((await classifier.predictClass(picture("pear"))).classIndex).toBe(0);
		expect((await classifier.predictClass(picture("apple"))).classIndex).toBe(1);
	});

	test("restores one class at a time by spreading, and leaves no tensor behind", () => {
		const rows = { apple: [PICTURES.apple, PICTURES.apple], pear: [PICTURES.pear] };
		const before = tf.memory().numTensors;
		const classifier = /** @type {Classifier} */ (knnClassifier.create());
		for (const [label, data] of Object.entries(rows)) {
			classifier.setClassifierDataset({ ...classifier.getClassifierDataset(), [label]: tf.tensor2d(data) });
		}
		expect(classifier.getClassExampleCount()).toEqual({ apple: 2, pear: 1 });
		classifier.dispose();
		expect(tf.memory().numTensors).toBe(before);
	});

	test("gives a data set away: clearing, adding to and disposing free its tensors", () => {
		const before = tf.memory().numTensors;
		const [apple, pear, plum] = [picture("apple"), picture("pear"), picture("plum")];
		const disposed = () => [apple, pear, plum].map(({ isDisposed }) => isDisposed);
		const classifier = /** @type {Classifier} */ (knnClassifier.create());
		classifier.setClassifierDataset({ apple, pear, plum });
		expect(disposed()).toEqual([false, false, false]);
		classifier.clearClass("apple");
		expect(disposed()).toEqual([true, false, false]);
		tf.tidy(() => classifier.addExample(picture("pear", 1), "pear"));
		expect(disposed()).toEqual([true, true, false]);
		classifier.clearAllClasses();
		expect(tf.memory().numTensors).toBe(before);
		classifier.setClassifierDataset({ apple: picture("apple") });
		classifier.dispose();
		classifier.dispose();
		expect(tf.memory().numTensors).toBe(before);
	});

	test("goes back to an earlier data set, and shares one between classifiers", async () => {
		const [one, other] = [{ apple: picture("apple") }, { pear: picture("pear") }];
		const classifier = /** @type {Classifier} */ (knnClassifier.create());
		classifier.setClassifierDataset(one);
		classifier.setClassifierDataset(other);
		expect((await classifier.predictClass(picture("apple"), 1)).label).toBe("pear");
		classifier.setClassifierDataset(one);
		expect((await classifier.predictClass(picture("apple"), 1)).label).toBe("apple");
		const second = /** @type {Classifier} */ (knnClassifier.create());
		second.setClassifierDataset(one);
		expect((await second.predictClass(picture("apple"))).label).toBe("apple");
	});

	test("evens out its classes, and takes one example out", async () => {
		const classifier = teach(teach(knnClassifier.create(), { apple: "a", pear: "b" }), { pear: "b" });
		const smallest = Math.min(...Object.values(classifier.getClassExampleCount()));
		const even = /** @type {Record<string, tf.Tensor2D>} */ ({});
		for (const [label, tensor] of Object.entries(classifier.getClassifierDataset())) {
			even[label] = tf.tensor2d(tensor.arraySync().slice(0, smallest));
		}
		classifier.clearAllClasses();
		classifier.setClassifierDataset(even);
		expect(classifier.getClassExampleCount()).toEqual({ a: 3, b: 3 });
		const dataset = classifier.getClassifierDataset();
		const kept = dataset.b.arraySync();
		kept.splice(1, 1);
		dataset.b.dispose();
		dataset.b = tf.tensor2d(kept);
		classifier.setClassifierDataset(dataset);
		expect(classifier.getClassExampleCount()).toEqual({ a: 3, b: 2 });
		expect((await classifier.predictClass(picture("pear"))).label).toBe("b");
	});

	test("reads the entries of a data set as tensors", async () => {
		const classifier = teach(knnClassifier.create(), { apple: "a" });
		const { a } = classifier.getClassifierDataset();
		expect([a.shape, a.size, a.rank, a.dtype, a.isDisposed]).toEqual([[3, 4], 12, 2, "float32", false]);
		expect(a.dataSync()).toBeInstanceOf(Float32Array);
		expect(await a.data()).toEqual(a.dataSync());
		expect(a.arraySync().flat()).toEqual(Array.from(a.dataSync()));
		expect(await a.array()).toEqual(a.arraySync());
		const copy = a.clone();
		copy.dispose();
		expect([copy.isDisposed, a.isDisposed]).toEqual([true, false]);
		expect(String(a)).toMatch(/^Tensor/);
		expect(JSON.parse(JSON.stringify(a))).toMatchObject({ shape: [3, 4], dtype: "float32", size: 12 });
	});
});

describe("ours refuses what the package stores and then fails at", () => {
	test.each([
		["nothing", null],
		["text", "a data set"],
		["what JSON made of a data set", { apple: { shape: [1, 4], dtype: "float32", size: 4 } }],
		["an entry that is nothing", { apple: null }],
		["a list", { apple: [1, 2, 3, 4] }],
		["a tensor of one dimension", { apple: tf.tensor1d([1, 2, 3, 4]) }],
		["a tensor of three", { apple: tf.tensor3d([[[1], [2]]]) }],
		["fewer numbers than the shape says", { apple: { dataSync: () => Float32Array.of(1, 2, 3), shape: [2, 2] } }],
	])("%s as a data set", (_, dataset) => {
		const classifier = teach(ours.create(), { pear: "b" });
		expect(() => classifier.setClassifierDataset(/** @type {any} */ (dataset))).toThrow(ContractError);
		expect(classifier.getClassExampleCount()).toEqual({ b: 3 });
	});

	test("classes of two dimensions, and disposes of nothing that it refused", () => {
		const set = { apple: picture("apple"), pear: tf.tensor2d([[1, 2]]) };
		const classifier = ours.create();
		expect(() => classifier.setClassifierDataset(set)).toThrow(ContractError);
		classifier.dispose();
		expect([set.apple.isDisposed, set.pear.isDisposed]).toEqual([false, false]);
	});
});

test("indices are given in the order of teaching, whatever the labels are", async () => {
	const classifier = teach(ours.create(), { plum: 7, apple: "__proto__", pear: 2 });
	/** @param {keyof typeof PICTURES} thing */
	const prediction = async (thing) => (await classifier.predictClass(picture(thing))).classIndex;
	expect([await prediction("plum"), await prediction("apple"), await prediction("pear")]).toEqual([0, 1, 2]);
	expect(Object.keys(classifier.getClassExampleCount())).toEqual(["2", "7", "__proto__"]);
	const shapes = Object.entries(classifier.getClassifierDataset()).map(([label, { shape }]) => [label, shape]);
	expect(shapes).toContainEqual(["__proto__", [3, 4]]);
});

test("restored labels have indices before anything is taught, in the order of the data set", async () => {
	const classifier = ours.create();
	classifier.setClassifierDataset({ a: picture("apple"), b: picture("pear") });
	teach(classifier, { plum: "c", pear: "b" });
	expect(classifier.labelToClassId).toEqual({ a: 0, b: 1, c: 2 });
	expect((await classifier.predictClass(picture("apple"), 1)).classIndex).toBe(0);
});

test("an example that is refused gives its label no index", async () => {
	const classifier = ours.create();
	expect(() => classifier.addExample(tf.tensor1d([0, 0]), "nothing")).toThrow(ContractError);
	classifier.addExample(tf.tensor1d([0, 1]), "something");
	expect((await classifier.predictClass(tf.tensor1d([0, 1]))).classIndex).toBe(0);
});

test("with our own names: teach, clear, teach again, save and restore by JSON", () => {
	const knn = new ours.KNN();
	/** @param {keyof typeof PICTURES} thing @param {number} [i] */
	const numbers = (thing, i) => Float32Array.from(picture(thing, i).dataSync());
	/** @param {keyof typeof PICTURES} thing @param {string} label */
	const show = (thing, label) => {
		for (let i = 0; i < 3; i++) knn.addExample(numbers(thing, i), label, { group: `${thing} ${i}` });
	};
	/** @param {ours.KNN} classifier */
	const answers = (classifier) =>
		/** @type {const} */ (["apple", "pear", "plum"]).map((thing) => classifier.classify(numbers(thing)));
	show("apple", "a");
	show("pear", "b");
	show("plum", "c");
	expect(answers(knn).map(({ label, classIndex }) => [label, classIndex])).toEqual([
		["a", 0],
		["b", 1],
		["c", 2],
	]);
	knn.clearLabel("a");
	show("apple", "a");
	expect(answers(knn).map(({ label, classIndex }) => [label, classIndex])).toEqual([
		["a", 2],
		["b", 0],
		["c", 1],
	]);
	const { embeddings, ...rest } = knn.toDataset();
	const saved = JSON.parse(JSON.stringify({ ...rest, embeddings: Array.from(embeddings) }));
	const restored = ours.KNN.fromDataset(saved);
	expect(restored.toDataset()).toEqual(knn.toDataset());
	expect(answers(restored)).toEqual(answers(knn));
	restored.clearAllLabels();
	restored.addExample(Float32Array.of(1, 2), "of another dimension");
	expect(restored.dimension).toBe(2);
});

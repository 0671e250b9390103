import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TIE } from "../../src/contract/constants.js";
import { ContractError } from "../../src/contract/errors.js";
import { create, KNN } from "../../src/knn/knn.js";
import { agree } from "../support/agree.js";

const DIMENSION = 5;
const anyLabel = fc.oneof(
	fc.constantFrom("cat", "dog", "7", "__proto__", "constructor"),
	fc.string({ unit: "grapheme" }),
);
// Small whole numbers make duplicates and ties; the factors make huge and tiny embeddings.
const anyEmbedding = fc
	.tuple(
		fc.array(fc.integer({ min: -2, max: 2 }), { minLength: DIMENSION, maxLength: DIMENSION }),
		fc.constantFrom(1, 1, 1, 1e-40, 1e-20, 1e20, 1e37),
	)
	.filter(([numbers]) => numbers.some((number) => number !== 0))
	.map(([numbers, factor]) => Float32Array.from(numbers, (number) => number * factor));
const anyOptions = fc.record({
	k: fc.integer({ min: 1, max: 40 }),
	metric: fc.constantFrom("cosine", "euclidean", "manhattan"),
	weights: fc.constantFrom("uniform", "distance"),
	unknownDistance: fc.option(
		fc.oneof(
			fc.double({ min: 0, max: 2, noNaN: true }),
			fc.record({
				distance: fc.double({ min: 0, max: 2, noNaN: true }),
				exponent: fc.double({ min: 0, max: 1, noNaN: true }),
				adapted: fc.constant(null),
			}),
		),
	),
});
const anyExamples = fc.array(fc.tuple(anyEmbedding, fc.constantFrom("cat", "dog", "7", "__proto__")), { minLength: 1 });

/** @param {[Float32Array, string][]} examples */
function createClassifier(examples) {
	const knn = new KNN();
	for (const [i, [embedding, label]] of examples.entries())
		knn.addExample(embedding, label, { id: `i${i}`, group: `g${i % 3}` });
	return knn;
}

describe("the classifier, with any examples and any options", () => {
	test("removing many examples at once gives the same as one by one", () => {
		fc.assert(
			fc.property(anyExamples, fc.array(fc.nat(12)), (examples, places) => {
				const [oneByOne, atOnce] = [createClassifier(examples), createClassifier(examples)];
				const ids = places.map((place) => `i${place}`);
				for (const id of ids) if (oneByOne.has(id)) oneByOne.removeExample(id);
				atOnce.removeExamples(ids);
				expect(atOnce.toDataset()).toEqual(oneByOne.toDataset());
				expect(atOnce.getCountByLabel()).toEqual(oneByOne.getCountByLabel());
			}),
		);
	});

	test("in a result, shares add up to 1, the winner has the largest, and neighbours ascend", () => {
		fc.assert(
			fc.property(anyExamples, anyEmbedding, anyOptions, (examples, query, options) => {
				const knn = createClassifier(examples);
				const result = knn.classify(query, options);
				const shares = knn.getLabels().map((name) => result.confidences[name]);
				expect(shares.reduce((sum, share) => sum + share)).toBeCloseTo(1, 9);
				expect(result.confidences[result.label]).toBeGreaterThanOrEqual(Math.max(...shares) - TIE);
				expect(knn.getLabels()[result.classIndex]).toBe(result.label);
				expect(result.k).toBe(Math.min(options.k, examples.length));
				expect(result.neighbours.length).toBe(result.k);
				for (let i = 1; i < result.k; i++) {
					expect(result.neighbours[i].distance - result.neighbours[i - 1].distance).toBeGreaterThan(-TIE);
				}
				const { unknownDistance } = result;
				const option = options.unknownDistance;
				if (typeof option !== "object" || !option) expect(unknownDistance).toBe(option);
				else expect(unknownDistance).toBeLessThanOrEqual(option.distance);
				expect(result.isUnknown).toBe(unknownDistance !== null && result.novelty > unknownDistance + TIE);
				expect(result.certainty === "unknown").toBe(result.isUnknown);
			}),
		);
	});

	test("a batch gives the same as its embeddings one by one", () => {
		fc.assert(
			fc.property(
				anyExamples,
				fc.array(anyEmbedding, { maxLength: 5 }),
				anyOptions,
				(examples, embeddings, options) => {
					const knn = createClassifier(examples);
					const oneByOne = embeddings.map((embedding) => knn.classify(embedding, options));
					expect(knn.classifyBatch(embeddings, options)).toEqual(oneByOne);
				},
			),
		);
	});

	test("a data set holds everything: the classifier built from it is the same", () => {
		fc.assert(
			fc.property(anyExamples, anyEmbedding, anyOptions, (examples, query, options) => {
				const knn = createClassifier(examples);
				knn.addLabel("empty");
				const copy = KNN.fromDataset(knn.toDataset());
				expect(copy.toDataset()).toEqual(knn.toDataset());
				expect(copy.classify(query, options)).toEqual(knn.classify(query, options));
			}),
		);
	});

	test("removing the last example brings back the answer from before", () => {
		fc.assert(
			fc.property(anyExamples, anyEmbedding, anyEmbedding, anyOptions, (examples, added, query, options) => {
				const knn = createClassifier(examples);
				const before = knn.classify(query, options);
				knn.addExample(added, examples[0][1], { id: "added" });
				knn.removeExample("added");
				expect(knn.classify(query, options)).toEqual(before);
			}),
		);
	});

	test("any text is accepted as a label or refused with a ContractError, and then nothing has changed", () => {
		fc.assert(
			fc.property(anyLabel, (text) => {
				const knn = new KNN();
				try {
					knn.addExample(Float32Array.of(1, 2), text, { id: "a" });
					expect(knn.getLabels()).toEqual([text]);
					expect(knn.getCountByLabel()[text]).toBe(1);
					expect(knn.classify(Float32Array.of(1, 2)).confidences[text]).toBe(1);
				} catch (error) {
					expect(error).toBeInstanceOf(ContractError);
					expect([knn.getCount(), knn.getNumLabels()]).toEqual([0, 0]);
				}
			}),
		);
	});
});

describe("the names of @tensorflow-models/knn-classifier", () => {
	/** @param {number[]} values */
	const tensor = (...values) => ({ dataSync: () => Float32Array.from(values), shape: [1, values.length] });

	test("a sketch written for it runs: tensors, numbers as labels, a promise of the prediction", async () => {
		const classifier = create();
		classifier.addExample(tensor(1, 0), 0);
		classifier.addExample(tensor(0, 1), 1);
		classifier.addExample(tensor(0.1, 0.9), 1);
		expect(classifier.getNumClasses()).toBe(2);
		expect({ ...classifier.getClassExampleCount() }).toEqual({ 0: 1, 1: 2 });
		const { label: winner, classIndex, confidences } = await classifier.predictClass(tensor(0, 2), 2);
		expect([winner, classIndex, { ...confidences }]).toEqual(["1", 1, { 0: 0, 1: 1 }]);
		classifier.clearClass(0);
		expect(classifier.getNumClasses()).toBe(1);
		classifier.clearAllClasses();
		expect(classifier.getNumClasses()).toBe(0);
	});

	test("a data set comes back the same", async () => {
		const one = create();
		one.addExample(tensor(1, 2, 3), "b");
		one.addExample(tensor(4, 5, 6), "a");
		one.addExample(tensor(7, 8, 9), "b");
		const other = create();
		other.setClassifierDataset(one.getClassifierDataset());
		agree(other.getClassExampleCount(), one.getClassExampleCount(), "counts");
		expect(other.getLabels()).toEqual(["b", "a"]);
		expect(other.getClassifierDataset().b.shape).toEqual([2, 3]);
		expect(Array.from(other.getClassifierDataset().b.dataSync())).toEqual([1, 2, 3, 7, 8, 9]);
		const broken = { c: { dataSync: () => Float32Array.of(1, 2, 3), shape: [2, 2] } };
		expect(() => other.setClassifierDataset(broken)).toThrow(ContractError);
		expect(other.getNumClasses()).toBe(2);
	});
});

describe("nearestOutside", () => {
	// Beyond 64 examples a SIMD product answers.
	test.each([9, 300])("is the nearest neighbour of another class, among %i examples", (n) => {
		const knn = new KNN();
		const random = () => Float32Array.from({ length: 40 }, () => Math.random() - 0.4);
		expect(knn.nearestOutside(random(), "many")).toBeNull();
		for (let i = 0; i < n; i++) knn.addExample(random(), "many", { id: `m${i}` });
		expect(knn.nearestOutside(random(), "many")).toBeNull();
		for (let i = 0; i < 7; i++) knn.addExample(random(), i % 2 ? "few" : "__proto__", { id: `f${i}` });
		for (let i = 0; i < 20; i++) {
			const query = random();
			const { neighbours } = knn.classify(query, { k: n + 7 });
			const { id, label } = /** @type {any} */ (neighbours.find((neighbour) => neighbour.label !== "many"));
			expect(knn.nearestOutside(query, "many")).toEqual({ id, label });
		}
	});
});

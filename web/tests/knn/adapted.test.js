// The adapted metric against the formula that defines it, by the eigenvectors of the covariance matrix.

import fc from "fast-check";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { afterEach, describe, expect, test, vi } from "vitest";
import { MAX_FITTED, TIE } from "../../src/contract/constants.js";
import { fitExamples } from "../../src/knn/adapted.js";
import { createGenerator, spread } from "../../src/knn/draws.js";
import { KNN } from "../../src/knn/knn.js";

/** @typedef {{embedding: Float32Array, label: string}} LabelledEmbedding */

afterEach(() => vi.unstubAllGlobals());

/** @param {ArrayLike<number>} numbers */
const unit = (numbers) => {
	const norm = Math.hypot(...Array.from(numbers));
	return Array.from(numbers, (number) => number / norm);
};

/**
 * Computes the distances from a query to all examples, as contract/README.md defines them.
 * @param {LabelledEmbedding[]} examples
 * @param {Float32Array} query
 * @returns {number[]}
 */
function expectedDistances(examples, query) {
	const labels = [...new Set(examples.map(({ label }) => label))];
	const rows = spread(
		examples.map(({ label }) => labels.indexOf(label)),
		MAX_FITTED,
	);
	const fitted = rows.map((row) => examples[row]);
	const d = query.length;
	const mean = Array.from({ length: d }, (_, i) => average(fitted.map(({ embedding }) => unit(embedding)[i])));
	const within = Matrix.zeros(d, d);
	for (const label of labels) {
		const members = fitted.filter((example) => example.label === label).map(({ embedding }) => unit(embedding));
		const centre = Array.from({ length: d }, (_, i) => average(members.map((u) => u[i])));
		for (const u of members) {
			const r = Matrix.columnVector(u.map((number, i) => number - centre[i]));
			within.add(r.mmul(r.transpose()));
		}
	}
	within.div(fitted.length - labels.length);
	const tau = within.trace() / d;
	const covariance = Matrix.mul(within, 0.5).add(Matrix.mul(Matrix.eye(d), tau / 2));
	const { eigenvectorMatrix, realEigenvalues } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
	const whitening = eigenvectorMatrix
		.mmul(Matrix.diag(realEigenvalues.map((value) => value ** -0.5)))
		.mmul(eigenvectorMatrix.transpose());
	/** @param {Float32Array} embedding */
	const whiten = (embedding) =>
		unit(whitening.mmul(Matrix.columnVector(unit(embedding).map((u, i) => u - mean[i]))).to1DArray());
	const whiteQuery = whiten(query);
	return examples.map(
		({ embedding }) => 1 - whiten(embedding).reduce((sum, number, i) => sum + number * whiteQuery[i], 0),
	);
}

/** @param {number[]} numbers */
const average = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

/**
 * @param {LabelledEmbedding[]} examples
 * @returns {KNN}
 */
function createClassifier(examples) {
	const knn = new KNN();
	for (const [i, { embedding, label }] of examples.entries()) knn.addExample(embedding, label, { id: `i${i}` });
	return knn;
}

/**
 * Creates clusters that all vary in one direction.
 * @param {number} n
 * @param {number} d
 * @param {number} c
 * @param {number} seed
 * @returns {LabelledEmbedding[]}
 */
function createClusters(n, d, c, seed) {
	const random = createGenerator(seed);
	const number = () => random(2000) / 1000 - 1;
	const centres = Array.from({ length: c }, () => Array.from({ length: d }, number));
	return Array.from({ length: n }, (_, i) => {
		const strong = 2 * number();
		const embedding = Float32Array.from(centres[i % c], (x, j) => x + 0.3 * number() + (j % 3 === 0 ? strong : 0));
		return { embedding, label: `class ${i % c}` };
	});
}

/**
 * Measures the distance of every example, by the classifier.
 * @param {KNN} knn
 * @param {Float32Array} query
 */
function measureDistances(knn, query) {
	const { neighbours } = knn.classify(query, { k: knn.getCount(), metric: "adapted" });
	const distances = new Map(neighbours.map(({ id, distance }) => [id, distance]));
	return Array.from({ length: knn.getCount() }, (_, i) => distances.get(`i${i}`) ?? Number.NaN);
}

/**
 * @param {number[]} actual
 * @param {number[]} expected
 * @param {number} [tolerance]
 */
function expectNear(actual, expected, tolerance = TIE) {
	for (const [i, distance] of expected.entries())
		expect(Math.abs(actual[i] - distance), `of ${i}`).toBeLessThan(tolerance);
}

/** @param {Parameters<typeof fitExamples>[0]} examples */
function finish(examples) {
	const steps = fitExamples(examples);
	let step = steps.next();
	while (!step.done) step = steps.next();
	return step.value;
}

/** @param {LabelledEmbedding[]} examples */
function fitMetric(examples) {
	const labels = [...new Set(examples.map(({ label }) => label))];
	return finish({
		ids: examples.map((_, i) => `i${i}`),
		embeddings: examples.map(({ embedding }) => embedding),
		norms: examples.map(({ embedding }) => Math.hypot(...embedding)),
		classIndices: examples.map(({ label }) => labels.indexOf(label)),
	});
}

describe("the distances are those of the formula", () => {
	test.each([
		["more numbers than examples", 9, 24, 3],
		["more examples than numbers", 60, 5, 3],
		["an odd number of each", 15, 7, 4],
		["one class", 8, 6, 1],
		["one number", 7, 1, 2],
		["more examples than it is fitted on", MAX_FITTED + 76, 4, 3],
	])("%s", (_, n, d, c) => {
		const examples = createClusters(n, d, c, n);
		const query = createClusters(1, d, 1, 77)[0].embedding;
		expectNear(
			measureDistances(createClassifier(examples), query),
			expectedDistances(examples, query),
			d === 1 ? 1e-6 : TIE,
		);
	});

	test("on any data with duplicates, at any scale", () => {
		const shape = fc.record({
			seed: fc.nat(1e6),
			n: fc.integer({ min: 4, max: 20 }),
			d: fc.integer({ min: 2, max: 9 }),
			c: fc.integer({ min: 1, max: 3 }),
			scale: fc.constantFrom(1, 1e-20, 1e20, 1e36, 1e-37),
		});
		fc.assert(
			fc.property(shape, ({ seed, n, d, c, scale }) => {
				const once = createClusters(n, d, c, seed);
				const examples = [...once, ...once.slice(0, 3)].map(({ embedding, label }, i) => ({
					embedding: i % 2 ? embedding.map((number) => number * scale) : embedding,
					label,
				}));
				const query = examples[1].embedding.map((number, i) => number * (1 + (i % 3) / 10));
				expectNear(measureDistances(createClassifier(examples), query), expectedDistances(examples, query), 1e-7);
			}),
			{ numRuns: 40 },
		);
	});

	test("an example is at distance 0 from itself", () => {
		const examples = createClusters(30, 12, 3, 5);
		const { neighbours } = createClassifier(examples).classify(examples[7].embedding, { k: 1, metric: "adapted" });
		expect(neighbours).toEqual([{ id: "i7", label: "class 1", distance: 0 }]);
	});
});

test("the search finds what measuring everything finds, with SIMD and without", async () => {
	const examples = createClusters(300, 33, 4, 11);
	examples[20].embedding = examples[20].embedding.map((number) => number * 1e-37);
	examples[21].embedding = examples[21].embedding.map((number) => number * 1e37);
	const answers = async () => {
		vi.resetModules();
		const { KNN } = await import("../../src/knn/knn.js");
		const knn = new KNN();
		for (const [i, { embedding, label }] of examples.entries()) knn.addExample(embedding, label, { id: `i${i}` });
		return examples.slice(15, 25).map(({ embedding }, i) => {
			const query = embedding.map((number, j) => number * (1 + ((i + j) % 5) / 8));
			return [5, 300].map((k) => knn.classify(query, { k, metric: "adapted" }).neighbours.slice(0, 5));
		});
	};
	const withSimd = await answers();
	for (const [nearest, all] of withSimd) expect(nearest).toEqual(all);
	vi.stubGlobal("WebAssembly", {});
	expect(await answers()).toEqual(withSimd);
});

describe("if nothing varies within the classes, it is the cosine", () => {
	test.each([
		["one example per class", [1, 2, 3].map((i) => ({ embedding: Float32Array.of(i, 1, 0), label: `class ${i}` }))],
		["copies", [1, 1, 2, 2].map((i) => ({ embedding: Float32Array.of(i, 1, 0), label: `class ${i}` }))],
		[
			"the same at different scales",
			[1, 3, 7].map((i) => ({ embedding: Float32Array.of(0.3 * i, 0.7 * i, i), label: "a" })),
		],
	])("%s", (_, examples) => {
		expect(fitMetric(examples)).toBeNull();
		const query = Float32Array.of(1, 2, 3);
		const knn = createClassifier(examples);
		expect(knn.classify(query, { metric: "adapted" })).toEqual(knn.classify(query, { metric: "cosine" }));
	});
});

test("an embedding without a direction is at distance 1, and nothing is NaN", () => {
	const knn = createClassifier(createClusters(6, 3, 2, 3));
	const fitted = /** @type {NonNullable<ReturnType<typeof fitMetric>>} */ (fitMetric(createClusters(6, 3, 2, 3)));
	const atMean = Float32Array.of(3, 0, 0);
	knn.adapt({ ...fitted, mean: Float64Array.of(1, 0, 0) });
	const { neighbours } = knn.classify(atMean, { k: 6, metric: "adapted", weights: "distance" });
	expect(neighbours.map(({ distance }) => distance)).toEqual([1, 1, 1, 1, 1, 1]);
	knn.addExample(atMean, "class 0", { id: "mean" });
	const all = knn.classify(Float32Array.of(1, 2, 3), { k: 7, metric: "adapted" }).neighbours;
	expect(all.find(({ id }) => id === "mean")?.distance).toBe(1);
});

describe("a classifier", () => {
	const examples = createClusters(90, 6, 3, 8);
	const query = createClusters(1, 6, 1, 2)[0].embedding;

	test("fits by itself again after every change that matters", () => {
		const knn = createClassifier(examples);
		expectNear(measureDistances(knn, query), expectedDistances(examples, query));
		knn.addExample(query, "class 2", { id: "i90" });
		const more = [...examples, { embedding: query, label: "class 2" }];
		expectNear(measureDistances(knn, query), expectedDistances(more, query));
		knn.renameLabel("class 1", "class 0");
		const merged = more.map(({ embedding, label }) => ({ embedding, label: label === "class 1" ? "class 0" : label }));
		expectNear(measureDistances(knn, query), expectedDistances(merged, query));
		knn.removeExample("i90");
		expectNear(measureDistances(knn, query), expectedDistances(merged.slice(0, 90), query));
	});

	test("takes its novelty from the cosine", () => {
		const knn = createClassifier(examples);
		const { novelty } = knn.classify(query, { metric: "adapted" });
		expect(novelty).toBe(knn.classify(query, { metric: "cosine" }).novelty);
	});

	test("keeps an installed metric through changes, and counts the examples added since", () => {
		const knn = createClassifier(examples);
		expect([knn.unadapted, knn.fittedAt]).toEqual([null, null]);
		const fitted = fitMetric(examples.slice(0, 80));
		knn.adapt(fitted, 41);
		expect([knn.unadapted, knn.fittedAt]).toEqual([10, 41]);
		const sameFit = createClassifier(examples.slice(0, 80));
		expectNear(measureDistances(knn, query).slice(0, 80), measureDistances(sameFit, query));
		// Classifying measures the new examples, but the metric is still not fitted on them.
		expect(knn.unadapted).toBe(10);
		knn.removeExamples(["i3", "i85", "none"]);
		expect(knn.unadapted).toBe(9);
		knn.removeExample("i4");
		knn.addExample(examples[4].embedding, "class 1", { id: "i4" });
		expect(knn.unadapted).toBe(10);
		const rest = new Map(
			knn.classify(query, { k: 89, metric: "adapted" }).neighbours.map(({ id, distance }) => [id, distance]),
		);
		const whole = measureDistances(sameFit, query);
		for (const i of [0, 2, 4, 5, 79]) expect(rest.get(`i${i}`)).toBeCloseTo(whole[i], 9);
		knn.clearLabel("class 2");
		expect(knn.unadapted).toBe(knn.outline().filter(({ id }) => Number(id.slice(1)) >= 80 || id === "i4").length);
		knn.adapt(null);
		expect([knn.unadapted, knn.fittedAt]).toEqual([null, null]);
	});

	test("measures an example anew that was taught again under its id while the metric was fitted", () => {
		const knn = createClassifier(examples);
		const fitted = { .../** @type {any} */ (fitMetric(examples)), serials: knn.serials() };
		knn.removeExample("i4");
		knn.addExample(query, "class 1", { id: "i4" });
		knn.adapt(fitted);
		expect(knn.unadapted).toBe(1);
		const distances = measureDistances(knn, query);
		expect(Math.min(...distances)).toBeCloseTo(0, 9);
		const whole = measureDistances(createClassifier(examples), query);
		for (const i of [0, 2, 5, 79]) expect(distances[i]).toBeCloseTo(whole[i], 9);
	});

	test("refuses a metric of another dimension, and removes an installed one with everything else", () => {
		const knn = createClassifier(examples);
		const fitted = fitMetric(createClusters(9, 4, 2, 1));
		expect(() => knn.adapt(fitted)).toThrow(expect.objectContaining({ code: "dimension" }));
		knn.adapt(fitMetric(examples));
		knn.clearAllLabels();
		expect(knn.unadapted).toBeNull();
		for (const [i, { embedding, label }] of createClusters(9, 4, 2, 1).entries()) {
			knn.addExample(embedding, label, { id: `i${i}` });
		}
		const other = createClusters(1, 4, 1, 6)[0].embedding;
		expectNear(measureDistances(knn, other), expectedDistances(createClusters(9, 4, 2, 1), other));
	});
});

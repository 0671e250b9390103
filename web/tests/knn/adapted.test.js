// The adapted metric against the formula that defines it, by the eigenvectors of S itself.

import fc from "fast-check";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { afterEach, describe, expect, test, vi } from "vitest";
import { fitExamples } from "../../src/knn/adapted.js";
import { createGenerator, spread } from "../../src/knn/draws.js";
import { KNN } from "../../src/knn/knn.js";

/** @typedef {{vector: Float32Array, label: string}} Shown */

afterEach(() => vi.unstubAllGlobals());

/** @param {ArrayLike<number>} vector */
const unit = (vector) => {
	const norm = Math.hypot(...Array.from(vector));
	return Array.from(vector, (number) => number / norm);
};

/**
 * The distances of a query to all examples, as contract/README.md defines them.
 * @param {Shown[]} shown
 * @param {Float32Array} query
 * @returns {number[]}
 */
function defined(shown, query) {
	const labels = [...new Set(shown.map(({ label }) => label))];
	const rows = spread(
		shown.map(({ label }) => labels.indexOf(label)),
		1024,
	);
	const fitted = rows.map((row) => shown[row]);
	const d = query.length;
	const mean = Array.from({ length: d }, (_, i) => average(fitted.map(({ vector }) => unit(vector)[i])));
	const within = Matrix.zeros(d, d);
	for (const label of labels) {
		const members = fitted.filter((one) => one.label === label).map(({ vector }) => unit(vector));
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
	/** @param {Float32Array} vector */
	const whitened = (vector) =>
		unit(whitening.mmul(Matrix.columnVector(unit(vector).map((u, i) => u - mean[i]))).to1DArray());
	const asked = whitened(query);
	return shown.map(({ vector }) => 1 - whitened(vector).reduce((sum, number, i) => sum + number * asked[i], 0));
}

/** @param {number[]} numbers */
const average = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

/**
 * @param {Shown[]} shown
 * @returns {KNN}
 */
function taught(shown) {
	const knn = new KNN();
	for (const [i, { vector, label }] of shown.entries()) knn.addExample(vector, label, { id: `i${i}` });
	return knn;
}

/**
 * Clusters with a direction of their own that varies in all of them.
 * @param {number} n
 * @param {number} d
 * @param {number} c
 * @param {number} seed
 * @returns {Shown[]}
 */
function clusters(n, d, c, seed) {
	const random = createGenerator(seed);
	const number = () => random(2000) / 1000 - 1;
	const centres = Array.from({ length: c }, () => Array.from({ length: d }, number));
	return Array.from({ length: n }, (_, i) => {
		const strong = 2 * number();
		const vector = Float32Array.from(centres[i % c], (x, j) => x + 0.3 * number() + (j % 3 === 0 ? strong : 0));
		return { vector, label: `class ${i % c}` };
	});
}

/**
 * Every example's distance, by the classifier.
 * @param {KNN} knn
 * @param {Float32Array} query
 */
function answered(knn, query) {
	const { neighbours } = knn.classify(query, { k: knn.getCount(), metric: "adapted" });
	const distances = new Map(neighbours.map(({ id, distance }) => [id, distance]));
	return Array.from({ length: knn.getCount() }, (_, i) => distances.get(`i${i}`) ?? Number.NaN);
}

/**
 * @param {number[]} gave
 * @param {number[]} expected
 * @param {number} [to]
 */
function near(gave, expected, to = 1e-9) {
	for (const [i, distance] of expected.entries()) expect(Math.abs(gave[i] - distance), `of ${i}`).toBeLessThan(to);
}

/** @param {Parameters<typeof fitExamples>[0]} examples */
function finished(examples) {
	const steps = fitExamples(examples);
	let step = steps.next();
	while (!step.done) step = steps.next();
	return step.value;
}

/** @param {Shown[]} shown */
function fitOf(shown) {
	const labels = [...new Set(shown.map(({ label }) => label))];
	return finished({
		ids: shown.map((_, i) => `i${i}`),
		embeddings: shown.map(({ vector }) => vector),
		norms: shown.map(({ vector }) => Math.hypot(...vector)),
		classIndices: shown.map(({ label }) => labels.indexOf(label)),
	});
}

describe("the distances are those of the formula", () => {
	test.each([
		["more numbers than examples", 9, 24, 3],
		["more examples than numbers", 60, 5, 3],
		["an odd number of each", 15, 7, 4],
		["one class", 8, 6, 1],
		["one number", 7, 1, 2],
		["more examples than it is fitted on", 1100, 4, 3],
	])("%s", (_, n, d, c) => {
		const shown = clusters(n, d, c, n);
		const query = clusters(1, d, 1, 77)[0].vector;
		near(answered(taught(shown), query), defined(shown, query), d === 1 ? 1e-6 : 1e-9);
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
				const once = clusters(n, d, c, seed);
				const shown = [...once, ...once.slice(0, 3)].map(({ vector, label }, i) => ({
					vector: i % 2 ? vector.map((number) => number * scale) : vector,
					label,
				}));
				const query = shown[1].vector.map((number, i) => number * (1 + (i % 3) / 10));
				near(answered(taught(shown), query), defined(shown, query), 1e-7);
			}),
			{ numRuns: 40 },
		);
	});

	test("an example is at distance 0 from itself", () => {
		const shown = clusters(30, 12, 3, 5);
		const { neighbours } = taught(shown).classify(shown[7].vector, { k: 1, metric: "adapted" });
		expect(neighbours).toEqual([{ id: "i7", label: "class 1", distance: 0 }]);
	});
});

test("the fast search finds what measuring everything finds, with SIMD and without", async () => {
	const shown = clusters(300, 33, 4, 11);
	shown[20].vector = shown[20].vector.map((number) => number * 1e-37);
	shown[21].vector = shown[21].vector.map((number) => number * 1e37);
	const answers = async () => {
		vi.resetModules();
		const { KNN } = await import("../../src/knn/knn.js");
		const knn = new KNN();
		for (const [i, { vector, label }] of shown.entries()) knn.addExample(vector, label, { id: `i${i}` });
		return shown.slice(15, 25).map(({ vector }, i) => {
			const query = vector.map((number, j) => number * (1 + ((i + j) % 5) / 8));
			return [5, 300].map((k) => knn.classify(query, { k, metric: "adapted" }).neighbours.slice(0, 5));
		});
	};
	const withSimd = await answers();
	for (const [few, all] of withSimd) expect(few).toEqual(all);
	vi.stubGlobal("WebAssembly", {});
	expect(await answers()).toEqual(withSimd);
});

describe("where nothing varies within the classes, it is the cosine", () => {
	test.each([
		["an example a class", [1, 2, 3].map((i) => ({ vector: Float32Array.of(i, 1, 0), label: `class ${i}` }))],
		["copies", [1, 1, 2, 2].map((i) => ({ vector: Float32Array.of(i, 1, 0), label: `class ${i}` }))],
		["the same at another size", [1, 3, 7].map((i) => ({ vector: Float32Array.of(0.3 * i, 0.7 * i, i), label: "a" }))],
	])("%s", (_, shown) => {
		expect(fitOf(shown)).toBeNull();
		const query = Float32Array.of(1, 2, 3);
		const knn = taught(shown);
		expect(knn.classify(query, { metric: "adapted" })).toEqual(knn.classify(query, { metric: "cosine" }));
	});
});

test("a z without a length is at distance 1, and nothing is NaN", () => {
	const knn = taught(clusters(6, 3, 2, 3));
	const fitted = /** @type {NonNullable<ReturnType<typeof fitOf>>} */ (fitOf(clusters(6, 3, 2, 3)));
	const atMean = Float32Array.of(3, 0, 0);
	knn.adapt({ ...fitted, mean: Float64Array.of(1, 0, 0) });
	const { neighbours } = knn.classify(atMean, { k: 6, metric: "adapted", weights: "distance" });
	expect(neighbours.map(({ distance }) => distance)).toEqual([1, 1, 1, 1, 1, 1]);
	knn.addExample(atMean, "class 0", { id: "mean" });
	const all = knn.classify(Float32Array.of(1, 2, 3), { k: 7, metric: "adapted" }).neighbours;
	expect(all.find(({ id }) => id === "mean")?.distance).toBe(1);
});

describe("a classifier", () => {
	const shown = clusters(90, 6, 3, 8);
	const query = clusters(1, 6, 1, 2)[0].vector;

	test("fits by itself again after every change that matters", () => {
		const knn = taught(shown);
		near(answered(knn, query), defined(shown, query));
		knn.addExample(query, "class 2", { id: "i90" });
		const more = [...shown, { vector: query, label: "class 2" }];
		near(answered(knn, query), defined(more, query));
		knn.renameLabel("class 1", "class 0");
		const merged = more.map(({ vector, label }) => ({ vector, label: label === "class 1" ? "class 0" : label }));
		near(answered(knn, query), defined(merged, query));
		knn.removeExample("i90");
		near(answered(knn, query), defined(merged.slice(0, 90), query));
	});

	test("takes its novelty from the cosine", () => {
		const knn = taught(shown);
		const { novelty } = knn.classify(query, { metric: "adapted" });
		expect(novelty).toBe(knn.classify(query, { metric: "cosine" }).novelty);
	});

	test("keeps an installed fit through changes, and counts what came since", () => {
		const knn = taught(shown);
		expect([knn.unadapted, knn.fittedAt]).toEqual([null, null]);
		const fitted = fitOf(shown.slice(0, 80));
		knn.adapt(fitted, 41);
		expect([knn.unadapted, knn.fittedAt]).toEqual([10, 41]);
		const sameFit = taught(shown.slice(0, 80));
		near(answered(knn, query).slice(0, 80), answered(sameFit, query));
		// Asking measures what is missing; that is not the same as having been fitted on.
		expect(knn.unadapted).toBe(10);
		knn.removeExamples(["i3", "i85", "none"]);
		expect(knn.unadapted).toBe(9);
		knn.removeExample("i4");
		knn.addExample(shown[4].vector, "class 1", { id: "i4" });
		expect(knn.unadapted).toBe(10);
		const rest = new Map(
			knn.classify(query, { k: 89, metric: "adapted" }).neighbours.map((one) => [one.id, one.distance]),
		);
		const whole = answered(sameFit, query);
		for (const i of [0, 2, 4, 5, 79]) expect(rest.get(`i${i}`)).toBeCloseTo(whole[i], 9);
		knn.clearLabel("class 2");
		expect(knn.unadapted).toBe(knn.outline().filter(({ id }) => Number(id.slice(1)) >= 80 || id === "i4").length);
		knn.adapt(null);
		expect([knn.unadapted, knn.fittedAt]).toEqual([null, null]);
	});

	test("refuses a fit of another dimension, and forgets an installed one with everything else", () => {
		const knn = taught(shown);
		const fitted = fitOf(clusters(9, 4, 2, 1));
		expect(() => knn.adapt(fitted)).toThrow(expect.objectContaining({ code: "dimension" }));
		knn.adapt(fitOf(shown));
		knn.clearAllLabels();
		expect(knn.unadapted).toBeNull();
		for (const [i, one] of clusters(9, 4, 2, 1).entries()) knn.addExample(one.vector, one.label, { id: `i${i}` });
		const other = clusters(1, 4, 1, 6)[0].vector;
		near(answered(knn, other), defined(clusters(9, 4, 2, 1), other));
	});
});

// Distances and ties from 1e-10 to 1e12, far from 0, and in very many dimensions.

import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { isTie, nearCosine, rank, reachOfTie, ZEROS } from "../../src/knn/distance.js";
import { createGenerator } from "../../src/knn/draws.js";
import { KNN } from "../../src/knn/knn.js";
import { Matrix } from "../../src/knn/product.js";
import { slackOf } from "../../src/knn/search.js";
import { agree } from "../support/agree.js";

/** @typedef {import("../../src/knn/distance.js").PlainMetric} PlainMetric */

afterEach(() => vi.unstubAllGlobals());

const PLAIN_METRICS = /** @type {const} */ (["cosine", "euclidean", "manhattan"]);
const SCALES = [1e-10, 1e-7, 1e-3, 1, 1e3, 1e7, 1e12];

/**
 * Measures a distance from its definition: half the squared difference of the directions, or the norm of the difference.
 * @param {PlainMetric} metric
 * @param {Float32Array} a
 * @param {Float32Array} b
 */
function defined(metric, a, b) {
	/** @param {Float32Array} embedding */
	const norm = (embedding) => Math.hypot(...embedding);
	if (metric === "euclidean") return Math.hypot(...Array.from(a, (number, i) => number - b[i]));
	if (metric === "manhattan") return Array.from(a, (number, i) => Math.abs(number - b[i])).reduce((x, y) => x + y, 0);
	const distance = Math.hypot(...Array.from(a, (number, i) => number / norm(a) - b[i] / norm(b))) ** 2 / 2;
	return distance < ZEROS.cosine ? 0 : distance;
}

/**
 * The ids of the k nearest by the contract's words: runs, then class order, then arrival.
 * @param {{id: string, classIndex: number, distance: number}[]} examples in order of arrival
 * @param {number} k
 * @param {number} zero
 */
function orderedIds(examples, k, zero) {
	const ascending = [...examples].sort((a, b) => a.distance - b.distance);
	/** @type {(typeof examples)[]} */
	const runs = [];
	for (const example of ascending) {
		const run = runs.at(-1);
		if (run && example.distance - run[0].distance <= 1e-9 * example.distance + zero) run.push(example);
		else runs.push([example]);
	}
	const arrival = (/** @type {{id: string}} */ { id }) => examples.findIndex((example) => example.id === id);
	for (const run of runs) run.sort((a, b) => a.classIndex - b.classIndex || arrival(a) - arrival(b));
	return runs
		.flat()
		.slice(0, k)
		.map(({ id }) => id);
}

const anyData = fc.record({
	seed: fc.nat(1e6),
	n: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 65, max: 100 })),
	d: fc.constantFrom(1, 2, 3, 17, 40),
	scale: fc.constantFrom(...SCALES),
	offset: fc.constantFrom(0, 1, 1e3, 1e6),
	isWhole: fc.boolean(),
	k: fc.integer({ min: 1, max: 30 }),
});

/** @param {{seed: number, n: number, d: number, scale: number, offset: number, isWhole: boolean}} data */
function draw({ seed, n, d, scale, offset, isWhole }) {
	const random = createGenerator(seed);
	const number = () => (isWhole ? random(5) - 2 : random(2 ** 24) / 2 ** 22 - 2);
	const centre = Array.from({ length: d }, () => Math.round(offset * number()));
	return Array.from({ length: n + 3 }, () => {
		const embedding = Float32Array.from(centre, (c) => (c + number()) * scale);
		if (!embedding.some(Boolean)) embedding[0] = scale;
		return embedding;
	});
}

test("at any scale and offset, the neighbours are those of the definition, with SIMD and without", async () => {
	for (const hasSimd of [true, false]) {
		if (!hasSimd) vi.stubGlobal("WebAssembly", {});
		vi.resetModules();
		const { KNN } = await import("../../src/knn/knn.js");
		fc.assert(
			fc.property(anyData, fc.constantFrom(...PLAIN_METRICS), (data, metric) => {
				const embeddings = draw(data);
				const knn = new KNN();
				for (const label of ["class 0", "class 1", "class 2"]) knn.addLabel(label);
				const examples = embeddings.slice(0, data.n);
				for (const [i, embedding] of examples.entries())
					knn.addExample(embedding, `class ${(i * 7) % 3}`, { id: `i${i}` });
				for (const query of embeddings.slice(data.n - 1)) {
					const measured = examples.map((embedding, i) => ({
						id: `i${i}`,
						classIndex: (i * 7) % 3,
						distance: defined(metric, embedding, query),
					}));
					const { neighbours, novelty } = knn.classify(query, { k: data.k, metric });
					expect(neighbours.map(({ id }) => id)).toEqual(orderedIds(measured, data.k, ZEROS[metric]));
					for (const { id, distance } of neighbours) {
						agree(distance, measured[Number(id.slice(1))].distance, `${id} distance`);
					}
					agree(novelty, Math.min(...examples.map((embedding) => defined("cosine", embedding, query))), "novelty");
				}
			}),
			{ numRuns: 150 },
		);
	}
}, 60_000);

test.each(SCALES)("the nearer of two is nearer at %d", (scale) => {
	const knn = new KNN();
	knn.addExample(Float32Array.of(scale, 0), "x");
	knn.addExample(Float32Array.of(0, scale), "y");
	knn.orderLabels(["y"]);
	for (const metric of PLAIN_METRICS) {
		expect(knn.classify(Float32Array.of(0.9 * scale, 0.1 * scale), { k: 1, metric }).label).toBe("x");
		const { confidences } = knn.classify(Float32Array.of(0.9 * scale, 0), { k: 2, metric, weights: "distance" });
		expect(confidences.x).toBeGreaterThan(0.8);
	}
});

test("only a distance of 0 votes alone by euclidean and manhattan", () => {
	const knn = new KNN();
	knn.addExample(Float32Array.of(1e-10, 0), "near");
	knn.addExample(Float32Array.of(1.3e-10, 0), "far");
	for (const metric of PLAIN_METRICS.slice(1)) {
		const { confidences } = knn.classify(Float32Array.of(0.9e-10, 0), { k: 2, metric, weights: "distance" });
		expect(confidences.near).toBeCloseTo(0.8, 6);
		const { confidences: shares } = knn.classify(Float32Array.of(1e-10, 0), { k: 2, metric, weights: "distance" });
		expect({ ...shares }).toEqual({ near: 1, far: 0 });
	}
});

describe("which distances are equal", () => {
	test("the difference is compared with the larger", () => {
		for (const scale of SCALES) {
			expect(isTie(scale, scale * (1 + 0.9e-9), 0)).toBe(true);
			expect(isTie(scale, scale * (1 + 1.1e-9), 0)).toBe(false);
		}
		expect([isTie(0, 1e-300, 0), isTie(0, 0, 0), isTie(0, 0.9e-12, 1e-12)]).toEqual([false, true, true]);
	});

	test("a run ends beyond what is equal to its first", () => {
		const distances = Float64Array.of(1, 1 + 0.7e-9, 1 + 1.4e-9, 1 + 2.1e-9);
		expect(rank(distances, [3, 2, 1, 0], 4, 0)).toEqual([1, 0, 3, 2]);
	});

	test("no distance beyond the reach is equal", () => {
		fc.assert(
			fc.property(fc.double({ min: 0, max: 1e30, noNaN: true }), fc.constantFrom(0, 1e-12, 1e-9), (distance, zero) => {
				expect(isTie(distance, reachOfTie(distance, zero) * (1 + 1e-12) + Number.MIN_VALUE, zero)).toBe(false);
			}),
		);
	});
});

test("a small cosine distance keeps its digits", () => {
	for (const angle of [1e-2, 1e-4, 1e-6]) {
		const [a, b] = [
			[3, 0],
			[2 * Math.cos(angle), 2 * Math.sin(angle)],
		];
		expect(nearCosine(a, 0, 1 / 3, b, 0, 1 / 2) / (2 * Math.sin(angle / 2) ** 2)).toBeCloseTo(1, 9);
	}
});

describe("in very many dimensions, where all roundings of a float32 sum go one way", () => {
	const d = 640 * 480 * 3;
	// The sums of the products of these are too small, and too large, by more than random roundings would make them.
	const [low, high] = [0.91, 0.965];

	test("the bound of a product holds", () => {
		const matrix = new Matrix(d);
		matrix.reserve(65);
		const unit = new Float32Array(d).fill(1 / Math.sqrt(d));
		for (const value of [low, high]) {
			const row = new Float32Array(d).fill(value);
			matrix.values.set(row);
			const [product] = /** @type {Float32Array} */ (matrix.multiply(unit, 1));
			const error = Math.abs(product - d * row[0] * unit[0]) / (row[0] * Math.sqrt(d));
			expect(error).toBeGreaterThan(1.5 * 8 * Math.sqrt(d) * 2 ** -24);
			expect(error).toBeLessThan(slackOf(d));
		}
	});

	test.each(PLAIN_METRICS)(
		"the nearest picture is found by %s",
		(metric) => {
			const knn = new KNN();
			for (let i = 0; i < 66; i++) {
				const picture = new Float32Array(d).fill(i === 40 ? low : high);
				// Some noise for all others.
				if (i !== 40) for (let j = i; j < d; j += 7) picture[j] += 1e-3;
				knn.addExample(picture, "grey", { id: `i${i}` });
			}
			const query = new Float32Array(d).fill(low + 0.001);
			const [nearest] = knn.classify(query, { k: 1, metric }).neighbours;
			expect(nearest.id).toBe("i40");
			expect(nearest).toEqual(knn.classify(query, { k: 66, metric }).neighbours[0]);
		},
		60_000,
	);
});

import { describe, expect, it } from "vitest";
import { chooseSubject, heatMap, pool, similarityGradient } from "../../src/explain/heat-map.js";
import { createUniformRandom } from "../../src/explain/map-layout.js";

const CELLS = 12;
const D = 9;

/** @param {number} length @param {() => number} next */
const createArray = (length, next) => Float32Array.from({ length }, next);

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
function cosine(a, b) {
	/** @param {ArrayLike<number>} u @param {ArrayLike<number>} v */
	const dot = (u, v) => Array.from(u).reduce((sum, value, i) => sum + value * v[i], 0);
	return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

describe("similarityGradient", () => {
	it("is the change by a small step in every direction", () => {
		const next = createUniformRandom(1);
		const e = Float64Array.from({ length: D }, next);
		const examples = [0.7, 0.3, -0.4, -0.6].map((weight) => ({ embedding: createArray(D, next), weight }));
		/** @param {Float64Array} at */
		const weightedCosines = (at) =>
			examples.reduce((sum, { embedding, weight }) => sum + weight * cosine(at, embedding), 0);
		const { similarity, gradient } = similarityGradient(e, examples);
		expect(similarity).toBeCloseTo(weightedCosines(e), 12);
		for (let c = 0; c < D; c++) {
			const [up, down] = [1e-6, -1e-6].map((step) => e.map((value, i) => (i === c ? value + step : value)));
			expect(gradient[c], `direction ${c}`).toBeCloseTo((weightedCosines(up) - weightedCosines(down)) / 2e-6, 7);
		}
	});
});

describe("heatMap", () => {
	it("is the ReLU of each cell's contribution to the similarity", () => {
		const next = createUniformRandom(2);
		const features = createArray(CELLS * D, next);
		const examples = [{ embedding: createArray(D, next), weight: 1 }];
		const { gradient } = similarityGradient(pool(features, CELLS), examples);
		const before = Array.from({ length: CELLS }, (_, cell) =>
			gradient.reduce((sum, g, c) => sum + (g / CELLS) * features[cell * D + c], 0),
		);
		const { raw, values } = heatMap(features, CELLS, examples);
		expect(before.some((value) => value < 0)).toBe(true);
		for (const [cell, value] of before.entries()) expect(raw[cell]).toBeCloseTo(Math.max(0, value), 7);
		expect(Math.max(...values)).toBe(1);
		expect(before.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 12);
	});

	it("is hottest on the object, in each corner", () => {
		const next = createUniformRandom(3);
		const object = createArray(D, next);
		const [height, width] = [3, 4];
		for (const corner of [0, width - 1, (height - 1) * width, height * width - 1]) {
			const features = createArray(CELLS * D, next).map((value) => value * 0.3);
			for (let c = 0; c < D; c++) features[corner * D + c] += object[c];
			const { values } = heatMap(features, CELLS, [{ embedding: object, weight: 1 }]);
			expect(values.indexOf(1)).toBe(corner);
		}
	});

	it("separates the winner's part from the runner-up's", () => {
		const background = Array.from({ length: D }, () => 0.2);
		const [one, other] = [0, 1].map((c) => Float32Array.from(background, (value, i) => value + (i === c ? 2 : 0)));
		const features = new Float32Array(CELLS * D).fill(0.2);
		features[3 * D] += 3;
		features[8 * D + 1] += 3;
		const winner = [{ embedding: one, weight: 1 }];
		const contrast = heatMap(features, CELLS, [...winner, { embedding: other, weight: -1 }]);
		expect(contrast.values[3]).toBe(1);
		expect(contrast.values[8]).toBe(0);
	});

	it("is all 0 if the frame equals its neighbour", () => {
		const features = createArray(CELLS * D, createUniformRandom(4));
		const same = Float32Array.from(pool(features, CELLS));
		expect(heatMap(features, CELLS, [{ embedding: same, weight: 1 }]).values).toEqual(new Float32Array(CELLS));
	});
});

describe("chooseSubject", () => {
	/** @param {[string, number][]} neighbours label and distance; ids are a, b, c ... @param {Record<string, number>} confidences */
	const createAnswer = (neighbours, confidences) => ({
		label: neighbours[0][0],
		confidences,
		neighbours: neighbours.map(([label, distance], i) => ({ id: "abcdef"[i], label, distance })),
	});
	const none = () => null;

	it("weights the winner's neighbours by their votes", () => {
		const answer = createAnswer(
			[
				["cat", 0.1],
				["dog", 0.2],
				["cat", 0.3],
			],
			{ cat: 0.7, dog: 0.3 },
		);
		expect(chooseSubject(answer, "uniform", false, none)).toEqual({
			label: "cat",
			against: null,
			examples: [
				{ id: "a", weight: 0.5 },
				{ id: "c", weight: 0.5 },
			],
		});
		const { examples } = chooseSubject(answer, "distance", false, none);
		expect(examples.map(({ weight }) => weight)).toEqual([expect.closeTo(0.75, 12), expect.closeTo(0.25, 12)]);
	});

	it("takes the class with the second largest share as the runner-up", () => {
		const answer = createAnswer(
			[
				["cat", 0.1],
				["dog", 0.2],
				["cat", 0.2],
				["cup", 0.3],
				["cup", 0.3],
			],
			{ cat: 0.4, dog: 0.2, cup: 0.4 },
		);
		const { against, examples } = chooseSubject(answer, "uniform", true, none);
		expect(against).toBe("cup");
		expect(examples.slice(2)).toEqual([
			{ id: "d", weight: -0.5 },
			{ id: "e", weight: -0.5 },
		]);
	});

	it("takes a runner-up without votes too", () => {
		const answer = createAnswer(
			[
				["cat", 0],
				["dog", 0.2],
			],
			{ cat: 1, dog: 0 },
		);
		expect(chooseSubject(answer, "distance", true, none)).toMatchObject({
			against: "dog",
			examples: [{ id: "a" }, { id: "b", weight: -1 }],
		});
	});

	it("searches beyond the neighbours if all are of one class", () => {
		const answer = createAnswer([["cat", 0.1]], { cat: 1, dog: 0 });
		/** @type {string[]} */
		const requested = [];
		const subject = chooseSubject(answer, "uniform", true, (label) => {
			requested.push(label);
			return { id: "z", label: "dog" };
		});
		expect(requested).toEqual(["cat"]);
		expect(subject.against).toBe("dog");
		expect(subject.examples.at(-1)).toEqual({ id: "z", weight: -1 });
		expect(chooseSubject(answer, "uniform", true, none)).toMatchObject({
			against: null,
			examples: [{ id: "a", weight: 1 }],
		});
	});
});

import { describe, expect, it } from "vitest";
import { heatMap, pooled, sidesOf, similarityGradient } from "../../src/explain/heat-map.js";

const CELLS = 12;
const D = 9;

/** Numbers in 0..1, the same every time. */
function numbers(/** @type {number} */ seed) {
	let x = seed;
	return () => {
		x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
		return x / 2 ** 32;
	};
}

/** @param {number} length @param {() => number} next */
const drawn = (length, next) => Float32Array.from({ length }, next);

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
function cosine(a, b) {
	/** @param {ArrayLike<number>} u @param {ArrayLike<number>} v */
	const dot = (u, v) => Array.from(u).reduce((sum, value, i) => sum + value * v[i], 0);
	return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

describe("similarityGradient", () => {
	it("is what a small step in every direction changes", () => {
		const next = numbers(1);
		const e = Float64Array.from({ length: D }, next);
		const pulls = [0.7, 0.3, -0.4, -0.6].map((weight) => ({ embedding: drawn(D, next), weight }));
		/** @param {Float64Array} at */
		const s = (at) => pulls.reduce((sum, { embedding, weight }) => sum + weight * cosine(at, embedding), 0);
		const { similarity, gradient } = similarityGradient(e, pulls);
		expect(similarity).toBeCloseTo(s(e), 12);
		for (let c = 0; c < D; c++) {
			const [up, down] = [1e-6, -1e-6].map((step) => e.map((value, i) => (i === c ? value + step : value)));
			expect(gradient[c], `direction ${c}`).toBeCloseTo((s(up) - s(down)) / 2e-6, 7);
		}
	});
});

describe("heatMap", () => {
	it("is the ReLU of what each cell's features add to the similarity", () => {
		const next = numbers(2);
		const features = drawn(CELLS * D, next);
		const pulls = [{ embedding: drawn(D, next), weight: 1 }];
		const { gradient } = similarityGradient(pooled(features, CELLS), pulls);
		const before = Array.from({ length: CELLS }, (_, cell) =>
			gradient.reduce((sum, g, c) => sum + (g / CELLS) * features[cell * D + c], 0),
		);
		const { raw, values } = heatMap(features, CELLS, pulls);
		expect(before.some((value) => value < 0)).toBe(true);
		for (const [cell, value] of before.entries()) expect(raw[cell]).toBeCloseTo(Math.max(0, value), 7);
		expect(Math.max(...values)).toBe(1);
		expect(before.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 12);
	});

	it("lies on the object, in whichever corner it is", () => {
		const next = numbers(3);
		const object = drawn(D, next);
		const [height, width] = [3, 4];
		for (const corner of [0, width - 1, (height - 1) * width, height * width - 1]) {
			const features = drawn(CELLS * D, next).map((value) => value * 0.3);
			for (let c = 0; c < D; c++) features[corner * D + c] += object[c];
			const { values } = heatMap(features, CELLS, [{ embedding: object, weight: 1 }]);
			expect(values.indexOf(1)).toBe(corner);
		}
	});

	it("tells the winner's part from the runner-up's", () => {
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

	it("shows nothing where the frame is its neighbour", () => {
		const features = drawn(CELLS * D, numbers(4));
		const same = Float32Array.from(pooled(features, CELLS));
		expect(heatMap(features, CELLS, [{ embedding: same, weight: 1 }]).values).toEqual(new Float32Array(CELLS));
	});
});

describe("sidesOf", () => {
	/** @param {[string, number][]} found label and distance; ids are a, b, c ... @param {Record<string, number>} confidences */
	const answered = (found, confidences) => ({
		label: found[0][0],
		confidences,
		neighbours: found.map(([label, distance], i) => ({ id: "abcdef"[i], label, distance })),
	});
	const none = () => null;

	it("counts the winner's neighbours as they voted", () => {
		const answer = answered(
			[
				["cat", 0.1],
				["dog", 0.2],
				["cat", 0.3],
			],
			{ cat: 0.7, dog: 0.3 },
		);
		expect(sidesOf(answer, "uniform", false, none)).toEqual({
			label: "cat",
			against: null,
			pulls: [
				{ id: "a", weight: 0.5 },
				{ id: "c", weight: 0.5 },
			],
		});
		const { pulls } = sidesOf(answer, "distance", false, none);
		expect(pulls.map(({ weight }) => weight)).toEqual([expect.closeTo(0.75, 12), expect.closeTo(0.25, 12)]);
	});

	it("takes the class with the second largest share for the runner-up", () => {
		const answer = answered(
			[
				["cat", 0.1],
				["dog", 0.2],
				["cat", 0.2],
				["cup", 0.3],
				["cup", 0.3],
			],
			{ cat: 0.4, dog: 0.2, cup: 0.4 },
		);
		const { against, pulls } = sidesOf(answer, "uniform", true, none);
		expect(against).toBe("cup");
		expect(pulls.slice(2)).toEqual([
			{ id: "d", weight: -0.5 },
			{ id: "e", weight: -0.5 },
		]);
	});

	it("has a runner-up without votes count too", () => {
		const answer = answered(
			[
				["cat", 0],
				["dog", 0.2],
			],
			{ cat: 1, dog: 0 },
		);
		expect(sidesOf(answer, "distance", true, none)).toMatchObject({
			against: "dog",
			pulls: [{ id: "a" }, { id: "b", weight: -1 }],
		});
	});

	it("looks further where all neighbours are of one class", () => {
		const answer = answered([["cat", 0.1]], { cat: 1, dog: 0 });
		/** @type {string[]} */
		const asked = [];
		const sides = sidesOf(answer, "uniform", true, (label) => {
			asked.push(label);
			return { id: "z", label: "dog" };
		});
		expect(asked).toEqual(["cat"]);
		expect(sides.against).toBe("dog");
		expect(sides.pulls.at(-1)).toEqual({ id: "z", weight: -1 });
		expect(sidesOf(answer, "uniform", true, none)).toMatchObject({ against: null, pulls: [{ id: "a", weight: 1 }] });
	});
});

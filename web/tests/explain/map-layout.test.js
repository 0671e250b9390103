import { Matrix, SVD } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { createUniformRandom, findPrincipalAxes, layOutByPca, layOutByUmap } from "../../src/explain/map-layout.js";
import { MIN_FOR_UMAP, project } from "../../src/explain/map-places.js";

const D = 60;

/**
 * Creates embeddings of norm 1 around three centres, class by class; many coordinates are 0 in all, as in real embeddings.
 * @param {number} perClass examples in each class
 * @param {number} [seed]
 */
function createClusters(perClass, seed = 7) {
	const next = createUniformRandom(seed);
	const centres = Array.from({ length: 3 }, () => Array.from({ length: D }, () => (next() < 0.5 ? 0 : next())));
	return centres.flatMap((centre) =>
		Array.from({ length: perClass }, () => {
			const row = Float32Array.from(centre, (value, c) => (c < 10 ? 0 : Math.max(0, value + (next() - 0.5) * 0.6)));
			const norm = Math.hypot(...row);
			return row.map((value) => value / norm);
		}),
	);
}

/** @param {number} n */
const createIds = (n) => Array.from({ length: n }, (_, i) => `e${i}`);
const noPlace = () => undefined;

/** @param {Float32Array[]} rows @param {(readonly [number, number]|undefined)[]} [start] */
function umap(rows, start = pairs(layOutByPca(createIds(rows.length), rows, noPlace).points)) {
	const progress = [];
	for (const steps = layOutByUmap(rows, start); ; ) {
		const { done, value } = steps.next();
		if (done) return { progress, points: value };
		progress.push(value);
	}
}

/** @param {Float32Array} points @returns {[number, number][]} */
const pairs = (points) => Array.from({ length: points.length / 2 }, (_, i) => [points[2 * i], points[2 * i + 1]]);

/** Measures the share of points whose nearest other point is of their class. @param {Float32Array} points @param {number} perClass */
function measurePurity(points, perClass) {
	const all = pairs(points);
	const right = all.filter(([x, y], i) => {
		const distances = all.map(([a, b], j) => (i === j ? Number.POSITIVE_INFINITY : Math.hypot(x - a, y - b)));
		const nearest = distances.indexOf(Math.min(...distances));
		return Math.floor(nearest / perClass) === Math.floor(i / perClass);
	});
	return right.length / all.length;
}

describe("findPrincipalAxes", () => {
	it.each([2, 3, 9, 40, 100])("finds the plane that a full decomposition finds, of %i", (each) => {
		const rows = createClusters(each);
		const X = new Matrix(rows.map((row) => Array.from(row)));
		X.subRowVector(X.mean("column"));
		const { diagonal } = new SVD(X, { autoTranspose: true });
		const { axes, mean } = findPrincipalAxes(rows);
		for (const axis of [0, 1]) {
			const scores = rows.map((row) => row.reduce((sum, value, c) => sum + (value - mean[c]) * axes[axis * D + c], 0));
			expect(Math.hypot(...scores) / diagonal[axis], `axis ${axis}`).toBeCloseTo(1, 3);
		}
	});

	it("has orthonormal axes", () => {
		const { axes } = findPrincipalAxes(createClusters(20));
		const [one, other] = [axes.subarray(0, D), axes.subarray(D)];
		/** @param {Float32Array} u @param {Float32Array} v */
		const dot = (u, v) => u.reduce((sum, value, c) => sum + value * v[c], 0);
		expect([dot(one, one), dot(other, other), dot(one, other)]).toEqual([1, 1, 0].map((x) => expect.closeTo(x, 5)));
	});
});

describe("layOutByPca", () => {
	it("separates classes, within -1..1", () => {
		const { points } = layOutByPca(createIds(60), createClusters(20), noPlace);
		expect(measurePurity(points, 20)).toBe(1);
		expect(Math.max(...points.map(Math.abs))).toBe(1);
	});

	it("projects an example to its place", () => {
		const rows = createClusters(20);
		const { points, projection } = layOutByPca(createIds(60), rows, noPlace);
		for (const i of [0, 31, 59]) {
			const [x, y] = project(rows[i], projection);
			expect([x, y]).toEqual([expect.closeTo(points[2 * i], 5), expect.closeTo(points[2 * i + 1], 5)]);
		}
	});

	it.each([
		[1, 1],
		[-1, 1],
		[1, -1],
		[-1, -1],
	])("keeps the directions of the last map's axes: %i, %i", (sx, sy) => {
		const rows = createClusters(20);
		const before = pairs(layOutByPca(createIds(60), rows, noPlace).points);
		const turned = before.map(([x, y]) => /** @type {[number, number]} */ ([sx * x, sy * y]));
		// One example more, which is not on the last map.
		const more = [...rows, createClusters(1, 8)[0]];
		const { points, projection } = layOutByPca(createIds(61), more, (id) => turned[Number(id.slice(1))]);
		for (const axis of [0, 1]) {
			expect(turned.reduce((sum, place, i) => sum + place[axis] * points[2 * i + axis], 0)).toBeGreaterThan(0);
		}
		const [x, y] = project(rows[5], projection);
		expect([x, y]).toEqual([expect.closeTo(points[10], 5), expect.closeTo(points[11], 5)]);
	});

	it.each([1, 2])("accepts %i that do not differ", (n) => {
		const rows = Array.from({ length: n }, () => createClusters(1)[0]);
		const { points } = layOutByPca(createIds(n), rows, noPlace);
		expect(points.length).toBe(2 * n);
		for (const value of points) expect(value).toBeCloseTo(0, 5);
	});
});

describe("layOutByUmap", () => {
	it("separates classes, yields its progress, and gives the same map again", () => {
		const rows = createClusters(20);
		const { points, progress } = umap(rows);
		expect(measurePurity(points, 20)).toBeGreaterThan(0.95);
		expect(Math.max(...points.map(Math.abs))).toBeCloseTo(1, 6);
		expect([...progress].sort((a, b) => a - b)).toEqual(progress);
		expect(progress[0]).toBe(0);
		expect(/** @type {number} */ (progress.at(-1))).toBeGreaterThan(0.99);
		expect(umap(rows).points).toEqual(points);
	});

	it("accepts the minimum of examples, and examples that do not differ", () => {
		const rows = Array.from({ length: MIN_FOR_UMAP }, () => createClusters(1)[0]);
		expect(umap(rows).points.every(Number.isFinite)).toBe(true);
	});

	it("starts from the places of the last map", () => {
		const rows = createClusters(20);
		const old = pairs(umap(rows).points);
		const start = old.map(([x, y], i) => (i % 7 === 0 ? undefined : /** @type {[number, number]} */ ([-x, y])));
		const { points } = umap(rows, start);
		const agreement = old.reduce((sum, [x], i) => sum - x * points[2 * i], 0);
		expect(agreement).toBeGreaterThan(0);
	});
});

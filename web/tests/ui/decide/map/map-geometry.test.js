import { describe, expect, it } from "vitest";
import limits from "../../../../../contract/limits.json" with { type: "json" };
import { PALETTE_SIZE } from "../../../../src/state/state.js";
import { findNearest, findNextInDirection, fitPoints, toPixels } from "../../../../src/ui/decide/map/map-geometry.js";
import { getMarker, MARKERS } from "../../../../src/ui/decide/map/map-markers.js";

const RIGHT = /** @type {const} */ ([1, 0]);
const LEFT = /** @type {const} */ ([-1, 0]);
const DOWN = /** @type {const} */ ([0, 1]);
const UP = /** @type {const} */ ([0, -1]);

describe("fitPoints", () => {
	it("keeps all points inside, at one scale, with y upwards", () => {
		const points = Float32Array.of(-1, -0.2, 1, 0.1, 0, 0.4);
		const pixels = toPixels(points, fitPoints(points, 600, 400));
		for (let i = 0; i < 6; i += 2) {
			expect(pixels[i]).toBeGreaterThanOrEqual(20);
			expect(pixels[i]).toBeLessThanOrEqual(580);
			expect(pixels[i + 1]).toBeGreaterThanOrEqual(20);
			expect(pixels[i + 1]).toBeLessThanOrEqual(380);
		}
		expect(pixels[2] - pixels[0]).toBeGreaterThan(500);
		expect((pixels[1] - pixels[5]) / (pixels[2] - pixels[0])).toBeCloseTo(0.6 / 2, 5);
	});

	it.each([[Float32Array.of(0, 0, 0, 0)], [Float32Array.of(0.3, 0.3)], [new Float32Array()]])(
		"puts what lies on one spot in the middle: %j",
		(points) => {
			for (const [i, value] of toPixels(points, fitPoints(points, 600, 400)).entries()) {
				expect(value).toBeCloseTo(i % 2 === 0 ? 300 : 200, 3);
			}
		},
	);
});

describe("findNearest", () => {
	it("finds the nearest within reach", () => {
		const pixels = Float32Array.of(10, 10, 50, 10, 90, 10);
		expect(findNearest(pixels, 47, 14, 20)).toBe(1);
		expect(findNearest(pixels, 30, 80, 20)).toBe(-1);
		expect(findNearest(pixels, 300, 80)).toBe(2);
	});
});

describe("findNextInDirection", () => {
	it("goes to the nearest point in a direction", () => {
		//      3
		//  0  1    2
		//      4
		const pixels = Float32Array.of(0, 50, 30, 50, 100, 50, 40, 0, 40, 100);
		expect([RIGHT, LEFT, UP, DOWN].map((way) => findNextInDirection(pixels, 1, way))).toEqual([2, 0, 3, 4]);
		expect(findNextInDirection(pixels, 2, RIGHT), "the last stays").toBe(2);
	});

	it("reaches every one of the points on one spot, both ways", () => {
		const pixels = Float32Array.of(50, 50, 0, 50, 50, 50, 100, 50, 50, 50);
		/** @param {number} from @param {readonly [number, number]} way */
		const walk = (from, way) => {
			const seen = [from];
			for (
				let next = findNextInDirection(pixels, from, way);
				next !== seen.at(-1);
				next = findNextInDirection(pixels, next, way)
			)
				seen.push(next);
			return seen;
		};
		expect(walk(1, RIGHT)).toEqual([1, 0, 2, 4, 3]);
		expect(walk(3, LEFT)).toEqual([3, 4, 2, 0, 1]);
	});
});

describe("MARKERS", () => {
	it("has a shape for each colour", () => {
		expect(new Set(MARKERS.map((outline) => JSON.stringify(outline))).size).toBe(PALETTE_SIZE);
	});

	it("beyond, no two classes have the same hue and shape", () => {
		const looks = Array.from({ length: limits.colours }, (_, slot) =>
			JSON.stringify([slot % PALETTE_SIZE, getMarker(slot)]),
		);
		expect(new Set(looks).size).toBe(limits.colours);
		expect(getMarker(5)).toBe(MARKERS[5]);
	});
});

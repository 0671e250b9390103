import { describe, expect, test } from "vitest";
import { measureClassRadii } from "../../src/evaluation/class-radii.js";

describe("measureClassRadii", () => {
	test("nine in ten examples are within the radius of their mean's direction, whatever their norms", () => {
		const angles = [0.1, 0.2, 0.3, 0.4, 0.5].flatMap((angle) => [angle, -angle]);
		const embeddings = angles.map((angle, i) => Float32Array.of((i + 1) * Math.cos(angle), (i + 1) * Math.sin(angle)));
		const [radius, none] = measureClassRadii(embeddings, new Array(10).fill(0), 2);
		expect(radius).toBeCloseTo(1 - Math.cos(0.5), 6);
		expect(none).toBe(Number.POSITIVE_INFINITY);
	});
});

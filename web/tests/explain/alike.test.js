import { describe, expect, it } from "vitest";
import { findAlike } from "../../src/explain/alike.js";
import { KNN } from "../../src/knn/knn.js";

/** @param {number} degrees */
const at = (degrees) => Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180), 0);

/** @param {[string, string, number, string?][]} rows id, label, degrees, recording */
function knnOf(rows) {
	const knn = new KNN();
	for (const [id, label, degrees, group] of rows) knn.addExample(at(degrees), label, { id, group });
	return knn;
}

describe("findAlike", () => {
	const knn = knnOf([
		["a", "cat", 0, "r1"],
		["a2", "cat", 1, "r1"],
		["far", "cat", 80, "r2"],
		["farther", "cat", 90, "r2"],
		["d1", "dog", 6],
		["d2", "dog", 4],
		["d3", "dog", 8],
		["d4", "dog", 2],
		["e", "bird", 3],
		["e2", "bird", 60],
	]);

	it("finds the nearest of the own class and of the nearest other one, the nearest first", () => {
		const found = findAlike(knn, "a");
		expect(found?.own.map(({ id }) => id)).toEqual(["far", "farther"]);
		expect(found?.rival).toBe("dog");
		expect(found?.others.map(({ id }) => id)).toEqual(["d4", "d2", "d1"]);
		expect(found?.others[0].distance).toBeCloseTo(1 - Math.cos((2 * Math.PI) / 180), 6);
	});

	it("shows the own recording where the class has no other", () => {
		const alone = knnOf([
			["a", "cat", 0, "r1"],
			["a2", "cat", 1, "r1"],
			["a3", "cat", 2, "r1"],
		]);
		expect(findAlike(alone, "a")).toMatchObject({ own: [{ id: "a2" }, { id: "a3" }], rival: null, others: [] });
	});

	it("has nothing to say of one that is gone, nor beside an only one", () => {
		expect(findAlike(knn, "gone")).toBeNull();
		expect(findAlike(knnOf([["a", "cat", 0]]), "a")).toEqual({ own: [], rival: null, others: [] });
	});
});

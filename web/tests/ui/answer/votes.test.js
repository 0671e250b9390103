import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KNN } from "../../../src/knn/knn.js";
import { getShare } from "../../../src/ui/answer/shares.js";
import { computeVoteShares } from "../../../src/ui/answer/votes.js";

describe("computeVoteShares", () => {
	it("gives what the classifier's confidences add up", () => {
		const point = fc
			.array(fc.integer({ min: -3, max: 3 }), { minLength: 3, maxLength: 3 })
			.filter((v) => v.some(Boolean));
		const examples = fc.array(fc.tuple(point, fc.constantFrom("a", "b", "__proto__")), { minLength: 1, maxLength: 12 });
		const weights = fc.constantFrom(/** @type {const} */ ("uniform"), /** @type {const} */ ("distance"));
		fc.assert(
			fc.property(examples, point, weights, fc.integer({ min: 1, max: 15 }), (shown, query, weights, k) => {
				const knn = new KNN();
				for (const [vector, label] of shown) knn.addExample(Float32Array.from(vector), label);
				const { neighbours, confidences } = knn.classify(Float32Array.from(query), { k, weights, metric: "euclidean" });
				const shares = computeVoteShares(neighbours, weights);
				for (const label of knn.getLabels()) {
					const sum = shares.reduce((total, share, i) => total + (neighbours[i].label === label ? share : 0), 0);
					expect(sum).toBeCloseTo(getShare(confidences, label), 9);
				}
			}),
		);
	});

	it("has nothing to share without neighbours", () => {
		expect(computeVoteShares([], "uniform")).toEqual([]);
		expect(computeVoteShares([], "distance")).toEqual([]);
	});
});

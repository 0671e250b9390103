import { describe, expect, it } from "vitest";
import { Explaining } from "../../src/explain/explaining.js";
import { KNN } from "../../src/knn/knn.js";
import { createState } from "../../src/state/state.js";

const SHAPE = [1, 2, 2];
/** Two cells: the left one is like a cat, the right one like a dog. */
const features = Float32Array.of(3, 1, 1, 2);
const embedding = Float32Array.of(2, 1.5);

function createExplaining() {
	const knn = new KNN();
	knn.addExample(Float32Array.of(5, 1), "cat", { id: "c" });
	knn.addExample(Float32Array.of(1, 5), "dog", { id: "d" });
	const state = createState();
	state.settings.value = { k: 1, metric: "cosine", weights: "uniform", unknownDistance: null };
	const explaining = new Explaining({ state, knn, featuresShape: () => SHAPE });
	const answer = { .../** @type {any} */ (knn.classify(embedding, { k: 1 })), where: "browser", ms: 1 };
	return { knn, state, explaining, answer };
}

describe("heat", () => {
	it("follows the mode and the answers", () => {
		const { state, explaining, answer } = createExplaining();
		explaining.answered({ embedding, features }, answer);
		expect(state.heat.value).toBeNull();
		expect(explaining.wantsFeatures).toBe(false);
		explaining.setHeatMode("winner");
		expect(explaining.wantsFeatures).toBe(true);
		expect(state.heat.value).toMatchObject({ width: 2, height: 1, label: "cat", against: null });
		expect(state.heat.value?.values).toEqual(Float32Array.of(1, 0));
		explaining.setHeatMode("contrast");
		expect(state.heat.value).toMatchObject({ label: "cat", against: "dog" });
		explaining.answered({ embedding, features: null }, answer);
		expect(state.heat.value).toBeNull();
		explaining.answered({ embedding, features }, answer);
		explaining.forget();
		expect(state.heat.value).toBeNull();
		explaining.setHeatMode("off");
		explaining.answered({ embedding, features }, answer);
		expect(state.heat.value).toBeNull();
	});

	it("shows nothing without an answer, and accepts that a neighbour was removed", () => {
		const { knn, state, explaining, answer } = createExplaining();
		explaining.setHeatMode("winner");
		explaining.answered({ embedding, features }, null);
		expect(state.heat.value).toBeNull();
		knn.removeExample("c");
		explaining.answered({ embedding, features }, answer);
		expect(state.heat.value?.values).toEqual(new Float32Array(2));
	});
});

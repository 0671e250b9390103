import { describe, expect, test } from "vitest";
import { Engine } from "../../src/app/engine.js";
import { automaticMetric, checkClassifierSettings, resolveSettings } from "../../src/evaluation/automatic.js";
import { fitExamples } from "../../src/knn/adapted.js";
import { Replica } from "../../src/project/replica.js";
import { DEFAULT_SETTINGS } from "../../src/state/state.js";

/** @typedef {import("../../src/state/figures.js").Evaluation} Evaluation */

/**
 * @param {"cosine" | "adapted"} metric
 * @param {number | null} adapted its accuracy
 * @param {number | null} distance
 * @returns {Evaluation}
 */
const tested = (metric, adapted, distance = 0.4) =>
	/** @type {any} */ ({ auto: { metric, cosine: 0.5, adapted }, unknown: { distance } });

const settings = { ...DEFAULT_SETTINGS };
const fresh = { unadapted: 0, fittedAt: 7 };

describe("the automatic metric", () => {
	test.each([
		["cosine before the first test", null, "adapted", "cosine"],
		["the one that tests better", tested("adapted", 0.9), "cosine", "adapted"],
		["the one that tests better", tested("cosine", 0.1), "adapted", "cosine"],
		["what it was, while adapted is measured anew", tested("cosine", null), "adapted", "adapted"],
		["what it was, while adapted is measured anew", tested("cosine", null), "cosine", "cosine"],
	])("is %s", (_, evaluation, before, expected) => {
		expect(automaticMetric(evaluation, /** @type {"cosine"} */ (before))).toBe(expected);
	});
});

describe("an answer is made", () => {
	test.each([
		["auto", "adapted", fresh, "adapted", 7],
		["auto", "cosine", fresh, "cosine", null],
		["adapted", "cosine", fresh, "adapted", 7],
		["adapted", "cosine", { unadapted: 32, fittedAt: 7 }, "adapted", 7],
		["adapted", "cosine", { unadapted: 33, fittedAt: 7 }, "cosine", null],
		["auto", "adapted", { unadapted: 33, fittedAt: 7 }, "cosine", null],
		["adapted", "cosine", { unadapted: null, fittedAt: null }, "cosine", null],
		["manhattan", "adapted", fresh, "manhattan", null],
	])("by %s, automatic being %s, where %o: by %s", (metric, automatic, knn, expected, fittedAt) => {
		const known = { automatic: /** @type {"cosine"} */ (automatic), evaluation: tested("cosine", 1), knn };
		const made = resolveSettings({ ...settings, metric: /** @type {"auto"} */ (metric) }, known);
		expect(made).toEqual({ metric: expected, fittedAt, unknownDistance: 0.4 });
	});

	test.each([
		["auto", tested("cosine", 1), 0.4],
		["auto", tested("cosine", 1, null), null],
		["auto", null, null],
		[0.2, tested("cosine", 1), 0.2],
		[null, tested("cosine", 1), null],
	])("unknown beyond %s: with the test %o, beyond %s", (unknownDistance, evaluation, expected) => {
		const chosen = { ...settings, unknownDistance: /** @type {"auto"} */ (unknownDistance) };
		expect(resolveSettings(chosen, { automatic: "cosine", evaluation, knn: fresh }).unknownDistance).toBe(expected);
	});
});

test("a choice may be automatic, and is otherwise what a classifier takes", () => {
	checkClassifierSettings(DEFAULT_SETTINGS);
	checkClassifierSettings({ ...settings, metric: "adapted", unknownDistance: 0.5 });
	const refused = (/** @type {Record<string, unknown>} */ patch) => {
		try {
			checkClassifierSettings({ ...settings, ...patch });
		} catch (error) {
			return /** @type {{code: string}} */ (error).code;
		}
		return "";
	};
	expect(refused({ k: 0 })).toBe("badK");
	expect(refused({ metric: "automatic" })).toBe("unknownMetric");
	expect(refused({ weights: "auto" })).toBe("unknownWeights");
	expect(refused({ unknownDistance: "automatic" })).toBe("badUnknownDistance");
	expect(refused({ unknownDistance: 3 })).toBe("badUnknownDistance");
});

test("the browser's answers say how they were made", async () => {
	const project = /** @type {any} */ ({ classes: [], settings });
	const replica = new Replica(project, null);
	const examples = Array.from({ length: 8 }, (_, i) => ({
		id: `i${i}`,
		label: i % 2 ? "a" : "b",
		group: null,
		embedding: Float32Array.of(i % 2, 1 - (i % 2), i),
		thumbnail: null,
	}));
	replica.add(examples);
	/** @type {Evaluation | null} */
	let evaluation = null;
	const engine = new Engine({ replica, test: () => ({ evaluation }) });
	const ask = () => engine.classify(Float32Array.of(1, 0.5, 3), settings);
	expect(await ask()).toMatchObject({ metric: "cosine", fittedAt: null, unknownDistance: null, isUnknown: false });
	evaluation = tested("adapted", 1, 0);
	// Nothing is ever fitted where a frame waits for its answer.
	expect(await ask()).toMatchObject({ metric: "cosine", fittedAt: null, unknownDistance: 0, isUnknown: true });
	const steps = fitExamples({
		ids: examples.map(({ id }) => id),
		embeddings: examples.map(({ embedding }) => embedding),
		norms: examples.map(({ embedding }) => Math.hypot(...embedding)),
		classIndices: examples.map(({ label }) => (label === "a" ? 1 : 0)),
	});
	let step = steps.next();
	while (!step.done) step = steps.next();
	replica.knn.adapt(step.value, 12);
	const answer = await ask();
	expect(answer).toMatchObject({ metric: "adapted", fittedAt: 12, unknownDistance: 0, where: "browser" });
	expect(answer?.neighbours).toEqual(
		replica.knn.classify(Float32Array.of(1, 0.5, 3), { metric: "adapted" }).neighbours,
	);
	evaluation = tested("cosine", null);
	expect(await ask()).toMatchObject({ metric: "adapted" });
	replica.add(Array.from({ length: 33 }, (_, i) => ({ ...examples[0], id: `more ${i}` })));
	expect(await ask()).toMatchObject({ metric: "cosine", fittedAt: null });
});

import { describe, expect, test } from "vitest";
import { Engine } from "../../src/app/engine.js";
import { MAX_UNADAPTED } from "../../src/contract/constants.js";
import { automaticMetric, checkClassifierSettings, resolveSettings } from "../../src/evaluation/automatic.js";
import { fitExamples } from "../../src/knn/adapted.js";
import { Replica } from "../../src/project/replica.js";
import { DEFAULT_SETTINGS } from "../../src/state/state.js";

/** @typedef {import("../../src/state/figures.js").Evaluation} Evaluation */

/**
 * Creates what "auto" needs of an evaluation.
 * @param {"cosine" | "adapted"} metric
 * @param {number | null} adapted its accuracy
 * @param {number | null} distance
 * @returns {Evaluation}
 */
const createEvaluation = (metric, adapted, distance = 0.4) =>
	/** @type {any} */ ({ auto: { metric, cosine: 0.5, adapted }, unknown: { distance } });

const settings = { ...DEFAULT_SETTINGS };
const fittedKnn = { unadapted: 0, fittedAt: 7 };

describe("the automatic metric", () => {
	test.each([
		["cosine before the first evaluation", null, "adapted", "cosine"],
		["the one with the better accuracy", createEvaluation("adapted", 0.9), "cosine", "adapted"],
		["the one with the better accuracy", createEvaluation("cosine", 0.1), "adapted", "cosine"],
		["the one before, while adapted is measured anew", createEvaluation("cosine", null), "adapted", "adapted"],
		["the one before, while adapted is measured anew", createEvaluation("cosine", null), "cosine", "cosine"],
	])("is %s", (_, evaluation, before, expected) => {
		expect(automaticMetric(evaluation, /** @type {"cosine"} */ (before))).toBe(expected);
	});
});

describe("resolved settings", () => {
	test.each([
		["auto", "adapted", fittedKnn, "adapted", 7],
		["auto", "cosine", fittedKnn, "cosine", null],
		["adapted", "cosine", fittedKnn, "adapted", 7],
		["adapted", "cosine", { unadapted: MAX_UNADAPTED, fittedAt: 7 }, "adapted", 7],
		["adapted", "cosine", { unadapted: MAX_UNADAPTED + 1, fittedAt: 7 }, "cosine", null],
		["auto", "adapted", { unadapted: MAX_UNADAPTED + 1, fittedAt: 7 }, "cosine", null],
		["adapted", "cosine", { unadapted: null, fittedAt: null }, "cosine", null],
		["manhattan", "adapted", fittedKnn, "manhattan", null],
	])("metric %s, automatic %s, classifier %o: by %s", (metric, automatic, knn, expected, fittedAt) => {
		const context = { automatic: /** @type {"cosine"} */ (automatic), evaluation: createEvaluation("cosine", 1), knn };
		const resolvedSettings = resolveSettings({ ...settings, metric: /** @type {"auto"} */ (metric) }, context);
		expect(resolvedSettings).toEqual({ metric: expected, fittedAt, unknownDistance: 0.4 });
	});

	test.each([
		["auto", createEvaluation("cosine", 1), 0.4],
		["auto", createEvaluation("cosine", 1, null), null],
		["auto", null, null],
		[0.2, createEvaluation("cosine", 1), 0.2],
		[null, createEvaluation("cosine", 1), null],
	])("unknownDistance %s, evaluation %o: unknown beyond %s", (unknownDistance, evaluation, expected) => {
		const withDistance = { ...settings, unknownDistance: /** @type {"auto"} */ (unknownDistance) };
		expect(resolveSettings(withDistance, { automatic: "cosine", evaluation, knn: fittedKnn }).unknownDistance).toBe(
			expected,
		);
	});
});

test("settings may be automatic, and are otherwise checked as a classifier's options", () => {
	checkClassifierSettings(DEFAULT_SETTINGS);
	checkClassifierSettings({ ...settings, metric: "adapted", unknownDistance: 0.5 });
	const errorCode = (/** @type {Record<string, unknown>} */ patch) => {
		try {
			checkClassifierSettings({ ...settings, ...patch });
		} catch (error) {
			return /** @type {{code: string}} */ (error).code;
		}
		return "";
	};
	expect(errorCode({ k: 0 })).toBe("badK");
	expect(errorCode({ metric: "automatic" })).toBe("unknownMetric");
	expect(errorCode({ weights: "auto" })).toBe("unknownWeights");
	expect(errorCode({ unknownDistance: "automatic" })).toBe("badUnknownDistance");
	expect(errorCode({ unknownDistance: 3 })).toBe("badUnknownDistance");
});

test("the browser's answers contain the resolved settings", async () => {
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
	const classify = () => engine.classify(Float32Array.of(1, 0.5, 3), settings);
	expect(await classify()).toMatchObject({ metric: "cosine", fittedAt: null, unknownDistance: null, isUnknown: false });
	evaluation = createEvaluation("adapted", 1, 0);
	// The metric is never fitted while a frame waits for its answer.
	expect(await classify()).toMatchObject({ metric: "cosine", fittedAt: null, unknownDistance: 0, isUnknown: true });
	const steps = fitExamples({
		ids: examples.map(({ id }) => id),
		embeddings: examples.map(({ embedding }) => embedding),
		norms: examples.map(({ embedding }) => Math.hypot(...embedding)),
		classIndices: examples.map(({ label }) => (label === "a" ? 1 : 0)),
	});
	let step = steps.next();
	while (!step.done) step = steps.next();
	replica.knn.adapt(step.value, 12);
	const answer = await classify();
	expect(answer).toMatchObject({ metric: "adapted", fittedAt: 12, unknownDistance: 0, where: "browser" });
	expect(answer?.neighbours).toEqual(
		replica.knn.classify(Float32Array.of(1, 0.5, 3), { metric: "adapted" }).neighbours,
	);
	evaluation = createEvaluation("cosine", null);
	expect(await classify()).toMatchObject({ metric: "adapted" });
	replica.add(Array.from({ length: MAX_UNADAPTED + 1 }, (_, i) => ({ ...examples[0], id: `more ${i}` })));
	expect(await classify()).toMatchObject({ metric: "cosine", fittedAt: null });
});

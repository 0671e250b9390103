import { describe, expect, test } from "vitest";
import { Engine } from "../../src/app/engine.js";
import { MAX_UNADAPTED, NOVELTY_FLOOR, UNKNOWN_PRIOR } from "../../src/contract/constants.js";
import {
	automaticMetric,
	checkClassifierSettings,
	followEvaluation,
	resolveSettings,
	startAutomatic,
} from "../../src/evaluation/automatic.js";
import { fitExamples } from "../../src/knn/adapted.js";
import { Replica } from "../../src/project/replica.js";
import { DEFAULT_SETTINGS } from "../../src/state/state.js";

/** @typedef {import("../../src/state/figures.js").Evaluation} Evaluation */
/** @typedef {import("../../src/state/result.js").Metric} Metric */

/**
 * Creates what "auto" needs of an evaluation.
 * @param {"cosine" | "adapted"} metric
 * @param {number | null} adapted its accuracy
 * @param {number} distance
 * @returns {Evaluation}
 */
const createEvaluation = (metric, adapted, distance = 0.4) => {
	const forAdapted = adapted === null ? null : { distance, typical: 0.5 };
	return /** @type {any} */ ({
		auto: { metric, cosine: 0.5, adapted },
		unknown: { distance, exponent: 0, adapted: forAdapted },
	});
};

const settings = { ...DEFAULT_SETTINGS };
const fittedKnn = { unadapted: 0, fittedAt: 7 };

describe("the automatic metric", () => {
	test.each([
		["adapted before the first evaluation", null, "cosine", "adapted"],
		["what a measured evaluation says", createEvaluation("adapted", 0.9), "cosine", "adapted"],
		["what a measured evaluation says", createEvaluation("cosine", 0.1), "adapted", "cosine"],
		["the one before, while adapted is measured anew", createEvaluation("cosine", null), "adapted", "adapted"],
		["the one before, while adapted is measured anew", createEvaluation("cosine", null), "cosine", "cosine"],
	])("is %s", (_, evaluation, before, expected) => {
		expect(automaticMetric(evaluation, /** @type {"cosine"} */ (before))).toBe(expected);
	});
});

describe("what is automatic, from evaluation to evaluation", () => {
	const centre = { ratio: 1.2, step: 0.5, values: "AgA=" };
	const limit = { distance: 0.5, exponent: 0, adapted: null, centre };
	/** @param {(Evaluation | null)[]} evaluations one after the other */
	const follow = (...evaluations) => {
		let automatic = startAutomatic(limit);
		for (const evaluation of evaluations) automatic = followEvaluation(automatic, evaluation, limit);
		return automatic;
	};
	const unmeasured = createEvaluation("cosine", null, 0.3);
	const measured = createEvaluation("cosine", 0.1, 0.4);
	const first = { metric: "adapted", limit };
	/** @param {Evaluation} evaluation */
	const limitIn = ({ unknown: { distance, exponent, adapted } }) => ({ distance, exponent, adapted, centre });

	test("without an evaluation: adapted, and the prior", () => {
		expect(follow()).toMatchObject(first);
		expect(follow(null)).toMatchObject(first);
		expect(startAutomatic().limit).toEqual({ distance: UNKNOWN_PRIOR, exponent: 0, adapted: null, centre: null });
	});

	test("before adapted is measured for the first time, the limit is already the evaluation's", () => {
		expect(follow(unmeasured)).toMatchObject({ metric: "adapted", limit: limitIn(unmeasured) });
		const newer = createEvaluation("cosine", null, 0.2);
		expect(follow(unmeasured, newer)).toMatchObject({ metric: "adapted", limit: limitIn(newer) });
	});

	test("while adapted is measured anew, metric and limit stay", () => {
		expect(follow(unmeasured, measured)).toMatchObject({ metric: "cosine", limit: limitIn(measured) });
		expect(follow(measured, unmeasured)).toMatchObject({ metric: "cosine", limit: limitIn(measured) });
		expect(follow(measured, unmeasured, unmeasured)).toMatchObject({ metric: "cosine", limit: limitIn(measured) });
		const newer = createEvaluation("adapted", 0.9, 0.2);
		expect(follow(measured, unmeasured, newer)).toMatchObject({ metric: "adapted", limit: limitIn(newer) });
	});

	test("without examples everything begins again", () => {
		expect(follow(measured, null)).toMatchObject(first);
		expect(follow(measured, null, unmeasured)).toMatchObject({ metric: "adapted", limit: limitIn(unmeasured) });
	});
});

describe("resolved settings", () => {
	const limit = { distance: 0.4, exponent: 0, adapted: null };

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
		const context = { automatic: { metric: /** @type {Metric} */ (automatic), limit }, knn };
		const resolvedSettings = resolveSettings({ ...settings, metric: /** @type {"auto"} */ (metric) }, context);
		expect(resolvedSettings).toEqual({ metric: expected, fittedAt, unknownDistance: limit });
	});

	test.each([
		["auto", limit],
		[0.2, 0.2],
		[null, null],
	])("unknownDistance %s: unknown beyond %o", (unknownDistance, expected) => {
		const withDistance = { ...settings, unknownDistance: /** @type {"auto"} */ (unknownDistance) };
		const automatic = { metric: /** @type {const} */ ("cosine"), limit };
		expect(resolveSettings(withDistance, { automatic, knn: fittedKnn }).unknownDistance).toEqual(expected);
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
	expect(errorCode({ unknownDistance: { distance: 0.5, exponent: 0, adapted: null } })).toBe("badUnknownDistance");
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
	let automatic = startAutomatic({ distance: 0.001, exponent: 0, adapted: null });
	const use = (/** @type {Evaluation} */ evaluation) => {
		automatic = followEvaluation(automatic, evaluation);
	};
	const engine = new Engine({ replica, automatic: () => automatic });
	const classify = () => engine.classify(Float32Array.of(1, 0.5, 3), settings);
	expect(await classify()).toMatchObject({
		metric: "cosine",
		fittedAt: null,
		unknownDistance: 0.001,
		isUnknown: true,
		certainty: "unknown",
	});
	use(createEvaluation("adapted", 1, 0));
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
	// The answer names its own limit, which is none of the settings.
	use(createEvaluation("adapted", 0.9));
	automatic.limit.exponent = 0.5;
	const scaled = await classify();
	const embedding = Float32Array.of(1, 0.5, 3);
	const { distance } = replica.knn.classify(embedding, { metric: "adapted" });
	// Each example is a recording by itself: the second nearest is of another one.
	const [first, second] = replica.knn
		.classify(embedding, { k: 2 })
		.neighbours.map((each) => Math.max(each.distance, NOVELTY_FLOOR));
	const ratio = ((first / second) * 0.5) / Math.max(distance, NOVELTY_FLOOR);
	expect(scaled?.unknownDistance).toBeCloseTo(Math.min(2, 0.4 * ratio ** 0.5), 9);
	use(createEvaluation("cosine", null));
	expect(await classify()).toMatchObject({ metric: "adapted" });
	replica.add(Array.from({ length: MAX_UNADAPTED + 1 }, (_, i) => ({ ...examples[0], id: `more ${i}` })));
	expect(await classify()).toMatchObject({ metric: "cosine", fittedAt: null });
});

// In which order the evaluation answers questions and works out what takes longer, through its client.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { UNKNOWN_PRIOR } from "../../src/contract/constants.js";
import { Evaluation } from "../../src/evaluation/evaluation.js";
import { evaluateAnew, makeExample, makeExamples, QUESTION, setUpClient, wait } from "../support/evaluation-client.js";

beforeEach(() => {
	vi.useFakeTimers();
	vi.spyOn(console, "warn").mockImplementation(() => {});
});
afterEach(() => {
	vi.useRealTimers();
	vi.restoreAllMocks();
});

describe("the prior", () => {
	const limitOf = (/** @type {ReturnType<typeof setUpClient>} */ page) => page.state.evaluation?.unknown.distance;

	test("is what figures go by: from the first on, when it changes, and after a crash", async () => {
		const page = setUpClient();
		// Each is a recording by itself, in a class of one: there is no evidence.
		page.replica.add(["a", "b", "c"].map((label) => makeExample(label)));
		page.client.setPrior(0.4);
		page.client.watch(page.replica);
		page.client.setDemand({ test: true });
		await wait(5000);
		const limits = page.patches.flatMap(({ evaluation }) => evaluation?.unknown.distance ?? []);
		expect(new Set(limits)).toEqual(new Set([0.4]));
		const runCount = page.workers[0].runs.length;
		page.client.setPrior(0.5);
		await wait(0);
		expect(limitOf(page)).toBe(0.5);
		expect(page.workers[0].runs, "nothing is measured again").toHaveLength(runCount);
		page.workers[0].crash("gone");
		page.replica.add([makeExample("d")]);
		await wait(5000);
		expect(page.workers).toHaveLength(2);
		expect([page.state.evaluation?.count, limitOf(page)]).toEqual([4, 0.5]);
	});

	test("is the usual one until a model names another", async () => {
		const page = setUpClient();
		page.replica.add(["a", "b"].map((label) => makeExample(label)));
		page.client.watch(page.replica);
		await wait(5000);
		expect(limitOf(page)).toBe(UNKNOWN_PRIOR);
	});
});

describe("questions", () => {
	test("have no effect before there are figures", async () => {
		const page = setUpClient();
		page.replica.add(makeExamples(9));
		page.client.watch(page.replica);
		page.client.setDemand({ adapted: true });
		await wait(0);
		page.client.setQuestion({ k: 1, metric: "cosine", weights: "uniform" });
		await wait(0);
		expect([page.fits.length, page.patches]).toEqual([1, []]);
	});

	test("after newer examples: the test comes before the metrics that are measured last", async () => {
		const page = setUpClient({ isSlow: true });
		page.replica.add(makeExamples(60));
		page.client.watch(page.replica);
		page.client.setDemand({ test: true });
		while (!page.state.evaluation) await wait(1);
		page.replica.add(makeExamples(1));
		while (page.workers[0].runs.length < 2) await wait(100);
		await wait(20_000);
		const figures = page.patches.flatMap(({ evaluation, missing }) =>
			evaluation ? [[evaluation.count, missing]] : [],
		);
		expect(figures).toEqual([
			[60, "adapted"],
			[61, "adapted"],
			[61, "manhattan"],
			[61, "manhattan"],
			[61, null],
			[61, null],
		]);
	});

	test("curve and split are worked out while somebody looks: before Manhattan distances, and again with those", async () => {
		const page = setUpClient();
		page.replica.add(makeExamples(60));
		page.client.watch(page.replica);
		page.client.setDemand({ test: true });
		await wait(0);
		const posted = page.patches.flatMap(({ evaluation, missing, progress }) =>
			evaluation ? [{ missing, progress, curve: evaluation.learningCurve, split: evaluation.split }] : [],
		);
		const [first, adapted, drawn, manhattan, again] = posted;
		expect(posted.map(({ missing, progress }) => [missing, progress])).toEqual([
			["adapted", 0],
			["manhattan", 0],
			["manhattan", 0],
			[null, 0],
			[null, null],
		]);
		expect([first.curve, first.split, adapted.curve, adapted.split]).toEqual([null, null, null, null]);
		expect(drawn.curve?.examples.length).toBeGreaterThan(3);
		expect(drawn.split?.train).toBeGreaterThan(30);
		expect([manhattan.curve, manhattan.split, again.curve]).toEqual([drawn.curve, drawn.split, drawn.curve]);
		const { learningCurve, split } = evaluateAnew(page.replica, QUESTION, true) ?? {};
		expect([again.curve, again.split]).toEqual([learningCurve, split]);
	});

	test("curve and split are worked out only while somebody looks, and only once", async () => {
		const page = setUpClient();
		page.replica.add(makeExamples(60));
		page.client.watch(page.replica);
		const draw = vi.spyOn(Evaluation.prototype, "draw");
		await wait(1500);
		expect([page.state.evaluation?.learningCurve, page.state.progress, draw.mock.calls]).toEqual([null, null, []]);
		page.client.setDemand({ test: true });
		await wait(0);
		expect(page.state.evaluation).toEqual(evaluateAnew(page.replica, QUESTION, true));
		draw.mockClear();
		page.client.setDemand({ adapted: true });
		page.client.setDemand({ test: true });
		await wait(1000);
		expect(draw.mock.calls).toEqual([]);
		page.client.setQuestion({ k: 7, metric: "euclidean", weights: "uniform" });
		await wait(0);
		expect(draw.mock.calls).toHaveLength(1);
		expect(page.state.evaluation).toEqual(
			evaluateAnew(page.replica, { k: 7, metric: "euclidean", weights: "uniform" }, true),
		);
	});

	test("nothing stays in progress when somebody stops looking meanwhile", async () => {
		const page = setUpClient({ isSlow: true });
		page.replica.add(makeExamples(60));
		page.client.watch(page.replica);
		await wait(20_000);
		expect([page.state.progress, page.state.missing]).toEqual([null, null]);
		page.client.setDemand({ test: true });
		await wait(100);
		expect([page.state.progress, page.state.evaluation?.learningCurve]).toEqual([0, null]);
		page.client.setDemand({ test: false });
		await wait(1000);
		expect([page.state.progress, page.state.evaluation?.learningCurve]).toEqual([null, null]);
	});

	test("curve and split of the newest question come before Manhattan distances", async () => {
		const page = setUpClient({ isSlow: true });
		page.replica.add(makeExamples(60));
		page.client.watch(page.replica);
		page.client.setDemand({ test: true });
		while (!page.state.evaluation?.learningCurve) await wait(1);
		await wait(60);
		for (const k of [1, 2, 9]) {
			page.client.setQuestion({ k, metric: "cosine", weights: "uniform" });
			await wait(200);
		}
		await wait(60_000);
		const curves = page.patches.flatMap(({ evaluation, missing }) =>
			evaluation?.learningCurve ? [[evaluation.k, missing]] : [],
		);
		expect(curves.filter(([k]) => k !== 3)).toEqual([
			[9, "manhattan"],
			[9, null],
			[9, null],
		]);
		expect([page.state.progress, page.state.missing]).toEqual([null, null]);
		// The earlier ones were dropped.
		page.client.setQuestion({ k: 1, metric: "cosine", weights: "uniform" });
		while (page.state.evaluation?.k !== 1) await wait(1);
		expect(page.state.evaluation?.learningCurve).toBeNull();
	});

	test("are answered without measuring again; of several that wait, only the newest", async () => {
		const page = setUpClient();
		page.client.watch(page.replica);
		page.replica.add(makeExamples(30));
		page.client.setQuestion({ k: 9, metric: "manhattan", weights: "distance" });
		await wait(1500);
		expect(page.state.evaluation).toMatchObject({ k: 9, metric: "manhattan", weights: "distance" });
		page.patches.length = 0;
		for (const k of [1, 2, 3, 4]) page.client.setQuestion({ k, metric: "euclidean", weights: "uniform" });
		await wait(0);
		expect(page.patches.map(({ evaluation }) => evaluation?.k)).toEqual([4]);
		expect(page.state.evaluation).toEqual(
			evaluateAnew(page.replica, { k: 4, metric: "euclidean", weights: "uniform" }),
		);
		expect(page.workers[0].runs).toHaveLength(1);
	});

	test("figures come as metrics are measured: first without adapted and manhattan", async () => {
		const page = setUpClient();
		page.client.watch(page.replica);
		page.replica.add(makeExamples(30));
		await wait(1500);
		const figures = page.patches.filter(({ evaluation }) => evaluation);
		expect(figures.map(({ evaluation, missing }) => [Object.keys(evaluation?.byMetric ?? {}), missing])).toEqual([
			[["cosine", "euclidean"], "adapted"],
			[["cosine", "euclidean", "adapted"], "manhattan"],
			[["cosine", "euclidean", "manhattan", "adapted"], null],
		]);
		expect(page.patches.some(({ progress }) => progress)).toBe(true);
	});
});

describe("what the advice needs to know", () => {
	test("comes once after each test, when the labels are weighed too", async () => {
		const page = setUpClient();
		page.replica.add(makeExamples(30));
		page.client.watch(page.replica);
		page.client.setDemand({ test: true });
		await wait(0);
		expect(page.nearest.map(({ ids }) => ids)).toEqual([page.replica.ids()]);
		expect(Math.min(...page.nearest[0].suspicions)).toBeGreaterThan(0);
		page.client.setQuestion({ k: 1, metric: "cosine", weights: "uniform" });
		await wait(0);
		expect(page.nearest).toHaveLength(1);
		page.replica.clear("a");
		page.replica.clear("b");
		await wait(1000);
		expect(page.nearest.map(({ ids }) => ids)).toEqual([expect.anything(), page.replica.ids()]);
	});

	test("comes without figures too: of one example nothing can be measured", async () => {
		const page = setUpClient();
		page.replica.add(makeExamples(1));
		page.client.watch(page.replica);
		page.client.setDemand({ test: true });
		await wait(0);
		expect(page.nearest).toMatchObject([{ ids: page.replica.ids(), rivals: [-1] }]);
	});
});

// Figures, fits and advice: the worker gets no message without a reason, and the server is asked only while somebody looks.

import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Insights } from "../../src/app/insights.js";
import { Replica } from "../../src/project/replica.js";
import { newProject } from "../../src/project/store.js";
import { createState } from "../../src/state/state.js";
import { RemoteEvaluation } from "../../src/sync/remote-evaluation.js";

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

/** A worker that never answers by itself. */
class SilentWorker {
	/** @type {any[]} */
	messages = [];
	/** @type {((event: {data: any}) => void) | null} */
	onmessage = null;
	onerror = null;
	/** @param {any} message */
	postMessage(message) {
		this.messages.push(message);
	}
	terminate() {}
}

const FIGURES = /** @type {any} */ ({
	auto: { metric: "cosine", cosine: 1, adapted: 1 },
	unknown: { distance: 0.3, quantile: 0.95, same: [], other: [] },
	confusion: [],
	labels: [],
});

test("figures from the worker cause no message to the worker", async () => {
	const state = createState();
	const replica = new Replica(newProject("model"), null, state.classes);
	const worker = new SilentWorker();
	const onLearnt = vi.fn();
	const insights = new Insights({
		state,
		replica,
		onLearnt,
		makeWorker: () => /** @type {any} */ (worker),
	});
	insights.watch(true);
	replica.add([
		{ id: "a", label: "cat", group: null, embedding: Float32Array.of(1, 0), thumbnail: null },
		{ id: "b", label: "dog", group: null, embedding: Float32Array.of(0, 1), thumbnail: null },
	]);
	await vi.advanceTimersByTimeAsync(3000);
	expect(worker.messages.map(({ type }) => type)).toContain("run");
	worker.messages.length = 0;
	for (let i = 0; i < 5; i++) {
		worker.onmessage?.({ data: { type: "test", patch: { evaluation: FIGURES, progress: null, missing: null } } });
	}
	await vi.advanceTimersByTimeAsync(5000);
	expect(worker.messages).toEqual([]);
	expect(onLearnt).toHaveBeenCalledTimes(5);
	expect(state.test.value.evaluation).toBe(FIGURES);
	insights.close();
});

/** Insights of two examples, or of none, and the worker that it talks to. */
function setUpInsights(manifest = {}, hasExamples = true) {
	const state = createState();
	const replica = new Replica(newProject("model"), null, state.classes);
	const worker = new SilentWorker();
	const insights = new Insights({
		state,
		replica,
		onLearnt: () => {},
		makeWorker: () => /** @type {any} */ (worker),
	});
	insights.open(/** @type {any} */ ({ preference: async () => undefined, setPreference: () => {} }), manifest);
	let added = 0;
	const add = () => {
		added += 1;
		const embedding = Float32Array.of(1, added);
		replica.add([{ id: `i${added}`, label: added % 2 ? "cat" : "dog", group: null, embedding, thumbnail: null }]);
	};
	if (hasExamples) for (let i = 0; i < 2; i++) add();
	/** @param {"cosine" | "adapted"} metric @param {number | null} adapted @param {number} distance */
	const report = (metric, adapted, distance) => {
		const unknown = {
			...FIGURES.unknown,
			distance,
			adapted: adapted === null ? null : { distance, typical: 1 },
		};
		const evaluation = { ...FIGURES, auto: { metric, cosine: 1, adapted }, unknown };
		worker.onmessage?.({ data: { type: "test", patch: { evaluation, progress: null, missing: null } } });
		return unknown;
	};
	/** How often it was told to fit the adapted metric. */
	const fitCount = () => worker.messages.filter(({ type, fit }) => type === "run" && fit).length;
	return { insights, state, worker, add, report, fitCount };
}

test("the adapted metric is fitted from the start, and no more once the cosine is clearly better", async () => {
	const { insights, add, report, fitCount } = setUpInsights();
	await vi.advanceTimersByTimeAsync(3000);
	expect(fitCount()).toBe(1);
	report("cosine", null, 0.5);
	add();
	await vi.advanceTimersByTimeAsync(3000);
	expect(fitCount(), "before it is measured").toBe(2);
	report("cosine", 0.1, 0.5);
	add();
	await vi.advanceTimersByTimeAsync(3000);
	report("cosine", null, 0.5);
	add();
	await vi.advanceTimersByTimeAsync(3000);
	expect(fitCount(), "the cosine is better").toBe(2);
	report("adapted", 1, 0.5);
	await vi.advanceTimersByTimeAsync(3000);
	expect(fitCount(), "the adapted metric is as good").toBe(3);
	insights.close();
});

test("the worker is told the model's prior before anything is tested", async () => {
	const { insights, worker } = setUpInsights({ unknown: { distance: 0.4 } });
	await vi.advanceTimersByTimeAsync(3000);
	const types = worker.messages.map(({ type }) => type);
	expect(types.indexOf("prior")).toBeGreaterThanOrEqual(0);
	expect(types.indexOf("prior")).toBeLessThan(types.indexOf("run"));
	expect(worker.messages.find(({ type }) => type === "prior")).toEqual({ type: "prior", prior: 0.4 });
	insights.close();
});

test("what is automatic follows every evaluation, also those that come while no frame is answered", async () => {
	const numbers = { step: 0.5, values: "AgA=" };
	const given = { dimension: 2, unknown: { distance: 0.4, centre: { distance: 0.6, ...numbers } } };
	const { insights, report } = setUpInsights(given);
	const centre = { ratio: 0.6 / 0.4, ...numbers };
	/** @param {{distance: number, exponent: number, adapted: any}} unknown the limit is that, with the model's centre */
	const limitOf = ({ distance, exponent, adapted }) => ({ distance, exponent, adapted, centre });
	expect(insights.automatic).toEqual({
		metric: "adapted",
		limit: limitOf({ distance: 0.4, exponent: 0, adapted: null }),
	});
	await vi.advanceTimersByTimeAsync(3000);
	const first = report("cosine", null, 0.45);
	expect(insights.automatic).toEqual({ metric: "adapted", limit: limitOf(first) });
	const measured = report("cosine", 0.1, 0.5);
	report("cosine", null, 0.55);
	expect(insights.automatic).toEqual({ metric: "cosine", limit: limitOf(measured) });
	insights.close();
});

/** A server that answers `evaluate` when the test says so. */
function createServer() {
	/** @type {import("../../src/sync/connection.js").ConnectionListener[]} */
	const listeners = [];
	/** @type {((answer: any) => void)[]} */
	const requests = [];
	const inSync = signal(true);
	return {
		requests,
		inSync,
		connection: /** @type {any} */ ({
			connected: true,
			listen: (/** @type {import("../../src/sync/connection.js").ConnectionListener} */ listener) => {
				listeners.push(listener);
			},
			request: () => new Promise((resolve) => requests.push(resolve)),
		}),
		syncClient: {
			get canAnswer() {
				return inSync.value;
			},
		},
		down: () => {
			inSync.value = false;
			for (const { onDisconnect } of listeners) onDisconnect?.();
		},
		announce: () => {
			for (const { onEvent } of listeners) onEvent?.({ event: "evaluated", data: {} });
		},
	};
}

const QUESTION = /** @type {const} */ ({ k: 3, metric: "auto", weights: "uniform" });

test("the server is asked when it has newer figures, and again after a reconnection", async () => {
	const { requests, inSync, connection, syncClient, down, announce } = createServer();
	const onTest = vi.fn();
	const figures = new RemoteEvaluation({ connection, syncClient, question: () => QUESTION, onTest });
	await vi.advanceTimersByTimeAsync(1000);
	expect(requests.length, "nobody looks").toBe(0);
	figures.watch(true);
	await vi.advanceTimersByTimeAsync(300);
	requests[0]({ evaluation: FIGURES, progress: null });
	await vi.advanceTimersByTimeAsync(5000);
	expect(onTest).toHaveBeenLastCalledWith({ evaluation: FIGURES, progress: null, where: "server", missing: null });
	expect(requests.length, "nothing new").toBe(1);
	announce();
	await vi.advanceTimersByTimeAsync(300);
	expect(requests.length).toBe(2);
	requests[1]({ evaluation: FIGURES, progress: null });
	down();
	expect(onTest).toHaveBeenLastCalledWith(null);
	inSync.value = true;
	await vi.advanceTimersByTimeAsync(300);
	expect(requests.length, "it is back").toBe(3);
	figures.close();
});

test("an answer that nobody waits for any more is dropped", async () => {
	const { requests, connection, syncClient } = createServer();
	const onTest = vi.fn();
	const figures = new RemoteEvaluation({ connection, syncClient, question: () => QUESTION, onTest });
	figures.watch(true);
	await vi.advanceTimersByTimeAsync(300);
	figures.watch(false);
	requests[0]({ evaluation: FIGURES, progress: null });
	await vi.advanceTimersByTimeAsync(300);
	expect(onTest).not.toHaveBeenCalled();
	figures.close();
});

test("the coach's code is loaded with the first example, and then it speaks", async () => {
	const { insights, state, add } = setUpInsights({}, false);
	await vi.dynamicImportSettled();
	await vi.advanceTimersByTimeAsync(30_000);
	expect(state.advice.value).toEqual([]);
	add();
	add();
	await vi.dynamicImportSettled();
	await vi.advanceTimersByTimeAsync(30_000);
	expect(state.advice.value.map(({ key }) => key)).toContain("few");
	insights.close();
});

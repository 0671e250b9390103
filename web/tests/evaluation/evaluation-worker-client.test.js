// The owner of the client worker with a worker that is none: the same runner, in the same thread, with time that stands still.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Evaluation } from "../../src/evaluation/evaluation.js";
import { EvaluationRunner } from "../../src/evaluation/evaluation-runner.js";
import { EvaluationWorkerClient } from "../../src/evaluation/evaluation-worker-client.js";
import { createGenerator } from "../../src/knn/draws.js";
import { Replica } from "../../src/project/replica.js";

/** @typedef {import("../../src/evaluation/evaluation-runner.js").Request} Request */
/** @typedef {import("../../src/state/figures.js").TestState} TestState */

beforeEach(() => {
	vi.useFakeTimers();
	vi.spyOn(console, "warn").mockImplementation(() => {});
});
afterEach(() => {
	vi.useRealTimers();
	vi.restoreAllMocks();
});

/** A worker's outside, with what it was told. */
class FakeWorker {
	/** @type {Request[]} */
	told = [];
	isTerminated = false;
	/** Only listens: for examples that are too many to test here. */
	isIdle = false;
	/** Takes 20 ms for every slice. */
	isSlow = false;
	/** @type {any} */
	onmessage = null;
	/** @type {any} */
	onerror = null;
	#runner = new EvaluationRunner({
		say: (data) => this.isTerminated || this.onmessage?.({ data: structuredClone(data) }),
		pause: () => (this.isSlow ? new Promise((resolve) => setTimeout(resolve, 20)) : Promise.resolve()),
		// Every look at the clock is a slice of its own.
		now: (() => {
			let ms = 0;
			return () => {
				ms += 16;
				return ms;
			};
		})(),
	});

	/** @param {Request} request */
	postMessage(request) {
		this.told.push(request);
		if (this.isIdle && request.type === "run") return;
		this.#runner.receive(structuredClone(request));
	}

	/** @param {string} message */
	crash(message) {
		this.onerror({ message, preventDefault: () => {} });
	}

	terminate() {
		this.isTerminated = true;
	}

	/** @param {Request["type"]} type */
	count(type) {
		return this.told.filter((request) => request.type === type).length;
	}

	/** What it was last told to do. */
	get runs() {
		return this.told.flatMap((request) => (request.type === "run" ? [{ test: request.test, fit: request.fit }] : []));
	}
}

/** A client of a replica, with all that it says. */
function studied({ isIdle = false, isSlow = false } = {}) {
	/** @type {FakeWorker[]} */
	const workers = [];
	/** @type {Partial<TestState>[]} */
	const patches = [];
	/** @type {{fitted: import("../../src/knn/adapted.js").Fitted | null, revision: number}[]} */
	const fits = [];
	/** @type {string[]} */
	const problems = [];
	const client = new EvaluationWorkerClient({
		onTest: (patch) => patches.push(patch),
		onFitted: (fitted, revision) => fits.push({ fitted, revision }),
		onProblem: ({ code }) => problems.push(code),
		makeWorker: () => {
			const worker = new FakeWorker();
			worker.isIdle = isIdle;
			worker.isSlow = isSlow;
			workers.push(worker);
			return /** @type {any} */ (worker);
		},
	});
	const replica = new Replica(/** @type {any} */ ({ classes: [] }), null);
	return {
		client,
		replica,
		workers,
		patches,
		fits,
		problems,
		/** The state that the patches make. @returns {TestState} */
		get state() {
			return Object.assign({}, ...patches);
		},
	};
}

const random = createGenerator(5);
let made = 0;
/**
 * @param {string} label
 * @param {string | null} [group]
 */
function example(label, group = null) {
	made += 1;
	const embedding = Float32Array.from({ length: 6 }, () => random(1000) - 400);
	return { id: `i${made}`, label, group, embedding, thumbnail: null };
}
const examples = (/** @type {number} */ n) => Array.from({ length: n }, (_, i) => example("abc"[i % 3], `g${i >> 2}`));

/** @param {number} ms */
const wait = (ms) => vi.advanceTimersByTimeAsync(ms);

/**
 * What the replica's examples give from nothing.
 * @param {Replica} replica
 * @param {import("../../src/knn/options.js").Question} question
 * @param {boolean} [isDrawn] with what takes longest
 */
function fromNothing(replica, question, isDrawn = false) {
	const evaluation = new Evaluation();
	const embeddingOf = (/** @type {string} */ id) => replica.knn.getExample(id).embedding;
	const snapshot = { labels: replica.labels, examples: replica.knn.outline(), embeddingOf };
	const stages = [evaluation.update(snapshot), evaluation.measure("adapted"), evaluation.measure("manhattan")];
	if (isDrawn) stages.push(/** @type {any} */ (evaluation.draw(question)));
	for (const steps of stages) while (!steps.next().done);
	return evaluation.evaluate(question);
}
const QUESTION = /** @type {const} */ ({ k: 3, metric: "auto", weights: "uniform" });

describe("the worker's figures are those of the replica's examples", () => {
	test("after any kind of change", async () => {
		const it = studied();
		it.client.watch(it.replica);
		it.client.want({ test: true });
		it.replica.add(examples(30));
		await wait(0);
		expect(it.state).toEqual({ ...it.state, where: "browser", progress: null, missing: null });
		expect(it.state.evaluation).toEqual(fromNothing(it.replica, QUESTION, true));
		const [one, two, three] = it.replica.ids();
		const changes = [
			() => it.replica.add(examples(2)),
			() => it.replica.remove([one, two]),
			() => it.replica.relabel([{ id: three, label: "c" }]),
			() => it.replica.rename("a", "<b>"),
			() => it.replica.rename("<b>", "c"),
			() => it.replica.order(["c", "b"]),
			() => it.replica.clear("b"),
			() => it.replica.addLabel("empty"),
			() => it.replica.clear("c"),
		];
		for (const change of changes) {
			change();
			await wait(1000);
			expect(it.state.evaluation).toEqual(fromNothing(it.replica, QUESTION, true));
			expect([it.state.progress, it.state.missing]).toEqual([null, null]);
		}
		expect(it.state.evaluation).toBeNull();
		expect(it.problems).toEqual([]);
	});

	test("an embedding is sent once, in chunks, and what is there only if it changed", async () => {
		const it = studied({ isIdle: true });
		it.client.watch(it.replica);
		it.replica.add(examples(1100));
		await wait(1510);
		const [worker] = it.workers;
		const sizes = worker.told.flatMap((request) => (request.type === "embeddings" ? [request.ids.length] : []));
		expect(sizes).toEqual([512, 512, 76]);
		it.replica.add([example("a")]);
		it.replica.rename("b", "B");
		await wait(1500);
		expect(worker.count("embeddings")).toBe(4);
		const last = worker.told.findLast((request) => request.type === "change");
		expect(last).toMatchObject({ removed: [], order: null, revision: it.replica.revision });
		expect(last?.type === "change" && [last.added.length, last.relabelled.length]).toEqual([1, 367]);
		// An example that is given another label goes to the end, in the classifier.
		it.replica.relabel([{ id: it.replica.ids()[0], label: "c" }]);
		await wait(1500);
		const order = it.replica.knn.outline().map(({ id }) => id);
		expect(worker.told.findLast((request) => request.type === "change")).toMatchObject({ added: [], order });
	});

	test("what is removed while it is being sent is not told of", async () => {
		const it = studied({ isIdle: true });
		it.replica.add(examples(600));
		it.client.watch(it.replica);
		it.client.want({ test: true });
		vi.advanceTimersToNextTimer();
		expect(it.workers[0].count("embeddings")).toBe(1);
		it.replica.remove(it.replica.ids().slice(0, 590));
		await wait(1000);
		const change = it.workers[0].told.findLast((request) => request.type === "change");
		expect(change?.type === "change" && change.added).toEqual(it.replica.knn.outline());
		expect(it.workers[0].runs).toEqual([{ test: true, fit: false }]);
	});
});

describe("when it runs", () => {
	test("with nobody waiting: after a second and a half without changes", async () => {
		const it = studied();
		it.client.watch(it.replica);
		for (let i = 0; i < 5; i++) {
			it.replica.add(examples(3));
			await wait(1400);
		}
		expect(it.workers).toEqual([]);
		await wait(100);
		expect(it.workers[0].runs).toEqual([{ test: true, fit: false }]);
		await wait(10_000);
		expect(it.workers[0].runs).toHaveLength(1);
	});

	test("with somebody waiting: at once, then once a second while examples come", async () => {
		const it = studied();
		it.client.watch(it.replica);
		it.client.want({ test: true, adapted: true });
		for (let i = 0; i < 29; i++) {
			it.replica.add([example("abc"[i % 3])]);
			await wait(100);
		}
		expect(it.workers[0].runs).toEqual(new Array(3).fill({ test: true, fit: true }));
		await wait(5000);
		expect(it.workers[0].runs).toHaveLength(4);
		expect(it.fits.at(-1)?.revision).toBe(it.replica.revision);
		expect(it.state.evaluation?.count).toBe(29);
	});

	test("a fit is made only when it is wanted, and can be installed", async () => {
		const it = studied();
		it.replica.add(examples(20));
		it.client.watch(it.replica);
		await wait(5000);
		expect(it.fits).toEqual([]);
		it.client.want({ adapted: true });
		await wait(0);
		expect(it.workers[0].runs.at(-1)).toEqual({ test: false, fit: true });
		const [{ fitted, revision }] = it.fits;
		const query = example("a").embedding;
		const own = it.replica.knn.classify(query, { metric: "adapted" });
		it.replica.knn.adapt(fitted, revision);
		expect(it.replica.knn.unadapted).toBe(0);
		expect(it.replica.knn.classify(query, { metric: "adapted" })).toEqual(own);
	});

	test("for an empty project there is no worker, and nothing is known", async () => {
		const it = studied();
		it.client.watch(it.replica);
		await wait(5000);
		expect([it.workers, it.state.evaluation]).toEqual([[], null]);
	});
});

describe("questions", () => {
	test("before there are figures change nothing", async () => {
		const it = studied();
		it.replica.add(examples(9));
		it.client.watch(it.replica);
		it.client.want({ adapted: true });
		await wait(0);
		it.client.ask({ k: 1, metric: "cosine", weights: "uniform" });
		await wait(0);
		expect([it.fits.length, it.patches]).toEqual([1, []]);
	});

	test("of newer examples come before what is measured last", async () => {
		const it = studied({ isSlow: true });
		it.replica.add(examples(60));
		it.client.watch(it.replica);
		it.client.want({ test: true });
		while (!it.state.evaluation) await wait(1);
		it.replica.add(examples(1));
		while (it.workers[0].runs.length < 2) await wait(100);
		await wait(20_000);
		const figures = it.patches.flatMap(({ evaluation, missing }) => (evaluation ? [[evaluation.count, missing]] : []));
		expect(figures).toEqual([
			[60, "adapted"],
			[61, "adapted"],
			[61, "manhattan"],
			[61, "manhattan"],
			[61, null],
			[61, null],
		]);
	});

	test("what takes longest is drawn while it is looked at: before Manhattan distances, and again for those", async () => {
		const it = studied();
		it.replica.add(examples(60));
		it.client.watch(it.replica);
		it.client.want({ test: true });
		await wait(0);
		const said = it.patches.flatMap(({ evaluation, missing, progress }) =>
			evaluation ? [{ missing, progress, curve: evaluation.learningCurve, split: evaluation.split }] : [],
		);
		const [first, adapted, drawn, manhattan, again] = said;
		expect(said.map(({ missing, progress }) => [missing, progress])).toEqual([
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
		const { learningCurve, split } = fromNothing(it.replica, QUESTION, true) ?? {};
		expect([again.curve, again.split]).toEqual([learningCurve, split]);
	});

	test("nothing is drawn unless it is looked at; and only once", async () => {
		const it = studied();
		it.replica.add(examples(60));
		it.client.watch(it.replica);
		const draw = vi.spyOn(Evaluation.prototype, "draw");
		await wait(1500);
		expect([it.state.evaluation?.learningCurve, it.state.progress, draw.mock.calls]).toEqual([null, null, []]);
		it.client.want({ test: true });
		await wait(0);
		expect(it.state.evaluation).toEqual(fromNothing(it.replica, QUESTION, true));
		draw.mockClear();
		it.client.want({ adapted: true });
		it.client.want({ test: true });
		await wait(1000);
		expect(draw.mock.calls).toEqual([]);
		it.client.ask({ k: 7, metric: "euclidean", weights: "uniform" });
		await wait(0);
		expect(draw.mock.calls).toHaveLength(1);
		expect(it.state.evaluation).toEqual(
			fromNothing(it.replica, { k: 7, metric: "euclidean", weights: "uniform" }, true),
		);
	});

	test("whoever looks away while it is being drawn leaves nothing under way", async () => {
		const it = studied({ isSlow: true });
		it.replica.add(examples(60));
		it.client.watch(it.replica);
		await wait(20_000);
		expect([it.state.progress, it.state.missing]).toEqual([null, null]);
		it.client.want({ test: true });
		await wait(100);
		expect([it.state.progress, it.state.evaluation?.learningCurve]).toEqual([0, null]);
		it.client.want({ test: false });
		await wait(1000);
		expect([it.state.progress, it.state.evaluation?.learningCurve]).toEqual([null, null]);
	});

	test("a question is drawn for before Manhattan distances are measured; of several, the newest", async () => {
		const it = studied({ isSlow: true });
		it.replica.add(examples(60));
		it.client.watch(it.replica);
		it.client.want({ test: true });
		while (!it.state.evaluation?.learningCurve) await wait(1);
		await wait(60);
		for (const k of [1, 2, 9]) {
			it.client.ask({ k, metric: "cosine", weights: "uniform" });
			await wait(200);
		}
		await wait(60_000);
		const curves = it.patches.flatMap(({ evaluation, missing }) =>
			evaluation?.learningCurve ? [[evaluation.k, missing]] : [],
		);
		expect(curves.filter(([k]) => k !== 3)).toEqual([
			[9, "manhattan"],
			[9, null],
			[9, null],
		]);
		expect([it.state.progress, it.state.missing]).toEqual([null, null]);
		// Those before it were given up.
		it.client.ask({ k: 1, metric: "cosine", weights: "uniform" });
		while (it.state.evaluation?.k !== 1) await wait(1);
		expect(it.state.evaluation?.learningCurve).toBeNull();
	});

	test("are answered without measuring again; of several, the newest", async () => {
		const it = studied();
		it.client.watch(it.replica);
		it.replica.add(examples(30));
		it.client.ask({ k: 9, metric: "manhattan", weights: "distance" });
		await wait(1500);
		expect(it.state.evaluation).toMatchObject({ k: 9, metric: "manhattan", weights: "distance" });
		it.patches.length = 0;
		for (const k of [1, 2, 3, 4]) it.client.ask({ k, metric: "euclidean", weights: "uniform" });
		await wait(0);
		expect(it.patches.map(({ evaluation }) => evaluation?.k)).toEqual([4]);
		expect(it.state.evaluation).toEqual(fromNothing(it.replica, { k: 4, metric: "euclidean", weights: "uniform" }));
		expect(it.workers[0].runs).toHaveLength(1);
	});

	test("figures come as they are measured: first without adapted and manhattan", async () => {
		const it = studied();
		it.client.watch(it.replica);
		it.replica.add(examples(30));
		await wait(1500);
		const figures = it.patches.filter(({ evaluation }) => evaluation);
		expect(figures.map(({ evaluation, missing }) => [Object.keys(evaluation?.byMetric ?? {}), missing])).toEqual([
			[["cosine", "euclidean"], "adapted"],
			[["cosine", "euclidean", "adapted"], "manhattan"],
			[["cosine", "euclidean", "manhattan", "adapted"], null],
		]);
		expect(it.patches.some(({ progress }) => progress)).toBe(true);
	});
});

describe("a worker that crashes", () => {
	test("is started again once and told everything, then reported", async () => {
		const it = studied();
		it.client.ask({ k: 5, metric: "cosine", weights: "distance" });
		it.client.watch(it.replica);
		it.replica.add(examples(9));
		await wait(1500);
		it.workers[0].crash("out of memory");
		await wait(1500);
		expect([it.workers.length, it.problems]).toEqual([2, []]);
		expect(it.workers[0].isTerminated).toBe(true);
		expect(it.state.evaluation).toEqual(fromNothing(it.replica, { k: 5, metric: "cosine", weights: "distance" }));
		it.workers[1].crash("out of memory");
		expect(it.problems).toEqual(["studyStopped"]);
		expect([it.state.progress, it.state.missing]).toEqual([null, null]);
		it.replica.add(examples(3));
		it.client.want({ test: true, adapted: true });
		it.client.ask({ k: 3, metric: "cosine", weights: "uniform" });
		await wait(5000);
		expect([it.workers.length, it.problems.length]).toEqual([2, 1]);
	});

	test("from the start, or that says it failed, is treated alike", async () => {
		const it = studied();
		const client = new EvaluationWorkerClient({
			onTest: () => {},
			onFitted: () => {},
			onProblem: ({ code }) => it.problems.push(code),
			makeWorker: () => {
				throw new Error("no workers here");
			},
		});
		it.replica.add(examples(3));
		client.watch(it.replica);
		await wait(5000);
		expect(it.problems).toEqual(["studyStopped"]);

		const other = studied();
		other.client.watch(other.replica);
		other.replica.add(examples(3));
		vi.spyOn(Evaluation.prototype, "evaluate").mockImplementation(() => {
			throw new Error("broken");
		});
		await wait(10_000);
		expect([other.workers.length, other.problems]).toEqual([2, ["studyStopped"]]);
	});

	test("closing ends it", async () => {
		const it = studied();
		it.client.watch(it.replica);
		it.replica.add(examples(3));
		await wait(1500);
		it.client.close();
		it.replica.add(examples(3));
		await wait(5000);
		expect(it.workers.map(({ isTerminated, runs }) => [isTerminated, runs.length])).toEqual([[true, 1]]);
	});
});

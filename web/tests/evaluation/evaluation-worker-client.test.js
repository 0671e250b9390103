// When the evaluation's client has its worker test and fit, what it sends, and what becomes of a crash.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Evaluation } from "../../src/evaluation/evaluation.js";
import { EvaluationWorkerClient } from "../../src/evaluation/evaluation-worker-client.js";
import { evaluateAnew, makeExample, makeExamples, QUESTION, setUpClient, wait } from "../support/evaluation-client.js";

beforeEach(() => {
	vi.useFakeTimers();
	vi.spyOn(console, "warn").mockImplementation(() => {});
});
afterEach(() => {
	vi.useRealTimers();
	vi.restoreAllMocks();
});

describe("the worker's copy of the examples", () => {
	test("gives the figures of the replica's examples, after any kind of change", async () => {
		const page = setUpClient();
		page.client.watch(page.replica);
		page.client.setDemand({ test: true });
		page.replica.add(makeExamples(30));
		await wait(0);
		expect(page.state).toEqual({ ...page.state, where: "browser", progress: null, missing: null });
		expect(page.state.evaluation).toEqual(evaluateAnew(page.replica, QUESTION, true));
		const [one, two, three] = page.replica.ids();
		const changes = [
			() => page.replica.add(makeExamples(2)),
			() => page.replica.remove([one, two]),
			() => page.replica.relabel([{ id: three, label: "c" }]),
			() => {
				// Another example under the id of one that was removed.
				const { embedding, ...taught } = page.replica.example(three);
				page.replica.remove([three]);
				page.replica.add([{ ...taught, embedding: embedding.toReversed() }]);
			},
			() => page.replica.rename("a", "<b>"),
			() => page.replica.rename("<b>", "c"),
			() => page.replica.order(["c", "b"]),
			() => page.replica.clear("b"),
			() => page.replica.addLabel("empty"),
			() => page.replica.clear("c"),
		];
		for (const change of changes) {
			change();
			await wait(1000);
			expect(page.state.evaluation).toEqual(evaluateAnew(page.replica, QUESTION, true));
			expect([page.state.progress, page.state.missing]).toEqual([null, null]);
		}
		expect(page.state.evaluation).toBeNull();
		expect(page.problems).toEqual([]);
	});

	test("an embedding is sent once, in chunks; the other changes as they come", async () => {
		const page = setUpClient({ isIdle: true });
		page.client.watch(page.replica);
		page.replica.add(makeExamples(1100));
		await wait(1510);
		const [worker] = page.workers;
		const sizes = worker.messages.flatMap((request) => (request.type === "embeddings" ? [request.ids.length] : []));
		expect(sizes).toEqual([512, 512, 76]);
		page.replica.add([makeExample("a")]);
		page.replica.rename("b", "B");
		await wait(1500);
		expect(worker.count("embeddings")).toBe(4);
		const last = worker.messages.findLast((request) => request.type === "change");
		expect(last).toMatchObject({ removed: [], order: null, revision: page.replica.revision });
		expect(last?.type === "change" && [last.added.length, last.relabelled.length]).toEqual([1, 367]);
		// An example that is given another label goes to the end, in the classifier.
		page.replica.relabel([{ id: page.replica.ids()[0], label: "c" }]);
		await wait(1500);
		const order = page.replica.knn.outline().map(({ id }) => id);
		expect(worker.messages.findLast((request) => request.type === "change")).toMatchObject({ added: [], order });
	});

	test("an example that is removed between two chunks is not sent as added", async () => {
		const page = setUpClient({ isIdle: true });
		page.replica.add(makeExamples(600));
		page.client.watch(page.replica);
		page.client.setDemand({ test: true });
		vi.advanceTimersToNextTimer();
		expect(page.workers[0].count("embeddings")).toBe(1);
		page.replica.remove(page.replica.ids().slice(0, 590));
		await wait(1000);
		const change = page.workers[0].messages.findLast((request) => request.type === "change");
		const serials = page.replica.knn.serials();
		expect(change?.type === "change" && change.added).toEqual(
			page.replica.knn.outline().map((info, row) => ({ ...info, serial: serials[row] })),
		);
		expect(page.workers[0].runs).toEqual([{ test: true, fit: false }]);
	});
});

describe("a run", () => {
	test("that nobody waits for begins after a second and a half without changes", async () => {
		const page = setUpClient();
		page.client.watch(page.replica);
		for (let i = 0; i < 5; i++) {
			page.replica.add(makeExamples(3));
			await wait(1400);
		}
		expect(page.workers).toEqual([]);
		await wait(100);
		expect(page.workers[0].runs).toEqual([{ test: true, fit: false }]);
		await wait(10_000);
		expect(page.workers[0].runs).toHaveLength(1);
	});

	test("that somebody waits for begins at once, then once a second while examples come", async () => {
		const page = setUpClient();
		page.client.watch(page.replica);
		page.client.setDemand({ test: true, adapted: true });
		for (let i = 0; i < 29; i++) {
			page.replica.add([makeExample("abc"[i % 3])]);
			await wait(100);
		}
		expect(page.workers[0].runs).toEqual(new Array(3).fill({ test: true, fit: true }));
		await wait(5000);
		expect(page.workers[0].runs).toHaveLength(4);
		expect(page.fits.at(-1)?.revision).toBe(page.replica.revision);
		expect(page.state.evaluation?.count).toBe(29);
	});

	test("fits the adapted metric only where that is needed, and the KNN can use it", async () => {
		const page = setUpClient();
		page.replica.add(makeExamples(20));
		page.client.watch(page.replica);
		await wait(5000);
		expect(page.fits).toEqual([]);
		page.client.setDemand({ adapted: true });
		await wait(0);
		expect(page.workers[0].runs.at(-1)).toEqual({ test: false, fit: true });
		const [{ fitted, revision }] = page.fits;
		expect(fitted?.serials).toEqual(page.replica.knn.serials());
		const query = makeExample("a").embedding;
		const own = page.replica.knn.classify(query, { metric: "adapted" });
		page.replica.knn.adapt(fitted, revision);
		expect(page.replica.knn.unadapted).toBe(0);
		expect(page.replica.knn.classify(query, { metric: "adapted" })).toEqual(own);
	});

	test("is not made for an empty project: there is no worker, and there are no figures", async () => {
		const page = setUpClient();
		page.client.watch(page.replica);
		await wait(5000);
		expect([page.workers, page.state.evaluation]).toEqual([[], null]);
	});
});

describe("a worker that crashes", () => {
	test("is started again once, with all examples and the question; the second crash is reported", async () => {
		const page = setUpClient();
		page.client.setQuestion({ k: 5, metric: "cosine", weights: "distance" });
		page.client.watch(page.replica);
		page.replica.add(makeExamples(9));
		await wait(1500);
		page.workers[0].crash("out of memory");
		await wait(1500);
		expect([page.workers.length, page.problems]).toEqual([2, []]);
		expect(page.workers[0].isTerminated).toBe(true);
		expect(page.state.evaluation).toEqual(evaluateAnew(page.replica, { k: 5, metric: "cosine", weights: "distance" }));
		page.workers[1].crash("out of memory");
		expect(page.problems).toEqual(["studyStopped"]);
		expect([page.state.progress, page.state.missing]).toEqual([null, null]);
		page.replica.add(makeExamples(3));
		page.client.setDemand({ test: true, adapted: true });
		page.client.setQuestion({ k: 3, metric: "cosine", weights: "uniform" });
		await wait(5000);
		expect([page.workers.length, page.problems.length]).toEqual([2, 1]);
	});

	test("because it can't be made, or because it reports a failure, is treated in the same way", async () => {
		const page = setUpClient();
		const client = new EvaluationWorkerClient({
			onTest: () => {},
			onFitted: () => {},
			onProblem: ({ code }) => page.problems.push(code),
			makeWorker: () => {
				throw new Error("no workers here");
			},
		});
		page.replica.add(makeExamples(3));
		client.watch(page.replica);
		await wait(5000);
		expect(page.problems).toEqual(["studyStopped"]);

		const other = setUpClient();
		other.client.watch(other.replica);
		other.replica.add(makeExamples(3));
		vi.spyOn(Evaluation.prototype, "evaluate").mockImplementation(() => {
			throw new Error("broken");
		});
		await wait(10_000);
		expect([other.workers.length, other.problems]).toEqual([2, ["studyStopped"]]);
	});

	test("is not started again after closing", async () => {
		const page = setUpClient();
		page.client.watch(page.replica);
		page.replica.add(makeExamples(3));
		await wait(1500);
		page.client.close();
		page.replica.add(makeExamples(3));
		await wait(5000);
		expect(page.workers.map(({ isTerminated, runs }) => [isTerminated, runs.length])).toEqual([[true, 1]]);
	});
});

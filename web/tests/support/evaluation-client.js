// The evaluation's client with a worker that is none: the same runner, in the same thread. The tests stop the clock.

import { vi } from "vitest";
import { Evaluation } from "../../src/evaluation/evaluation.js";
import { EvaluationRunner } from "../../src/evaluation/evaluation-runner.js";
import { EvaluationWorkerClient } from "../../src/evaluation/evaluation-worker-client.js";
import { createGenerator } from "../../src/knn/draws.js";
import { Replica } from "../../src/project/replica.js";
import { FakeWorker } from "./fake-worker.js";

/** @typedef {import("../../src/evaluation/evaluation-messages.js").Request} Request */
/** @typedef {import("../../src/knn/options.js").Question} Question */
/** @typedef {import("../../src/state/figures.js").TestState} TestState */

/** @extends {FakeWorker<Request>} */
class FakeEvaluationWorker extends FakeWorker {
	/** It only records: for more examples than can be tested here. */
	isIdle = false;
	/** It takes 20 ms for every slice. */
	isSlow = false;
	#runner = new EvaluationRunner({
		postReply: (data) => this.isTerminated || this.reply(structuredClone(data)),
		pause: () => (this.isSlow ? wait20Ms() : Promise.resolve()),
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
		super.postMessage(request);
		if (this.isIdle && request.type === "run") return;
		this.#runner.receive(structuredClone(request));
	}

	/** @param {Request["type"]} type */
	count(type) {
		return this.messages.filter((request) => request.type === type).length;
	}

	/** What it was told to do, each time. */
	get runs() {
		return this.messages.flatMap((request) =>
			request.type === "run" ? [{ test: request.test, fit: request.fit }] : [],
		);
	}
}

/** @returns {Promise<void>} */
const wait20Ms = () => new Promise((resolve) => setTimeout(resolve, 20));

/** A client of an empty replica, not watching it yet, and all that it reports. */
export function setUpClient({ isIdle = false, isSlow = false } = {}) {
	/** @type {FakeEvaluationWorker[]} */
	const workers = [];
	/** @type {Partial<TestState>[]} */
	const patches = [];
	/** @type {{fitted: import("../../src/knn/adapted.js").Fitted | null, revision: number}[]} */
	const fits = [];
	/** @type {import("../../src/evaluation/nearest.js").Nearest[]} */
	const nearest = [];
	/** @type {string[]} */
	const problems = [];
	const client = new EvaluationWorkerClient({
		onTest: (patch) => patches.push(patch),
		onFitted: (fitted, revision) => fits.push({ fitted, revision }),
		onNearest: (newest) => nearest.push(newest),
		onProblem: ({ code }) => problems.push(code),
		makeWorker: () => {
			const worker = new FakeEvaluationWorker();
			worker.isIdle = isIdle;
			worker.isSlow = isSlow;
			workers.push(worker);
			return worker.asWorker;
		},
	});
	const replica = new Replica(/** @type {any} */ ({ classes: [] }), null);
	return {
		client,
		replica,
		workers,
		patches,
		fits,
		nearest,
		problems,
		/** What the patches add up to. @returns {TestState} */
		get state() {
			return Object.assign({}, ...patches);
		},
	};
}

const random = createGenerator(5);
let createdCount = 0;
/**
 * @param {string} label
 * @param {string | null} [group]
 */
export function makeExample(label, group = null) {
	createdCount += 1;
	const embedding = Float32Array.from({ length: 6 }, () => random(1000) - 400);
	return { id: `i${createdCount}`, label, group, embedding, thumbnail: null };
}

/** @param {number} n of three classes, four a recording */
export const makeExamples = (n) => Array.from({ length: n }, (_, i) => makeExample("abc"[i % 3], `g${i >> 2}`));

/** @param {number} ms */
export const wait = (ms) => vi.advanceTimersByTimeAsync(ms);

/** What a client asks where nothing else was set. */
export const QUESTION = /** @type {const} */ ({ k: 3, metric: "auto", weights: "uniform" });

/**
 * The figures of the replica's examples, worked out from nothing.
 * @param {Replica} replica
 * @param {Question} question
 * @param {boolean} [isDrawn] with the figures that take longest
 */
export function evaluateAnew(replica, question, isDrawn = false) {
	const evaluation = new Evaluation();
	const embeddingOf = (/** @type {string} */ id) => replica.knn.getExample(id).embedding;
	const snapshot = { labels: replica.labels, examples: replica.knn.outline(), embeddingOf };
	const stages = [evaluation.update(snapshot), evaluation.measure("adapted"), evaluation.measure("manhattan")];
	if (isDrawn) stages.push(/** @type {any} */ (evaluation.draw(question)));
	for (const steps of stages) while (!steps.next().done);
	return evaluation.evaluate(question);
}

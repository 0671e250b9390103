// What evaluation.worker.js does, without the worker: keeps a copy of the examples, tests them and fits the adapted metric. It
// works in slices so short that a newer question never waits long. Only the worker and tests import it.

import { fitExamples } from "../knn/adapted.js";
import { l2Norm } from "../knn/distance.js";
import { Evaluation } from "./evaluation.js";

/**
 * @typedef {import("./evaluation-messages.js").ChangeRequest} ChangeRequest
 * @typedef {import("./evaluation-messages.js").EmbeddingsRequest} EmbeddingsRequest
 * @typedef {import("./evaluation-messages.js").NumberedExample} NumberedExample
 * @typedef {import("./evaluation-messages.js").Question} Question
 * @typedef {import("./evaluation-messages.js").Reply} Reply
 * @typedef {import("./evaluation-messages.js").Request} Request
 * @typedef {import("../state/figures.js").TestState} TestState
 */

/** While it works, messages are received after each slice. */
const SLICE_MS = 15;
/** Progress is posted at most this often. */
const PROGRESS_INTERVAL_MS = 100;
/** Measured after cosine and Euclidean distance, in this order. Learning curve and split are worked out before the last. */
const DEFERRED_METRICS = /** @type {const} */ (["adapted", "manhattan"]);

/** @typedef {(typeof DEFERRED_METRICS)[number]} DeferredMetric */

/**
 * @example
 * const runner = new EvaluationRunner({ postReply, pause });
 * runner.receive({ type: "embeddings", ids, embeddings });
 * runner.receive({ type: "change", revision: 1, labels: ["cat"], removed: [], added, relabelled: [], order: null });
 * runner.receive({ type: "run", test: true, fit: false });
 * // postReply is called with {type: "test", patch}, several times, and with {type: "nearest", ...}.
 */
export class EvaluationRunner {
	#postReply;
	#pause;
	#now;
	#evaluation = new Evaluation();
	/** By id: float32, (d,). @type {Map<string, Float32Array>} */
	#embeddings = new Map();
	/** By id, in order of arrival. @type {Map<string, NumberedExample>} */
	#examples = new Map();
	/** @type {string[]} */
	#labels = [];
	#revision = 0;
	/** @type {Question} */
	#question = { k: 3, metric: "auto", weights: "uniform" };
	/** What is still to be done. */
	#due = { test: false, fit: false, answer: false };
	/** Metrics that are still to be measured. @type {DeferredMetric[]} */
	#unmeasured = [];
	/** Whether there are figures, of the examples at the last test. */
	#isTested = false;
	#isWatched = false;
	#isWorking = false;

	/**
	 * @param {object} options
	 * @param {(reply: Reply, transfer?: ArrayBuffer[]) => void} options.postReply
	 * @param {() => Promise<void>} options.pause lets messages that wait be received
	 * @param {() => number} [options.now] ms
	 */
	constructor({ postReply, pause, now = () => performance.now() }) {
		this.#postReply = postReply;
		this.#pause = pause;
		this.#now = now;
	}

	/**
	 * Takes a message from the page; starts to work where that gives it something to do.
	 * @param {Request} request
	 */
	receive(request) {
		if (request.type === "embeddings") this.#storeEmbeddings(request);
		else if (request.type === "change") this.#applyChange(request);
		else if (request.type === "question") {
			this.#question = request.question;
			this.#due.answer = true;
		} else if (request.type === "prior") {
			this.#evaluation.prior = request.prior;
			this.#due.answer = true;
		} else if (request.type === "watch") {
			this.#isWatched = request.isWatched;
			this.#due.answer = true;
		} else {
			this.#due.test ||= request.test;
			this.#due.fit ||= request.fit;
		}
		if (request.type !== "embeddings" && request.type !== "change") void this.#work();
	}

	/** @param {EmbeddingsRequest} request */
	#storeEmbeddings({ ids, embeddings }) {
		const d = embeddings.length / ids.length;
		for (const [i, id] of ids.entries()) this.#embeddings.set(id, embeddings.subarray(i * d, (i + 1) * d));
	}

	/** @param {ChangeRequest} change */
	#applyChange({ revision, labels, removed, added, relabelled, order }) {
		this.#revision = revision;
		this.#labels = labels;
		for (const id of removed) this.#examples.delete(id);
		for (const example of added) this.#examples.set(example.id, example);
		for (const { id, label } of relabelled) {
			const example = this.#examples.get(id);
			if (example) this.#examples.set(id, { ...example, label });
		}
		if (order) {
			const examples = this.#examples;
			this.#examples = new Map(order.flatMap((id) => examples.get(id) ?? []).map((example) => [example.id, example]));
		}
		for (const id of this.#embeddings.keys()) if (!this.#examples.has(id)) this.#embeddings.delete(id);
	}

	/** Does what is due, the most urgent first, until nothing is left. */
	async #work() {
		if (this.#isWorking) return;
		this.#isWorking = true;
		try {
			for (;;) {
				// Of several questions that wait only the newest is answered.
				await this.#pause();
				if (this.#due.test) await this.#test();
				else if (this.#due.answer) this.#answer();
				else if (this.#due.fit) await this.#fit();
				else if (this.#unmeasured[0] !== "adapted" && this.#isDrawDue) await this.#draw();
				else if (this.#unmeasured.length > 0) await this.#measure(this.#unmeasured[0]);
				else break;
			}
		} catch (error) {
			this.#postReply({ type: "failed", message: error instanceof Error ? error.message : String(error) });
		} finally {
			this.#isWorking = false;
		}
	}

	/** Tests the examples by cosine and Euclidean distance. */
	async #test() {
		this.#due.test = false;
		this.#isTested = false;
		const examples = [...this.#examples.values()];
		const embeddingOf = (/** @type {string} */ id) => /** @type {Float32Array} */ (this.#embeddings.get(id));
		const serials = examples.map(({ serial }) => serial);
		const update = this.#evaluation.update({ labels: this.#labels, examples, embeddingOf, serials });
		await this.#runSliced(update, (progress) => this.#postTest({ progress }));
		this.#unmeasured = examples.length < 2 ? [] : [...DEFERRED_METRICS];
		this.#isTested = true;
		this.#answer();
		// Before the adapted metric is measured, nothing is known about the labels: advice about them would come and go.
		if (this.#unmeasured.length === 0) this.#postNearest();
	}

	/**
	 * Measures by one more metric.
	 * @param {DeferredMetric} metric
	 */
	async #measure(metric) {
		// A newer test makes this measurement useless; learning curve and split are worked out before the last metric.
		const isStale = () => this.#due.test || (metric !== "adapted" && this.#isDrawDue);
		const steps = this.#evaluation.measure(metric);
		if (!(await this.#runSliced(steps, (progress) => this.#postTest({ progress }), isStale))) return;
		this.#unmeasured.shift();
		if (metric === "adapted") this.#postNearest();
		this.#answer();
	}

	/** Posts what the advice needs to know. */
	#postNearest() {
		const nearest = this.#evaluation.nearest();
		const transfer = [nearest.nearestSame.buffer, nearest.suspicions.buffer];
		this.#postReply({ type: "nearest", ...nearest }, /** @type {ArrayBuffer[]} */ (transfer));
	}

	/** Works out the learning curve and the split, for the newest question. */
	async #draw() {
		const question = this.#question;
		const isStale = () => this.#due.test || !this.#isWatched || this.#question !== question;
		if (await this.#runSliced(this.#evaluation.draw(question), () => {}, isStale)) this.#answer();
	}

	/** Fits the adapted metric to the examples. */
	async #fit() {
		this.#due.fit = false;
		const revision = this.#revision;
		const examples = [...this.#examples.values()];
		const embeddings = examples.map(({ id }) => /** @type {Float32Array} */ (this.#embeddings.get(id)));
		const indexOf = new Map(this.#labels.map((label, index) => [label, index]));
		const outcome = await this.#runSliced(
			fitExamples({
				ids: examples.map(({ id }) => id),
				embeddings,
				norms: embeddings.map(l2Norm),
				classIndices: examples.map(({ label }) => /** @type {number} */ (indexOf.get(label))),
			}),
			() => {},
		);
		const metric = outcome?.value ?? null;
		const fitted = metric && { ...metric, serials: examples.map(({ serial }) => serial) };
		const transfer = fitted ? [fitted.mean.buffer, fitted.projection.buffer, fitted.squares.buffer] : [];
		this.#postReply({ type: "fitted", fitted, revision }, /** @type {ArrayBuffer[]} */ (transfer));
	}

	/** Posts the figures for the newest question. */
	#answer() {
		this.#due.answer = false;
		if (!this.#isTested) return;
		const missing = this.#unmeasured[0] ?? null;
		const progress = missing || this.#isDrawDue ? 0 : null;
		this.#postTest({ evaluation: this.#evaluation.evaluate(this.#question), missing, progress });
	}

	/** Whether somebody looks at the figures, and the newest question's learning curve and split are out of date. */
	get #isDrawDue() {
		return this.#isWatched && this.#isTested && !this.#evaluation.isDrawn(this.#question);
	}

	/** @param {Partial<TestState>} patch */
	#postTest(patch) {
		this.#postReply({ type: "test", patch });
	}

	/**
	 * Works slice by slice; between slices messages are received, and a new question is answered from the figures so far.
	 * @template S, T
	 * @param {Generator<S, T>} steps
	 * @param {(progress: S) => void} onProgress
	 * @param {() => boolean} [isStale] whether to stop, because the result is no longer needed
	 * @returns {Promise<{value: T} | null>} null: stopped
	 */
	async #runSliced(steps, onProgress, isStale = () => false) {
		let [start, progressAt] = [this.#now(), Number.NEGATIVE_INFINITY];
		for (;;) {
			const step = steps.next();
			if (step.done) return { value: step.value };
			const now = this.#now();
			if (now - start < SLICE_MS) continue;
			if (now - progressAt >= PROGRESS_INTERVAL_MS) {
				onProgress(step.value);
				progressAt = now;
			}
			await this.#pause();
			if (isStale()) return null;
			if (this.#due.answer && this.#isTested) this.#answer();
			start = this.#now();
		}
	}
}

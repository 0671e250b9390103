// What evaluation.worker.js does, without the worker: keeps the examples that evaluation-worker-client.js tells of, tests them, and fits the adapted
// metric, in slices short enough that a newer question never waits long.

import { fitExamples } from "../knn/adapted.js";
import { l2Norm } from "../knn/distance.js";
import { Evaluation } from "./evaluation.js";

/** Work between two looks at what has come. */
const SLICE_MS = 15;
/** Progress is told this often. */
const TELL_MS = 100;
/** After cosine and Euclidean distance, one after the other; before the last of them the newest question is drawn for. */
const LATER = /** @type {const} */ (["adapted", "manhattan"]);

/** @typedef {import("../knn/options.js").Question} Question */
/** @typedef {import("../state/figures.js").TestState} TestState */
/** @typedef {{id: string, label: string, group: string | null}} Outline */
/**
 * @typedef {{type: "embeddings", ids: string[], values: Float32Array}} EmbeddingsRequest values: (ids, d), row by row
 * @typedef {object} ChangeRequest everything in it was told of in an EmbeddingsRequest
 * @property {"change"} type
 * @property {number} revision the replica's
 * @property {string[]} labels in class order
 * @property {string[]} removed ids
 * @property {Outline[]} added at the end, in order of arrival
 * @property {{id: string, label: string}[]} relabelled
 * @property {string[] | null} order all ids; null: as they were, and then the added ones
 *
 * @typedef {{type: "run", test: boolean, fit: boolean}} RunRequest
 * @typedef {{type: "ask", question: Question}} AskRequest
 * @typedef {{type: "watch", test: boolean}} WatchRequest whether the test is looked at: what takes longest waits for that
 * @typedef {EmbeddingsRequest | ChangeRequest | RunRequest | AskRequest | WatchRequest} Request
 *
 * @typedef {{type: "test", patch: Partial<TestState>}} TestReply
 * @typedef {{type: "fitted", fitted: import("../knn/adapted.js").Fitted | null, revision: number}} FittedReply
 * @typedef {{type: "nearest"} & import("./nearest.js").Neighbourhood} NearestReply
 * @typedef {{type: "failed", message: string}} FailedReply
 * @typedef {TestReply | FittedReply | NearestReply | FailedReply} Reply
 */

export class EvaluationRunner {
	#say;
	#pause;
	#now;
	#evaluation = new Evaluation();
	/** @type {Map<string, Float32Array>} */
	#embeddings = new Map();
	/** @type {Map<string, Outline>} in order of arrival */
	#examples = new Map();
	/** @type {string[]} */
	#labels = [];
	#revision = 0;
	/** @type {Question} */
	#question = { k: 3, metric: "auto", weights: "uniform" };
	/** What is to be done yet. */
	#due = { test: false, fit: false, answer: false };
	/** The later metrics that are to be measured yet. @type {(typeof LATER)[number][]} */
	#missing = [];
	/** There are figures, and they are of what was there when it was last tested. */
	#isTested = false;
	#isWatched = false;
	#isWorking = false;

	/**
	 * @param {object} options
	 * @param {(reply: Reply, transfer?: ArrayBuffer[]) => void} options.say
	 * @param {() => Promise<void>} options.pause lets what has come be received
	 * @param {() => number} [options.now]
	 */
	constructor({ say, pause, now = () => performance.now() }) {
		this.#say = say;
		this.#pause = pause;
		this.#now = now;
	}

	/** @param {Request} request */
	receive(request) {
		if (request.type === "embeddings") this.#keep(request);
		else if (request.type === "change") this.#change(request);
		else if (request.type === "ask") {
			this.#question = request.question;
			this.#due.answer = true;
		} else if (request.type === "watch") {
			this.#isWatched = request.test;
			this.#due.answer = true;
		} else {
			this.#due.test ||= request.test;
			this.#due.fit ||= request.fit;
		}
		if (request.type !== "embeddings" && request.type !== "change") void this.#work();
	}

	/** @param {EmbeddingsRequest} request */
	#keep({ ids, values }) {
		const d = values.length / ids.length;
		for (const [i, id] of ids.entries()) this.#embeddings.set(id, values.subarray(i * d, (i + 1) * d));
	}

	/** @param {ChangeRequest} change */
	#change({ revision, labels, removed, added, relabelled, order }) {
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

	/** Does what is due, the most wanted first, until nothing is. */
	async #work() {
		if (this.#isWorking) return;
		this.#isWorking = true;
		try {
			for (;;) {
				// Of several questions only the newest is answered.
				await this.#pause();
				if (this.#due.test) await this.#test();
				else if (this.#due.answer) this.#answer();
				else if (this.#due.fit) await this.#fit();
				else if (this.#missing[0] !== "adapted" && this.#isDrawDue) await this.#draw();
				else if (this.#missing.length > 0) await this.#measure(this.#missing[0]);
				else break;
			}
		} catch (error) {
			this.#say({ type: "failed", message: error instanceof Error ? error.message : String(error) });
		} finally {
			this.#isWorking = false;
		}
	}

	/** By cosine and Euclidean distance. */
	async #test() {
		this.#due.test = false;
		this.#isTested = false;
		const examples = [...this.#examples.values()];
		const embeddingOf = (/** @type {string} */ id) => /** @type {Float32Array} */ (this.#embeddings.get(id));
		const update = this.#evaluation.update({ labels: this.#labels, examples, embeddingOf });
		await this.#slices(update, (done) => this.#tell({ progress: done }));
		this.#missing = examples.length < 2 ? [] : [...LATER];
		this.#isTested = true;
		this.#answer();
		const nearest = this.#evaluation.nearest();
		const { nearestSame, neighbours, distances } = nearest;
		const parts = [nearestSame.buffer, neighbours.buffer, distances.buffer];
		this.#say({ type: "nearest", ...nearest }, /** @type {ArrayBuffer[]} */ (parts));
	}

	/** @param {(typeof LATER)[number]} metric */
	async #measure(metric) {
		// What is measured anew is worth nothing once there is something newer to test; and a drawing comes before the last.
		const isStale = () => this.#due.test || (metric !== "adapted" && this.#isDrawDue);
		const steps = this.#evaluation.measure(metric);
		if (!(await this.#slices(steps, (done) => this.#tell({ progress: done }), isStale))) return;
		this.#missing.shift();
		this.#answer();
	}

	/** The learning curve and the split, for the newest question. */
	async #draw() {
		const question = this.#question;
		const isStale = () => this.#due.test || !this.#isWatched || this.#question !== question;
		if (await this.#slices(this.#evaluation.draw(question), () => {}, isStale)) this.#answer();
	}

	async #fit() {
		this.#due.fit = false;
		const revision = this.#revision;
		const examples = [...this.#examples.values()];
		const vectors = examples.map(({ id }) => /** @type {Float32Array} */ (this.#embeddings.get(id)));
		const place = new Map(this.#labels.map((label, index) => [label, index]));
		const fitted = await this.#slices(
			fitExamples({
				ids: examples.map(({ id }) => id),
				embeddings: vectors,
				norms: vectors.map(l2Norm),
				classIndices: examples.map(({ label }) => /** @type {number} */ (place.get(label))),
			}),
			() => {},
		);
		const its = fitted?.value ?? null;
		const parts = its ? [its.mean.buffer, its.projection.buffer, its.squares.buffer] : [];
		this.#say({ type: "fitted", fitted: its, revision }, /** @type {ArrayBuffer[]} */ (parts));
	}

	/** Tells the figures, for the question that was asked last. */
	#answer() {
		this.#due.answer = false;
		if (!this.#isTested) return;
		const missing = this.#missing[0] ?? null;
		const progress = missing || this.#isDrawDue ? 0 : null;
		this.#tell({ evaluation: this.#evaluation.evaluate(this.#question), missing, progress });
	}

	get #isDrawDue() {
		return this.#isWatched && this.#isTested && !this.#evaluation.isDrawn(this.#question);
	}

	/** @param {Partial<TestState>} patch */
	#tell(patch) {
		this.#say({ type: "test", patch });
	}

	/**
	 * Works slice by slice, and answers questions in between where there are figures to answer with.
	 * @template S, T
	 * @param {Generator<S, T>} steps
	 * @param {(done: S) => void} tell
	 * @param {() => boolean} [isStale] whether to give up
	 * @returns {Promise<{value: T} | null>} null: given up
	 */
	async #slices(steps, tell, isStale = () => false) {
		let [start, told] = [this.#now(), Number.NEGATIVE_INFINITY];
		for (;;) {
			const step = steps.next();
			if (step.done) return { value: step.value };
			const now = this.#now();
			if (now - start < SLICE_MS) continue;
			if (now - told >= TELL_MS) {
				tell(step.value);
				told = now;
			}
			await this.#pause();
			if (isStale()) return null;
			if (this.#due.answer && this.#isTested) this.#answer();
			start = this.#now();
		}
	}
}

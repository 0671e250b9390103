// The page's side of the evaluation's worker: sends it the replica's examples, has it test them and fit the adapted metric,
// and hands on the results. A crash never stops the page: at worst there are no figures. insights.js owns one.

import { problem } from "../contract/problem.js";
import { WorkerOwner } from "../workers/worker-owner.js";
import { EvaluationSchedule } from "./evaluation-schedule.js";
import { exampleChanges } from "./example-changes.js";

/**
 * @typedef {import("./evaluation-messages.js").Reply} Reply
 * @typedef {import("./evaluation-messages.js").Request} Request
 * @typedef {import("./evaluation-messages.js").NumberedExample} NumberedExample
 * @typedef {import("../knn/options.js").Question} Question
 * @typedef {Pick<import("../project/replica.js").Replica, "classes"|"knn"|"count"|"labels"|"revision">} Watched
 * @typedef {import("../state/figures.js").TestState} TestState
 */

/** Embeddings copied in one task: 2.6 MB of them at d = 1,280. */
const CHUNK_SIZE = 512;
/** After another crash the evaluation stays stopped. */
const MAX_RESTARTS = 1;

/** @returns {Worker} */
function makeEvaluationWorker() {
	return new Worker(new URL("./evaluation.worker.js", import.meta.url), { type: "module", name: "evaluation" });
}

export class EvaluationWorkerClient {
	#onTest;
	#onFitted;
	#onNearest;
	#onProblem;
	/** @type {WorkerOwner<Request, Reply>} */
	#owner;
	#schedule = new EvaluationSchedule();
	/** @type {Watched | null} */
	#replica = null;
	/** @type {() => void} */
	#unsubscribe = () => {};
	/** @type {Question | null} */
	#question = null;
	/** The limit of "I don't know" without evidence; null: the usual one. @type {number | null} */
	#prior = null;
	/** The serials of the examples whose embeddings the worker has, by id. @type {Map<string, number>} */
	#sentSerials = new Map();
	/** The examples that the worker knows, by id, in its order. @type {Map<string, NumberedExample>} */
	#knownExamples = new Map();
	/** Until the next run. @type {ReturnType<typeof setTimeout> | undefined} */
	#timer;

	/**
	 * @param {object} options
	 * @param {(patch: Partial<TestState>) => void} options.onTest
	 * @param {(fitted: import("../knn/adapted.js").Fitted | null, revision: number) => void} options.onFitted for KNN.adapt; null:
	 *   nothing varies within the classes, and the metric is the cosine
	 * @param {(nearest: import("./nearest.js").Nearest) => void} [options.onNearest] after each test, when the adapted metric is measured
	 * @param {(error: import("../contract/errors.js").ErrorObject) => void} options.onProblem
	 * @param {() => Worker} [options.makeWorker]
	 */
	constructor({ onTest, onFitted, onNearest = () => {}, onProblem, makeWorker = makeEvaluationWorker }) {
		this.#onTest = onTest;
		this.#onFitted = onFitted;
		this.#onNearest = onNearest;
		this.#onProblem = onProblem;
		this.#owner = new WorkerOwner({
			makeWorker,
			onMessage: (reply) => this.#receive(reply),
			onLost: ({ message }) => this.#recover(message),
			maxRestarts: MAX_RESTARTS,
		});
	}

	/**
	 * Follows a replica, in place of the one before.
	 * @param {Watched} replica
	 * @example
	 * const client = new EvaluationWorkerClient({ onTest, onFitted, onProblem });
	 * client.setQuestion({ k: 3, metric: "auto", weights: "distance" });
	 * client.watch(replica);
	 * // Somebody opens the figures: they are worked out at once, then after each change.
	 * client.setDemand({ test: true });
	 */
	watch(replica) {
		this.close();
		this.#replica = replica;
		this.#unsubscribe = replica.classes.subscribe(() => {
			this.#schedule.noteChange();
			this.#scheduleRun();
		});
	}

	/**
	 * Which results are needed now: the adapted metric, because answers are given by it; the test, because somebody looks at it.
	 * @param {Partial<import("./evaluation-schedule.js").Demand>} demand what is left out stays
	 */
	setDemand(demand) {
		const before = this.#schedule.demand;
		const { adapted, test } = { ...before, ...demand };
		this.#schedule.demand = { adapted, test };
		if (adapted === before.adapted && test === before.test) return;
		if (test !== before.test) this.#owner.post({ type: "watch", isWatched: test });
		this.#scheduleRun();
	}

	/**
	 * Requests the figures for another k, metric or weights, without measuring again; the newest question counts.
	 * @param {Question} question
	 */
	setQuestion({ k, metric, weights }) {
		this.#question = { k, metric, weights };
		this.#owner.post({ type: "question", question: this.#question });
	}

	/**
	 * Requests figures with another limit of "I don't know" without evidence, without measuring again.
	 * @param {number} prior the model's, see priorOf in limit.js
	 */
	setPrior(prior) {
		this.#prior = prior;
		this.#owner.post({ type: "prior", prior });
	}

	close() {
		this.#unsubscribe();
		this.#replica = null;
		this.#owner.stop();
		this.#forgetWorker();
	}

	/** Sets the timer for the next test or fit, if one is due at all. */
	#scheduleRun() {
		clearTimeout(this.#timer);
		if (!this.#replica || this.#owner.hasGivenUp) return;
		const { fitAt, testAt } = this.#schedule.dueTimes(this.#replica.revision);
		const dueAt = Math.min(fitAt, testAt);
		if (dueAt === Number.POSITIVE_INFINITY) return;
		this.#timer = setTimeout(() => this.#run(), Math.max(0, dueAt - Date.now()));
	}

	/** Sends the worker what changed, over several tasks if need be, and has it do what is due. */
	#run() {
		const replica = this.#replica;
		if (!replica) return;
		if (!this.#owner.isRunning && replica.count === 0) {
			this.#schedule.skip(replica.revision);
			this.#onTest({ evaluation: null, where: null, progress: null, missing: null });
			return;
		}
		if (!this.#owner.isRunning && !this.#start()) return;
		const serials = replica.knn.serials();
		const examples = replica.knn.outline().map((info, row) => ({ ...info, serial: serials[row] }));
		const unsent = examples.filter(({ id, serial }) => this.#sentSerials.get(id) !== serial);
		if (unsent.length > 0) this.#sendEmbeddings(unsent.slice(0, CHUNK_SIZE));
		if (unsent.length > CHUNK_SIZE) {
			this.#timer = setTimeout(() => this.#run(), 0);
			return;
		}
		this.#sendChanges(examples, replica);
		const { fit, test } = this.#schedule.begin(replica.revision);
		if (fit || test) this.#owner.post({ type: "run", fit, test });
		this.#scheduleRun();
	}

	/** @returns {boolean} whether a worker is running */
	#start() {
		if (!this.#owner.start()) return false;
		this.#owner.post({ type: "watch", isWatched: this.#schedule.demand.test });
		if (this.#prior !== null) this.#owner.post({ type: "prior", prior: this.#prior });
		if (this.#question) this.#owner.post({ type: "question", question: this.#question });
		return true;
	}

	/** @param {NumberedExample[]} examples of the replica */
	#sendEmbeddings(examples) {
		const { knn } = /** @type {Watched} */ (this.#replica);
		const d = /** @type {number} */ (knn.dimension);
		const embeddings = new Float32Array(examples.length * d);
		for (const [i, { id, serial }] of examples.entries()) {
			embeddings.set(knn.getExample(id).embedding, i * d);
			this.#sentSerials.set(id, serial);
		}
		const ids = examples.map(({ id }) => id);
		this.#owner.post({ type: "embeddings", ids, embeddings }, [embeddings.buffer]);
	}

	/**
	 * @param {NumberedExample[]} examples all, in order of arrival
	 * @param {Watched} replica
	 */
	#sendChanges(examples, { revision, labels }) {
		this.#owner.post({ type: "change", revision, labels, ...exampleChanges(this.#knownExamples, examples) });
		this.#knownExamples = new Map(examples.map((example) => [example.id, example]));
		this.#sentSerials = new Map(examples.map(({ id, serial }) => [id, serial]));
	}

	/** @param {Reply} reply */
	#receive(reply) {
		if (reply.type === "test") this.#onTest({ ...reply.patch, where: "browser" });
		else if (reply.type === "fitted") this.#onFitted(reply.fitted, reply.revision);
		else if (reply.type === "nearest") this.#onNearest(reply);
		else this.#owner.fail(reply.message);
	}

	/**
	 * Starts again after the first crash; reports the second.
	 * @param {string} message
	 */
	#recover(message) {
		console.warn(`The evaluation's worker stopped: ${message}`);
		this.#forgetWorker();
		if (this.#owner.hasGivenUp) {
			this.#onTest({ progress: null, missing: null });
			this.#onProblem(problem("studyStopped", { came: message }).toJSON());
		} else this.#scheduleRun();
	}

	/** The next worker knows nothing. */
	#forgetWorker() {
		clearTimeout(this.#timer);
		this.#sentSerials.clear();
		this.#knownExamples.clear();
		this.#schedule.reset();
	}
}

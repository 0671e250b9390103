// The owner of the client worker: tells it what the replica holds, when to test it and when to fit the adapted metric, and
// hands on what it finds. It never takes the page down: at worst there are no figures.

import { problem } from "../contract/problem.js";

/**
 * @typedef {import("./evaluation-runner.js").Reply} Reply
 * @typedef {import("./evaluation-runner.js").Request} Request
 * @typedef {import("../knn/options.js").Question} Question
 * @typedef {import("../project/replica.js").Replica} Replica
 * @typedef {import("../state/figures.js").TestState} TestState
 */

/** While somebody waits for it, a test or a fit begins this often at most. */
const MIN_MS = 1000;
/** Where nobody waits, a test begins after so long without a change. */
const QUIET_MS = 1500;
/** Embeddings copied in one go: 2.6 MB of them at 1,280 numbers each. */
const CHUNK = 512;

/** @returns {Worker} */
function startWorker() {
	return new Worker(new URL("./evaluation.worker.js", import.meta.url), { type: "module", name: "client" });
}

export class EvaluationWorkerClient {
	#onTest;
	#onFitted;
	#onNearest;
	#onProblem;
	#makeWorker;
	/** @type {Worker | null} */
	#worker = null;
	/** @type {Replica | null} */
	#replica = null;
	/** @type {() => void} */
	#unwatch = () => {};
	#wanted = { adapted: false, test: false };
	/** @type {Question | null} */
	#question = null;
	/** Whose embeddings the worker has. @type {Set<string>} */
	#shipped = new Set();
	/** What the worker knows. @type {Map<string, import("./evaluation-runner.js").Outline>} */
	#told = new Map();
	/** The replica's revision when each began last, and when that was. */
	#tested = { revision: -1, at: Number.NEGATIVE_INFINITY };
	#fitted = { revision: -1, at: Number.NEGATIVE_INFINITY };
	#changedAt = 0;
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	#timer;
	#crashes = 0;

	/**
	 * @param {object} options
	 * @param {(patch: Partial<TestState>) => void} options.onTest
	 * @param {(fitted: import("../knn/adapted.js").Fitted | null, revision: number) => void} options.onFitted for KNN.adapt; null:
	 *   nothing varies within the classes, and the metric is the cosine
	 * @param {(nearest: import("./nearest.js").Nearest) => void} [options.onNearest] after each test
	 * @param {(error: import("../contract/errors.js").ErrorObject) => void} options.onProblem
	 * @param {() => Worker} [options.makeWorker]
	 */
	constructor({ onTest, onFitted, onNearest = () => {}, onProblem, makeWorker = startWorker }) {
		this.#onTest = onTest;
		this.#onFitted = onFitted;
		this.#onNearest = onNearest;
		this.#onProblem = onProblem;
		this.#makeWorker = makeWorker;
	}

	/**
	 * Follows a replica, instead of the one before.
	 * @param {Replica} replica
	 */
	watch(replica) {
		this.close();
		this.#replica = replica;
		this.#unwatch = replica.classes.subscribe(() => {
			this.#changedAt = Date.now();
			this.#plan();
		});
	}

	/**
	 * What somebody waits for: the adapted metric, as answers are made by it; the test, as it is looked at.
	 * @param {{adapted?: boolean, test?: boolean}} wanted what is left out stays
	 */
	want(wanted) {
		const before = this.#wanted;
		this.#wanted = { ...before, ...wanted };
		const { adapted, test } = this.#wanted;
		if (adapted === before.adapted && test === before.test) return;
		if (test !== before.test) this.#post({ type: "watch", test });
		this.#plan();
	}

	/**
	 * Asks for the figures of another k, metric or weights, without measuring again; the newest question wins.
	 * @param {Question} question
	 */
	ask({ k, metric, weights }) {
		this.#question = { k, metric, weights };
		this.#post({ type: "ask", question: this.#question });
	}

	close() {
		this.#unwatch();
		this.#replica = null;
		this.#stop();
	}

	/** Waits for what is to be done next. */
	#plan() {
		clearTimeout(this.#timer);
		const { fitAt, testAt } = this.#dues();
		const next = Math.min(fitAt, testAt);
		if (next === Number.POSITIVE_INFINITY) return;
		this.#timer = setTimeout(() => this.#begin(), Math.max(0, next - Date.now()));
	}

	#dues() {
		const never = Number.POSITIVE_INFINITY;
		const revision = this.#replica?.revision;
		if (revision === undefined || this.#crashes > 1) return { fitAt: never, testAt: never };
		const fitAt = this.#wanted.adapted && this.#fitted.revision !== revision ? this.#fitted.at + MIN_MS : never;
		const testAt = this.#wanted.test ? this.#tested.at + MIN_MS : this.#changedAt + QUIET_MS;
		return { fitAt, testAt: this.#tested.revision === revision ? never : testAt };
	}

	/** Tells the worker what changed, over several tasks if need be, and then has it begin. */
	#begin() {
		const replica = this.#replica;
		if (!replica) return;
		if (!this.#worker && replica.count === 0) {
			this.#tested.revision = this.#fitted.revision = replica.revision;
			this.#onTest({ evaluation: null, where: null, progress: null, missing: null });
			return;
		}
		if (!this.#worker && !this.#start()) return;
		const outline = replica.knn.outline();
		const missing = outline.map(({ id }) => id).filter((id) => !this.#shipped.has(id));
		if (missing.length > 0) this.#ship(missing.slice(0, CHUNK));
		if (missing.length > CHUNK) {
			this.#timer = setTimeout(() => this.#begin(), 0);
			return;
		}
		this.#tell(outline, replica);
		const now = Date.now();
		const { fitAt, testAt } = this.#dues();
		const [fit, test] = [fitAt <= now, testAt <= now];
		if (fit) this.#fitted = { revision: replica.revision, at: now };
		if (test) this.#tested = { revision: replica.revision, at: now };
		if (fit || test) this.#post({ type: "run", fit, test });
		this.#plan();
	}

	/** @param {string[]} ids of examples that are there */
	#ship(ids) {
		const { knn } = /** @type {Replica} */ (this.#replica);
		const d = /** @type {number} */ (knn.dimension);
		const values = new Float32Array(ids.length * d);
		for (const [i, id] of ids.entries()) {
			values.set(knn.getExample(id).embedding, i * d);
			this.#shipped.add(id);
		}
		this.#post({ type: "embeddings", ids, values }, [values.buffer]);
	}

	/**
	 * @param {import("./evaluation-runner.js").Outline[]} outline what there is, in order of arrival
	 * @param {Replica} replica
	 */
	#tell(outline, replica) {
		const now = new Map(outline.map((example) => [example.id, example]));
		// Another recording: gone, and come again.
		const stays = (/** @type {import("./evaluation-runner.js").Outline} */ { id, group }) =>
			now.get(id)?.group === group;
		const kept = [...this.#told.values()].filter(stays);
		const ids = new Set(kept.map(({ id }) => id));
		const removed = [...this.#told.keys()].filter((id) => !ids.has(id));
		const added = outline.filter(({ id }) => !ids.has(id));
		const relabelled = outline.filter(({ id, label }) => ids.has(id) && this.#told.get(id)?.label !== label);
		const inOrder = [...kept, ...added].every(({ id }, i) => id === outline[i].id);
		this.#post({
			type: "change",
			revision: replica.revision,
			labels: replica.labels,
			removed,
			added,
			relabelled: relabelled.map(({ id, label }) => ({ id, label })),
			order: inOrder ? null : outline.map(({ id }) => id),
		});
		this.#told = now;
		this.#shipped = new Set(now.keys());
	}

	/** @returns {boolean} whether there is a worker */
	#start() {
		try {
			const worker = this.#makeWorker();
			worker.onmessage = ({ data }) => {
				if (this.#worker === worker) this.#received(data);
			};
			worker.onerror = (event) => {
				event.preventDefault();
				if (this.#worker === worker) this.#crashed(event.message);
			};
			this.#worker = worker;
			this.#post({ type: "watch", test: this.#wanted.test });
			if (this.#question) this.#post({ type: "ask", question: this.#question });
			return true;
		} catch (error) {
			this.#crashed(error instanceof Error ? error.message : String(error));
			return false;
		}
	}

	/** @param {Reply} reply */
	#received(reply) {
		if (reply.type === "test") this.#onTest({ ...reply.patch, where: "browser" });
		else if (reply.type === "fitted") this.#onFitted(reply.fitted, reply.revision);
		else if (reply.type === "nearest") this.#onNearest(readable(reply));
		else this.#crashed(reply.message);
	}

	/**
	 * Starts again, the first time; then gives up.
	 * @param {string} message
	 */
	#crashed(message) {
		console.warn(`The client stopped: ${message}`);
		this.#stop();
		this.#crashes += 1;
		if (this.#crashes > 1) {
			this.#onTest({ progress: null, missing: null });
			this.#onProblem(problem("studyStopped", { came: message }).toJSON());
		} else this.#plan();
	}

	/** The next worker begins from nothing. */
	#stop() {
		clearTimeout(this.#timer);
		this.#worker?.terminate();
		this.#worker = null;
		this.#shipped.clear();
		this.#told.clear();
		this.#tested.revision = this.#fitted.revision = -1;
	}

	/**
	 * @param {Request} request
	 * @param {Transferable[]} [transfer]
	 */
	#post(request, transfer = []) {
		this.#worker?.postMessage(request, transfer);
	}
}

/**
 * @param {import("./nearest.js").Neighbourhood} told
 * @returns {import("./nearest.js").Nearest}
 */
function readable({ ids, classOf, nearestSame, neighbours, distances, radius }) {
	const most = neighbours.length / ids.length;
	return {
		ids,
		classOf,
		nearestSame,
		radius,
		neighbours: (row) =>
			Array.from({ length: most }, (_, i) => row * most + i)
				.filter((place) => neighbours[place] >= 0)
				.map((place) => ({ row: neighbours[place], distance: distances[place] })),
	};
}

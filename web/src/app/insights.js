// What is learnt of the examples aside: figures, the adapted metric, advice. Brings together the client in the browser, the
// server's figures and the coach, and shows the newest of them; session.js owns one.

import { effect } from "@preact/signals";
import { Advisor } from "../advice/advisor.js";
import { automaticMetric } from "../evaluation/automatic.js";
import { EvaluationWorkerClient } from "../evaluation/evaluation-worker-client.js";
import { RemoteEvaluation } from "../sync/remote-evaluation.js";

/**
 * @typedef {import("../state/state.js").State} State
 * @typedef {import("../state/figures.js").TestState} TestState
 */

export class Insights {
	#state;
	#onLearnt;
	#evaluation;
	#advisor;
	/** What this browser found; what it answers by. @type {TestState} */
	#own = { evaluation: null, where: null, progress: null, missing: null };
	/** @type {TestState|null} */
	#room = null;
	/** @type {RemoteEvaluation|null} */
	#remoteEvaluation = null;
	/** @type {import("../evaluation/nearest.js").Nearest|null} */
	#nearest = null;
	#watched = false;
	#stopAsking;

	/**
	 * @param {object} options
	 * @param {State} options.state
	 * @param {import("../project/replica.js").Replica} options.replica
	 * @param {import("../project/store.js").Store|null} options.store
	 * @param {() => void} options.onLearnt what "auto" and "adapted" stand for may be something else now
	 * @param {() => Worker} [options.makeWorker] the client's
	 */
	constructor({ state, replica, store, onLearnt, makeWorker }) {
		this.#state = state;
		this.#onLearnt = onLearnt;
		this.#evaluation = new EvaluationWorkerClient({
			onTest: (patch) => {
				this.#own = { ...this.#own, ...patch };
				this.#show();
				if (patch.evaluation) onLearnt();
			},
			onFitted: (fitted, revision) => {
				replica.knn.adapt(fitted, revision);
				onLearnt();
			},
			onNearest: (nearest) => {
				this.#nearest = nearest;
			},
			onProblem: (error) => {
				state.problem.value = error;
			},
			makeWorker,
		});
		this.#advisor = new Advisor({
			state,
			nearest: () => this.#nearest,
			thumbnailOf: (id) => (replica.knn.has(id) ? replica.example(id).thumbnail : null),
			store,
			project: replica.project.id,
		});
		this.#evaluation.watch(replica);
		this.#stopAsking = effect(() => {
			this.#evaluation.setQuestion(this.#question(state.settings.value));
			this.#remoteEvaluation?.ask();
			this.#want();
		});
	}

	/** What this browser answers by. */
	get own() {
		return this.#own;
	}

	/**
	 * @param {Pick<ConstructorParameters<typeof RemoteEvaluation>[0], "connection"|"room">} server
	 */
	connect({ connection, room }) {
		connection.listen({
			up: () => {},
			down: () => {},
			news: (event) => event === "evaluated" && this.#onLearnt(),
		});
		this.#remoteEvaluation = new RemoteEvaluation({
			connection,
			room,
			question: () => this.#question(this.#state.settings.peek()),
			onTest: (test) => {
				this.#room = test;
				this.#show();
				this.#want();
			},
		});
		this.#remoteEvaluation.watch(this.#watched);
	}

	/** @param {boolean} watched whether somebody looks at the figures */
	watch(watched) {
		this.#watched = watched;
		this.#remoteEvaluation?.watch(watched);
		if (!watched) this.#room = null;
		this.#show();
		this.#want();
	}

	/** @param {import("../state/state.js").Advice} advice */
	dismiss(advice) {
		this.#advisor.dismiss(advice);
	}

	close() {
		this.#stopAsking();
		this.#remoteEvaluation?.close();
		this.#advisor.close();
		this.#evaluation.close();
	}

	/** @param {import("../state/state.js").ClassifierSettings} settings */
	#question({ k, metric, weights }) {
		return { k, metric, weights };
	}

	/** The server's figures while it gives them, else this browser's. */
	#show() {
		const { test } = this.#state;
		test.value = this.#room?.evaluation ? this.#room : this.#own;
		this.#want();
	}

	/** What is waited for: what answers come by, and what somebody looks at and the server doesn't say. */
	#want() {
		const { metric } = this.#state.settings.peek();
		const wanted = metric === "auto" ? automaticMetric(this.#own.evaluation, "adapted") : metric;
		this.#evaluation.setDemand({ adapted: wanted === "adapted", test: this.#watched && this.#room === null });
	}
}

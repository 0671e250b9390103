// What is learnt of the examples aside: figures, the adapted metric, advice. Brings together the study in the browser, the
// server's figures and the coach, and shows the newest of them; session.js owns one.

import { effect } from "@preact/signals";
import { Coaching } from "../advice/advisor.js";
import { automaticMetric } from "../evaluation/automatic.js";
import { Study } from "../evaluation/evaluation-worker-client.js";
import { RoomFigures } from "../sync/remote-evaluation.js";

/**
 * @typedef {import("../state/state.js").State} State
 * @typedef {import("../state/figures.js").TestState} TestState
 */

export class Studying {
	#state;
	#onLearnt;
	#study;
	#coaching;
	/** What this browser found; what it answers by. @type {TestState} */
	#own = { evaluation: null, where: null, progress: null, missing: null };
	/** @type {TestState|null} */
	#room = null;
	/** @type {RoomFigures|null} */
	#roomFigures = null;
	/** @type {import("../advice/advice-rules.js").Nearest|null} */
	#nearest = null;
	#watched = false;
	#stopAsking;

	/**
	 * @param {object} options
	 * @param {State} options.state
	 * @param {import("../project/replica.js").Mirror} options.mirror
	 * @param {import("../project/store.js").Store|null} options.store
	 * @param {() => void} options.onLearnt what "auto" and "adapted" stand for may be something else now
	 * @param {() => Worker} [options.makeWorker] the study's
	 */
	constructor({ state, mirror, store, onLearnt, makeWorker }) {
		this.#state = state;
		this.#onLearnt = onLearnt;
		this.#study = new Study({
			onTest: (patch) => {
				this.#own = { ...this.#own, ...patch };
				this.#show();
				if (patch.evaluation) onLearnt();
			},
			onFitted: (fitted, revision) => {
				mirror.knn.adapt(fitted, revision);
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
		this.#coaching = new Coaching({
			state,
			nearest: () => this.#nearest,
			thumbnailOf: (id) => (mirror.knn.has(id) ? mirror.example(id).thumbnail : null),
			store,
			project: mirror.project.id,
		});
		this.#study.watch(mirror);
		this.#stopAsking = effect(() => {
			this.#study.ask(this.#question(state.settings.value));
			this.#roomFigures?.ask();
			this.#want();
		});
	}

	/** What this browser answers by. */
	get own() {
		return this.#own;
	}

	/**
	 * @param {Pick<ConstructorParameters<typeof RoomFigures>[0], "connection"|"room">} server
	 */
	connect({ connection, room }) {
		connection.listen({
			up: () => {},
			down: () => {},
			news: (event) => event === "evaluated" && this.#onLearnt(),
		});
		this.#roomFigures = new RoomFigures({
			connection,
			room,
			question: () => this.#question(this.#state.settings.peek()),
			onTest: (test) => {
				this.#room = test;
				this.#show();
				this.#want();
			},
		});
		this.#roomFigures.watch(this.#watched);
	}

	/** @param {boolean} watched whether somebody looks at the figures */
	watch(watched) {
		this.#watched = watched;
		this.#roomFigures?.watch(watched);
		if (!watched) this.#room = null;
		this.#show();
		this.#want();
	}

	/** @param {import("../state/state.js").Advice} advice */
	dismiss(advice) {
		this.#coaching.dismiss(advice);
	}

	close() {
		this.#stopAsking();
		this.#roomFigures?.close();
		this.#coaching.close();
		this.#study.close();
	}

	/** @param {import("../state/state.js").Settings} settings */
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
		this.#study.want({ adapted: wanted === "adapted", test: this.#watched && this.#room === null });
	}
}

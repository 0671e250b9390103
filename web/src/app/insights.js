// What is worked out from the examples beside the answers: figures, the adapted metric, advice. Brings together the evaluation
// worker, the server's figures and the advisor. workspace.js owns it.

import { computed, effect } from "@preact/signals";
import { followEvaluation, startAutomatic } from "../evaluation/automatic.js";
import { EvaluationWorkerClient } from "../evaluation/evaluation-worker-client.js";
import { firstLimit } from "../evaluation/limit.js";
import { RemoteEvaluation } from "../sync/remote-evaluation.js";

/**
 * @typedef {import("../state/state.js").State} State
 * @typedef {import("../state/figures.js").TestState} TestState
 */

/** Before a project is open there is no advice. @type {Pick<import("../advice/advisor.js").Advisor, "dismiss"|"close">} */
const NO_ADVISOR = { dismiss: () => {}, close: () => {} };

/** Before `connect` the figures are this browser's. @type {Pick<RemoteEvaluation, "ask"|"watch"|"close">} */
const NO_SERVER = { ask: () => {}, watch: () => {}, close: () => {} };

/** @type {TestState} */
const NO_FIGURES = { evaluation: null, where: null, progress: null, missing: null };

export class Insights {
	#state;
	#replica;
	#onLearnt;
	#evaluation;
	#advisor = NO_ADVISOR;
	/** Counts the projects that were opened. */
	#openCount = 0;
	#stopWaiting = () => {};
	#isClosed = false;
	#remoteEvaluation = NO_SERVER;
	/** The limit of "I don't know" without evidence. */
	#firstLimit = firstLimit();
	#automatic = startAutomatic(this.#firstLimit);
	/** This browser's figures, which its own answers go by. @type {TestState} */
	#localTest = NO_FIGURES;
	/** The server's figures; null: it gives none. @type {TestState|null} */
	#remoteTest = null;
	/** @type {import("../advice/advice-rules.js").Nearest|null} */
	#nearest = null;
	#isWatched = false;
	#stopFollowing;

	/**
	 * @param {object} options
	 * @param {State} options.state
	 * @param {import("../project/replica.js").Replica} options.replica
	 * @param {() => void} options.onLearnt "auto" or "adapted" may mean something else now
	 * @param {() => Worker} [options.makeWorker] for the evaluation
	 */
	constructor({ state, replica, onLearnt, makeWorker }) {
		this.#state = state;
		this.#replica = replica;
		this.#onLearnt = onLearnt;
		this.#evaluation = new EvaluationWorkerClient({
			onTest: (patch) => {
				this.#localTest = { ...this.#localTest, ...patch };
				this.#automatic = followEvaluation(this.#automatic, this.#localTest.evaluation, this.#firstLimit);
				this.#show();
				if (patch.evaluation) onLearnt();
			},
			onFitted: (fitted, revision) => {
				replica.voters.adapt(fitted, revision);
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
		this.#evaluation.watch(votingPartOf(replica));
		const stopFollowingSettings = effect(() => {
			this.#evaluation.setQuestion(this.#question(state.settings.value));
			this.#remoteEvaluation.ask();
			this.#schedule();
		});
		const hasOff = computed(() => state.classes.value.some(({ isOff }) => isOff));
		const stopFollowingOff = effect(() => {
			void hasOff.value;
			this.#show();
		});
		this.#stopFollowing = () => {
			stopFollowingSettings();
			stopFollowingOff();
		};
	}

	/** What "auto" stands for when this browser answers: by its own figures. */
	get automatic() {
		return this.#automatic;
	}

	/**
	 * The replica's project is open, in place of the one before: gives figures and advice on it.
	 * @param {Pick<import("../project/store.js").ProjectStore, "preference"|"setPreference">} store keeps dismissed advice
	 * @param {Parameters<typeof firstLimit>[0]} [manifest] the model's
	 */
	open(store, manifest) {
		this.#openCount += 1;
		this.#stopWaiting();
		this.#advisor.close();
		this.#advisor = NO_ADVISOR;
		this.#state.advice.value = [];
		this.#nearest = null;
		this.#localTest = NO_FIGURES;
		this.#firstLimit = firstLimit(manifest);
		this.#automatic = startAutomatic(this.#firstLimit);
		this.#evaluation.setPrior(this.#firstLimit.distance);
		this.#evaluation.watch(votingPartOf(this.#replica));
		this.#show();
		const { knn, project } = this.#replica;
		const options = {
			state: this.#state,
			nearest: () => this.#nearest,
			thumbnailOf: (/** @type {string} */ id) => (knn.has(id) ? this.#replica.example(id).thumbnail : null),
			store,
			project: project.id,
		};
		// Advice is about examples: its code is loaded with the first of them, and not in the first load.
		const openCount = this.#openCount;
		let isLoading = false;
		this.#stopWaiting = effect(() => {
			if (isLoading || !this.#state.classes.value.some(({ count }) => count > 0)) return;
			isLoading = true;
			this.#loadAdvisor(options, () => this.#isClosed || openCount !== this.#openCount);
		});
	}

	/**
	 * @param {ConstructorParameters<typeof import("../advice/advisor.js").Advisor>[0]} options
	 * @param {() => boolean} isOver
	 */
	async #loadAdvisor(options, isOver) {
		try {
			const { Advisor } = await import("../advice/advisor.js");
			if (!isOver()) this.#advisor = new Advisor(options);
		} catch {
			// The network failed. Without its code there is no advice until the page is loaded again.
		}
	}

	/**
	 * From now on the server's figures are shown, while it gives them.
	 * @param {Pick<ConstructorParameters<typeof RemoteEvaluation>[0], "connection"|"syncClient">} server
	 */
	connect({ connection, syncClient }) {
		connection.listen({ onEvent: ({ event }) => event === "evaluated" && this.#onLearnt() });
		this.#remoteEvaluation = new RemoteEvaluation({
			connection,
			syncClient,
			question: () => this.#question(this.#state.settings.peek()),
			onTest: (test) => {
				this.#remoteTest = test;
				this.#show();
				this.#schedule();
			},
		});
		this.#remoteEvaluation.watch(this.#isWatched);
	}

	/** From now on the figures are this browser's. */
	disconnect() {
		this.#remoteEvaluation.close();
		this.#remoteEvaluation = NO_SERVER;
		this.#remoteTest = null;
		this.#show();
	}

	/** Whether somebody looks at the figures. */
	get isWatched() {
		return this.#isWatched;
	}

	/** @param {boolean} isWatched whether somebody looks at the figures */
	watch(isWatched) {
		this.#isWatched = isWatched;
		this.#remoteEvaluation.watch(isWatched);
		if (!isWatched) this.#remoteTest = null;
		this.#show();
		this.#schedule();
	}

	/** @param {import("../state/state.js").Advice} advice */
	dismiss(advice) {
		this.#advisor.dismiss(advice);
	}

	close() {
		this.#stopFollowing();
		this.#remoteEvaluation.close();
		this.#isClosed = true;
		this.#stopWaiting();
		this.#advisor.close();
		this.#evaluation.close();
	}

	/** @param {import("../state/state.js").ClassifierSettings} settings */
	#question({ k, metric, weights }) {
		return { k, metric, weights };
	}

	/** Shows the server's figures while it gives them, and they are of the same examples; else this browser's. */
	#show() {
		const { test } = this.#state;
		const remoteTest = this.#replica.allVote ? this.#remoteTest : null;
		test.value = remoteTest?.evaluation ? remoteTest : this.#localTest;
		this.#schedule();
	}

	/** Works out at once what answers need, and what somebody looks at and the server doesn't give. */
	#schedule() {
		const { metric } = this.#state.settings.peek();
		const metricInUse = metric === "auto" ? this.#automatic.metric : metric;
		this.#evaluation.setDemand({
			adapted: metricInUse === "adapted",
			test: this.#isWatched && (this.#remoteTest === null || !this.#replica.allVote),
		});
	}
}

/**
 * What is tested, and what the adapted metric is fitted to: what votes.
 * @param {import("../project/replica.js").Replica} replica
 * @returns {import("../evaluation/evaluation-worker-client.js").Watched}
 */
const votingPartOf = (replica) => ({
	classes: replica.classes,
	get knn() {
		return replica.voters;
	},
	get count() {
		return replica.voters.getCount();
	},
	get labels() {
		return replica.labels;
	},
	get revision() {
		return replica.revision;
	},
});

// The figures as the server works them out, while somebody looks at them: asked for again when the room says that there are
// newer ones, and when the question changes. app/insights.js owns it.

import { effect, untracked } from "@preact/signals";

/**
 * @typedef {import("../knn/options.js").Question} Question
 * @typedef {import("../state/figures.js").TestState} TestState
 */

/** The server is asked at most this often. */
const MIN_INTERVAL_MS = 250;
/** While newer figures are under way, their progress is asked for this often. */
const PROGRESS_INTERVAL_MS = 1000;

export class RemoteEvaluation {
	#connection;
	#syncClient;
	#question;
	#onTest;
	#isWatched = false;
	#isAsking = false;
	#isStale = false;
	/** @type {ReturnType<typeof setTimeout>|undefined} */
	#timer;
	#stopFollowing;

	/**
	 * @param {object} options
	 * @param {Pick<import("./connection.js").Connection, "listen"|"request"|"connected">} options.connection
	 * @param {Pick<import("./sync-client.js").SyncClient, "canAnswer">} options.syncClient
	 * @param {() => Question} options.question the current one
	 * @param {(test: TestState|null) => void} options.onTest null: the server can't answer
	 */
	constructor({ connection, syncClient, question, onTest }) {
		this.#connection = connection;
		this.#syncClient = syncClient;
		this.#question = question;
		this.#onTest = onTest;
		connection.listen({
			onDisconnect: () => this.#onTest(null),
			onEvent: ({ event }) => event === "evaluated" && this.ask(),
		});
		// Also after a reconnection, once the room has everything that was taught here.
		this.#stopFollowing = effect(() => {
			if (syncClient.canAnswer) untracked(() => this.ask());
		});
	}

	/** @param {boolean} isWatched whether somebody looks */
	watch(isWatched) {
		this.#isWatched = isWatched;
		if (isWatched) this.ask();
		else clearTimeout(this.#timer);
	}

	/** Asks for the newest figures, soon. */
	ask() {
		this.#isStale = true;
		if (this.#isAsking || !this.#isWatched) return;
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => void this.#request(), MIN_INTERVAL_MS);
	}

	close() {
		this.#isWatched = false;
		this.#stopFollowing();
		clearTimeout(this.#timer);
	}

	async #request() {
		if (!this.#connection.connected || !this.#syncClient.canAnswer) {
			this.#onTest(null);
			return;
		}
		this.#isAsking = true;
		this.#isStale = false;
		try {
			const { evaluation, progress } = await this.#connection.request("evaluate", { ...this.#question() });
			if (!this.#isWatched) return;
			this.#onTest({ evaluation, progress, where: "server", missing: null });
			if (this.#isWatched && progress !== null) {
				this.#timer = setTimeout(() => void this.#request(), PROGRESS_INTERVAL_MS);
			}
		} catch {
			// The browser's own figures are shown instead.
			this.#onTest(null);
		} finally {
			this.#isAsking = false;
			if (this.#isStale) this.ask();
		}
	}
}

// The figures as the server works them out, while somebody looks at them: asked for anew when the room says that there are
// newer ones, and when the question is another. insights.js owns it.

import { effect, untracked } from "@preact/signals";

/**
 * @typedef {import("../knn/options.js").Question} Question
 * @typedef {import("../state/figures.js").TestState} TestState
 */

/** Not asked more often than this, however much news comes. */
const MIN_MS = 250;
/** While newer figures are under way, their progress is asked for so often. */
const PROGRESS_MS = 1000;

export class RemoteEvaluation {
	#connection;
	#room;
	#question;
	#onTest;
	#watched = false;
	#asking = false;
	#isStale = false;
	/** @type {ReturnType<typeof setTimeout>|undefined} */
	#timer;
	#stopFollowing;

	/**
	 * @param {object} options
	 * @param {Pick<import("./connection.js").Connection, "listen"|"request"|"connected">} options.connection
	 * @param {Pick<import("./sync-client.js").SyncClient, "answers">} options.room
	 * @param {() => Question} options.question as it is now
	 * @param {(test: TestState|null) => void} options.onTest null: the server can't say
	 */
	constructor({ connection, room, question, onTest }) {
		this.#connection = connection;
		this.#room = room;
		this.#question = question;
		this.#onTest = onTest;
		connection.listen({
			up: () => {},
			down: () => this.#onTest(null),
			news: (event) => event === "evaluated" && this.ask(),
		});
		// After a reconnection, once the room knows all that was taught here.
		this.#stopFollowing = effect(() => {
			if (room.answers) untracked(() => this.ask());
		});
	}

	/** @param {boolean} watched whether somebody looks */
	watch(watched) {
		this.#watched = watched;
		if (watched) this.ask();
		else clearTimeout(this.#timer);
	}

	/** Asks for what there is now. */
	ask() {
		this.#isStale = true;
		if (this.#asking || !this.#watched) return;
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => void this.#ask(), MIN_MS);
	}

	close() {
		this.#watched = false;
		this.#stopFollowing();
		clearTimeout(this.#timer);
	}

	async #ask() {
		if (!this.#connection.connected || !this.#room.answers) {
			this.#onTest(null);
			return;
		}
		this.#asking = true;
		this.#isStale = false;
		try {
			const { evaluation, progress } = await this.#connection.request("evaluate", { ...this.#question() });
			if (!this.#watched) return;
			this.#onTest({ evaluation, progress, where: "server", missing: null });
			if (this.#watched && progress !== null) this.#timer = setTimeout(() => void this.#ask(), PROGRESS_MS);
		} catch {
			// The browser's own figures are there.
			this.#onTest(null);
		} finally {
			this.#asking = false;
			if (this.#isStale) this.ask();
		}
	}
}

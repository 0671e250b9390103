// Who answers: the server when it is there and knows all that was taught here, else the replica; the
// same frame is answered either way.

import { automaticMetric, resolveSettings } from "../evaluation/automatic.js";
import { Unanswered } from "../sync/connection.js";

/**
 * @typedef {import("../state/state.js").Answer} Answer
 * @typedef {import("../state/state.js").ClassifierSettings} ClassifierSettings
 * @typedef {import("../state/state.js").EngineState} EngineState
 */

const FIRST_TIMEOUT_MS = 400;
const MIN_TIMEOUT_MS = 150;
const MAX_TIMEOUT_MS = 1000;
/** A late answer is waited for so long before the server is asked again all the same. */
const SILENCE_MS = 5000;
const REMEMBERED = 9;

export class Engine {
	#connection;
	#room;
	#replica;
	#onState;
	#test;
	#now;
	/** What the metric "auto" is. @type {import("../state/state.js").Metric} */
	#automatic = "cosine";
	/** When a question was left unanswered; null: none is. */
	#silentSince = /** @type {number|null} */ (null);
	/** @type {Record<"server"|"browser", number[]>} */
	#times = { server: [], browser: [] };

	/**
	 * @param {object} options
	 * @param {import("../project/replica.js").Replica} options.replica
	 * @param {import("../sync/connection.js").Connection|null} [options.connection]
	 * @param {import("../sync/sync-client.js").SyncClient|null} [options.room]
	 * @param {(patch: Partial<EngineState>) => void} [options.onState]
	 * @param {() => Pick<import("../state/state.js").TestState, "evaluation">} [options.test] the last test, which "auto" goes by
	 * @param {() => number} [options.now]
	 */
	constructor({
		replica,
		connection = null,
		room = null,
		onState = () => {},
		test = () => ({ evaluation: null }),
		now = () => performance.now(),
	}) {
		this.#replica = replica;
		this.#connection = connection;
		this.#room = room;
		this.#onState = onState;
		this.#test = test;
		this.#now = now;
		connection?.listen({
			up: () => {
				this.#silentSince = null;
			},
			down: () => this.#onState({ where: "browser", ms: median(this.#times.browser) }),
		});
	}

	/**
	 * @param {Float32Array} embedding float32, (d,)
	 * @param {ClassifierSettings} settings
	 * @returns {Promise<Answer|null>} null while there are no examples
	 * @throws {import("../contract/errors.js").ContractError} as KNN.classify
	 */
	async classify(embedding, settings) {
		if (this.#replica.count === 0) return null;
		const answer = (await this.#byServer(embedding, settings)) ?? this.#byReplica(embedding, settings);
		if (answer) this.#onState({ where: answer.where, ms: median(this.#times[answer.where]) });
		return answer;
	}

	/** @returns {number} how long this server is waited for */
	get timeoutMs() {
		const usual = median(this.#times.server);
		if (usual === null) return FIRST_TIMEOUT_MS;
		return Math.min(MAX_TIMEOUT_MS, Math.max(MIN_TIMEOUT_MS, 4 * usual + 50));
	}

	/**
	 * @param {Float32Array} embedding
	 * @param {ClassifierSettings} settings
	 * @returns {Promise<Answer|null>} null: not this time
	 */
	async #byServer(embedding, settings) {
		const connection = this.#connection;
		const room = this.#room;
		if (!connection?.connected || !room?.answers) return null;
		const start = this.#now();
		// A server that owes an answer is not asked again until it has given it.
		if (this.#silentSince !== null && start - this.#silentSince < SILENCE_MS) return null;
		if (!room.pacer.take()) return null;
		this.#silentSince = null;
		try {
			const { ok: _, ...result } = await connection.request(
				"classify",
				{ ...settings },
				{
					binary: embedding,
					timeoutMs: this.timeoutMs,
					late: () => {
						this.#silentSince = null;
					},
				},
			);
			return this.#timed("server", start, result);
		} catch (error) {
			if (error instanceof Unanswered && error.reason === "timeout") this.#silentSince = this.#now();
			return null;
		}
	}

	/**
	 * @param {Float32Array} embedding
	 * @param {ClassifierSettings} settings
	 */
	#byReplica(embedding, settings) {
		// The examples may have gone while the server was asked.
		if (this.#replica.count === 0) return null;
		const start = this.#now();
		const { knn } = this.#replica;
		const { evaluation } = this.#test();
		this.#automatic = automaticMetric(evaluation, this.#automatic);
		const made = resolveSettings(settings, { automatic: this.#automatic, evaluation, knn });
		const { metric, unknownDistance } = made;
		const { k, weights } = settings;
		return this.#timed("browser", start, {
			...knn.classify(embedding, { k, metric, weights, unknownDistance }),
			...made,
		});
	}

	/**
	 * @param {"server"|"browser"} where
	 * @param {number} start
	 * @param {any} result
	 * @returns {Answer}
	 */
	#timed(where, start, result) {
		const ms = this.#now() - start;
		this.#times[where] = [...this.#times[where], ms].slice(-REMEMBERED);
		return { ...result, where, ms };
	}
}

/**
 * @param {number[]} times
 * @returns {number|null}
 */
function median(times) {
	return times.length === 0 ? null : [...times].sort((a, b) => a - b)[times.length >> 1];
}

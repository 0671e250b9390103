// Asks the server to classify, and doesn't wait long: the time-out follows the server's usual time, and a server that owes an
// answer is not asked again. engine.js owns it.

import { judge } from "../knn/certainty.js";
import { Timings } from "./timings.js";

const FIRST_TIMEOUT_MS = 400;
const MIN_TIMEOUT_MS = 150;
const MAX_TIMEOUT_MS = 1000;
/** After this time a server that still owes an answer is asked again. */
const MAX_SILENCE_MS = 5000;

export class RemoteClassifier {
	timings = new Timings();
	#connection;
	#syncClient;
	#now;
	/** When a question was left without an answer; null: none is. @type {number|null} */
	#silentSince = null;

	/**
	 * @param {object} options
	 * @param {import("../sync/connection.js").Connection} options.connection
	 * @param {import("../sync/sync-client.js").SyncClient} options.syncClient
	 * @param {() => number} options.now milliseconds
	 */
	constructor({ connection, syncClient, now }) {
		this.#connection = connection;
		this.#syncClient = syncClient;
		this.#now = now;
		connection.listen({
			onConnect: () => {
				this.#silentSince = null;
			},
		});
	}

	/** @returns {number} how long the server's answer is waited for */
	get timeoutMs() {
		const usualMs = this.timings.medianMs;
		if (usualMs === null) return FIRST_TIMEOUT_MS;
		return Math.min(MAX_TIMEOUT_MS, Math.max(MIN_TIMEOUT_MS, 4 * usualMs + 50));
	}

	/**
	 * @param {Float32Array} embedding float32, (d,)
	 * @param {import("../state/state.js").ClassifierSettings} settings
	 * @returns {Promise<import("../state/state.js").Answer|null>} null: the server doesn't answer this frame
	 */
	async classify(embedding, settings) {
		if (!this.#connection.connected || !this.#syncClient.canAnswer) return null;
		const start = this.#now();
		if (this.#silentSince !== null && start - this.#silentSince < MAX_SILENCE_MS) return null;
		if (!this.#syncClient.pacer.take()) return null;
		this.#silentSince = null;
		try {
			const { ok: _, ...result } = await this.#connection.request(
				"classify",
				{ ...settings },
				{
					embedding,
					timeoutMs: this.timeoutMs,
					onLateResponse: () => {
						this.#silentSince = null;
					},
				},
			);
			const ms = this.#now() - start;
			this.timings.add(ms);
			return { ...withCertainty(/** @type {any} */ (result)), where: "server", ms };
		} catch (error) {
			// A NoResponseError, by its reason: sync/connection.js is loaded with the first room, and this module before.
			if (/** @type {{reason?: string}} */ (error)?.reason === "timeout") this.#silentSince = this.#now();
			return null;
		}
	}
}

/**
 * Judges the answer of an older server, which names only its limit, as a newer one judges its own.
 * @template {import("../state/state.js").Result} T
 * @param {T} result
 * @returns {T}
 */
function withCertainty(result) {
	if (result.certainty !== undefined) return result;
	const { confidences, label, novelty, unknownDistance } = result;
	return { ...result, ...judge(confidences[label], novelty, unknownDistance ?? null) };
}

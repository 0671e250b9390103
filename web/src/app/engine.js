// Who answers: the server, where there is one that has everything that was taught here; otherwise the replica. The replica
// answers the same frame that the server doesn't.

import { resolveSettings, startAutomatic } from "../evaluation/automatic.js";
import { RemoteClassifier } from "./remote-classifier.js";
import { Timings } from "./timings.js";

/**
 * @typedef {import("../state/state.js").Answer} Answer
 * @typedef {import("../state/state.js").ClassifierSettings} ClassifierSettings
 * @typedef {import("../state/state.js").EngineState} EngineState
 */

/** Before `connect`: the replica answers. @type {Pick<RemoteClassifier, "classify"|"timings"|"timeoutMs">} */
const NO_SERVER = { classify: async () => null, timings: new Timings(), timeoutMs: 0 };

export class Engine {
	#replica;
	#onState;
	#automatic;
	#now;
	#remote = NO_SERVER;
	#timings = new Timings();

	/**
	 * @param {object} options
	 * @param {import("../project/replica.js").Replica} options.replica
	 * @param {(patch: Partial<EngineState>) => void} [options.onState]
	 * @param {() => import("../evaluation/automatic.js").Automatic} [options.automatic] what "auto" stands for when this browser
	 *   answers
	 * @param {() => number} [options.now] milliseconds
	 * @example
	 * const engine = new Engine({ replica });
	 * const answer = await engine.classify(embedding, { k: 3, metric: "auto", weights: "uniform", unknownDistance: "auto" });
	 * answer?.label; // "cat"
	 */
	constructor({ replica, onState = () => {}, automatic = () => startAutomatic(), now = () => performance.now() }) {
		this.#replica = replica;
		this.#onState = onState;
		this.#automatic = automatic;
		this.#now = now;
	}

	/**
	 * From now on the server answers, while it can.
	 * @param {object} server
	 * @param {import("../sync/connection.js").Connection} server.connection
	 * @param {import("../sync/sync-client.js").SyncClient} server.syncClient
	 * @example
	 * engine.connect({ connection, syncClient });
	 * (await engine.classify(embedding, settings))?.where; // "server"
	 */
	connect({ connection, syncClient }) {
		this.#remote = new RemoteClassifier({ connection, syncClient, now: this.#now });
		connection.listen({
			onDisconnect: () => this.#onState({ where: "browser", ms: this.#timings.medianMs }),
		});
	}

	/** From now on this browser answers. */
	disconnect() {
		this.#remote = NO_SERVER;
	}

	/**
	 * @returns {number} how long the server's answer is waited for
	 * @example
	 * engine.timeoutMs; // 150, while the server answers within 25 ms
	 */
	get timeoutMs() {
		return this.#remote.timeoutMs;
	}

	/**
	 * Classifies one embedding.
	 * @param {Float32Array} embedding float32, (d,)
	 * @param {ClassifierSettings} settings
	 * @returns {Promise<Answer|null>} null: there are no examples
	 * @throws {import("../contract/errors.js").ContractError} what KNN.classify throws
	 * @example
	 * const { label, confidences, where, ms } = await engine.classify(embedding, settings);
	 */
	async classify(embedding, settings) {
		const { voters, allVote } = this.#replica;
		if (voters.getCount() === 0) return null;
		// What is switched off here has its vote in the room.
		const remote = allVote ? await this.#remote.classify(embedding, settings) : null;
		const answer = remote ?? this.#classifyHere(embedding, settings);
		if (!answer) return null;
		const { medianMs } = answer.where === "server" ? this.#remote.timings : this.#timings;
		this.#onState({ where: answer.where, ms: medianMs });
		return answer;
	}

	/**
	 * @param {Float32Array} embedding float32, (d,)
	 * @param {ClassifierSettings} settings
	 * @returns {Answer|null} null: the examples went while the server was asked
	 */
	#classifyHere(embedding, settings) {
		const knn = this.#replica.voters;
		if (knn.getCount() === 0) return null;
		const start = this.#now();
		const { metric, fittedAt, unknownDistance } = resolveSettings(settings, { automatic: this.#automatic(), knn });
		const { k, weights } = settings;
		const result = knn.classify(embedding, { k, metric, weights, unknownDistance });
		const ms = this.#now() - start;
		this.#timings.add(ms);
		return { ...result, metric, fittedAt, where: "browser", ms };
	}
}

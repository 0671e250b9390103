import { expect } from "vitest";
import { Problem } from "../../src/contract/problem.js";
import { NoResponseError } from "../../src/sync/connection.js";
import { until } from "./client.js";

/** A connection whose other end is the test: it answers the requests and sends the events. */
export class Wire {
	connected = true;
	/** @type {{event: string, data: any, answer: (ack: object) => void, refuse: (code: string) => void}[]} */
	requests = [];
	/** Ends the requests that wait for their answers. @type {Set<(error: Error) => void>} */
	#waiting = new Set();
	/** @type {any} */
	listener;

	/** @param {import("../../src/sync/connection.js").ConnectionListener} listener */
	listen(listener) {
		this.listener = listener;
	}

	/** @param {string} event @param {any} data */
	tell(event, data) {
		this.listener.onEvent({ event, data });
	}

	/**
	 * @param {string} event
	 * @param {Record<string, unknown>} data
	 */
	request(event, data) {
		return new Promise((resolve, reject) => {
			this.#waiting.add(reject);
			this.requests.push({
				event,
				data,
				answer: (ack) => resolve({ ok: true, ...ack }),
				refuse: (code) => reject(new Problem({ code, message: code, hint: "" })),
			});
		});
	}

	/** The connection ends: what was not answered never will be. */
	drop() {
		for (const reject of this.#waiting) reject(new NoResponseError("disconnected"));
		this.#waiting.clear();
		this.requests.length = 0;
		this.listener.onDisconnect();
	}

	/** @param {string} event */
	async next(event) {
		await until(() => this.requests.length > 0, event);
		const request = this.requests.shift();
		expect(request?.event).toBe(event);
		return /** @type {NonNullable<typeof request>} */ (request);
	}
}

// The way to the server: requests that are always answered or refused, and news from the room.
// The only module that knows Socket.IO.

import { io } from "socket.io-client";
import { Problem } from "../contract/problem.js";

/** A request that did not get its answer: the connection went, or time ran out. */
export class Unanswered extends Error {
	/** @param {"disconnected"|"timeout"} reason */
	constructor(reason) {
		super(`no answer: ${reason}`);
		this.name = "Unanswered";
		this.reason = reason;
	}
}

/** @typedef {{ok: true} & Record<string, any>} Ack */

/** No server that is alive leaves a request without an answer for so long. */
const DEAD_MS = 10_000;
const RECONNECT_MS = 250;
const RECONNECT_MAX_MS = 2000;

export class Connection {
	#socket;
	/** @type {Set<(error: Unanswered) => void>} */
	#waiting = new Set();

	/** @type {ReturnType<typeof setTimeout>|undefined} */
	#restarting;

	/** @param {string} base the page's address; the server's socket is beside it */
	constructor(base) {
		const url = new URL("socket.io/", base);
		this.#socket = io(url.origin, {
			path: url.pathname,
			autoConnect: false,
			transports: ["websocket", "polling"],
			tryAllTransports: true,
			reconnectionDelay: RECONNECT_MS,
			reconnectionDelayMax: RECONNECT_MAX_MS,
			randomizationFactor: 0.2,
			timeout: 5000,
		});
		this.#socket.on("disconnect", (reason) => {
			this.#abandon();
			// A server that closes politely is not called again by Socket.IO itself.
			if (reason === "io server disconnect") this.#socket.connect();
		});
		// Socket.IO may take the end of an earlier transport for one of this, and then hears nothing any more.
		this.#socket.on("connect_error", () => this.#socket.connected && this.#restart());
	}

	get connected() {
		return this.#socket.connected;
	}

	/**
	 * @param {{up: () => void, down: () => void, news?: (event: string, data: any, binary?: ArrayBuffer) => void}} handlers
	 */
	listen({ up, down, news }) {
		this.#socket.on("connect", up);
		this.#socket.on("disconnect", down);
		if (news) this.#socket.onAny(news);
	}

	open() {
		this.#socket.connect();
	}

	close() {
		clearTimeout(this.#restarting);
		this.#socket.disconnect();
		this.#abandon();
	}

	/**
	 * One request and its acknowledgement. Nothing is held back for later: without a connection it fails at once.
	 * @param {string} event
	 * @param {Record<string, unknown>} data
	 * @param {{binary?: Float32Array, timeoutMs?: number, late?: () => void}} [options] binary: an embedding,
	 *   float32, (d,); late: called when an answer comes after the time ran out
	 * @returns {Promise<Ack>}
	 * @throws {Unanswered}
	 * @throws {Problem} what the server refused, and why
	 */
	request(event, data, { binary, timeoutMs = DEAD_MS, late } = {}) {
		return new Promise((resolve, reject) => {
			if (!this.#socket.connected) {
				reject(new Unanswered("disconnected"));
				return;
			}
			let open = true;
			/** @param {() => void} settle */
			const finish = (settle) => {
				open = false;
				clearTimeout(timer);
				this.#waiting.delete(abandon);
				settle();
			};
			/** @param {Unanswered} error */
			const abandon = (error) => finish(() => reject(error));
			const timer = setTimeout(() => {
				abandon(new Unanswered("timeout"));
				if (timeoutMs >= DEAD_MS) this.#restart();
			}, timeoutMs);
			this.#waiting.add(abandon);
			/** @param {any} ack */
			const answered = (ack) => {
				if (!open) late?.();
				else if (ack?.ok) finish(() => resolve(ack));
				else finish(() => reject(new Problem(asError(ack))));
			};
			if (binary) this.#socket.emit(event, data, littleEndian(binary), answered);
			else this.#socket.emit(event, data, answered);
		});
	}

	/** Lets go of a connection that is none any more, and makes a new one. */
	#restart() {
		this.#socket.disconnect();
		this.#restarting = setTimeout(() => this.#socket.connect(), RECONNECT_MS);
	}

	#abandon() {
		for (const abandon of [...this.#waiting]) abandon(new Unanswered("disconnected"));
	}
}

/**
 * The error of a refusal. An older server sends no came and expected: they are "" then.
 * @param {any} ack
 * @returns {import("../contract/errors.js").ErrorObject}
 */
function asError(ack) {
	const error = ack?.error ?? {};
	const { code = "internal", message = "The server gave no reason.", hint = "Try again." } = error;
	return { code, message, hint, came: error.came ?? "", expected: error.expected ?? "" };
}

/**
 * @param {Float32Array} embedding float32, (d,)
 * @returns {ArrayBuffer} exactly its bytes; every machine that runs a browser today is little-endian
 */
function littleEndian(embedding) {
	return new Float32Array(embedding).buffer;
}

/**
 * @param {ArrayBuffer|ArrayBufferView} bytes little-endian float32
 * @returns {Float32Array}
 */
export function toEmbedding(bytes) {
	const view = ArrayBuffer.isView(bytes)
		? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
		: new Uint8Array(bytes);
	return new Float32Array(view.slice().buffer);
}

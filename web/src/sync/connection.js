// The connection to the server: requests, each of which is answered or fails, and the room's events. Only this module knows
// Socket.IO.

import { io } from "socket.io-client";
import { Problem } from "../contract/problem.js";
import { followAwakening } from "./awakening.js";

/** A request without a response: the connection ended, or time ran out. */
export class NoResponseError extends Error {
	/** @param {"disconnected"|"timeout"} reason */
	constructor(reason) {
		super(`no response: ${reason}`);
		this.name = "NoResponseError";
		this.reason = reason;
	}
}

/** @typedef {import("../contract/errors.js").ErrorObject} ErrorObject */
/** @typedef {{ok: true} & Record<string, any>} Ack */

/**
 * @typedef {object} RemoteEvent what the room tells its members
 * @property {string} event its name
 * @property {any} data
 * @property {ArrayBuffer} [embedding] the binary attachment, where there is one: little-endian float32, (d,)
 */

/**
 * @typedef {object} ConnectionListener
 * @property {() => void} [onConnect]
 * @property {() => void} [onDisconnect]
 * @property {(event: RemoteEvent) => void} [onEvent]
 * @property {(refusal: ErrorObject|null) => void} [onRefusal] the server answers, but lets nobody in just now, and why; it is asked
 *   again, and again by itself; null: that is over
 */

/** A server that leaves a request without a response for so long is not there any more. */
const DEAD_MS = 10_000;
const RECONNECT_MS = 250;
const RECONNECT_MAX_MS = 2000;
/** A server that has as many clients as it serves is asked less often. */
const FULL_RECONNECT_MS = 3000;
const FULL_RECONNECT_MAX_MS = 15_000;
/** The server gives a sign of life every ten seconds: one that was silent for so long while the page slept is gone. */
const SILENT_MS = 30_000;
/** A whole class loses its server at one moment, and comes back spread over the longest pause. */
const JITTER = 0.5;

export class Connection {
	#socket;
	/** Why the server lets nobody in just now; null: it does, or does not answer. @type {ErrorObject|null} */
	#refusal = null;
	/** @type {(refusal: ErrorObject|null) => void} */
	#onRefusal = () => {};
	/** How to fail each request that waits for its response. @type {Set<(error: NoResponseError) => void>} */
	#pending = new Set();
	/** @type {ReturnType<typeof setTimeout>|undefined} */
	#restartTimer;
	/** When the server gave its last sign of life, by the wall clock: that goes on while a laptop sleeps. */
	#heardAt = Date.now();
	#stopFollowing = () => {};

	/**
	 * @param {string} base the page's address; the server's socket is beside it
	 * @example
	 * const connection = new Connection("https://example.org/");
	 * connection.listen({ onConnect: async () => await connection.request("join", { model }) });
	 * connection.open();
	 */
	constructor(base) {
		const url = new URL("socket.io/", base);
		this.#socket = io(url.origin, {
			path: url.pathname,
			autoConnect: false,
			transports: ["websocket", "polling"],
			tryAllTransports: true,
			reconnectionDelay: RECONNECT_MS,
			reconnectionDelayMax: RECONNECT_MAX_MS,
			randomizationFactor: JITTER,
			timeout: 5000,
		});
		this.#socket.on("disconnect", (reason) => {
			this.#failPending();
			// Socket.IO does not reconnect to a server that closed the connection itself.
			if (reason === "io server disconnect") this.#socket.connect();
		});
		this.#socket.io.on("ping", () => {
			this.#heardAt = Date.now();
		});
		this.#socket.on("connect", () => {
			this.#heardAt = Date.now();
			this.#noteRefusal(null);
		});
		this.#socket.on("connect_error", (error) => {
			// Socket.IO may take the end of an earlier transport for the end of this one, and then receives nothing any more.
			if (this.#socket.connected) this.#restart();
			else this.#noteRefusal(refusalOf(error));
			// What the server itself refused, Socket.IO does not try again.
			if (!this.#socket.active) this.#restart(FULL_RECONNECT_MS * (1 + Math.random()));
		});
	}

	get connected() {
		return this.#socket.connected;
	}

	/**
	 * @param {ConnectionListener} listener
	 * @example
	 * connection.listen({ onEvent: ({ event, data }) => console.log(event, data.revision) });
	 */
	listen({ onConnect, onDisconnect, onEvent, onRefusal }) {
		if (onRefusal) this.#onRefusal = onRefusal;
		if (onConnect) this.#socket.on("connect", onConnect);
		if (onDisconnect) this.#socket.on("disconnect", onDisconnect);
		if (onEvent) this.#socket.onAny((event, data, embedding) => onEvent({ event, data, embedding }));
	}

	/**
	 * Connects, and connects again whenever the connection ends.
	 * @param {string|null} [room] the one that will be joined, if that is known: it leads to the worker that has the others
	 * @example
	 * connection.open("KIWI-42");
	 */
	open(room) {
		if (room) this.#socket.io.opts.query = { room };
		this.#stopFollowing();
		this.#stopFollowing = followAwakening(this.#onAwake);
		this.#socket.connect();
	}

	/**
	 * Disconnects. Pending requests fail.
	 * @example
	 * connection.close();
	 */
	close() {
		this.#stopFollowing();
		clearTimeout(this.#restartTimer);
		this.#socket.disconnect();
		this.#failPending();
	}

	/**
	 * Sends a request and waits for its acknowledgement. Nothing is queued: without a connection it fails at once.
	 * @param {string} event
	 * @param {Record<string, unknown>} data
	 * @param {object} [options]
	 * @param {Float32Array} [options.embedding] float32, (d,); sent as a binary attachment
	 * @param {number} [options.timeoutMs]
	 * @param {() => void} [options.onLateResponse] called when the response comes after the time ran out
	 * @returns {Promise<Ack>}
	 * @throws {NoResponseError} the connection ended, or time ran out
	 * @throws {Problem} the server refused, and says why
	 * @example
	 * const { label, confidences } = await connection.request("classify", { k: 5 }, { embedding, timeoutMs: 400 });
	 */
	request(event, data, { embedding, timeoutMs = DEAD_MS, onLateResponse } = {}) {
		return new Promise((resolve, reject) => {
			if (!this.#socket.connected) {
				reject(new NoResponseError("disconnected"));
				return;
			}
			let isPending = true;
			/** @param {() => void} settle */
			const finish = (settle) => {
				isPending = false;
				clearTimeout(timer);
				this.#pending.delete(fail);
				settle();
			};
			/** @param {NoResponseError} error */
			const fail = (error) => finish(() => reject(error));
			const timer = setTimeout(() => {
				fail(new NoResponseError("timeout"));
				if (timeoutMs >= DEAD_MS) this.#restart();
			}, timeoutMs);
			this.#pending.add(fail);
			/** @param {any} ack */
			const onAck = (ack) => {
				if (!isPending) onLateResponse?.();
				else if (ack?.ok) finish(() => resolve(ack));
				else finish(() => reject(new Problem(errorOf(ack))));
			};
			if (embedding) this.#socket.emit(event, data, toBytes(embedding), onAck);
			else this.#socket.emit(event, data, onAck);
		});
	}

	/**
	 * Replaces a connection that is dead without having ended.
	 * @param {number} [afterMs]
	 */
	#restart(afterMs = RECONNECT_MS) {
		this.#socket.disconnect();
		clearTimeout(this.#restartTimer);
		this.#restartTimer = setTimeout(() => this.#socket.connect(), afterMs);
	}

	/** Does not wait for the next attempt, nor for the end of a connection that ended in the page's sleep to be noticed. */
	#onAwake = () => {
		// A server that is full is not asked more often for that.
		if (this.#refusal) return;
		const isDead = Date.now() - this.#heardAt > SILENT_MS;
		if (!this.#socket.connected || isDead) this.#restart(RECONNECT_MS * Math.random());
	};

	/** @param {ErrorObject|null} refusal */
	#noteRefusal(refusal) {
		// One that stops is soon gone, and often back: it is asked as one that does not answer.
		if (refusal?.code === "stopping") refusal = null;
		if (refusal?.code === this.#refusal?.code) return;
		this.#refusal = refusal;
		const { io: manager } = this.#socket;
		manager.reconnectionDelay(refusal ? FULL_RECONNECT_MS : RECONNECT_MS);
		manager.reconnectionDelayMax(refusal ? FULL_RECONNECT_MAX_MS : RECONNECT_MAX_MS);
		this.#onRefusal(refusal);
	}

	#failPending() {
		for (const fail of [...this.#pending]) fail(new NoResponseError("disconnected"));
	}
}

/**
 * @param {any} error of Socket.IO, which could not connect
 * @returns {ErrorObject|null} what the server said against it; null: it said nothing
 */
function refusalOf(error) {
	// Either the server answered the polling request with an error, or it refused the client at its door.
	if (error?.data?.code) return errorOf({ error: error.data });
	try {
		const answer = JSON.parse(error.context.responseText);
		return answer?.error?.code ? errorOf(answer) : null;
	} catch {
		return null;
	}
}

/**
 * The error of a refusal. An older server sends no came and expected: they stay undefined.
 * @param {any} ack
 * @returns {import("../contract/errors.js").ErrorObject}
 */
function errorOf(ack) {
	const error = ack?.error ?? {};
	const { code = "internal", message = "The server gave no reason.", hint = "Try again." } = error;
	return { code, message, hint, came: error.came, expected: error.expected };
}

/**
 * @param {Float32Array} embedding float32, (d,)
 * @returns {ArrayBuffer} exactly its bytes: all machines that run a browser today are little-endian
 */
function toBytes(embedding) {
	return new Float32Array(embedding).buffer;
}

/**
 * @param {ArrayBuffer|ArrayBufferView} bytes little-endian float32, (d,)
 * @returns {Float32Array} (d,), with a buffer of its own
 */
export function toEmbedding(bytes) {
	const view = ArrayBuffer.isView(bytes)
		? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
		: new Uint8Array(bytes);
	return new Float32Array(view.slice().buffer);
}

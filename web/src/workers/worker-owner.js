// The life of one worker: start, request and reply by number, time-out, crash, restart, end. Imported by capture, evaluation and
// explain. It knows none of their messages; what to do after a crash, and what the person is told, is decided by them.

/** A time-out that comes so late after its time came from a page that did not run meanwhile. */
const LATE_MS = 2000;

/** The worker is gone, and with it the replies of all requests that waited. */
export class WorkerLost extends Error {
	/**
	 * @param {"crashed"|"timedOut"|"stopped"} reason stopped: by its user
	 * @param {string} message the worker's own where it gave one, else empty
	 */
	constructor(reason, message) {
		super(message);
		this.name = "WorkerLost";
		this.reason = reason;
	}
}

/**
 * @typedef {object} PendingRequest
 * @property {(reply: any) => void} resolve
 * @property {(error: unknown) => void} reject
 * @property {ReturnType<typeof setTimeout>} timer
 */

/**
 * Owns at most one worker at a time.
 *
 * @template {object} Message what the worker is sent
 * @template {object} Reply what it sends
 * @example
 * const owner = new WorkerOwner({
 * 	makeWorker: () => new Worker(new URL("./sum.worker.js", import.meta.url), { type: "module" }),
 * 	onMessage: () => {},
 * 	onLost: ({ message }) => console.warn(message),
 * });
 * owner.start();
 * // The worker answers {requestId, ...} with {requestId, sum}.
 * const { sum } = await owner.request({ type: "sum", terms: [1, 2] }, { timeoutMs: 1000 });
 */
export class WorkerOwner {
	#makeWorker;
	#onMessage;
	#onLost;
	#maxRestarts;
	/** @type {Worker|null} */
	#worker = null;
	/** @type {Map<number, PendingRequest>} by requestId */
	#pending = new Map();
	#lastRequestId = 0;
	#lostCount = 0;

	/**
	 * @param {object} options
	 * @param {() => Worker} options.makeWorker an error that it throws counts as a crash
	 * @param {(message: Reply) => void} options.onMessage called with every message that has no `requestId`
	 * @param {(lost: WorkerLost) => void} options.onLost called after a crash or a time-out, not after `stop`. The worker has been
	 *   terminated and its requests are rejected, so that another can be started at once
	 * @param {number} [options.maxRestarts] after more losses than this, no worker is started again
	 */
	constructor({ makeWorker, onMessage, onLost, maxRestarts = Number.POSITIVE_INFINITY }) {
		this.#makeWorker = makeWorker;
		this.#onMessage = onMessage;
		this.#onLost = onLost;
		this.#maxRestarts = maxRestarts;
	}

	get isRunning() {
		return this.#worker !== null;
	}

	/** Whether it was lost so often that `start` refuses. */
	get hasGivenUp() {
		return this.#lostCount > this.#maxRestarts;
	}

	/**
	 * Starts a worker unless one is running.
	 * @returns {boolean} whether one is running now
	 */
	start() {
		if (this.#worker) return true;
		if (this.hasGivenUp) return false;
		/** @type {Worker} */
		let worker;
		try {
			worker = this.#makeWorker();
		} catch (error) {
			this.fail(error instanceof Error ? error.message : String(error));
			return false;
		}
		this.#worker = worker;
		// Events of a terminated worker can still be under way; they must not reach the next one's requests.
		worker.onmessage = ({ data }) => {
			if (worker === this.#worker) this.#receive(data);
		};
		worker.onerror = (event) => {
			event.preventDefault();
			if (worker === this.#worker) this.fail(event.message ?? "");
		};
		worker.onmessageerror = () => {
			if (worker === this.#worker) this.fail("a message could not be read");
		};
		return true;
	}

	/**
	 * Sends a message that has no reply, or whose replies come through `onMessage`; does nothing while no worker is running.
	 * @param {Message} message
	 * @param {Transferable[]} [transfer]
	 */
	post(message, transfer = []) {
		this.#worker?.postMessage(message, transfer);
	}

	/**
	 * Sends a request and waits for the reply with the same number. No reply within the time-out counts as a crash.
	 * @param {object} message is sent with a `requestId` of its own
	 * @param {object} options
	 * @param {Transferable[]} [options.transfer]
	 * @param {number} options.timeoutMs
	 * @returns {Promise<any>} the reply
	 * @throws {WorkerLost} the worker crashed, did not answer in time, was stopped, or was never started
	 */
	request(message, { transfer = [], timeoutMs }) {
		const worker = this.#worker;
		if (!worker) return Promise.reject(new WorkerLost("stopped", "no worker is running"));
		this.#lastRequestId += 1;
		const requestId = this.#lastRequestId;
		return new Promise((resolve, reject) => {
			this.#pending.set(requestId, { resolve, reject, timer: this.#startTimer(requestId, timeoutMs) });
			try {
				worker.postMessage({ ...message, requestId }, transfer);
			} catch (error) {
				// What can't be sent is no fault of the worker's.
				this.#take(requestId)?.reject(error);
			}
		});
	}

	/**
	 * Gives every request that waits this long from now, where a sign of life came from the worker.
	 * @param {number} timeoutMs
	 */
	extendTimeouts(timeoutMs) {
		for (const [requestId, pending] of this.#pending) {
			clearTimeout(pending.timer);
			pending.timer = this.#startTimer(requestId, timeoutMs);
		}
	}

	/**
	 * Treats the worker as crashed: it reported a failure that it can't go on from.
	 * @param {string} message
	 */
	fail(message) {
		this.#lose(new WorkerLost("crashed", message));
	}

	/** Terminates the worker; requests that wait are rejected. Does nothing while none is running. */
	stop() {
		this.#terminate(new WorkerLost("stopped", "the worker was stopped"));
	}

	/**
	 * @param {number} requestId of the request that waits
	 * @param {number} timeoutMs
	 */
	#startTimer(requestId, timeoutMs) {
		const dueAt = Date.now() + timeoutMs;
		return setTimeout(() => {
			const pending = this.#pending.get(requestId);
			const isLate = Date.now() - dueAt > LATE_MS;
			// The laptop slept, or the browser froze the page: the worker slept, too, and its reply may be the very next event.
			if (isLate && pending) pending.timer = this.#startTimer(requestId, timeoutMs);
			else this.#lose(new WorkerLost("timedOut", "no answer"));
		}, timeoutMs);
	}

	/** @param {any} message */
	#receive(message) {
		if (message.requestId === undefined) this.#onMessage(message);
		else this.#take(message.requestId)?.resolve(message);
	}

	/**
	 * Ends the wait for a reply.
	 * @param {number} requestId
	 * @returns {PendingRequest|undefined} undefined: nobody waits for it
	 */
	#take(requestId) {
		const pending = this.#pending.get(requestId);
		clearTimeout(pending?.timer);
		this.#pending.delete(requestId);
		return pending;
	}

	/** @param {WorkerLost} lost */
	#lose(lost) {
		this.#lostCount += 1;
		this.#terminate(lost);
		this.#onLost(lost);
	}

	/** @param {WorkerLost} lost */
	#terminate(lost) {
		this.#worker?.terminate();
		this.#worker = null;
		for (const { reject, timer } of this.#pending.values()) {
			clearTimeout(timer);
			reject(lost);
		}
		this.#pending.clear();
	}
}

// What several tabs of one browser share, as far as a test needs it: locks and channels.

/** Web Locks: of each name one holder, the others wait. Counts what it does. */
export class Locks {
	/** @typedef {{name: string, reject: (error: unknown) => void, start: () => void}} Request */
	/** @type {Request[]} */
	#held = [];
	/** @type {Request[]} */
	#waiting = [];
	granted = 0;

	get held() {
		return this.#held.length;
	}

	async query() {
		return { held: this.#held.map(({ name }) => ({ name })) };
	}

	/**
	 * @param {string} name
	 * @param {LockOptions} options
	 * @param {() => Promise<void>} work
	 * @returns {Promise<void>}
	 */
	request(name, { signal, steal = false }, work) {
		return new Promise((resolve, reject) => {
			const start = () => {
				this.granted += 1;
				this.#held.push(request);
				work().then(() => {
					this.#held = this.#held.filter((other) => other !== request);
					this.#grant();
					resolve();
				});
			};
			const request = { name, reject, start };
			signal?.addEventListener("abort", () => {
				if (!this.#waiting.includes(request)) return;
				this.#waiting = this.#waiting.filter((other) => other !== request);
				reject(signal.reason);
			});
			if (steal) {
				for (const other of this.#held.filter((other) => other.name === name)) {
					this.#held = this.#held.filter((each) => each !== other);
					other.reject(new DOMException("stolen", "AbortError"));
				}
				this.#waiting.unshift(request);
			} else this.#waiting.push(request);
			queueMicrotask(() => this.#grant());
		});
	}

	#grant() {
		for (const request of this.#waiting) {
			if (this.#held.some(({ name }) => name === request.name)) continue;
			this.#waiting = this.#waiting.filter((other) => other !== request);
			request.start();
		}
	}
}

/** Channels of one name hear one another. */
export class Channels {
	/** @type {Set<Channels>} */
	static open = new Set();
	/** @type {(() => void)|null} */
	onmessage = null;

	constructor() {
		Channels.open.add(this);
	}

	postMessage() {
		for (const channel of Channels.open) if (channel !== this) queueMicrotask(() => channel.onmessage?.());
	}

	close() {
		Channels.open.delete(this);
	}
}

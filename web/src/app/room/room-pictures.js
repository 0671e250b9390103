// Asks the room for pictures of examples that others added, when their boxes are shown, while its owner has pictures shown to all.
// They are lent, and not kept. server-link.js owns one.

/** A classroom shares one server. */
const PARALLEL = 4;

export class RoomPictures {
	#options;
	/** The room that this page is in; null: none, or there is no connection. @type {{room: string, secret: string}|null} */
	#entry = null;
	#isSwitchedOn = false;
	/** Ids: each is asked for once. @type {Set<string>} */
	#asked = new Set();
	/** @type {string[]} */
	#waiting = [];
	#runningCount = 0;
	#abortController = new AbortController();

	/**
	 * @param {object} options
	 * @param {string} options.base the page's address
	 * @param {import("../../project/replica.js").Replica} options.replica gets the pictures
	 * @param {(canBeAsked: boolean) => void} options.onChange whether there is something to ask for now
	 * @example
	 * const pictures = new RoomPictures({ base, replica, onChange: (canBeAsked) => {} });
	 * pictures.switch(true);
	 * pictures.enter({ room: "KIWI-42", secret });
	 * pictures.ask(id);
	 */
	constructor(options) {
		this.#options = options;
	}

	/** @param {{room: string, secret: string}} entry the room that was joined, and by which secret it is read */
	enter(entry) {
		this.#entry = entry;
		this.#tell();
	}

	/** @param {boolean} isOn whether the room shows pictures to all; if not, those that are here go */
	switch(isOn) {
		this.#isSwitchedOn = isOn;
		if (!isOn) {
			this.#stop();
			this.#asked.clear();
			this.#options.replica.lent.clear();
		}
		this.#tell();
	}

	/** There is no connection: what is here stays, and nothing more is asked for. */
	pause() {
		this.#entry = null;
		this.#stop();
		this.#tell();
	}

	/** The page is not in the room any more. */
	close() {
		this.pause();
		this.switch(false);
	}

	/** @param {string} id of an example whose box is shown without a picture */
	ask(id) {
		if (!this.#canBeAsked || this.#asked.has(id)) return;
		this.#asked.add(id);
		this.#waiting.push(id);
		this.#askNext();
	}

	get #canBeAsked() {
		return this.#isSwitchedOn && this.#entry !== null;
	}

	#tell() {
		this.#options.onChange(this.#canBeAsked);
	}

	#stop() {
		this.#abortController.abort();
		this.#abortController = new AbortController();
		for (const id of this.#waiting) this.#asked.delete(id);
		this.#waiting = [];
	}

	#askNext() {
		while (this.#runningCount < PARALLEL && this.#waiting.length > 0 && this.#entry) {
			const id = /** @type {string} */ (this.#waiting.shift());
			this.#runningCount += 1;
			void this.#fetch(id, this.#entry, this.#abortController.signal).finally(() => {
				this.#runningCount -= 1;
				this.#askNext();
			});
		}
	}

	/**
	 * @param {string} id
	 * @param {{room: string, secret: string}} entry
	 * @param {AbortSignal} signal
	 */
	async #fetch(id, { room, secret }, signal) {
		const { base, replica } = this.#options;
		try {
			const url = new URL(`api/rooms/${encodeURIComponent(room)}/thumbnails/${encodeURIComponent(id)}`, base);
			// Nothing of others stays on this device.
			const response = await fetch(url, { signal, cache: "no-store", headers: { authorization: `Bearer ${secret}` } });
			const blob = response.ok ? await response.blob() : null;
			if (signal.aborted) return;
			if (blob && replica.knn.has(id)) replica.lent.lend(id, blob);
			// The next joining tells another secret. Too many wrong ones would shut out the whole network.
			else if (response.status === 403) this.pause();
			else if (!blob && response.status !== 404) this.#asked.delete(id);
		} catch {
			// Offline, or stopped: it is asked for again when its box is shown again.
			this.#asked.delete(id);
		}
	}
}

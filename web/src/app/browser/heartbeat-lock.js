// A lock between tabs for pages that are not served securely, which have no Web Locks: one row in localStorage names the tab
// that holds it, and is renewed while that tab lives. Loaded only there; tabs.js imports it.

import { newId } from "../../knn/ids.js";

const BEAT_MS = 1000;
/** A browser lets a hidden tab beat once a minute only: a tab that was silent for longer is gone. */
const GONE_MS = 90_000;
/** Between two looks at a lock that another tab holds. */
const POLL_MS = 100;

export class HeartbeatLock {
	#key;
	#id = newId();
	#onStolen;
	#isHeld = false;
	/** @type {ReturnType<typeof setInterval>|undefined} */
	#beat;

	/**
	 * @param {string} name
	 * @param {() => void} onStolen another tab took it
	 * @example
	 * const lock = new HeartbeatLock("show-and-tell", () => stop());
	 * if (!(await lock.take(3000))) lock.steal();
	 * lock.release();
	 */
	constructor(name, onStolen) {
		this.#key = `lock:${name}`;
		this.#onStolen = onStolen;
	}

	/**
	 * @param {number} patienceMs
	 * @returns {Promise<boolean>} false: another tab held it for so long
	 */
	async take(patienceMs) {
		const start = Date.now();
		while (this.#isElsewhere()) {
			if (Date.now() - start >= patienceMs) return false;
			await new Promise((wake) => setTimeout(wake, POLL_MS));
		}
		this.steal();
		return true;
	}

	/** Takes it from the tab that holds it, if one does. */
	steal() {
		this.#isHeld = true;
		this.#write();
		this.#beat = setInterval(() => this.#check() && this.#write(), BEAT_MS);
		addEventListener("storage", this.#check);
		addEventListener("pagehide", this.#leave);
		addEventListener("pageshow", this.#check);
	}

	release() {
		if (!this.#isHeld) return;
		this.#stop();
		if (this.#read()?.id === this.#id) localStorage.removeItem(this.#key);
	}

	/** @returns {Promise<boolean>} whether another tab holds it, and may still be alive */
	async isTaken() {
		return this.#isElsewhere();
	}

	#isElsewhere() {
		const row = this.#read();
		return row !== null && row.id !== this.#id && Date.now() - row.at < GONE_MS;
	}

	/** @returns {boolean} whether this tab still holds it */
	#check = () => {
		if (!this.#isHeld) return false;
		const row = this.#read();
		if (row === null || row.id === this.#id) return true;
		this.#stop();
		this.#onStolen();
		return false;
	};

	/** The page goes, perhaps to come back: the next one need not wait. */
	#leave = () => {
		if (this.#isHeld && this.#read()?.id === this.#id) localStorage.removeItem(this.#key);
	};

	#stop() {
		this.#isHeld = false;
		clearInterval(this.#beat);
		removeEventListener("storage", this.#check);
		removeEventListener("pagehide", this.#leave);
		removeEventListener("pageshow", this.#check);
	}

	#write() {
		try {
			localStorage.setItem(this.#key, JSON.stringify({ id: this.#id, at: Date.now() }));
		} catch {
			// No storage, and so nothing that two tabs could overwrite.
		}
	}

	/** @returns {{id: string, at: number}|null} */
	#read() {
		try {
			return JSON.parse(localStorage.getItem(this.#key) ?? "null");
		} catch {
			return null;
		}
	}
}

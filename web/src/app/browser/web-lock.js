// A lock between tabs with Web Locks: it frees itself when its tab is closed or crashes. tabs.js owns two.

export class WebLock {
	#name;
	#onStolen;
	#letGo = () => {};

	/**
	 * @param {string} name
	 * @param {() => void} onStolen another tab took it
	 * @example
	 * const lock = new WebLock("show-and-tell", () => stop());
	 * if (!(await lock.take(500))) await lock.steal();
	 * lock.release();
	 */
	constructor(name, onStolen) {
		this.#name = name;
		this.#onStolen = onStolen;
	}

	/**
	 * @param {number} patienceMs
	 * @returns {Promise<boolean>} false: another tab held it for so long
	 */
	take(patienceMs) {
		return this.#request({ signal: AbortSignal.timeout(patienceMs) }).then(
			() => true,
			() => false,
		);
	}

	/** Takes it from the tab that holds it, if one does. */
	steal() {
		return this.#request({ steal: true });
	}

	release() {
		this.#letGo();
	}

	/** @returns {Promise<boolean>} whether a tab holds it */
	async isTaken() {
		const { held = [] } = await navigator.locks.query();
		return held.some(({ name }) => name === this.#name);
	}

	/**
	 * @param {LockOptions} options
	 * @returns {Promise<void>} resolves when this tab holds it
	 */
	#request(options) {
		const held = new Promise((resolve) => {
			this.#letGo = () => resolve(undefined);
		});
		return new Promise((resolve, reject) => {
			let granted = false;
			navigator.locks
				.request(this.#name, options, async () => {
					granted = true;
					resolve(undefined);
					await held;
				})
				.catch((error) => {
					if (granted) this.#onStolen();
					else reject(error);
				});
		});
	}
}

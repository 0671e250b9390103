// When a class has won: its answer has stayed for half a second. Another one has to stay as long before the next win, so that an
// answer that flickers makes nothing happen twice. Knows neither classes nor actions.

/** An answer has to stay for so long before its class has won. */
export const WIN_MS = 500;

/** @typedef {string|null} Key of an answer: the label of a sure one, UNKNOWN_KEY for "I don't know", null for anything else */

export class Trigger {
	/** The answer that has stayed. @type {Key} */
	#winner = null;
	/** The newest answer. @type {Key} */
	#seen = null;
	/** @type {ReturnType<typeof setTimeout>|undefined} */
	#timer;
	#onWin;
	#onEnd;

	/**
	 * @param {object} options
	 * @param {(key: string) => void} options.onWin once a win
	 * @param {(key: string) => void} options.onEnd another answer has stayed, or there is none any more
	 * @example
	 * const trigger = new Trigger({ onWin: (key) => console.log(key), onEnd: () => {} });
	 * trigger.see("cat"); // half a second later: cat
	 */
	constructor({ onWin, onEnd }) {
		this.#onWin = onWin;
		this.#onEnd = onEnd;
	}

	/** @param {Key} key of the newest answer */
	see(key) {
		if (key === this.#seen) return;
		this.#seen = key;
		clearTimeout(this.#timer);
		if (key !== this.#winner) this.#timer = setTimeout(() => this.#turnTo(key), WIN_MS);
	}

	/** Nothing is seen any more: another project, or actions are off. */
	reset() {
		clearTimeout(this.#timer);
		this.#seen = null;
		this.#turnTo(null);
	}

	/** @param {Key} key */
	#turnTo(key) {
		const before = this.#winner;
		this.#winner = key;
		if (before !== null && before !== key) this.#onEnd(before);
		if (key !== null && before !== key) this.#onWin(key);
	}
}

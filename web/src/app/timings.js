// How long the last few answers took.

const MAX_TIMINGS = 9;

export class Timings {
	/** @type {number[]} */
	#timesMs = [];

	/** @param {number} ms */
	add(ms) {
		this.#timesMs = [...this.#timesMs, ms].slice(-MAX_TIMINGS);
	}

	/** @returns {number|null} the upper median; null: there is no time yet */
	get medianMs() {
		const sorted = [...this.#timesMs].sort((a, b) => a - b);
		return sorted[sorted.length >> 1] ?? null;
	}
}

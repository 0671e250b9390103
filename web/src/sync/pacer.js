// Stays under the server's requests a second, so that it never has to refuse one.

/** A bucket of tokens that refills steadily; one request takes one token. */
export class Pacer {
	#rate;
	#tokens;
	#at;
	#now;

	/**
	 * @param {number} rate requests a second
	 * @param {() => number} [now] milliseconds
	 */
	constructor(rate, now = () => performance.now()) {
		this.#rate = rate;
		this.#now = now;
		this.#tokens = rate / 2;
		this.#at = now();
	}

	#refill() {
		const at = this.#now();
		this.#tokens = Math.min(this.#rate / 2, this.#tokens + ((at - this.#at) / 1000) * this.#rate);
		this.#at = at;
	}

	/** @returns {boolean} whether a request may go now; if so, it is counted */
	take() {
		this.#refill();
		if (this.#tokens < 1) return false;
		this.#tokens -= 1;
		return true;
	}

	/** @returns {number} milliseconds until the next request may go */
	waitMs() {
		this.#refill();
		return this.#tokens >= 1 ? 0 : Math.ceil(((1 - this.#tokens) / this.#rate) * 1000);
	}

	/** The server said "too fast" after all: start from an empty bucket. */
	empty() {
		this.#refill();
		this.#tokens = 0;
	}
}

// Keeps requests under the server's limit of requests a second, so that it never refuses one as too fast.

/** A bucket of tokens that refills steadily; one request takes one token. */
export class Pacer {
	#rate;
	#tokens;
	#refilledAt;
	#now;

	/**
	 * @param {number} rate requests a second
	 * @param {() => number} [now] milliseconds
	 */
	constructor(rate, now = () => performance.now()) {
		this.#rate = rate;
		this.#now = now;
		this.#tokens = rate / 2;
		this.#refilledAt = now();
	}

	/** @param {number} rate requests a second, from now on; the bucket is full */
	restart(rate) {
		this.#rate = rate;
		this.#tokens = rate / 2;
		this.#refilledAt = this.#now();
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

	/** The server refused a request as too fast all the same: start from an empty bucket. */
	empty() {
		this.#refill();
		this.#tokens = 0;
	}

	#refill() {
		const now = this.#now();
		this.#tokens = Math.min(this.#rate / 2, this.#tokens + ((now - this.#refilledAt) / 1000) * this.#rate);
		this.#refilledAt = now;
	}
}

// Long work in short slices, so that the page stays alive, with progress and cancel. Reading and writing files use it.

/**
 * @typedef {object} WorkOptions
 * @property {(share: number) => void} [onProgress] told how much is done, 0 to 1
 * @property {AbortSignal} [signal] cancels
 */

/** The page gets its turn after this. */
const SLICE_MS = 16;

/** One piece of long work. */
export class Slices {
	#options;
	#total;
	#done = 0;
	#began = performance.now();

	/**
	 * @param {number} total how much there is to do, in any unit
	 * @param {WorkOptions} [options]
	 * @example
	 * const slices = new Slices(rows.length, { onProgress, signal });
	 * for (const row of rows) {
	 * 	work(row);
	 * 	await slices.step(1);
	 * }
	 */
	constructor(total, options = {}) {
		this.#options = options;
		this.#total = total;
	}

	/**
	 * So much more is done. Waits for the page's other work where it is its turn.
	 * @param {number} done
	 * @throws {unknown} the signal's reason, if it was cancelled
	 */
	async step(done) {
		this.#done += done;
		this.#options.signal?.throwIfAborted();
		if (performance.now() - this.#began < SLICE_MS) return;
		this.#options.onProgress?.(this.#total > 0 ? Math.min(1, this.#done / this.#total) : 1);
		await new Promise((resolve) => setTimeout(resolve));
		this.#began = performance.now();
		this.#options.signal?.throwIfAborted();
	}
}

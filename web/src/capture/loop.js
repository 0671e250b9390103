// The newest frame wins: one frame at a time is on its way from capture to answer. Frames that come meanwhile are not queued;
// they only mark that there is a newer one. app/frame-path.js owns the page's loop.

/** The weight of one more measurement in a moving mean. */
const WEIGHT = 0.15;
/** Between two reports of the speed: each draws the stage anew. */
const REPORT_MS = 500;

/** @typedef {import("./embedder.js").Frame} Frame */
/**
 * @typedef {object} LoopOptions
 * @property {(onFrame: () => void) => () => void} watch calls `onFrame` at every new frame; returns how to stop that
 * @property {() => Promise<Frame|null>} capture the newest frame; null: there is none now
 * @property {(frame: Frame) => Promise<void>} answer
 * @property {(measured: {fps: number, frameMs: number}) => void} onMeasured of the first two frames, then twice a second
 * @property {(error: unknown) => void} onError the loop goes on with the next frame
 * @property {() => number} [now] milliseconds
 */

export class Loop {
	#options;
	#now;
	/** @type {(() => void)|null} null: stopped */
	#unwatch = null;
	#hasNewFrame = false;
	#isBusy = false;
	/** A frame of an earlier start is not measured. */
	#startCount = 0;
	#frameMs = 0;
	#intervalMs = 0;
	#answeredAt = 0;
	#reportedAt = 0;

	/** @param {LoopOptions} options */
	constructor(options) {
		this.#options = options;
		this.#now = options.now ?? (() => performance.now());
	}

	get isRunning() {
		return this.#unwatch !== null;
	}

	start() {
		if (this.isRunning) return;
		this.#startCount += 1;
		this.#frameMs = 0;
		this.#intervalMs = 0;
		this.#answeredAt = 0;
		this.#reportedAt = 0;
		this.#unwatch = this.#options.watch(() => {
			this.#hasNewFrame = true;
			void this.#run();
		});
	}

	/** Stops. The frame that is on its way is still answered. */
	stop() {
		this.#unwatch?.();
		this.#unwatch = null;
		this.#hasNewFrame = false;
	}

	async #run() {
		if (this.#isBusy) return;
		this.#isBusy = true;
		try {
			while (this.#hasNewFrame && this.isRunning) {
				this.#hasNewFrame = false;
				const startCount = this.#startCount;
				const start = this.#now();
				try {
					const frame = await this.#options.capture();
					if (!frame) continue;
					await this.#options.answer(frame);
					if (startCount === this.#startCount) this.#measure(start);
				} catch (error) {
					this.#options.onError(error);
				}
			}
		} finally {
			this.#isBusy = false;
		}
	}

	/** @param {number} start milliseconds */
	#measure(start) {
		const now = this.#now();
		/** @param {number} mean @param {number} value */
		const movingMean = (mean, value) => (mean === 0 ? value : mean + WEIGHT * (value - mean));
		this.#frameMs = movingMean(this.#frameMs, now - start);
		if (this.#answeredAt > 0) this.#intervalMs = movingMean(this.#intervalMs, now - this.#answeredAt);
		this.#answeredAt = now;
		// The first frame alone says nothing of the frames a second; the second does.
		if (this.#intervalMs > 0 && this.#reportedAt > 0 && now - this.#reportedAt < REPORT_MS) return;
		if (this.#intervalMs > 0) this.#reportedAt = now;
		const fps = this.#intervalMs > 0 ? 1000 / this.#intervalMs : 0;
		this.#options.onMeasured({ fps, frameMs: this.#frameMs });
	}
}

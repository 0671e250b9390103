// The newest frame wins: one frame is under way from capture to answer; those that come meanwhile
// only say that there is a newer one, and are never queued.

/** How much one more measurement weighs. */
const WEIGHT = 0.15;
/** A video that plays but reports no frame for so long gets asked at every repaint instead. */
const SILENT_MS = 1000;

/**
 * @typedef {object} LoopOptions
 * @property {(fresh: () => void) => () => void} watch calls `fresh` at every new frame; returns how to stop that
 * @property {() => Promise<ImageBitmap|null>} capture the newest frame; null: none can be had now
 * @property {(frame: ImageBitmap) => Promise<void>} answer
 * @property {(measured: {fps: number, frameMs: number}) => void} onMeasured
 * @property {(error: unknown) => void} onError the loop goes on with the next frame
 * @property {() => number} [now] milliseconds
 */

export class Loop {
	#options;
	#now;
	/** @type {(() => void)|null} */
	#unwatch = null;
	#isFresh = false;
	#isBusy = false;
	/** Counts starts: a frame of an earlier one is not measured. */
	#life = 0;
	#frameMs = 0;
	#betweenMs = 0;
	#answeredAt = 0;

	/** @param {LoopOptions} options */
	constructor(options) {
		this.#options = options;
		this.#now = options.now ?? (() => performance.now());
	}

	get running() {
		return this.#unwatch !== null;
	}

	start() {
		if (this.running) return;
		this.#life += 1;
		this.#frameMs = 0;
		this.#betweenMs = 0;
		this.#answeredAt = 0;
		this.#unwatch = this.#options.watch(() => {
			this.#isFresh = true;
			void this.#turn();
		});
	}

	/** The frame that is under way is still answered. */
	stop() {
		this.#unwatch?.();
		this.#unwatch = null;
		this.#isFresh = false;
	}

	async #turn() {
		if (this.#isBusy) return;
		this.#isBusy = true;
		try {
			while (this.#isFresh && this.running) {
				this.#isFresh = false;
				const life = this.#life;
				const start = this.#now();
				try {
					const frame = await this.#options.capture();
					if (!frame) continue;
					await this.#options.answer(frame);
					if (life === this.#life) this.#measure(start);
				} catch (error) {
					this.#options.onError(error);
				}
			}
		} finally {
			this.#isBusy = false;
		}
	}

	/** @param {number} start */
	#measure(start) {
		const at = this.#now();
		/** @param {number} old @param {number} fresh */
		const blend = (old, fresh) => (old === 0 ? fresh : old + WEIGHT * (fresh - old));
		this.#frameMs = blend(this.#frameMs, at - start);
		if (this.#answeredAt > 0) this.#betweenMs = blend(this.#betweenMs, at - this.#answeredAt);
		this.#answeredAt = at;
		const fps = this.#betweenMs > 0 ? 1000 / this.#betweenMs : 0;
		this.#options.onMeasured({ fps, frameMs: this.#frameMs });
	}
}

/**
 * Watches a video for new frames.
 * @param {HTMLVideoElement} video
 * @param {() => void} fresh
 * @returns {() => void} stops it
 */
export function watchVideo(video, fresh) {
	let stopped = false;
	let heardAt = performance.now();
	let repaint = 0;
	let shown = -1;
	const byRepaint = () => {
		if (stopped) return;
		// Some browsers report no frames of a video that isn't in the page; its clock still runs.
		if (video.currentTime !== shown) {
			shown = video.currentTime;
			fresh();
		}
		repaint = requestAnimationFrame(byRepaint);
	};
	const byFrame = () => {
		if (stopped) return;
		heardAt = performance.now();
		fresh();
		video.requestVideoFrameCallback(byFrame);
	};
	let silence = 0;
	if ("requestVideoFrameCallback" in video) {
		video.requestVideoFrameCallback(byFrame);
		silence = window.setInterval(() => {
			if (video.paused || document.hidden || performance.now() - heardAt < SILENT_MS) return;
			clearInterval(silence);
			byRepaint();
		}, SILENT_MS);
	} else byRepaint();
	return () => {
		stopped = true;
		clearInterval(silence);
		cancelAnimationFrame(repaint);
	};
}

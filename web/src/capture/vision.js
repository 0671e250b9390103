// What the camera sees, as embeddings: the camera, the model and the loop between them. One frame is
// under way at a time; work stops while the page is hidden, the camera paused or the model not ready.

import { effect } from "@preact/signals";
import { Camera } from "./camera.js";
import { Embedder } from "./embedder.js";
import { Loop, watchVideo } from "./loop.js";
import { readPicture } from "./pictures.js";
import { captureFrame } from "./video-frames.js";

/** @typedef {import("../state/state.js").State} State */
/** @typedef {import("./embedder.js").EmbeddedFrame} EmbeddedFrame */

export const THUMBNAIL_PX = 96;

export class Vision {
	camera;
	embedder;
	#loop;
	#dispose;
	#onHidden;
	#isHidden;

	/**
	 * @param {object} options
	 * @param {string} options.base
	 * @param {State} options.state
	 * @param {(frame: ImageBitmap) => Promise<void>} options.onFrame
	 * @param {(error: unknown) => void} options.onError
	 * @param {() => void} options.onHidden
	 */
	constructor({ base, state, onFrame, onError, onHidden }) {
		/** @param {import("../contract/errors.js").ErrorObject} error */
		const onProblem = (error) => {
			state.problem.value = error;
		};
		this.camera = new Camera({
			onChange: (patch) => {
				state.camera.value = { ...state.camera.value, ...patch };
			},
		});
		this.embedder = new Embedder({
			base,
			onProblem,
			onModel: (patch) => {
				state.model.value = { ...state.model.value, ...patch };
			},
		});
		this.#loop = new Loop({
			watch: (fresh) => watchVideo(this.camera.video, fresh),
			capture: () => captureFrame(this.camera.video, this.size_px),
			answer: onFrame,
			onMeasured: ({ fps, frameMs }) => {
				state.camera.value = { ...state.camera.value, fps, frameMs };
			},
			onError,
		});
		this.#isHidden = () => document.hidden;
		this.#onHidden = () => {
			if (this.#isHidden()) onHidden();
			this.#follow(state);
		};
		document.addEventListener("visibilitychange", this.#onHidden);
		this.#dispose = effect(() => this.#follow(state));
	}

	/** @returns {number} the model's input */
	get size_px() {
		return this.embedder.manifest?.input.size ?? 224;
	}

	get running() {
		return this.#loop.running;
	}

	/**
	 * @param {Blob} file
	 * @param {{features?: boolean, thumbnailSize?: number}} [wanted]
	 * @returns {Promise<EmbeddedFrame>}
	 * @throws {import("../contract/problem.js").Problem} what is wrong with the file, or the model
	 */
	async embedFile(file, wanted) {
		return await this.embedder.embed(await readPicture(file, this.size_px), wanted);
	}

	/**
	 * The frame that the camera shows, running or paused.
	 * @param {{features?: boolean}} [wanted]
	 * @returns {Promise<EmbeddedFrame|null>} null: it shows none
	 * @throws {import("../contract/problem.js").Problem} of the model
	 */
	async embedShown(wanted) {
		const frame = await captureFrame(this.camera.video, this.size_px);
		return frame && (await this.embedder.embed(frame, wanted));
	}

	close() {
		this.#dispose();
		document.removeEventListener("visibilitychange", this.#onHidden);
		this.#loop.stop();
		this.camera.close();
		this.embedder.close();
	}

	/** @param {State} state */
	#follow({ camera, model }) {
		const sees = camera.value.state === "on" && model.value.state === "ready" && !document.hidden;
		if (sees) this.#loop.start();
		else this.#loop.stop();
	}
}

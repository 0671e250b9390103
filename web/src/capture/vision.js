// The camera and the model, and how a picture gets from one to the other: captured, cropped, embedded. Sets the signals
// `camera` and `model`. Knows nothing of answers.

import { problem } from "../contract/problem.js";
import { Camera } from "./camera.js";
import { CropError, Embedder } from "./embedder.js";
import { captureFrame, takeFrame } from "./video-frames.js";

/** @typedef {import("./embedder.js").EmbeddedFrame} EmbeddedFrame */
/** @typedef {import("./embedder.js").EmbedOptions} EmbedOptions */
/** @typedef {import("./embedder.js").Frame} Frame */

export const THUMBNAIL_PX = 96;

/** The side of the model's input before its manifest is read. */
const DEFAULT_SIZE_PX = 224;

export class Vision {
	camera;
	embedder;
	#crop;
	/** Whether the worker crops the frames; not after it failed to once. */
	#workerCrops = true;

	/**
	 * @param {object} options
	 * @param {string} options.base the page's address
	 * @param {Pick<import("../state/state.js").State, "camera"|"model"|"problem"|"crop">} options.state
	 */
	constructor({ base, state }) {
		this.#crop = state.crop;
		this.camera = new Camera({
			onChange: (patch) => {
				state.camera.value = { ...state.camera.value, ...patch };
			},
			isMirrored: () => state.camera.peek().mirrored,
			onOther: (wanted, used) => {
				state.problem.value = problem("otherCamera", { came: wanted, expected: used }).toJSON();
			},
		});
		state.camera.value = { ...state.camera.value, video: this.camera.video };
		this.embedder = new Embedder({
			base,
			onProblem: (error) => {
				state.problem.value = error;
			},
			onModel: (patch) => {
				state.model.value = { ...state.model.value, ...patch };
			},
		});
	}

	/**
	 * Captures the frame that the camera shows, running or paused; of a crop, its part.
	 * @returns {Promise<Frame|null>} null: it shows none
	 */
	async captureFrame() {
		if (this.#workerCrops) {
			try {
				return takeFrame(this.camera.video, this.#crop.peek());
			} catch {
				this.#workerCrops = false;
			}
		}
		return await captureFrame(this.camera.video, this.#sizePx, this.#crop.peek());
	}

	/**
	 * @param {Frame} frame is used up
	 * @param {EmbedOptions} [options]
	 * @returns {Promise<EmbeddedFrame>} with the worker's own arrays
	 * @throws {import("../contract/problem.js").Problem} of the model
	 */
	async embed(frame, options) {
		try {
			return await this.embedder.embed(frame, options);
		} catch (error) {
			if (!(error instanceof CropError)) throw error;
			this.#workerCrops = false;
			const again = await this.captureFrame();
			if (!again) throw error;
			return await this.embedder.embed(again, { ...options, spare: null });
		}
	}

	/**
	 * Embeds a picture. A file does not go away, so it waits for a model that is being loaded.
	 * @param {Blob} file
	 * @param {EmbedOptions} [options]
	 * @returns {Promise<EmbeddedFrame>}
	 * @throws {import("../contract/problem.js").Problem} of the file, or of the model
	 */
	async embedFile(file, options) {
		// Fetched with the first photo: the first load is without it.
		const { readPicture } = await import("./pictures.js");
		const picture = await readPicture(file);
		await this.embedder.whenLoaded();
		return await this.embed(picture, options);
	}

	close() {
		this.camera.close();
		this.embedder.close();
	}

	/** The side of the model's input. */
	get #sizePx() {
		return this.embedder.manifest?.input.size ?? DEFAULT_SIZE_PX;
	}
}

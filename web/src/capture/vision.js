// The camera and the model, and how a picture gets from one to the other: captured, cropped, embedded. Sets the signals
// `camera` and `model`. Knows nothing of answers.

import { problem } from "../contract/problem.js";
import { Camera } from "./camera.js";
import { Embedder } from "./embedder.js";
import { captureFrame } from "./video-frames.js";

/** @typedef {import("./embedder.js").EmbeddedFrame} EmbeddedFrame */
/** @typedef {{features?: boolean, thumbnailSize?: number}} EmbedOptions thumbnailSize: pixels; 0: none */

export const THUMBNAIL_PX = 96;

/** The side of the model's input before its manifest is read. */
const DEFAULT_SIZE_PX = 224;

export class Vision {
	camera;
	embedder;
	#crop;

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
	 * @returns {Promise<ImageBitmap|null>} null: it shows none
	 */
	captureFrame() {
		return captureFrame(this.camera.video, this.#sizePx, this.#crop.peek());
	}

	/**
	 * @param {ImageBitmap} frame is used up
	 * @param {EmbedOptions} [options]
	 * @returns {Promise<EmbeddedFrame>} with the worker's own arrays
	 * @throws {import("../contract/problem.js").Problem} of the model
	 */
	embed(frame, options) {
		return this.embedder.embed(frame, options);
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

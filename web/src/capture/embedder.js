// Frames to embeddings, by a worker: loads the model there, asks it for embeddings, and restarts it on another backend when it
// fails. vision.js owns one; the page's other rooms import its types.

import { Problem, problem } from "../contract/problem.js";
import { WorkerLost, WorkerOwner } from "../workers/worker-owner.js";
import { BackendChoice } from "./backend-choice.js";
import { pictureOf } from "./video-frames.js";

/**
 * @typedef {import("./embed-messages.js").Backend} Backend
 * @typedef {import("./embed-messages.js").Manifest} Manifest
 * @typedef {import("./embed-messages.js").Request} Request
 * @typedef {import("./embed-messages.js").LoadReply} LoadReply
 * @typedef {import("./embed-messages.js").EmbedReply} EmbedReply
 * @typedef {import("./embed-messages.js").FailureReply} FailureReply
 * @typedef {import("./embed-messages.js").LoadingMessage} LoadingMessage
 * @typedef {import("../state/state.js").ModelState} ModelState
 */

/** @typedef {ImageBitmap|import("./video-frames.js").UncroppedFrame} Frame of a bitmap the middle square counts */

/**
 * @typedef {object} EmbedOptions
 * @property {boolean} [features] whether the feature map is needed
 * @property {Float32Array|null} [spare] an earlier frame's features, which are used up: the next are put into their memory
 * @property {number} [thumbnailSize] in pixels; 0: none is needed
 * @property {boolean} [quality] whether blur and brightness are measured
 */

/**
 * @typedef {object} EmbeddedFrame
 * @property {Float32Array} embedding float32, (d,)
 * @property {Float32Array|null} features float32, (h*w*c,): the map before pooling, where it was requested
 * @property {Blob|null} thumbnail JPEG, where it was requested
 * @property {{blur: number, brightness: number}|null} [quality] blur: 0..1, brightness: 0..255, where they were requested
 * @property {number} ms time in the worker
 */

/** A backend that takes longer than this to become warm is excluded, and the worker started again without it. */
const TRY_TIMEOUT_MS = 12_000;
const FRAME_TIMEOUT_MS = 15_000;
/** While the model's files are fetched: the longest time without a message. */
const SILENCE_TIMEOUT_MS = 60_000;

/** @returns {Worker} */
function makeEmbedWorker() {
	return new Worker(new URL("./embed.worker.js", import.meta.url), { type: "module", name: "embed" });
}

/** The worker can't crop frames of a video; the model is well. */
export class CropError extends Error {}

export class Embedder {
	#base;
	#onModel;
	#onProblem;
	/** @type {WorkerOwner<Request, import("./embed-messages.js").UnaskedMessage>} */
	#owner;
	/** The latest attempt that is under way. @type {Promise<void>|null} */
	#loading = null;
	#choice = new BackendChoice();
	/** @type {Manifest|null} */
	#manifest = null;
	/** The one that computes the model; null until it is ready. @type {Backend|null} */
	#backend = null;
	/** Whether the worker that runs, if any, was asked for something. */
	#isWorkerUsed = false;
	/** The one that the worker tries while it loads the model. @type {Backend|null} */
	#triedBackend = null;

	/**
	 * @param {object} options
	 * @param {string} options.base the page's address
	 * @param {(patch: Partial<ModelState>) => void} options.onModel
	 * @param {(error: import("../contract/errors.js").ErrorObject) => void} options.onProblem
	 * @param {() => Worker} [options.makeWorker]
	 */
	constructor({ base, onModel, onProblem, makeWorker = makeEmbedWorker }) {
		this.#base = new URL("model/", base).href;
		this.#onModel = onModel;
		this.#onProblem = onProblem;
		this.#owner = new WorkerOwner({
			makeWorker,
			onMessage: (message) => {
				if (message.type === "lost") this.#owner.fail("the graphics card has lost the model");
				else this.#followLoading(message);
			},
			// While it loads, the rejected request says the same.
			onLost: ({ message }) => void this.#recover(message),
		});
	}

	/** @returns {Manifest|null} null until it is read */
	get manifest() {
		return this.#manifest;
	}

	/** Whether the model is ready, or is being loaded. */
	get isRunning() {
		return this.#backend !== null || this.#loading !== null;
	}

	/**
	 * Reads which model there is; quick, and needed before the store can be opened at the right project.
	 * @returns {Promise<Manifest>}
	 * @throws {Problem} modelMissing
	 */
	async readManifest() {
		this.#onModel({ state: "loading", progress: 0, error: null });
		// Its code comes beside the manifest.
		if (!this.#owner.isRunning) this.#isWorkerUsed = !this.#owner.start();
		try {
			const response = await fetch(new URL("manifest.json", this.#base));
			if (!response.ok) throw new Error(`model/manifest.json: ${response.status} ${response.statusText}`);
			const manifest = /** @type {Manifest} */ (await response.json());
			this.#manifest = manifest;
			this.#onModel({ id: manifest.id, title: manifest.title, sample: manifest.sample ?? null });
			return manifest;
		} catch (error) {
			this.#stop();
			throw this.#report(problem("modelMissing", { came: error instanceof Error ? error.message : error }));
		}
	}

	/**
	 * Loads the model in a new worker and warms it up; a backend that takes the worker down is left out of the next attempt.
	 * @returns {Promise<void>}
	 * @throws {Problem} modelMissing, noBackend, wrongNumbers; workerCrashed: it was closed meanwhile
	 */
	load() {
		const loading = this.#load().finally(() => {
			if (this.#loading === loading) this.#loading = null;
		});
		this.#loading = loading;
		return loading;
	}

	/**
	 * Waits for the model if it is being loaded.
	 * @throws {Problem} it could not be loaded
	 */
	async whenLoaded() {
		while (this.#loading) {
			try {
				await this.#loading;
			} catch (error) {
				// A later attempt took its place.
				if (!this.#loading) throw error;
			}
		}
	}

	async #load() {
		const manifest = this.#manifest ?? (await this.readManifest());
		for (;;) {
			this.#onModel({ state: "loading", progress: 0, error: null, backend: null });
			const outcome = await this.#loadOnce(manifest);
			if (outcome === "ready") return;
			if (outcome === "stopped") throw problem("workerCrashed");
			this.#choice.forget(manifest.id);
			this.#stop();
			if (outcome instanceof Problem) {
				// The person's next attempt tries all backends again.
				this.#choice.reset();
				throw this.#report(outcome);
			}
			this.#choice.exclude(outcome.failedBackend);
			this.#onModel({ leftOut: this.#choice.leftOut });
		}
	}

	/**
	 * Embeds one frame.
	 * @param {Frame} frame is used up
	 * @param {EmbedOptions} [options]
	 * @returns {Promise<EmbeddedFrame>}
	 * @throws {CropError} for a frame that is not cropped
	 * @throws {Problem} notReadyYet; workerCrashed, unexpected: the frame is lost, the model is being started again
	 * @example
	 * const { embedding } = await embedder.embed(await createImageBitmap(video));
	 * const result = knn.classify(embedding, { k: 3 });
	 */
	async embed(frame, { features = false, spare = null, thumbnailSize = 0, quality = false } = {}) {
		const picture = pictureOf(frame);
		/** @type {EmbedReply|FailureReply} */
		let reply;
		const backend = this.#backend;
		try {
			if (!backend) throw problem("notReadyYet");
			const square = "video" in frame ? frame.square : null;
			const request = { type: "embed", picture, square, features, spare, thumbnailSize, quality };
			const transfer = spare ? [picture, spare.buffer] : [picture];
			reply = await this.#owner.request(request, { transfer, timeoutMs: FRAME_TIMEOUT_MS });
		} catch (error) {
			throw error instanceof WorkerLost ? problem("workerCrashed", { came: backend }) : error;
		} finally {
			// The camera has few frames; one that was handed over is closed here already.
			picture.close();
		}
		if (reply.type !== "failed") return reply;
		if (reply.stage === "crop") throw new CropError(reply.message);
		// A lost graphics context never comes back in the same worker.
		void this.#recover(reply.message);
		throw problem("unexpected", { came: reply.message });
	}

	close() {
		this.#stop();
		this.#onModel({ state: "idle", backend: null });
	}

	/**
	 * One attempt at loading the model.
	 * @param {Manifest} manifest
	 * @returns {Promise<"ready"|"stopped"|Problem|{failedBackend: Backend}>} stopped: by `close`, or by a later `load`
	 */
	async #loadOnce(manifest) {
		if (this.#isWorkerUsed) this.#stop();
		const { candidates } = this.#choice;
		if (candidates.length === 0) return problem("noBackend", { came: "none of its ways works" });
		const shortlist = this.#choice.shortlist(manifest.id);
		if (!this.#owner.start()) return problem("noBackend", { came: "the worker did not start" });
		/** @type {LoadReply|FailureReply} */
		let reply;
		try {
			const quickMs = this.#choice.quickMs(manifest.id);
			const request = { type: "load", base: this.#base, manifest, candidates: shortlist, quickMs };
			this.#isWorkerUsed = true;
			reply = await this.#owner.request(request, { timeoutMs: SILENCE_TIMEOUT_MS });
		} catch (error) {
			if (error instanceof WorkerLost && error.reason === "stopped") return "stopped";
			if (this.#triedBackend) return { failedBackend: this.#triedBackend };
			const isSilent = error instanceof WorkerLost && error.reason === "timedOut";
			const message = isSilent ? "it did not start" : error instanceof Error && error.message;
			return problem("noBackend", { came: message || "the worker did not start" });
		}
		for (const [backend, cosine] of Object.entries(reply.wrong ?? {})) {
			this.#choice.exclude(/** @type {Backend} */ (backend), cosine);
		}
		if (reply.type === "ready") {
			this.#backend = reply.backend;
			this.#choice.remember(manifest.id, reply.backend, reply.triedAll);
			const { backend, ms: embedMs, cosine } = reply;
			const { leftOut } = this.#choice;
			this.#onModel({ state: "ready", progress: 1, backend, embedMs, cosine, leftOut, error: null });
			return "ready";
		}
		if (reply.stage === "fetch") return problem("modelMissing", { came: reply.message });
		// The remembered backend no longer works: the others were not tried.
		if (shortlist.length < candidates.length) return { failedBackend: shortlist[0] };
		if (reply.stage === "numbers") return problem("wrongNumbers", { came: this.#choice.wrong.join(", ") });
		return problem("noBackend", { came: reply.message });
	}

	/** @param {LoadingMessage} message */
	#followLoading(message) {
		if (message.type === "progress") {
			this.#owner.extendTimeouts(SILENCE_TIMEOUT_MS);
			// The last tenth is for trying the backends.
			this.#onModel({ progress: (0.9 * message.loaded) / message.total });
		} else {
			this.#triedBackend = message.backend;
			this.#owner.extendTimeouts(message.backend ? TRY_TIMEOUT_MS : SILENCE_TIMEOUT_MS);
		}
	}

	/**
	 * Starts the model again without the backend that failed; with it, where it is the only one left.
	 * @param {string} reason for the console; the person is told which backend is used now
	 */
	async #recover(reason) {
		const failed = this.#backend;
		if (!failed) return;
		this.#backend = null;
		console.warn(`The model stopped on ${failed}: ${reason}`);
		this.#choice.excludeUnlessLast(failed);
		if (this.#manifest) this.#choice.forget(this.#manifest.id);
		try {
			await this.load();
			this.#onProblem(problem("workerCrashed", { came: failed, expected: this.#backend ?? "" }).toJSON());
		} catch {
			// load() has reported why.
		}
	}

	/** Frames that wait are lost. */
	#stop() {
		this.#owner.stop();
		this.#backend = null;
		this.#triedBackend = null;
	}

	/**
	 * @param {Problem} error
	 * @returns {Problem} the same, to be thrown
	 */
	#report(error) {
		this.#onModel({ state: "failed", error: error.toJSON(), backend: null });
		this.#onProblem(error.toJSON());
		return error;
	}
}

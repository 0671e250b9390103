// The owner of the embedding worker: starts it, chooses its backend, asks it for embeddings, and
// starts it again on another backend when it fails.

import { Problem, problem } from "../contract/problem.js";

/**
 * @typedef {import("./embed.worker.js").Backend} Backend
 * @typedef {import("./embed.worker.js").Manifest} Manifest
 * @typedef {import("./embed.worker.js").Reply} Reply
 * @typedef {import("../state/state.js").ModelState} ModelState
 */

/**
 * @typedef {object} Embedded
 * @property {Float32Array} embedding float32, (d,)
 * @property {Float32Array|null} features float32, (h*w*c,): the map before pooling, where it was asked for
 * @property {Blob|null} thumbnail JPEG, where it was asked for
 * @property {number} ms
 */

/** WebAssembly first: it runs everywhere, so that the others have a time to beat. */
const CANDIDATES = /** @type {Backend[]} */ (["wasm", "wasm-threads", "webgl", "webgpu"]);
/** A backend that takes longer to become warm is not the one; its worker is started again without it. */
const TRY_MS = 12_000;
const FRAME_MS = 15_000;
/** Neither a byte nor a word from a worker for so long: it will not come. */
const SILENT_MS = 60_000;
const CHOICE_KEY = "backend";

/** @returns {Worker} */
function startWorker() {
	return new Worker(new URL("./embed.worker.js", import.meta.url), { type: "module", name: "embed" });
}

export class Embedder {
	#base;
	#onModel;
	#onProblem;
	#makeWorker;
	/** @type {Worker|null} */
	#worker = null;
	/** @type {Manifest|null} */
	#manifest = null;
	/** @type {Set<Backend>} */
	#excluded = new Set();
	/** @type {Backend|null} */
	#backend = null;
	/** @type {Map<number, {resolve: (value: any) => void, reject: (error: unknown) => void, timer: ReturnType<typeof setTimeout>}>} */
	#waiting = new Map();
	#next = 1;

	/**
	 * @param {object} options
	 * @param {string} options.base the page's address
	 * @param {(patch: Partial<ModelState>) => void} options.onModel
	 * @param {(error: import("../contract/errors.js").ErrorObject) => void} options.onProblem
	 * @param {() => Worker} [options.makeWorker]
	 */
	constructor({ base, onModel, onProblem, makeWorker = startWorker }) {
		this.#base = new URL("model/", base).href;
		this.#onModel = onModel;
		this.#onProblem = onProblem;
		this.#makeWorker = makeWorker;
	}

	/** @returns {Manifest|null} */
	get manifest() {
		return this.#manifest;
	}

	/**
	 * Reads which model there is; quick, and needed before the store can be opened at the right project.
	 * @returns {Promise<Manifest>}
	 * @throws {Problem} modelMissing
	 */
	async readManifest() {
		this.#onModel({ state: "loading", progress: 0, error: null });
		try {
			const answer = await fetch(new URL("manifest.json", this.#base));
			if (!answer.ok) throw new Error(`model/manifest.json: ${answer.status} ${answer.statusText}`);
			const manifest = /** @type {Manifest} */ (await answer.json());
			this.#manifest = manifest;
			this.#onModel({ id: manifest.id, title: manifest.title });
			return manifest;
		} catch (error) {
			throw this.#fail(problem("modelMissing", { came: error instanceof Error ? error.message : error }));
		}
	}

	/**
	 * Loads the model in a fresh worker and makes it warm.
	 * @throws {Problem} modelMissing, noBackend
	 */
	async load() {
		const manifest = this.#manifest ?? (await this.readManifest());
		for (;;) {
			this.#onModel({ state: "loading", progress: 0, error: null, backend: null });
			const candidates = CANDIDATES.filter((backend) => !this.#excluded.has(backend));
			const outcome = await this.#start(manifest, candidates);
			if (outcome === "ready") return;
			if (outcome instanceof Problem) {
				// Whoever tries again, tries everything again.
				this.#excluded.clear();
				throw this.#fail(outcome);
			}
			this.#excluded.add(outcome.hung);
		}
	}

	/**
	 * One frame.
	 * @param {ImageBitmap} bitmap is used up; its middle square counts
	 * @param {{features?: boolean, thumbnailSize?: number}} [wanted]
	 * @returns {Promise<Embedded>}
	 * @throws {Problem} workerCrashed: the frame is lost, the model is being started again
	 */
	embed(bitmap, { features = false, thumbnailSize = 0 } = {}) {
		return this.#ask({ type: "embed", bitmap, features, thumbnailSize }, [bitmap]);
	}

	/** @returns {Promise<{tensors: number, bytes: number}>} what the worker holds; for tests */
	count() {
		return this.#ask({ type: "count" });
	}

	close() {
		this.#stop(problem("workerCrashed"));
		this.#onModel({ state: "idle", backend: null });
	}

	/**
	 * @param {Record<string, unknown>} message
	 * @param {Transferable[]} [transfer]
	 * @returns {Promise<any>}
	 */
	#ask(message, transfer = []) {
		const worker = this.#worker;
		if (!worker || !this.#backend) return Promise.reject(problem("notReadyYet"));
		const n = this.#next++;
		return new Promise((resolve, reject) => {
			const timer = setTimeout(() => void this.#recover("no answer"), FRAME_MS);
			this.#waiting.set(n, { resolve, reject, timer });
			worker.postMessage({ ...message, n }, transfer);
		});
	}

	/**
	 * @param {Manifest} manifest
	 * @param {Backend[]} candidates
	 * @returns {Promise<"ready"|Problem|{hung: Backend}>}
	 */
	#start(manifest, candidates) {
		this.#stop(problem("workerCrashed"));
		const worker = this.#makeWorker();
		this.#worker = worker;
		const remembered = recall(manifest.id);
		const order = remembered && candidates.includes(remembered) ? [remembered] : candidates;
		return new Promise((resolve) => {
			/** @type {Backend|null} */
			let trying = null;
			let timer = setTimeout(() => stuck(), SILENT_MS);
			/** @param {"ready"|Problem|{hung: Backend}} outcome */
			const end = (outcome) => {
				clearTimeout(timer);
				if (outcome !== "ready") {
					forget(manifest.id);
					this.#stop(problem("workerCrashed"));
				}
				resolve(outcome);
			};
			const stuck = () => end(trying ? { hung: trying } : problem("noBackend", { came: "it did not start" }));
			worker.onerror = (event) => {
				event.preventDefault();
				if (this.#backend) void this.#recover(event.message);
				else if (trying) stuck();
				else end(problem("noBackend", { came: event.message || "the worker did not start" }));
			};
			worker.onmessage = ({ data }) => {
				const reply = /** @type {Reply} */ (data);
				if (reply.type === "progress") {
					clearTimeout(timer);
					timer = setTimeout(stuck, SILENT_MS);
					// The last tenth is for the measuring.
					this.#onModel({ progress: (0.9 * reply.loaded) / reply.total });
				} else if (reply.type === "trying") {
					trying = reply.backend;
					clearTimeout(timer);
					timer = setTimeout(stuck, TRY_MS);
				} else if (reply.type === "ready") {
					this.#backend = reply.backend;
					remember(manifest.id, reply.backend);
					this.#onModel({ state: "ready", progress: 1, backend: reply.backend, embedMs: reply.ms, error: null });
					end("ready");
				} else if (reply.type === "failed" && reply.n === null) {
					const code = reply.stage === "fetch" ? "modelMissing" : "noBackend";
					if (code === "noBackend" && order.length < candidates.length) end({ hung: order[0] });
					else end(problem(code, { came: reply.message }));
				} else this.#answered(reply);
			};
			if (candidates.length === 0) end(problem("noBackend", { came: "none of its ways works" }));
			else worker.postMessage({ type: "load", base: this.#base, manifest, candidates: order });
		});
	}

	/** @param {Reply} reply */
	#answered(reply) {
		if (!("n" in reply) || reply.n === null) return;
		const waiting = this.#waiting.get(reply.n);
		if (!waiting) return;
		this.#waiting.delete(reply.n);
		clearTimeout(waiting.timer);
		if (reply.type !== "failed") waiting.resolve(reply);
		else {
			waiting.reject(problem("unexpected", { came: reply.message }));
			// A lost graphics context never comes back in the same worker.
			void this.#recover(reply.message);
		}
	}

	/**
	 * Starts again without the backend that failed; with it, where it is the only one left.
	 * @param {string} reason for whoever looks into it; the person is told what became of it
	 */
	async #recover(reason) {
		const failed = this.#backend;
		if (!failed) return;
		this.#backend = null;
		console.warn(`The model stopped on ${failed}: ${reason}`);
		if (CANDIDATES.some((backend) => backend !== failed && !this.#excluded.has(backend))) this.#excluded.add(failed);
		if (this.#manifest) forget(this.#manifest.id);
		try {
			await this.load();
			this.#onProblem(problem("workerCrashed", { came: failed, expected: this.#backend ?? "" }).toJSON());
		} catch {
			// load() has shown why.
		}
	}

	/** @param {Problem} reason for those who wait */
	#stop(reason) {
		this.#worker?.terminate();
		this.#worker = null;
		this.#backend = null;
		for (const { reject, timer } of this.#waiting.values()) {
			clearTimeout(timer);
			reject(reason);
		}
		this.#waiting.clear();
	}

	/** @param {Problem} error */
	#fail(error) {
		this.#onModel({ state: "failed", error: error.toJSON(), backend: null });
		this.#onProblem(error.toJSON());
		return error;
	}
}

/**
 * The backend that was fastest for this model on this device; measured anew when the browser changes.
 * @param {string} model
 * @returns {Backend|null}
 */
function recall(model) {
	try {
		const kept = JSON.parse(localStorage.getItem(`${CHOICE_KEY}:${model}`) ?? "null");
		return kept?.agent === navigator.userAgent ? kept.backend : null;
	} catch {
		return null;
	}
}

/**
 * @param {string} model
 * @param {Backend} backend
 */
function remember(model, backend) {
	try {
		localStorage.setItem(`${CHOICE_KEY}:${model}`, JSON.stringify({ backend, agent: navigator.userAgent }));
	} catch {
		// Private browsing: it is measured again next time.
	}
}

/** @param {string} model */
function forget(model) {
	try {
		localStorage.removeItem(`${CHOICE_KEY}:${model}`);
	} catch {
		// As above.
	}
}

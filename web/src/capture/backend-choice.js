// Which backends may compute the model: all but those that failed, or only the one that was fastest last time. embedder.js
// imports it.

import { readRemembered, remember } from "../remembered.js";

/** @typedef {import("./embed-messages.js").Backend} Backend */
/** @typedef {import("../state/state.js").LeftOut} LeftOut */

/** WebAssembly first: it runs everywhere, so that the others have a time to beat. With threads it is mostly the faster one. */
const BACKENDS = /** @type {Backend[]} */ (["wasm-threads", "wasm", "webgl", "webgpu"]);
/** On a first visit a person waits for the model: a backend that gives eight frames a second will do, until the next visit. */
const QUICK_MS = 120;
const STORAGE_KEY = "backend";

export class BackendChoice {
	/** Those that failed or hung, and those with wrong numbers, in this page. @type {Map<Backend, LeftOut>} */
	#excluded = new Map();

	/** @returns {Backend[]} all that are not excluded, in the order in which they are tried */
	get candidates() {
		return BACKENDS.filter((backend) => !this.#excluded.has(backend));
	}

	/**
	 * @param {string} modelId
	 * @returns {Backend[]} the remembered one alone, or else all candidates
	 */
	shortlist(modelId) {
		const { candidates } = this;
		const remembered = recall(modelId);
		return remembered?.triedAll !== false && remembered && candidates.includes(remembered.backend)
			? [remembered.backend]
			: candidates;
	}

	/**
	 * @param {string} modelId
	 * @returns {number} ms; a candidate that is as quick is taken without trying the others; 0: all are tried
	 */
	quickMs(modelId) {
		return recall(modelId) === null ? QUICK_MS : 0;
	}

	/** @returns {LeftOut[]} those that are excluded, and why */
	get leftOut() {
		return [...this.#excluded.values()];
	}

	/** @returns {string[]} those that computed wrong numbers */
	get wrong() {
		return this.leftOut.filter(({ cosine }) => cosine !== null).map(({ backend }) => backend);
	}

	/**
	 * @param {Backend} backend
	 * @param {number} [cosine] of its numbers to the model's own, where they are wrong
	 */
	exclude(backend, cosine) {
		const known = this.#excluded.get(backend)?.cosine ?? null;
		this.#excluded.set(backend, { backend, cosine: cosine ?? known });
	}

	/** @param {Backend} backend stays a candidate where it is the only one left */
	excludeUnlessLast(backend) {
		if (this.candidates.some((candidate) => candidate !== backend)) this.exclude(backend);
	}

	/** Makes all backends candidates again. */
	reset() {
		this.#excluded.clear();
	}

	/**
	 * Keeps the backend that was fastest for this model; it counts until the browser changes.
	 * @param {string} modelId
	 * @param {Backend} backend
	 * @param {boolean} [triedAll] false: it was quick enough, and the next visit tries the others, too
	 */
	remember(modelId, backend, triedAll = true) {
		remember(storageKey(modelId), JSON.stringify({ backend, agent: navigator.userAgent, triedAll }));
	}

	/** @param {string} modelId */
	forget(modelId) {
		remember(storageKey(modelId), null);
	}
}

/**
 * @param {string} modelId
 * @returns {{backend: Backend, triedAll?: boolean}|null} one that was kept by an older page was the fastest of all
 */
function recall(modelId) {
	try {
		const stored = JSON.parse(readRemembered(storageKey(modelId)) ?? "null");
		return stored?.agent === navigator.userAgent ? stored : null;
	} catch {
		return null;
	}
}

/** @param {string} modelId */
function storageKey(modelId) {
	return `${STORAGE_KEY}:${modelId}`;
}

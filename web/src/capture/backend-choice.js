// Which backends may compute the model: all but those that failed, or only the one that was fastest last time. embedder.js
// imports it.

/** @typedef {import("./embed-messages.js").Backend} Backend */

/** WebAssembly first: it runs everywhere, so that the others have a time to beat. */
const BACKENDS = /** @type {Backend[]} */ (["wasm", "wasm-threads", "webgl", "webgpu"]);
const STORAGE_KEY = "backend";

export class BackendChoice {
	/** Those that failed or hung, in this page. @type {Set<Backend>} */
	#excluded = new Set();

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
		return remembered && candidates.includes(remembered) ? [remembered] : candidates;
	}

	/** @param {Backend} backend */
	exclude(backend) {
		this.#excluded.add(backend);
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
	 */
	remember(modelId, backend) {
		try {
			localStorage.setItem(storageKey(modelId), JSON.stringify({ backend, agent: navigator.userAgent }));
		} catch {
			// Private browsing: it is measured again next time.
		}
	}

	/** @param {string} modelId */
	forget(modelId) {
		try {
			localStorage.removeItem(storageKey(modelId));
		} catch {
			// As above.
		}
	}
}

/**
 * @param {string} modelId
 * @returns {Backend|null}
 */
function recall(modelId) {
	try {
		const stored = JSON.parse(localStorage.getItem(storageKey(modelId)) ?? "null");
		return stored?.agent === navigator.userAgent ? stored.backend : null;
	} catch {
		return null;
	}
}

/** @param {string} modelId */
function storageKey(modelId) {
	return `${STORAGE_KEY}:${modelId}`;
}

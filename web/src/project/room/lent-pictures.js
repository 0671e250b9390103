// Pictures of examples that others added, which a room shows to all while its owner has it so. They are in memory only, and
// go with their example. The replica owns them; what the room sends unasked and what app/room/ asks for comes here.

import { signal } from "@preact/signals";

/** @typedef {{blob: Blob|null, url: import("@preact/signals").Signal<string|null>}} LentPicture null: there is none */

/** So many are taken unasked. Of a large room, the others are asked for when somebody looks at them. */
const MOST_UNASKED = 500;

export class LentPictures {
	/** @type {Map<string, LentPicture>} */
	#pictures = new Map();
	#unaskedCount = 0;
	#areKept = false;

	/**
	 * @param {string} id of an example
	 * @returns {string|null} an object URL; null: there is no picture; reads a signal
	 * @example
	 * replica.lent.urlOf(id); // "blob:…"
	 */
	urlOf(id) {
		return this.#entry(id).url.value;
	}

	/** @param {string} id of an example @returns {Blob|null} null: there is no picture @example replica.lent.blobOf(id)?.size; */
	blobOf(id) {
		return this.#pictures.get(id)?.blob ?? null;
	}

	/**
	 * @param {string} id of an existing example
	 * @param {Blob} blob its picture
	 * @example
	 * replica.lent.lend(id, await response.blob());
	 */
	lend(id, blob) {
		const entry = this.#entry(id);
		revoke(entry);
		entry.blob = blob;
		entry.url.value = URL.createObjectURL(blob);
	}

	/**
	 * Takes a picture that came unasked, unless there are many already.
	 * @param {string} id of an existing example
	 * @param {Blob} blob its picture
	 */
	lendUnasked(id, blob) {
		if (this.#unaskedCount >= MOST_UNASKED) return;
		this.#unaskedCount += 1;
		this.lend(id, blob);
	}

	/** @param {string} id of an example that is gone */
	forget(id) {
		const entry = this.#pictures.get(id);
		if (!entry || this.#areKept) return;
		revoke(entry);
		this.#pictures.delete(id);
	}

	/** @param {() => void} change examples go, and come back at once: their pictures stay */
	keepDuring(change) {
		this.#areKept = true;
		try {
			change();
		} finally {
			this.#areKept = false;
		}
	}

	/** The room shows none any more. @example replica.lent.clear(); */
	clear() {
		// What shows them goes on reading their signals.
		for (const entry of this.#pictures.values()) revoke(entry);
		this.#unaskedCount = 0;
	}

	/** @param {string} id */
	#entry(id) {
		let entry = this.#pictures.get(id);
		if (!entry) {
			entry = { blob: null, url: signal(/** @type {string|null} */ (null)) };
			this.#pictures.set(id, entry);
		}
		return entry;
	}
}

/** @param {LentPicture} entry */
function revoke(entry) {
	const url = entry.url.peek();
	if (url !== null) URL.revokeObjectURL(url);
	entry.blob = null;
	entry.url.value = null;
}

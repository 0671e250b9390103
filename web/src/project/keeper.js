// Keeps the replica's changes in the store. The changes of a batch are kept together: all of them, or none. replica.js owns it.

import { NO_STORE } from "./store.js";

/**
 * @typedef {import("./store.js").Project} Project
 * @typedef {import("./store.js").ProjectStore} ProjectStore
 * @typedef {NonNullable<Parameters<ProjectStore["save"]>[1]>} StoredChange
 */

export class Keeper {
	#store = NO_STORE;
	/** The changes of the batch that is open; null: none is. @type {Record<string, any>|null} */
	#batch = null;

	/** @param {ProjectStore|null} store null: nothing is kept */
	use(store) {
		this.#store = store ?? NO_STORE;
	}

	/**
	 * @param {Project} project as it is after the change
	 * @param {StoredChange} [change]
	 */
	save(project, change = {}) {
		if (this.#batch === null) this.#store.save(project, change);
		else for (const [part, rows] of Object.entries(change)) this.#batch[part] = [...(this.#batch[part] ?? []), ...rows];
	}

	/**
	 * Keeps all changes that are made meanwhile in one transaction, also where one of them is refused: memory has the others.
	 * @template T
	 * @param {() => Project} project read at the end
	 * @param {() => T} change
	 * @returns {T}
	 */
	batch(project, change) {
		if (this.#batch) return change();
		this.#batch = {};
		try {
			return change();
		} finally {
			const changes = this.#batch;
			this.#batch = null;
			if (Object.keys(changes).length > 0) this.#store.save(project(), changes);
		}
	}
}

// Opens the project that this page works on: waits until no other tab works with the store, opens the store, and reads the
// project of this model. The page may be stopped at every `await`; from then on another tab works with the store.

import { chooseProject, NO_STORE, Store } from "../project/store.js";
import { takeOver } from "./tabs.js";

/**
 * @typedef {import("../capture/embedder.js").Manifest} Manifest
 * @typedef {import("../project/store.js").ProjectStore} ProjectStore
 */

/**
 * @typedef {object} OpenedProject
 * @property {Manifest} manifest the model's
 * @property {ProjectStore} store
 * @property {import("../project/store.js").Project} project
 * @property {import("../project/store.js").StoredExample[]} examples in order of arrival
 * @property {import("../project/store.js").OutboxItem[]} queued oldest first
 * @property {import("../project/acts.js").Step[]} steps of undo and redo, oldest first
 * @property {import("../project/bin.js").BinRow[]} binned what was deleted
 * @property {string|null} otherModel id of the last project's model, where that is not this one
 * @property {boolean|null} mirrored how this device shows its camera; null: not chosen yet
 */

export class ProjectOpener {
	#base;
	#report;
	#onTaken;
	#isClosed = false;
	/** @type {ProjectStore} */
	#store = NO_STORE;
	#hasTurn = false;
	/** Lets the next tab work. */
	#release = () => {};

	/**
	 * @param {object} options
	 * @param {string} options.base the page's address
	 * @param {(error: import("../contract/errors.js").ErrorObject) => void} options.report told what the store could not do
	 * @param {() => Promise<void>} options.onTaken another tab wants to work: must close this page's work
	 */
	constructor({ base, report, onTaken }) {
		this.#base = base;
		this.#report = report;
		this.#onTaken = onTaken;
	}

	/**
	 * @param {() => Promise<Manifest>} readManifest
	 * @returns {Promise<OpenedProject|null>} null: closed meanwhile, or there is no model, and so no project; then it can be
	 *   tried again
	 */
	async open(readManifest) {
		if (!(await this.#takeTurn())) return null;
		const [store, manifest] = await Promise.all([
			this.#store === NO_STORE ? Store.open({ report: this.#report }) : this.#store,
			readManifest().catch(() => null),
		]);
		if (this.#isClosed) {
			await store.close();
			return null;
		}
		this.#store = store;
		if (!manifest) return null;
		const projects = await store.projects().catch(() => []);
		const { project, otherModel } = chooseProject(projects, { model: manifest.id, room: roomCodeOf(this.#base) });
		const [queued, examples, history, mirrored] = await Promise.all([
			store.outbox(project.id).catch(() => []),
			store.examples(project.id).catch(() => []),
			store.history(project.id).catch(() => ({ steps: [], binned: [] })),
			store.preference("mirrored").catch(() => undefined),
		]);
		if (this.#isClosed) return null;
		project.usedAt = Date.now();
		return {
			...{ manifest, store, project, examples, queued, otherModel, ...history },
			mirrored: typeof mirrored === "boolean" ? mirrored : null,
		};
	}

	/** Finishes the store's writing, and only then lets the next tab work. */
	async close() {
		this.#isClosed = true;
		await this.#store.close();
		this.#release();
	}

	/** @returns {Promise<boolean>} false: closed meanwhile */
	async #takeTurn() {
		if (this.#hasTurn) return true;
		const release = await takeOver({ onTaken: this.#onTaken });
		if (this.#isClosed) {
			release();
			return false;
		}
		this.#hasTurn = true;
		this.#release = release;
		return true;
	}
}

/**
 * @param {string} base
 * @returns {string|null} the room's code in the page's address
 */
function roomCodeOf(base) {
	return new URL(base).searchParams.get("room")?.trim().toUpperCase() || null;
}

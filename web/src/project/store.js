// What the browser keeps in IndexedDB: projects with their examples and thumbnails, the changes that the server has not
// confirmed yet, and this device's preferences. Every change is one small transaction that begins at once, so a reload in
// the middle of a recording loses nothing. A project belongs to one model: embeddings of two models are never mixed.

import { openDB } from "idb";
import { problem } from "../contract/problem.js";
import { newId } from "../knn/ids.js";
import { DEFAULT_SETTINGS } from "../state/state.js";

/**
 * @typedef {object} Project
 * @property {string} id
 * @property {string} name
 * @property {string} model id of the model whose embeddings it holds
 * @property {string|null} room code of the server's room that has it, too
 * @property {string|null} epoch the room's life that `revision` counts in; null: no server knows the project
 * @property {number} revision the room's revision that the replica is complete up to
 * @property {import("../state/state.js").ClassifierSettings} settings
 * @property {{label: string, colour: number, emoji?: string|null}[]} classes in class order; rows of an older version have no emoji
 * @property {number} usedAt milliseconds since 1970
 */

/**
 * @typedef {object} StoredExample
 * @property {string} id
 * @property {string} label
 * @property {string|null} group
 * @property {number} order of arrival
 * @property {Float32Array} embedding float32, (d,)
 * @property {Blob|null} thumbnail
 * @property {boolean} [mine] whether this browser taught it; rows of an older version don't say
 */

/**
 * A change that the server has to confirm, under the names of its time. Embeddings, settings and the project's name are looked up
 * when it is sent.
 * @typedef {{op: "add", id: string, label: string} | {op: "remove", id: string} | {op: "clear", label: string} |
 *   {op: "rename", from: string, to: string} | {op: "label", label: string} | {op: "configure"} |
 *   {op: "order", labels: string[]} | {op: "style", label: string, colour: number, emoji: string|null} | {op: "name"}} Change
 * @typedef {Change & {n: number}} OutboxItem n: its place in the queue
 */

/** @typedef {Pick<Store, keyof Store>} ProjectStore what the page uses of a store */

const VERSION = 2;

/** The open database. */
export class Store {
	#db;
	#report;
	/** Transactions that are not on disk yet. @type {Set<Promise<void>>} */
	#writes = new Set();
	#isClosed = false;

	/**
	 * @param {import("idb").IDBPDatabase} db
	 * @param {(error: import("../contract/errors.js").ErrorObject) => void} report told when something could not be kept
	 */
	constructor(db, report) {
		this.#db = db;
		this.#report = report;
	}

	/**
	 * @param {{name?: string, report: (error: import("../contract/errors.js").ErrorObject) => void}} options
	 * @returns {Promise<ProjectStore>} NO_STORE, and a report, where the browser keeps nothing
	 */
	static async open({ name = "show-and-tell", report }) {
		try {
			const db = await openDB(name, VERSION, {
				upgrade(database, before) {
					// Steps of undo and redo, and what was deleted and can come back.
					database.createObjectStore("steps", { keyPath: ["project", "n"] });
					database.createObjectStore("bin", { keyPath: ["project", "id"] });
					if (before > 0) return;
					database.createObjectStore("projects", { keyPath: "id" });
					// Labels change, embeddings and thumbnails don't: a rename rewrites small rows only.
					database.createObjectStore("examples", { keyPath: ["project", "id"] });
					database.createObjectStore("embeddings", { keyPath: ["project", "id"] });
					database.createObjectStore("thumbnails", { keyPath: ["project", "id"] });
					database.createObjectStore("outbox", { keyPath: ["project", "n"] });
					database.createObjectStore("preferences");
				},
			});
			return new Store(db, report);
		} catch (error) {
			report(problem("storageBroken", { came: error instanceof Error ? error.message : error }).toJSON());
			return NO_STORE;
		}
	}

	/**
	 * Runs a change in one transaction. A failure is reported, not thrown: memory still has everything.
	 * @param {string[]} names
	 * @param {(stores: Record<string, any>) => void} change issues its requests at once
	 */
	#write(names, change) {
		if (this.#isClosed) return;
		const written = (async () => {
			const tx = this.#db.transaction(names, "readwrite");
			const stores = Object.fromEntries(names.map((name) => [name, tx.objectStore(name)]));
			const done = tx.done;
			try {
				change(ignoringFailures(stores));
			} catch (error) {
				done.catch(() => {});
				tx.abort();
				throw error;
			}
			await done;
		})()
			.catch((error) => this.#failed(error))
			.finally(() => this.#writes.delete(written));
		this.#writes.add(written);
	}

	/** @param {unknown} error */
	#failed(error) {
		if (this.#isClosed) return;
		const name = error instanceof Error ? error.name : "";
		const full = name === "QuotaExceededError" || /quota|disk|space/i.test(String(error));
		this.#report((full ? problem("storageFull") : problem("storageBroken", { came: error })).toJSON());
	}

	/** Resolves when all transactions so far are on disk, or reported. */
	async settled() {
		while (this.#writes.size > 0) await Promise.all(this.#writes);
	}

	/** Finishes the transactions so far and accepts no more. */
	async close() {
		await this.settled();
		this.#isClosed = true;
		this.#db.close();
	}

	/** @returns {Promise<Project[]>} last used first */
	async projects() {
		const all = /** @type {Project[]} */ (await this.#db.getAll("projects"));
		return all.sort((a, b) => b.usedAt - a.usedAt);
	}

	/**
	 * Keeps one change of a project together with its queue items: all of it, or nothing.
	 * @param {Project} project as it is after the change
	 * @param {object} [change]
	 * @param {StoredExample[]} [change.added]
	 * @param {string[]} [change.removed] ids
	 * @param {Omit<StoredExample, "embedding"|"thumbnail">[]} [change.relabelled]
	 * @param {OutboxItem[]} [change.queued]
	 * @param {number[]} [change.sent] places in the queue that the server has confirmed
	 * @param {boolean} [change.emptyOutbox] before `queued`
	 * @param {import("./bin.js").BinRow[]} [change.binned]
	 * @param {string[]} [change.unbinned] ids of examples that leave the bin
	 * @param {import("./acts.js").Step[]} [change.steps] of undo and redo, new or changed
	 * @param {number[]} [change.droppedSteps] places of those that go
	 */
	save(project, change = {}) {
		const { added = [], removed = [], relabelled = [], queued = [], sent = [], emptyOutbox = false } = change;
		const { binned = [], unbinned = [], steps: changedSteps = [], droppedSteps = [] } = change;
		const row = structuredClone(project);
		const names = ["projects"];
		if (added.length + removed.length + relabelled.length > 0) names.push("examples");
		if (added.length + removed.length > 0) names.push("embeddings", "thumbnails");
		if (queued.length + sent.length > 0 || emptyOutbox) names.push("outbox");
		if (binned.length + unbinned.length > 0) names.push("bin");
		if (changedSteps.length + droppedSteps.length > 0) names.push("steps");
		this.#write(names, ({ projects, examples, embeddings, thumbnails, outbox, steps, bin }) => {
			projects.put(row);
			for (const id of removed) {
				for (const store of [examples, embeddings, thumbnails]) store.delete([project.id, id]);
			}
			for (const { id, label, group, order, embedding, thumbnail, mine = false } of added) {
				examples.put({ project: project.id, id, label, group, order, mine });
				embeddings.put({ project: project.id, id, embedding });
				if (thumbnail) thumbnails.put({ project: project.id, id, blob: thumbnail });
			}
			for (const { id, label, group, order, mine } of relabelled) {
				examples.put({ project: project.id, id, label, group, order, mine });
			}
			for (const id of unbinned) bin.delete([project.id, id]);
			for (const binRow of binned) bin.put({ project: project.id, ...binRow });
			for (const n of droppedSteps) steps.delete([project.id, n]);
			for (const step of changedSteps) steps.put({ project: project.id, ...step });
			if (emptyOutbox) outbox.delete(IDBKeyRange.bound([project.id], [project.id, []]));
			for (const n of sent) outbox.delete([project.id, n]);
			for (const item of queued) outbox.put({ project: project.id, ...item });
		});
	}

	/**
	 * @param {string} project
	 * @returns {Promise<StoredExample[]>} in order of arrival
	 */
	async examples(project) {
		const range = IDBKeyRange.bound([project], [project, []]);
		const tx = this.#db.transaction(["examples", "embeddings", "thumbnails"]);
		const [rows, embeddings, thumbnails] = await Promise.all(
			["examples", "embeddings", "thumbnails"].map((name) => tx.objectStore(name).getAll(range)),
		);
		const embeddingOf = new Map(embeddings.map((row) => [row.id, row.embedding]));
		const thumbnailOf = new Map(thumbnails.map((row) => [row.id, row.blob]));
		return rows
			.filter((row) => embeddingOf.has(row.id))
			.sort((a, b) => a.order - b.order)
			.map(({ id, label, group, order, mine }) => ({
				id,
				label,
				group,
				order,
				...(mine === undefined ? {} : { mine }),
				embedding: embeddingOf.get(id),
				thumbnail: thumbnailOf.get(id) ?? null,
			}));
	}

	/**
	 * @param {string} project
	 * @returns {Promise<OutboxItem[]>} oldest first
	 */
	async outbox(project) {
		const rows = await this.#db.getAll("outbox", IDBKeyRange.bound([project], [project, []]));
		return rows.map(({ project: _, ...item }) => item);
	}

	/**
	 * @param {string} project
	 * @returns {Promise<{steps: import("./acts.js").Step[], binned: import("./bin.js").BinRow[]}>} the steps of undo and redo,
	 *   oldest first, and what was deleted
	 */
	async history(project) {
		const range = IDBKeyRange.bound([project], [project, []]);
		const tx = this.#db.transaction(["steps", "bin"]);
		const [steps, binned] = await Promise.all(["steps", "bin"].map((name) => tx.objectStore(name).getAll(range)));
		/** @param {any[]} rows */
		const withoutProject = (rows) => rows.map(({ project: _, ...row }) => row);
		return { steps: withoutProject(steps), binned: withoutProject(binned) };
	}

	/**
	 * @param {string} key
	 * @returns {Promise<unknown>}
	 */
	preference(key) {
		return this.#db.get("preferences", key);
	}

	/**
	 * @param {string} key
	 * @param {unknown} value
	 */
	setPreference(key, value) {
		this.#write(["preferences"], ({ preferences }) => preferences.put(value, key));
	}
}

/** Keeps nothing: before the project is open, and in a browser without IndexedDB. @type {ProjectStore} */
export const NO_STORE = Object.freeze({
	settled: async () => {},
	close: async () => {},
	projects: async () => [],
	save: () => {},
	examples: async () => [],
	outbox: async () => [],
	history: async () => ({ steps: [], binned: [] }),
	preference: async () => undefined,
	setPreference: () => {},
});

/**
 * Ignores the failures of single requests: idb gives each a promise, and the transaction's `done` reports them all at once.
 * @param {Record<string, any>} stores
 * @returns {Record<string, any>}
 */
function ignoringFailures(stores) {
	/** @param {any} request */
	const ignoreFailure = (request) => request.catch(() => {});
	return Object.fromEntries(
		Object.entries(stores).map(([name, store]) => [
			name,
			{
				/** @param {unknown[]} args */
				put: (...args) => ignoreFailure(store.put(...args)),
				/** @param {unknown} key */
				delete: (key) => ignoreFailure(store.delete(key)),
			},
		]),
	);
}

/**
 * @param {string} model its id
 * @param {string|null} [room] a room's code
 * @returns {Project} empty
 */
export function newProject(model, room = null) {
	return {
		id: newId(),
		name: "",
		model,
		room,
		epoch: null,
		revision: 0,
		settings: { ...DEFAULT_SETTINGS },
		classes: [],
		usedAt: Date.now(),
	};
}

/**
 * Chooses the project to open: the room's, if there is a room code, else the last used. Always one of this model.
 * @param {Project[]} projects last used first
 * @param {{model: string, room: string|null}} choice the model's id, the room's code
 * @returns {{project: Project, otherModel: string|null}} otherModel: id of the model that the last project belongs to,
 *   where that is why another project is opened
 */
export function chooseProject(projects, { model, room }) {
	const ofModel = projects.filter((project) => project.model === model);
	const existing = room ? ofModel.find((project) => project.room === room) : ofModel[0];
	const last = projects[0];
	return {
		project: existing ?? newProject(model, room),
		otherModel: !existing && !room && last ? last.model : null,
	};
}

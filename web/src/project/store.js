// What the browser keeps: projects with their examples and thumbnails, what the server has not
// confirmed yet, and this device's preferences, in IndexedDB. Every change is one small transaction,
// begun at once and never held back, so that a reload in the middle of a recording loses nothing.
// A project belongs to one model: embeddings of two models never meet.

import { openDB } from "idb";
import { problem } from "../contract/problem.js";
import { DEFAULT_SETTINGS } from "../state/state.js";
import { newId } from "./ids.js";

/**
 * @typedef {object} Project
 * @property {string} id
 * @property {string} name
 * @property {string} model id of the model whose embeddings it holds
 * @property {string|null} room the server's room it is kept in, too
 * @property {string|null} epoch the room's life that `revision` counts in
 * @property {number} revision the room's last change that was taken in
 * @property {import("../state/state.js").ClassifierSettings} settings
 * @property {{label: string, colour: number}[]} classes in class order
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
 */

/**
 * A change that the server has to confirm, as it was made; an embedding is looked up when it is sent.
 * @typedef {{op: "add", id: string, label: string} | {op: "remove", id: string} | {op: "clear", label: string} |
 *   {op: "rename", from: string, to: string} | {op: "label", label: string} | {op: "configure"}} Change
 * @typedef {Change & {n: number}} OutboxItem n: its place in the queue
 */

const VERSION = 1;

/** The database, opened. */
export class Store {
	#db;
	#report;
	#writes = new Set();
	#closed = false;

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
	 * @returns {Promise<Store|null>} null, and a report, where the browser keeps nothing
	 */
	static async open({ name = "show-and-tell", report }) {
		try {
			const db = await openDB(name, VERSION, {
				upgrade(fresh) {
					fresh.createObjectStore("projects", { keyPath: "id" });
					// Labels change, embeddings and thumbnails don't: a rename rewrites small rows only.
					fresh.createObjectStore("examples", { keyPath: ["project", "id"] });
					fresh.createObjectStore("embeddings", { keyPath: ["project", "id"] });
					fresh.createObjectStore("thumbnails", { keyPath: ["project", "id"] });
					fresh.createObjectStore("outbox", { keyPath: ["project", "n"] });
					fresh.createObjectStore("preferences");
				},
			});
			return new Store(db, report);
		} catch (error) {
			report(problem("storageBroken", { came: error instanceof Error ? error.message : error }).toJSON());
			return null;
		}
	}

	/**
	 * Runs a change in one transaction. What fails is reported, never thrown: memory has it all.
	 * @param {string[]} names
	 * @param {(stores: Record<string, any>) => void} change issues its requests at once
	 */
	#write(names, change) {
		if (this.#closed) return;
		const written = (async () => {
			const tx = this.#db.transaction(names, "readwrite");
			const stores = Object.fromEntries(names.map((name) => [name, tx.objectStore(name)]));
			const done = tx.done;
			try {
				change(quiet(stores));
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
		if (this.#closed) return;
		const name = error instanceof Error ? error.name : "";
		const full = name === "QuotaExceededError" || /quota|disk|space/i.test(String(error));
		this.#report((full ? problem("storageFull") : problem("storageBroken", { came: error })).toJSON());
	}

	/** Resolves when everything begun so far is on disk (or reported). */
	async settled() {
		while (this.#writes.size > 0) await Promise.all(this.#writes);
	}

	/** Finishes what was begun and takes nothing more. */
	async close() {
		await this.settled();
		this.#closed = true;
		this.#db.close();
	}

	/** @returns {Promise<Project[]>} last used first */
	async projects() {
		const all = /** @type {Project[]} */ (await this.#db.getAll("projects"));
		return all.sort((a, b) => b.usedAt - a.usedAt);
	}

	/**
	 * One change of a project, with what the server has to be told of it: all of it is kept, or none.
	 * @param {Project} project as it is after the change
	 * @param {object} [change]
	 * @param {StoredExample[]} [change.added]
	 * @param {string[]} [change.removed] ids
	 * @param {Omit<StoredExample, "embedding"|"thumbnail">[]} [change.relabelled]
	 * @param {OutboxItem[]} [change.queued]
	 * @param {number[]} [change.sent] places in the queue that the server has confirmed
	 * @param {boolean} [change.emptyOutbox] before `queued`
	 */
	save(project, { added = [], removed = [], relabelled = [], queued = [], sent = [], emptyOutbox = false } = {}) {
		const row = structuredClone(project);
		const names = ["projects"];
		if (added.length + removed.length + relabelled.length > 0) names.push("examples");
		if (added.length + removed.length > 0) names.push("embeddings", "thumbnails");
		if (queued.length + sent.length > 0 || emptyOutbox) names.push("outbox");
		this.#write(names, ({ projects, examples, embeddings, thumbnails, outbox }) => {
			projects.put(row);
			for (const id of removed) {
				for (const store of [examples, embeddings, thumbnails]) store.delete([project.id, id]);
			}
			for (const { id, label, group, order, embedding, thumbnail } of added) {
				examples.put({ project: project.id, id, label, group, order });
				embeddings.put({ project: project.id, id, embedding });
				if (thumbnail) thumbnails.put({ project: project.id, id, blob: thumbnail });
			}
			for (const { id, label, group, order } of relabelled) {
				examples.put({ project: project.id, id, label, group, order });
			}
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
		const mine = IDBKeyRange.bound([project], [project, []]);
		const tx = this.#db.transaction(["examples", "embeddings", "thumbnails"]);
		const [rows, embeddings, thumbnails] = await Promise.all(
			["examples", "embeddings", "thumbnails"].map((name) => tx.objectStore(name).getAll(mine)),
		);
		const vectors = new Map(embeddings.map((row) => [row.id, row.embedding]));
		const pictures = new Map(thumbnails.map((row) => [row.id, row.blob]));
		return rows
			.filter((row) => vectors.has(row.id))
			.sort((a, b) => a.order - b.order)
			.map(({ id, label, group, order }) => ({
				id,
				label,
				group,
				order,
				embedding: vectors.get(id),
				thumbnail: pictures.get(id) ?? null,
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

/**
 * idb gives every request a promise of its own; a failed transaction is reported once, by its `done`.
 * @param {Record<string, any>} stores
 * @returns {Record<string, any>}
 */
function quiet(stores) {
	/** @param {any} request */
	const hush = (request) => request.catch(() => {});
	return Object.fromEntries(
		Object.entries(stores).map(([name, store]) => [
			name,
			{
				/** @param {unknown[]} args */
				put: (...args) => hush(store.put(...args)),
				/** @param {unknown} key */
				delete: (key) => hush(store.delete(key)),
			},
		]),
	);
}

/**
 * @param {string} model
 * @param {string|null} [room]
 * @returns {Project}
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
 * The project to open: the room's, if one is asked for, else the last used, always of this model.
 * @param {Project[]} projects last used first
 * @param {{model: string, room: string|null}} wanted
 * @returns {{project: Project, otherModel: string|null}} otherModel: that the last project belongs to
 */
export function chooseProject(projects, { model, room }) {
	const fitting = projects.filter((project) => project.model === model);
	const found = room ? fitting.find((project) => project.room === room) : fitting[0];
	const last = projects[0];
	return {
		project: found ?? newProject(model, room),
		otherModel: !found && !room && last ? last.model : null,
	};
}

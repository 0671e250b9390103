// What the browser keeps in IndexedDB: projects with their examples and thumbnails, the changes that the server has not
// confirmed yet, and this device's preferences. Every change is one small transaction that is begun and committed at once,
// so a reload in the middle of a recording loses nothing; database.js keeps what could not be written. A project belongs to
// one model: embeddings of two models are never mixed. What is done with whole projects is in shelf.js.

import { problem } from "../contract/problem.js";
import { newId } from "../knn/ids.js";
import { DEFAULT_SETTINGS } from "../state/state.js";
import { Database } from "./database.js";
import { withThumbnail } from "./lazy-picture.js";
import { embeddingsIn, packRange, thumbnailsIn } from "./packs.js";

/**
 * @typedef {object} Project
 * @property {string} id
 * @property {string} name
 * @property {string} model id of the model whose embeddings it holds
 * @property {string|null} room code of the server's room that has it, too
 * @property {string|null} epoch the room's life that `revision` counts in; null: no server knows the project;
 *   "": the room does not know yet what is here, because it let nobody add when it was joined
 * @property {number} revision the room's revision that the replica is complete up to
 * @property {import("../state/state.js").ClassifierSettings} settings
 * @property {{label: string, colour: number, emoji?: string|null, enabled?: boolean}[]} classes in class order; rows of an older
 *   version have no emoji, and `enabled` only where it is false: switched off
 * @property {OwnOfClass[]} [ownOfGone] of classes that another member deleted, for when they are back
 * @property {import("./class-actions.js").ActionRow[]} [actions] what happens when a class has won
 * @property {import("../state/state.js").ActionsSwitch} [actionsSwitch] left out: they are on
 * @property {number} usedAt milliseconds since 1970
 * @property {number} createdAt milliseconds since 1970
 * @property {number|null} deletedAt milliseconds since 1970; null: it is not in the bin
 * @property {Record<string, string>} [ownerSecrets] of the rooms that were made here, or accepted an owner's link, by their codes
 * @property {Record<string, string>} [offeredSecrets] what owner's links brought and no room has accepted yet, by the rooms' codes
 * @property {string|null} [memberOf] code of the room that is joined without the owner's secret, though one may be here
 * @property {import("../state/state.js").Membership} [membership] what its room let this browser do when it was last joined
 * @property {boolean} [isSample] whether it is the page's example
 * @property {string|null} [cameFrom] of a project that a room was joined with, and of the sample: id of the project that was open before
 */

/** @typedef {{label: string, isOff: boolean, actions: import("../contract/actions.js").Action[]}} OwnOfClass what no room knows of a class */

/**
 * @typedef {object} StoredExample
 * @property {string} id
 * @property {string} label
 * @property {string|null} group
 * @property {number} order of arrival
 * @property {Float32Array} embedding float32, (d,)
 * @property {Blob|null} thumbnail
 * @property {boolean} [mine] whether this browser taught it; rows of an older version don't say
 * @property {string|null} [contributor] id of who added it to the room; rows of an older version don't say
 */

/**
 * A change that the server has to confirm, under the names of its time. Embeddings, settings, removals and the
 * project's name are looked up when it is sent.
 * @typedef {{op: "add", id: string, label: string, restored?: true} | {op: "remove", id: string} | {op: "clear", label: string} |
 *   {op: "rename", from: string, to: string} | {op: "label", label: string, colour?: number, emoji?: string|null, restored?: true} | {op: "configure"} |
 *   {op: "order", labels: string[]} | {op: "style", label: string, colour: number, emoji: string|null} | {op: "name"} |
 *   {op: "removals"}} Change restored: an earlier life of the room had it; removals: what was removed from an earlier life of the room
 * @typedef {Change & {n: number, sender?: string}} OutboxItem n: its place in the queue; sender: with n, names the change for the room; rows of
 *   an older version have none
 */

/** @typedef {Pick<Store, keyof Store>} ProjectStore what the page uses of a store */

const VERSION = 3;

/** The object stores whose keys begin with a project's id. */
export const STORES_OF_PROJECT = /** @type {const} */ ([
	"examples",
	"embeddings",
	"thumbnails",
	"outbox",
	"steps",
	"bin",
	"files",
]);

/**
 * @param {import("idb").IDBPDatabase} database
 * @param {number} oldVersion
 */
function upgrade(database, oldVersion) {
	if (oldVersion < 1) {
		database.createObjectStore("projects", { keyPath: "id" });
		// Labels change, embeddings and thumbnails don't: a rename rewrites small rows only.
		database.createObjectStore("examples", { keyPath: ["project", "id"] });
		database.createObjectStore("embeddings", { keyPath: ["project", "id"] });
		database.createObjectStore("thumbnails", { keyPath: ["project", "id"] });
		database.createObjectStore("outbox", { keyPath: ["project", "n"] });
		database.createObjectStore("preferences");
	}
	if (oldVersion < 2) {
		database.createObjectStore("steps", { keyPath: ["project", "n"] });
		database.createObjectStore("bin", { keyPath: ["project", "id"] });
	}
	// Own sounds and pictures of actions.
	database.createObjectStore("files", { keyPath: ["project", "id"] });
}

/** The open database. */
export class Store {
	#database;

	/** @param {Database} database */
	constructor(database) {
		this.#database = database;
	}

	/**
	 * @param {{name?: string} & import("./database.js").DatabaseOptions} options
	 * @returns {Promise<ProjectStore>} NO_STORE, and a report, where the browser keeps nothing
	 */
	static async open({ name = "show-and-tell", ...options }) {
		try {
			return new Store(await Database.open({ name, version: VERSION, upgrade }, options));
		} catch (error) {
			options.report(problem("storageBroken", { came: error instanceof Error ? error.message : error }).toJSON());
			return NO_STORE;
		}
	}

	/** How many changes are in memory only, because they could not be written. */
	get unsavedCount() {
		return this.#database.unsavedCount;
	}

	/**
	 * Writes rows in one transaction, now or later; see Database.write.
	 * @param {import("./database.js").RowChange[]} changes
	 */
	write(changes) {
		this.#database.write(changes);
	}

	/** Writes what could not be written: space was freed. */
	retry() {
		this.#database.retry();
	}

	/** Resolves when all transactions so far are on disk, or reported. */
	settled() {
		return this.#database.settled();
	}

	/** Finishes the transactions so far and accepts no more. */
	close() {
		return this.#database.close();
	}

	/** @returns {Promise<Project[]>} last used first, those in the bin too */
	async projects() {
		const rows = await this.#database.read(["projects"], ({ projects }) => projects.getAll());
		return /** @type {Project[]} */ (this.#database.withUnsaved("projects", rows, null, ({ id }) => id))
			.map((row) => ({ ...row, createdAt: row.createdAt ?? row.usedAt, deletedAt: row.deletedAt ?? null }))
			.sort((a, b) => b.usedAt - a.usedAt);
	}

	/**
	 * @param {typeof STORES_OF_PROJECT[number]} name
	 * @param {string} project
	 * @returns {Promise<any[]>} the project's rows, by their keys
	 */
	async rows(name, project) {
		const range = IDBKeyRange.bound([project], [project, []]);
		const rows = await this.#database.read([name], (stores) => stores[name].getAll(range));
		return this.#withUnsaved(name, rows, project);
	}

	/**
	 * @param {typeof STORES_OF_PROJECT[number]} name
	 * @returns {Promise<string[]>} ids of the projects that have rows there on the disk, whether they exist or not
	 */
	owners(name) {
		return this.#database.read([name], async (stores) => {
			const ids = [];
			// From one project's first key to the next one's, however many rows there are between them.
			let key = await stores[name].getKey(IDBKeyRange.lowerBound([""]));
			while (Array.isArray(key)) {
				const id = String(key[0]);
				ids.push(id);
				key = await stores[name].getKey(IDBKeyRange.lowerBound([id, []], true));
			}
			return ids;
		});
	}

	/**
	 * @param {string} name
	 * @param {any[]} rows
	 * @param {string} project
	 * @returns {any[]}
	 */
	#withUnsaved(name, rows, project) {
		const part = name === "outbox" || name === "steps" ? "n" : "id";
		return this.#database.withUnsaved(name, rows, project, (row) => [project, row[part]]);
	}

	/**
	 * Keeps one change of a project together with its queue items: all of it, or nothing.
	 * @param {Project} project as it is after the change
	 * @param {object} [saved]
	 * @param {StoredExample[]} [saved.added]
	 * @param {string[]} [saved.removed] ids
	 * @param {Omit<StoredExample, "embedding"|"thumbnail">[]} [saved.relabelled]
	 * @param {OutboxItem[]} [saved.queued]
	 * @param {number[]} [saved.sent] places in the queue that the server has confirmed, or that go
	 * @param {{id: string}[]} [saved.binned] what was deleted and can come back
	 * @param {string[]} [saved.unbinned] ids of examples that leave the bin
	 * @param {{n: number}[]} [saved.steps] of undo and redo, new or changed
	 * @param {number[]} [saved.droppedSteps] places of those that go
	 */
	save(project, saved = {}) {
		const { added = [], removed = [], relabelled = [], queued = [], sent = [] } = saved;
		const { binned = [], unbinned = [], steps = [], droppedSteps = [] } = saved;
		/** @type {import("./database.js").RowChange[]} */
		const changes = [{ store: "projects", key: project.id, value: structuredClone(project) }];
		/**
		 * @param {string} store
		 * @param {string|number} part of the key
		 * @param {object} [row] undefined: it is deleted
		 */
		const change = (store, part, row) =>
			changes.push({ store, key: [project.id, part], value: row && { project: project.id, ...row } });
		for (const id of removed) {
			for (const store of ["examples", "embeddings", "thumbnails"]) change(store, id);
		}
		for (const { id, label, group, order, embedding, thumbnail, mine, contributor } of added) {
			change("examples", id, { id, label, group, order, mine, contributor });
			change("embeddings", id, { id, embedding });
			if (thumbnail) change("thumbnails", id, { id, blob: thumbnail });
		}
		for (const { id, label, group, order, mine, contributor } of relabelled) {
			change("examples", id, { id, label, group, order, mine, contributor });
		}
		for (const id of unbinned) change("bin", id);
		for (const row of binned) change("bin", row.id, row);
		for (const n of droppedSteps) change("steps", n);
		for (const step of steps) change("steps", step.n, step);
		for (const n of sent) change("outbox", n);
		for (const item of queued) change("outbox", item.n, item);
		this.#database.write(changes);
	}

	/**
	 * @param {string} project
	 * @returns {Promise<StoredExample[]>} in order of arrival
	 */
	async examples(project) {
		const range = IDBKeyRange.bound([project], [project, []]);
		const names = ["examples", "embeddings", "thumbnails"];
		const read = await this.#database.read(names, (stores) =>
			Promise.all(names.map((name) => stores[name].getAll(range))),
		);
		const [rows, embeddings, thumbnails] = names.map((name, i) => this.#withUnsaved(name, read[i], project));
		const embeddingOf = embeddingsIn(embeddings);
		const thumbnailOf = thumbnailsIn(thumbnails);
		return rows
			.filter((row) => embeddingOf.has(row.id))
			.sort((a, b) => a.order - b.order)
			.map(({ id, label, group, order, mine, contributor }) => {
				const embedding = /** @type {Float32Array} */ (embeddingOf.get(id));
				const origin = { ...(mine === undefined ? {} : { mine }), ...(contributor ? { contributor } : {}) };
				const example = { id, label, group, order, ...origin, embedding };
				return withThumbnail(example, thumbnailOf.get(id) ?? null);
			});
	}

	/**
	 * @param {string} project
	 * @param {string[]} ids
	 * @returns {Promise<(Blob|null)[]>} the examples' thumbnails
	 */
	async thumbnails(project, ids) {
		const read = await this.#database.read(["thumbnails"], ({ thumbnails }) =>
			Promise.all([thumbnails.getAll(packRange(project)), ...ids.map((id) => thumbnails.get([project, id]))]),
		);
		const sourceById = thumbnailsIn(this.#withUnsaved("thumbnails", read.flat().filter(Boolean), project));
		return ids.map((id) => withThumbnail({}, sourceById.get(id) ?? null).thumbnail);
	}

	/**
	 * @param {string} project
	 * @returns {Promise<OutboxItem[]>} oldest first
	 */
	async outbox(project) {
		const rows = await this.rows("outbox", project);
		return rows.map(({ project: _, ...item }) => item).sort((a, b) => a.n - b.n);
	}

	/**
	 * @param {string} project
	 * @returns {Promise<{steps: import("./undo/steps.js").Step[], binned: import("./bin.js").BinRow[]}>} the steps of undo and redo,
	 *   oldest first, and what was deleted
	 */
	async history(project) {
		const [steps, binned] = await Promise.all([this.rows("steps", project), this.rows("bin", project)]);
		/** @param {any[]} rows */
		const withoutProject = (rows) => rows.map(({ project: _, ...row }) => row);
		return { steps: withoutProject(steps).sort((a, b) => a.n - b.n), binned: withoutProject(binned) };
	}

	/**
	 * @param {string} key
	 * @returns {Promise<unknown>}
	 */
	preference(key) {
		return this.#database.read(["preferences"], ({ preferences }) => preferences.get(key));
	}

	/**
	 * @param {string} key
	 * @param {unknown} value
	 */
	setPreference(key, value) {
		this.#database.write([{ store: "preferences", key, value }]);
	}
}

/** Keeps nothing: before the project is open, and in a browser without IndexedDB. @type {ProjectStore} */
export const NO_STORE = Object.freeze({
	unsavedCount: 0,
	write: () => {},
	retry: () => {},
	rows: async () => [],
	owners: async () => [],
	thumbnails: async () => [],
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
		createdAt: Date.now(),
		deletedAt: null,
	};
}

/**
 * Chooses the project to open: the room's, if there is a room code, else the last used. Always one of this model, and none
 * in the bin.
 * @param {Project[]} projects last used first
 * @param {{model: string, room: string|null}} choice the model's id, the room's code
 * @returns {{project: Project, isNew: boolean, otherModel: string|null}} otherModel: id of the model that the last project
 *   belongs to, where that is why another project is opened
 */
export function chooseProject(projects, { model, room }) {
	const kept = projects.filter(({ deletedAt }) => deletedAt === null);
	const ofModel = kept.filter((project) => project.model === model);
	const existing = room ? ofModel.find((project) => project.room === room) : ofModel[0];
	return {
		project: existing ?? newProject(model, room),
		isNew: !existing,
		otherModel: !existing && !room && kept[0] ? kept[0].model : null,
	};
}

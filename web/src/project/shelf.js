// What is done with whole projects in the store: the list with its pictures, copies, the bin and its end. Loaded when the
// project menu is opened; app/projects.js owns one.

import { newProject, STORES_OF_PROJECT } from "./store.js";

/**
 * @typedef {import("./store.js").Project} Project
 * @typedef {import("./store.js").ProjectStore} ProjectStore
 */

/**
 * @typedef {object} ProjectSummary what a list shows of a project
 * @property {string} id
 * @property {string} name "" until one is given
 * @property {string} model
 * @property {string|null} room
 * @property {number} usedAt milliseconds since 1970
 * @property {number|null} deletedAt milliseconds since 1970; null: it is not in the bin
 * @property {number} count of examples
 * @property {{label: string, colour: number, count: number, picture: Blob|null}[]} classes in class order; picture: of the
 *   newest example, for the first four classes
 */

/** How long a deleted project can be restored. */
export const BIN_DAYS = 30;
/** What the keys of a project's own preferences begin with; its id follows. */
const PREFERENCES_OF_PROJECT = ["dismissedAdvice:", "removals ", "file:"];
const DAY_MS = 24 * 60 * 60 * 1000;
const PICTURES = 4;

export class Shelf {
	#store;

	/**
	 * @param {ProjectStore} store
	 * @example
	 * const shelf = new Shelf(store);
	 * await shelf.summaries(); // [{ id, name: "Pets", count: 24, classes: […] }]
	 */
	constructor(store) {
		this.#store = store;
	}

	/** @returns {Promise<ProjectSummary[]>} last used first, those in the bin too */
	async summaries() {
		const projects = await this.#store.projects();
		return Promise.all(projects.map((project) => this.#summary(project)));
	}

	/**
	 * @param {string} id
	 * @returns {Promise<Project|null>} null: there is none
	 */
	async find(id) {
		return (await this.#store.projects()).find((project) => project.id === id) ?? null;
	}

	/**
	 * @param {Project} project
	 * @param {Partial<Project>} patch
	 */
	update(project, patch) {
		this.#store.save({ ...project, ...patch });
	}

	/**
	 * Copies a project: the copy is in no room.
	 * @param {Project} original
	 * @param {string} name the copy's
	 * @returns {Promise<Project>}
	 */
	async duplicate(original, name) {
		const { settings, classes, model, actions, actionsSwitch } = original;
		const copy = { ...newProject(model), name, settings: { ...settings }, classes, actions, actionsSwitch };
		/** @type {import("./database.js").RowChange[]} */
		const changes = [{ store: "projects", key: copy.id, value: structuredClone(copy) }];
		for (const store of STORES_OF_PROJECT) {
			// A copy has nothing to send.
			if (store === "outbox") continue;
			for (const row of await this.#store.rows(store, original.id)) {
				changes.push({ store, key: [copy.id, row.id ?? row.n], value: { ...row, project: copy.id } });
			}
		}
		this.#store.write(changes);
		return copy;
	}

	/** @param {string} id of a project, which goes for good */
	remove(id) {
		removeProject(this.#store, id);
	}

	/**
	 * Deletes what has been in the bin for long enough, and rows that belong to no project: a crash while a file was opened left
	 * them. No file is being opened meanwhile.
	 * @param {string} open id of the open project, which stays whatever the store says
	 * @param {number} [now] milliseconds since 1970
	 */
	async sweep(open, now = Date.now()) {
		const owners = await Promise.all(STORES_OF_PROJECT.map((name) => this.#store.owners(name)));
		// Read after the owners: whoever has a row here by then stays.
		const projects = await this.#store.projects();
		const isOver = (/** @type {Project} */ { deletedAt }) => deletedAt !== null && now - deletedAt >= BIN_DAYS * DAY_MS;
		const known = new Set(projects.filter((project) => !isOver(project)).map(({ id }) => id));
		const gone = new Set([...owners.flat(), ...projects.map(({ id }) => id)]);
		for (const id of gone) if (!known.has(id) && id !== open) this.remove(id);
	}

	/**
	 * @param {Project} project
	 * @returns {Promise<ProjectSummary>}
	 */
	async #summary({ id, name, model, room, usedAt, deletedAt, classes }) {
		const rows = await this.#store.rows("examples", id);
		/** @type {Map<string, {count: number, newest: {id: string, order: number}}>} */
		const byLabel = new Map();
		for (const row of rows) {
			const known = byLabel.get(row.label);
			const newest = known && known.newest.order > row.order ? known.newest : row;
			byLabel.set(row.label, { count: (known?.count ?? 0) + 1, newest });
		}
		const shown = classes.map(({ label }) => byLabel.get(label)?.newest.id).slice(0, PICTURES);
		const pictures = await this.#store.thumbnails(
			id,
			shown.map((example) => example ?? ""),
		);
		return {
			...{ id, name, model, room, usedAt, deletedAt, count: rows.length },
			classes: classes.map(({ label, colour }, i) => ({
				...{ label, colour, count: byLabel.get(label)?.count ?? 0, picture: pictures[i] ?? null },
			})),
		};
	}
}

/**
 * Deletes a project with all that belongs to it.
 * @param {ProjectStore} store
 * @param {string} id
 */
export function removeProject(store, id) {
	store.write([
		{ store: "projects", key: id },
		...PREFERENCES_OF_PROJECT.map((name) => ({ store: "preferences", key: `${name}${id}` })),
		...STORES_OF_PROJECT.map((name) => ({ store: name, key: [id], isRange: true })),
	]);
	store.retry();
}

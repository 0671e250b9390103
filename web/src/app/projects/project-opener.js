// Opens the project that this page works on: waits until no other tab works with the store, opens the store, and reads the
// project of this model. The page may be stopped at every `await`; from then on another tab works with the store.

import { asProblem, problem } from "../../contract/problem.js";
import { chooseProject, NO_STORE, Store } from "../../project/store.js";
import { takeOver } from "../browser/tabs.js";
import { readMember } from "../room/own-member.js";
import { takeOverOwnerSecret } from "../room/secrets.js";
import { askForRoom, asRoomCode } from "../rooms-here.js";

/**
 * @typedef {import("../../capture/embedder.js").Manifest} Manifest
 * @typedef {import("../../project/store.js").ProjectStore} ProjectStore
 * @typedef {import("../../project/store.js").Project} Project
 * @typedef {import("../../state/state.js").Notice} Notice
 */

/**
 * @typedef {object} KeptProject a project as the store has it
 * @property {Project} project
 * @property {import("../../project/store.js").StoredExample[]} examples in order of arrival
 * @property {import("../../project/store.js").OutboxItem[]} queued oldest first
 * @property {import("../../project/undo/steps.js").Step[]} steps of undo and redo, oldest first
 * @property {import("../../project/bin.js").BinRow[]} binned what was deleted
 */

/**
 * @typedef {KeptProject & {
 *   manifest: Manifest, store: ProjectStore, otherModel: string|null, mirrored: boolean|null, mirroredBack: boolean|null, notice: Notice|null,
 *   hasBin: boolean, member: import("../../state/state.js").KeptMember,
 * }} OpenedProject manifest: the model's; otherModel: id of the last project's model, where that is not this one; mirrored: how
 *   this device shows its front camera, or one without a side; mirroredBack: its back camera; null: not chosen yet; hasBin: whether a project is in the bin; member: who is at this
 *   browser
 */

export class ProjectOpener {
	#base;
	#ownerSecret;
	#options;
	#onTaken;
	#onRefused;
	#isClosed = false;
	/** Counts how often another tab took over: what was begun before that ends. */
	#takenCount = 0;
	/** @type {ProjectStore} */
	#store = NO_STORE;
	#hasTurn = false;
	/** @type {import("../browser/tabs.js").Turn|null} */
	#turn = null;

	/**
	 * @param {object} options
	 * @param {string} options.base the page's address
	 * @param {string|null} [options.ownerSecret] of the address's room, where an owner's link led here
	 * @param {import("../browser/tabs.js").TurnOptions["onTaken"]} options.onTaken another tab wants to work: must pause this
	 *   page's work
	 * @param {() => void} options.onRefused another tab keeps its turn: it has changes that could not be written
	 * @param {import("../../project/database.js").DatabaseOptions["report"]} options.report told what the store could not do
	 * @param {import("../../project/database.js").DatabaseOptions["onUnsaved"]} [options.onUnsaved]
	 */
	constructor({ base, ownerSecret = null, onTaken, onRefused, report, onUnsaved }) {
		this.#base = base;
		this.#ownerSecret = ownerSecret;
		const note = (/** @type {number} */ count) => {
			this.#turn?.keep(count > 0);
			onUnsaved?.(count);
		};
		this.#options = { report, onUnsaved: note, onBlocked: () => report(problem("storageBlocked").toJSON()) };
		this.#onTaken = onTaken;
		this.#onRefused = onRefused;
	}

	/**
	 * @param {() => Promise<Manifest>} readManifest
	 * @param {string} [id] of the project that this page had open before another tab took over
	 * @returns {Promise<OpenedProject|null>} null: refused, closed or taken meanwhile, or there is no model, and so no project; then it can
	 *   be tried again
	 */
	async open(readManifest, id) {
		const takenCount = this.#takenCount;
		const isOver = () => this.#isClosed || takenCount !== this.#takenCount;
		if (!(await this.#takeTurn(isOver))) return null;
		const [store, manifest] = await Promise.all([
			this.#store === NO_STORE ? Store.open(this.#options) : this.#store,
			readManifest().catch(() => null),
		]);
		if (isOver()) {
			await store.close();
			return null;
		}
		this.#store = store;
		if (!manifest) return null;
		/**
		 * @template T
		 * @param {T} instead
		 * @returns {(error: unknown) => T}
		 */
		const orReport = (instead) => (error) => {
			if (!isOver()) this.#options.report(problem("storageBroken", { came: error }).toJSON());
			return instead;
		};
		const projects = await store.projects().catch(orReport(/** @type {Project[]} */ ([])));
		const choice = await this.#choose(projects, manifest.id, id);
		const [kept, mirrored, mirroredBack, member] = await Promise.all([
			readProject(store, choice.project).catch(orReport(empty(choice.project))),
			readChoice(store, "mirrored"),
			readChoice(store, "mirroredBack"),
			readMember(store),
		]);
		if (isOver()) return null;
		const hasBin = projects.some(({ deletedAt }) => deletedAt !== null);
		return {
			...{ ...kept, ...choice, hasBin, manifest, store },
			...{ mirrored, mirroredBack, member },
		};
	}

	/** @returns {Promise<boolean>} whether something is in memory only, after one more try to write it */
	async hasUnsaved() {
		const store = this.#store;
		store.retry();
		await store.settled();
		return store.unsavedCount > 0;
	}

	/** Another tab takes over: finishes the store's writing. This page can open a project again. */
	async pause() {
		this.#takenCount += 1;
		this.#hasTurn = false;
		const store = this.#store;
		this.#store = NO_STORE;
		await store.close();
	}

	/** Finishes the store's writing, and only then lets the next tab work. */
	async close() {
		this.#isClosed = true;
		await this.#store.close();
		this.#turn?.release();
	}

	/**
	 * The room's project, where the address has a room's code and there is such a room, here or on the server; else the last used.
	 * @param {Project[]} projects last used first
	 * @param {string} model its id
	 * @param {string} [id] of the project to prefer
	 * @returns {Promise<{project: Project, otherModel: string|null, notice: Notice|null}>}
	 */
	async #choose(projects, model, id) {
		const own = chooseProject(projects, { model, room: null });
		const before = projects.find((project) => project.id === id);
		if (before?.deletedAt === null) return { project: before, otherModel: null, notice: null };
		// Another tab deleted it.
		if (before) return { ...own, notice: { key: "deleted", name: before.name, id: before.id } };
		const text = new URL(this.#base).searchParams.get("room")?.trim();
		if (!text) return { ...own, notice: null };
		const room = asRoomCode(text);
		if (!room) return { ...own, notice: { key: "badRoom", room: text } };
		const { project, isNew } = chooseProject(projects, { model, room });
		takeOverOwnerSecret(project, room, projects);
		// Anybody can make such a link: the room decides whether it is true.
		if (this.#ownerSecret) {
			project.offeredSecrets = { ...project.offeredSecrets, [room]: this.#ownerSecret };
			delete project.memberOf;
		}
		if (!isNew) return { project, otherModel: null, notice: null };
		const presence = await askForRoom(this.#base, room).catch((error) => {
			this.#options.report(asProblem(error));
			return null;
		});
		if (presence === null) return { ...own, notice: null };
		if (presence !== "exists") {
			return { ...own, notice: { key: presence === "missing" ? "noSuchRoom" : "noServer", room } };
		}
		project.cameFrom = own.isNew ? null : own.project.id;
		return { project, otherModel: null, notice: { key: "joined", room } };
	}

	/**
	 * @param {() => boolean} isOver
	 * @returns {Promise<boolean>} false: it is over, or another tab keeps its turn
	 */
	async #takeTurn(isOver) {
		if (this.#hasTurn) return true;
		const turn = await takeOver({ onTaken: this.#onTaken });
		if (isOver()) {
			turn?.release();
			return false;
		}
		if (!turn) {
			this.#onRefused();
			return false;
		}
		this.#hasTurn = true;
		this.#turn = turn;
		return true;
	}
}

/**
 * @param {ProjectStore} store
 * @param {Project} project
 * @returns {Promise<KeptProject>}
 */
export async function readProject(store, project) {
	const [queued, examples, history] = await Promise.all([
		store.outbox(project.id),
		store.examples(project.id),
		store.history(project.id),
	]);
	return { project, examples, queued, ...history };
}

/** @param {Project} project @returns {KeptProject} */
const empty = (project) => ({ project, examples: [], queued: [], steps: [], binned: [] });

/**
 * @param {ProjectStore} store
 * @param {string} name of a preference of this device
 * @returns {Promise<boolean|null>} null: nothing was chosen, or it can't be read
 */
async function readChoice(store, name) {
	const value = await store.preference(name).catch(() => undefined);
	return typeof value === "boolean" ? value : null;
}

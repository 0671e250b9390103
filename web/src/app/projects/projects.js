// All projects of this browser, and the room of the open one: what the project menu does. One action runs after another.
// Loaded when the menu is opened or a room is joined; app/session.js owns one.

import limits from "../../../../contract/limits.json" with { type: "json" };
import { asProblem, Problem, problem } from "../../contract/problem.js";
import { copyContent } from "../../exchange/project-copy.js";
import { BIN_DAYS, Shelf } from "../../project/shelf.js";
import { NO_STORE, newProject } from "../../project/store.js";
import { keepMember, newMember } from "../room/own-member.js";
import { takeOverOwnerSecret } from "../room/secrets.js";
import { askForAddresses, askForRoom, asRoomCode, joinLinks, makeRoom } from "../rooms-here.js";
import { fillProject } from "./fill-project.js";
import { readProject } from "./project-opener.js";

/**
 * @typedef {import("../../project/store.js").Project} Project
 * @typedef {import("../../project/shelf.js").ProjectSummary} ProjectSummary
 * @typedef {import("../../state/state.js").Notice} Notice
 * @typedef {import("../../exchange/content.js").ProjectContent} ProjectContent what a file of a project holds
 */

/**
 * @typedef {object} Visit how a project is opened
 * @property {boolean} [isVisit] true: *Back to mine* leads back to the project that is open now
 * @property {Notice} [notice]
 */

export { BIN_DAYS };

export class Projects {
	#options;
	/** Until another tab takes over: then another one of these goes on. */
	#store;
	#shelf;
	/** The last action: the next one waits for it. @type {Promise<unknown>} */
	#last = Promise.resolve();

	/**
	 * @param {object} options
	 * @param {string} options.base the page's address
	 * @param {import("../../state/state.js").State} options.state
	 * @param {import("../workspace.js").Workspace} options.workspace with a project open
	 * @param {import("./project-switch.js").ProjectSwitch} options.projectSwitch
	 * @param {(picture: Blob) => Promise<Float32Array>} options.embed float32, (d,)
	 * @example
	 * const projects = await session.projects();
	 * await projects.create();
	 * (await projects.list()).map(({ name }) => name); // ["", "Pets"]
	 */
	constructor(options) {
		this.#options = options;
		this.#store = options.workspace.store;
		this.#shelf = new Shelf(this.#store);
	}

	/** @returns {Promise<ProjectSummary[]>} last used first, those in the bin too; of this model and of others */
	async list() {
		return await this.#shelf.summaries();
	}

	/**
	 * Makes a project and opens it.
	 * @param {ProjectContent} [content] without it, the project is empty
	 * @param {(done: number, total: number) => void} [onProgress] while pictures are embedded, and examples kept; what it
	 *   throws stops it
	 * @param {Visit} [visit]
	 * @returns {Promise<string>} its id
	 * @throws {Problem} nothingKept, or of a picture or of the model
	 */
	create(content, onProgress = () => {}, visit = {}) {
		return this.#act(async () => {
			const project = newProject(this.#model.id);
			const { embed } = this.#options;
			const parts = { store: this.#store, model: this.#model, embed, onProgress };
			const examples = content && (await fillProject(project, content, parts));
			await this.#switchTo(this.#visited(project, visit), visit.notice, examples);
			return project.id;
		});
	}

	/**
	 * @param {string} id
	 * @param {Visit} [visit]
	 * @throws {Problem} noSuchProject, nothingKept or modelChanged
	 */
	open(id, visit = {}) {
		return this.#act(async () => {
			await this.#switchTo(this.#visited(await this.#find(id), visit), visit.notice);
		});
	}

	/**
	 * Copies a project; the open one stays open, and the notice leads to the copy.
	 * @param {string} id
	 * @param {string} name the copy's
	 * @returns {Promise<string>} the copy's id
	 */
	duplicate(id, name) {
		return this.#act(async () => {
			const copy = await this.#shelf.duplicate(await this.#find(id), name);
			// The open one is still the last used: a reload opens it, not the copy.
			const { replica } = this.#options.workspace;
			replica.project.usedAt = Math.max(Date.now(), copy.usedAt + 1);
			replica.save();
			this.#options.state.notice.value = { key: "duplicated", name, id: copy.id };
			return copy.id;
		});
	}

	/**
	 * @param {string} id
	 * @param {string} name
	 */
	rename(id, name) {
		return this.#act(async () => {
			const { workspace } = this.#options;
			if (id === workspace.replica.project.id) {
				workspace.teaching.nameProject(name.trim());
			} else this.#shelf.update(await this.#find(id), { name: name.trim() });
		});
	}

	/**
	 * Puts a project into the bin. If it is open, the last used of the others is opened.
	 * @param {string} id
	 */
	bin(id) {
		return this.#act(async () => {
			const project = await this.#find(id);
			const notice = /** @type {Notice} */ ({ key: "deleted", name: project.name, id });
			if (id === this.#open.id) {
				const others = (await this.#store.projects()).filter(
					(other) => other.id !== id && other.deletedAt === null && other.model === this.#model.id,
				);
				await this.#switchTo(others[0] ?? newProject(this.#model.id), notice);
			} else this.#options.state.notice.value = notice;
			// Its row may have been written since it was found.
			this.#shelf.update(await this.#find(id), { deletedAt: Date.now() });
		});
	}

	/**
	 * Takes a project out of the bin. If another one is in its room by now, it is in no room.
	 * @param {string} id
	 */
	restore(id) {
		return this.#act(async () => {
			const project = await this.#find(id);
			const all = await this.#store.projects();
			const isTaken = all.some(
				(other) =>
					other.id !== id && other.deletedAt === null && other.model === project.model && other.room === project.room,
			);
			const { notice } = this.#options.state;
			if (notice.value?.key === "deleted" && notice.value.id === id) notice.value = null;
			this.#shelf.update(project, {
				deletedAt: null,
				...(isTaken ? { room: null, epoch: null, revision: 0, membership: undefined } : {}),
			});
		});
	}

	/** @param {string} id of a project that is not open */
	deleteForever(id) {
		return this.#act(async () => {
			if (id !== this.#open.id) this.#shelf.remove(id);
		});
	}

	/**
	 * What the open project holds, as a file can keep it: a copy, made in slices.
	 * @returns {Promise<ProjectContent>}
	 * @throws {DOMException} another project was opened meanwhile
	 */
	content() {
		return copyContent(this.#options.workspace.replica, this.#model, this.#store);
	}

	/** Makes a room of the open project, so that others can join it. */
	share() {
		return this.#act(async () => {
			const answer = await makeRoom(this.#options.base);
			if (answer === null) throw problem("noServer");
			if ("error" in answer) throw new Problem(answer.error);
			if (answer.ownerSecret) this.#options.workspace.replica.keepOwnerSecret(answer.room, answer.ownerSecret);
			this.#setRoom(answer.room, { key: "shared", room: answer.room });
		});
	}

	/**
	 * @param {string} room
	 * @returns {Promise<ReturnType<typeof joinLinks>>} the links by which others come into it
	 */
	async links(room) {
		const { base } = this.#options;
		return joinLinks(base, await askForAddresses(base), room);
	}

	/**
	 * Opens the project of a room: the one that is here already, else a new one.
	 * @param {string} text the code as it was typed
	 * @param {{make?: boolean}} [options] make: also where the server has no such room: it makes one
	 * @returns {Promise<Notice["key"]>} "joined", or why not: "badRoom", "noSuchRoom", "noServer"
	 * @throws {Problem} tooManyTries
	 */
	join(text, { make = false } = {}) {
		return this.#act(async () => {
			const room = asRoomCode(text);
			if (!room) return "badRoom";
			if (room === this.#open.room) return "joined";
			const all = await this.#store.projects();
			const here = all.find((each) => each.room === room && each.deletedAt === null && each.model === this.#model.id);
			if (!here && !make) {
				const presence = await askForRoom(this.#options.base, room);
				if (presence !== "exists") return presence === "missing" ? "noSuchRoom" : "noServer";
			}
			const project = here ?? newProject(this.#model.id, room);
			project.cameFrom = this.#open.id;
			// Whether they own it is asked anew.
			delete project.memberOf;
			if (!here) takeOverOwnerSecret(project, room, all);
			await this.#switchTo(project, { key: "joined", room });
			return "joined";
		});
	}

	/**
	 * Says who is at this browser, so that others in a room are told who changed what. It is remembered.
	 * @param {string} text the name as it was typed; empty: nobody is told
	 */
	setMemberName(text) {
		return this.#act(async () => {
			const { state, workspace, projectSwitch } = this.#options;
			const name = [...text.trim()]
				.slice(0, limits.nameCharacters)
				.join("")
				.replace(/\p{Cs}/gu, "");
			if (name === (state.member.value?.name ?? "")) return;
			keepMember(state, workspace.store, { ...(state.member.value ?? newMember()), name });
			// A room is told when it is joined.
			projectSwitch.connect();
		});
	}

	/**
	 * Leaves the room: the project stays here as it is, and works alone.
	 * @param {{key: "roomClosed"|"removedFromRoom", room: string}} [end] why, where the person did not choose it
	 */
	leave(end) {
		return this.#act(async () => {
			const { room } = this.#open;
			if (room === null || (end && end.room !== room)) return;
			await this.#options.projectSwitch.leave();
			this.#setRoom(null, { key: end?.key ?? "left", room });
		});
	}

	/** Opens the project that was open before the room was joined; where that is gone, the last used of one's own. */
	back() {
		return this.#act(async () => {
			const { cameFrom, model, id } = this.#open;
			const kept = (await this.#store.projects()).filter(
				(each) => each.deletedAt === null && each.model === model && each.id !== id,
			);
			const before =
				kept.find((each) => each.id === cameFrom) ?? kept.find((each) => !each.cameFrom) ?? newProject(model);
			await this.#switchTo(before, { key: "back", name: before.name });
		});
	}

	/** Deletes what has been in the bin for 30 days, and what a crash left of a project that was never there. */
	sweep() {
		return this.#act(() => this.#shelf.sweep(this.#open.id));
	}

	/** @returns {{id: string, dimension: number}} the page's, which all projects that can be opened are of */
	get model() {
		return this.#model;
	}

	get #open() {
		return this.#options.workspace.replica.project;
	}

	get #model() {
		return /** @type {import("../../capture/embedder.js").Manifest} */ (this.#options.projectSwitch.manifest);
	}

	/**
	 * @param {string} id
	 * @returns {Promise<Project>}
	 */
	async #find(id) {
		const project = await this.#shelf.find(id);
		if (!project) throw problem("noSuchProject");
		return project;
	}

	/**
	 * The open project is in a room, or in none, from now on: whatever an earlier room knew of it is not counted on.
	 * @param {string|null} room
	 * @param {Notice} notice
	 */
	#setRoom(room, notice) {
		const { workspace, projectSwitch } = this.#options;
		const { replica } = workspace;
		Object.assign(replica.project, { room, epoch: null, revision: 0 });
		delete replica.project.membership;
		// It is one's own: others come to it.
		if (room !== null) replica.project.cameFrom = null;
		replica.queue([], { emptyFirst: true });
		projectSwitch.show(notice);
		projectSwitch.connect();
	}

	/**
	 * @param {Project} project
	 * @param {Visit} visit
	 * @returns {Project} the same
	 */
	#visited(project, { isVisit = false }) {
		if (isVisit) project.isSample = true;
		if (isVisit && project.id !== this.#open.id) project.cameFrom = this.#open.id;
		return project;
	}

	/**
	 * @param {Project} project
	 * @param {Notice|null} [notice]
	 * @param {import("../../project/store.js").StoredExample[]} [examples] where they need not be read
	 */
	async #switchTo(project, notice = null, examples) {
		const { workspace, projectSwitch } = this.#options;
		const store = this.#store;
		const checkTurn = () => {
			if (!workspace.isOpen || workspace.store !== store) throw problem("projectChanged");
		};
		checkTurn();
		if (project.id === this.#open.id) return;
		if (project.model !== this.#model.id) throw problem("modelChanged", { came: project.model });
		if (store === NO_STORE && workspace.replica.labels.length > 0) throw problem("nothingKept");
		// Before anything ends: a project that can't be read leaves the open one as it is.
		const kept = examples
			? { project, examples, queued: [], steps: [], binned: [] }
			: await readProject(store, project);
		checkTurn();
		await projectSwitch.leave();
		checkTurn();
		projectSwitch.enter({ ...kept, store }, notice);
	}

	/**
	 * Runs an action after the last one; a refusal is shown, too.
	 * @template T
	 * @param {() => Promise<T>} action
	 * @returns {Promise<T>}
	 */
	#act(action) {
		const done = this.#last.then(action);
		this.#last = done.catch((error) => {
			// The person stopped it.
			if (error instanceof DOMException && error.name === "AbortError") return;
			this.#options.state.problem.value = asProblem(error);
		});
		return done;
	}
}

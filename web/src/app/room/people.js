// The people in the open project's room: what its owner can do with them, and how one's own part in it begins and ends. Loaded when
// it is first needed; app/session.js owns one.

import { asProblem, Problem, problem } from "../../contract/problem.js";
import { ownerLink } from "./secrets.js";

/** @typedef {import("../../state/state.js").Access} Access */

export class People {
	#options;

	/**
	 * @param {object} options
	 * @param {import("../../state/state.js").State} options.state
	 * @param {import("../workspace.js").Workspace} options.workspace
	 * @param {import("../projects/project-switch.js").ProjectSwitch} options.projectSwitch
	 * @param {import("../server-link.js").ServerLink} options.serverLink
	 * @param {() => Promise<import("../projects/projects.js").Projects>} options.projects
	 * @example
	 * const people = await session.people();
	 * await people.setAccess({ locked: true });
	 */
	constructor(options) {
		this.#options = options;
	}

	/**
	 * @param {Partial<Access>} patch what is left out stays
	 * @throws {Problem} ownerOnly, or noServer
	 */
	async setAccess(patch) {
		await this.#request("setAccess", patch);
	}

	/**
	 * Tells the owner's other devices in the room what the projector shows.
	 * @param {import("../../state/state.js").PresentedView} view
	 * @throws {Problem} ownerOnly, or noServer
	 */
	async present(view) {
		await this.#request("present", view);
	}

	/**
	 * Pauses what somebody adds, or lets them go on.
	 * @param {string} contributor id
	 * @param {boolean} muted
	 * @throws {Problem} ownerOnly, or noServer
	 */
	async mute(contributor, muted) {
		await this.#request("muteContributor", { contributor, muted });
	}

	/**
	 * Takes somebody out of the room for good; what they added stays.
	 * @param {string} contributor id
	 * @throws {Problem} ownerOnly, or noServer
	 */
	async remove(contributor) {
		await this.#request("removeContributor", { contributor });
	}

	/**
	 * Closes the room for everybody, who keep what their pages have.
	 * @throws {Problem} ownerOnly, or noServer
	 */
	async close() {
		const { room } = this.#project;
		await this.#request("closeRoom", {});
		await this.over("roomClosed", room ?? "");
	}

	/**
	 * @param {string} link by which others join
	 * @returns {string|null} the link by which another device becomes an owner's; null: the secret is not in this browser
	 */
	ownerLink(link) {
		const secret = this.#options.workspace.replica.ownerSecret;
		return secret === null ? null : ownerLink(link, secret);
	}

	/**
	 * An owner's link was opened in this page: the open project's room belongs to whoever is here, if it accepts the secret.
	 * @param {string} secret
	 */
	async own(secret) {
		const { workspace, projectSwitch } = this.#options;
		const { room } = this.#project;
		if (room === null) return;
		workspace.replica.offerOwnerSecret(room, secret);
		projectSwitch.connect();
	}

	/**
	 * The room refused the owner's secret: goes on without it. One that once worked is not deleted.
	 */
	async joinAsMember() {
		const { state, workspace, projectSwitch } = this.#options;
		if (this.#project.room === null) return;
		workspace.replica.beMember();
		state.notice.value = null;
		projectSwitch.connect();
	}

	/**
	 * The room is over for this browser: the project goes on alone, with all that is here.
	 * @param {"roomClosed"|"removedFromRoom"} key
	 * @param {string} room
	 */
	async over(key, room) {
		const projects = await this.#options.projects();
		await projects.leave({ room, key });
		// A closed room's code is free: whoever takes it next is somebody else.
		if (key === "roomClosed") this.#options.workspace.replica.keepOwnerSecret(room, null);
	}

	get #project() {
		return this.#options.workspace.replica.project;
	}

	/** @param {string} event @param {Record<string, unknown>} data */
	async #request(event, data) {
		try {
			await this.#options.serverLink.request(event, data);
		} catch (error) {
			throw error instanceof Problem ? new Problem(asProblem(error)) : problem("noServer");
		}
	}
}

// What a person may change in the project's room, so that nothing is changed here that the room would refuse. The owner may do
// everything; for members the room's access decides, and whose the examples are. A project without a room is free. The editor asks
// before every change, and the page before it offers one.

import { ContractError } from "../contract/errors.js";

/**
 * @typedef {import("../state/state.js").Membership} Membership
 * @typedef {"add"|"example"|"class"|"order"|"name"|"settings"} Changed what is changed: more of it comes; examples or a class that
 *   are there; the order of all classes; the project's name; how it classifies
 */

/** How a room refuses what somebody may not do. */
export const ROLE_REFUSALS = new Set(["ownerOnly", "notYours", "viewOnly", "roomLocked", "muted"]);

export class Rights {
	#replica;

	/**
	 * @param {import("./replica.js").Replica} replica
	 * @example
	 * const rights = new Rights(replica);
	 * rights.refusal("class", "cat")?.code; // "notYours"
	 * rights.check("add"); // throws what refuses it
	 */
	constructor(replica) {
		this.#replica = replica;
	}

	/**
	 * @param {Changed} changed
	 * @param {string|readonly string[]} [thing] a class's label, or ids of examples
	 * @returns {ContractError|null} why it may not be changed; null: it may
	 */
	refusal(changed, thing = "") {
		const { membership } = this.#replica.project;
		if (!membership || membership.role === "owner") return null;
		const { access, muted, contributor } = membership;
		if (changed === "settings") return new ContractError("ownerOnly");
		if (muted) return new ContractError("muted");
		if (access.locked) return new ContractError("roomLocked");
		if (access.level === "view") return new ContractError("viewOnly");
		if (changed === "add" || access.level === "editAll") return null;
		if (access.level === "add" || changed === "order" || changed === "name") return new ContractError("ownerOnly");
		const ids = typeof thing === "string" ? this.#idsOf(changed, thing) : thing;
		const other = ids.find((id) => this.#replica.contributorOf(id) !== contributor);
		if (other === undefined) return null;
		return new ContractError("notYours", { came: this.#replica.knn.getExample(other).label });
	}

	/**
	 * @param {Changed} changed
	 * @param {string|readonly string[]} [thing] a class's label, or ids of examples
	 * @throws {ContractError} ownerOnly, notYours, viewOnly, roomLocked or muted
	 */
	check(changed, thing) {
		const refusal = this.refusal(changed, thing);
		if (refusal) throw refusal;
	}

	/** @param {Changed} changed @param {string} thing @returns {readonly string[]} */
	#idsOf(changed, thing) {
		return changed === "class" ? this.#replica.idsOf(thing) : [thing];
	}
}

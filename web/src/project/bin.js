// What was deleted and can still be brought back: examples with embedding, picture, group and place, for 30 days, and for
// longer while a step of undo or redo needs them. An example is either in the project or here. The replica owns the bin and
// writes it: an example comes and goes in the same call, and the same transaction, as it leaves or joins the project.

import { signal } from "@preact/signals";

/** @typedef {import("../state/state.js").Member} Member */

/**
 * @typedef {object} DeletedClass the class that was deleted with an example
 * @property {string} id of this deletion: the same for all examples that went with it
 * @property {string} label
 * @property {number} colour
 * @property {string|null} emoji
 * @property {number} place in class order
 * @property {boolean} isOff it was switched off
 * @property {import("../contract/actions.js").Action[]} [actions]
 */

/**
 * @typedef {object} BinRow a deleted example
 * @property {string} id
 * @property {string} label
 * @property {string|null} group
 * @property {number} order of arrival
 * @property {boolean} mine whether this browser taught it
 * @property {string|null} [contributor] id of who added it to the room
 * @property {Float32Array} embedding float32, (d,)
 * @property {Blob|null} thumbnail
 * @property {number} deletedAt milliseconds since 1970
 * @property {Member|null} by who deleted it; null: the person here, or it is not known
 * @property {boolean} byOther whether another member did
 * @property {DeletedClass|null} ofClass null: its class stayed
 */

/**
 * @typedef {object} BinGroup what is shown together: a class that was deleted, or examples that were deleted from one class
 * @property {string} key
 * @property {string} label
 * @property {DeletedClass|null} ofClass
 * @property {number} deletedAt of the last one
 * @property {Member|null} by
 * @property {boolean} byOther
 * @property {BinRow[]} rows in order of arrival
 */

export const KEPT_DAYS = 30;
const KEPT_MS = KEPT_DAYS * 24 * 60 * 60 * 1000;

export class Bin {
	/** How many examples are in it. */
	size = signal(0);
	/** Counts the changes. */
	version = signal(0);
	/** @type {Map<string, BinRow>} */
	#rows = new Map();

	/** @param {BinRow[]} rows as the store has them */
	load(rows) {
		this.#rows = new Map(rows.map((row) => [row.id, row]));
		this.#count();
	}

	/**
	 * @param {string} id of an example
	 * @example
	 * replica.remove([id]);
	 * replica.bin.has(id); // true
	 */
	has(id) {
		return this.#rows.has(id);
	}

	/** @param {string} id @returns {BinRow|undefined} */
	get(id) {
		return this.#rows.get(id);
	}

	/** Where the next example has to stand in the order of arrival, so that what comes back finds its place free. */
	get nextOrder() {
		let next = 0;
		for (const { order } of this.#rows.values()) next = Math.max(next, order + 1);
		return next;
	}

	/** @param {BinRow[]} rows */
	put(rows) {
		if (rows.length === 0) return;
		for (const row of rows) this.#rows.set(row.id, row);
		this.#count();
	}

	/**
	 * Takes examples out. Ids that are not here are passed over.
	 * @param {Iterable<string>} ids
	 * @returns {string[]} those that were here
	 */
	take(ids) {
		const taken = [...ids].filter((id) => this.#rows.delete(id));
		if (taken.length > 0) this.#count();
		return taken;
	}

	/**
	 * A class got another name: what was deleted from it belongs to it under that name.
	 * @param {string} from
	 * @param {string} to
	 * @returns {BinRow[]} the rows that changed
	 */
	rename(from, to) {
		const renamed = [...this.#rows.values()]
			.filter(({ label, ofClass }) => label === from && ofClass === null)
			.map((row) => ({ ...row, label: to }));
		this.put(renamed);
		return renamed;
	}

	/**
	 * @param {ReadonlySet<string>} needed ids that steps of undo or redo need
	 * @param {number} [now] milliseconds since 1970
	 * @returns {string[]} ids of examples whose time is over
	 */
	expired(needed, now = Date.now()) {
		return [...this.#rows.values()]
			.filter(({ id, deletedAt }) => now - deletedAt > KEPT_MS && !needed.has(id))
			.map(({ id }) => id);
	}

	/** @returns {BinGroup[]} the last deleted first; reads `version` */
	groups() {
		this.version.value;
		/** @type {Map<string, BinGroup>} */
		const groups = new Map();
		for (const row of this.#rows.values()) {
			const { label, ofClass, deletedAt, by, byOther } = row;
			const key = ofClass ? `class ${ofClass.id}` : `examples ${byOther} ${by?.id ?? ""} ${label}`;
			const group = groups.get(key);
			if (!group) groups.set(key, { key, label, ofClass, deletedAt, by, byOther, rows: [row] });
			else {
				group.rows.push(row);
				group.deletedAt = Math.max(group.deletedAt, deletedAt);
			}
		}
		for (const { rows } of groups.values()) rows.sort((a, b) => a.order - b.order);
		return [...groups.values()].sort((a, b) => b.deletedAt - a.deletedAt);
	}

	#count() {
		this.size.value = this.#rows.size;
		this.version.value = this.version.peek() + 1;
	}
}

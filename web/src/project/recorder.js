// Hold to record: one example an answered frame while a person holds, one group a hold; a tap that is
// shorter than a frame still records one.

import { newId } from "./ids.js";

/**
 * @typedef {object} Hold
 * @property {string} label
 * @property {string} group
 * @property {string[]} ids what it recorded
 * @property {number} claimed frames that are under way for it
 * @property {boolean} isOver
 * @property {boolean} isCancelled its class is gone: frames that are under way are not recorded
 */

export class Recorder {
	#add;
	#onDone;
	/** @type {Hold|null} */
	#hold = null;
	/** A tap that no frame has answered yet. @type {Hold|null} */
	#owed = null;
	/** All that a frame may still come for. @type {Set<Hold>} */
	#open = new Set();

	/**
	 * @param {object} options
	 * @param {(example: import("./replica.js").Example) => void} options.add may throw: then the hold ends
	 * @param {(hold: Hold) => void} options.onDone
	 */
	constructor({ add, onDone }) {
		this.#add = add;
		this.#onDone = onDone;
	}

	/** @returns {string|null} the label being recorded */
	get label() {
		return this.#hold?.label ?? null;
	}

	/** @param {string} label */
	start(label) {
		this.stop();
		this.#hold = { label, group: newId(), ids: [], claimed: 0, isOver: false, isCancelled: false };
		this.#open.add(this.#hold);
	}

	stop() {
		const hold = this.#hold;
		if (!hold) return;
		this.#hold = null;
		hold.isOver = true;
		this.#settle(hold);
	}

	/** Nothing more is recorded, not even for a tap. */
	cancel() {
		this.stop();
		if (this.#owed) this.#open.delete(this.#owed);
		this.#owed = null;
	}

	/**
	 * A frame is about to be taken.
	 * @returns {Hold|null} what it is to be recorded for; give it back with `record` or `release`
	 */
	claim() {
		const hold = this.#hold ?? this.#owed;
		if (this.#owed && this.#owed !== hold) this.#open.delete(this.#owed);
		this.#owed = null;
		if (hold) hold.claimed += 1;
		return hold;
	}

	/**
	 * The frame was answered.
	 * @param {Hold} hold
	 * @param {{embedding: Float32Array, thumbnail: Blob|null}} seen
	 * @throws {import("../contract/errors.js").ContractError} what the classifier or a limit refuses
	 */
	record(hold, { embedding, thumbnail }) {
		const id = newId();
		hold.claimed -= 1;
		if (hold.isCancelled) return;
		try {
			this.#add({ id, label: hold.label, group: hold.group, embedding, thumbnail });
			hold.ids.push(id);
		} catch (error) {
			if (this.#hold === hold) this.#hold = null;
			this.#done(hold);
			throw error;
		}
		this.#settle(hold);
	}

	/**
	 * The frame was lost.
	 * @param {Hold} hold
	 */
	release(hold) {
		hold.claimed -= 1;
		this.#settle(hold);
	}

	/**
	 * A class got another name; what is recorded goes on under it.
	 * @param {string} from
	 * @param {string} to
	 */
	renamed(from, to) {
		for (const hold of this.#open) if (hold.label === from) hold.label = to;
	}

	/**
	 * A class is gone, and a frame that comes late does not bring it back.
	 * @param {string} label
	 */
	cleared(label) {
		for (const hold of this.#open) {
			if (hold.label !== label) continue;
			hold.isCancelled = true;
			if (this.#hold === hold) this.#hold = null;
			if (this.#owed === hold) this.#owed = null;
			this.#done(hold);
		}
	}

	/** @param {Hold} hold */
	#settle(hold) {
		if (!hold.isOver || hold.isCancelled || hold.claimed > 0) return;
		if (hold.ids.length === 0) this.#owed = hold;
		else this.#done(hold);
	}

	/** @param {Hold} hold */
	#done(hold) {
		this.#open.delete(hold);
		this.#onDone(hold);
	}
}

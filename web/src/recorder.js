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
 */

export class Recorder {
	#add;
	#onDone;
	/** @type {Hold|null} */
	#hold = null;
	/** A tap that no frame has answered yet. @type {Hold|null} */
	#owed = null;

	/**
	 * @param {object} options
	 * @param {(example: import("./mirror.js").Example) => void} options.add may throw: then the hold ends
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
		this.#hold = { label, group: newId(), ids: [], claimed: 0, isOver: false };
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
		this.#owed = null;
		this.stop();
		this.#owed = null;
	}

	/**
	 * A frame is about to be taken.
	 * @returns {Hold|null} what it is to be recorded for; give it back with `record` or `release`
	 */
	claim() {
		const hold = this.#hold ?? this.#owed;
		this.#owed = null;
		if (hold) hold.claimed += 1;
		return hold;
	}

	/**
	 * The frame was answered.
	 * @param {Hold} hold
	 * @param {{embedding: Float32Array, thumbnail: Blob|null}} seen
	 * @throws {import("./errors.js").ContractError} what the classifier or a limit refuses
	 */
	record(hold, { embedding, thumbnail }) {
		const id = newId();
		hold.claimed -= 1;
		try {
			this.#add({ id, label: hold.label, group: hold.group, embedding, thumbnail });
			hold.ids.push(id);
		} catch (error) {
			if (this.#hold === hold) this.#hold = null;
			this.#onDone(hold);
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
	 * A class got another name while it is being recorded.
	 * @param {string} from
	 * @param {string} to
	 */
	rename(from, to) {
		for (const hold of [this.#hold, this.#owed]) if (hold?.label === from) hold.label = to;
	}

	/** @param {Hold} hold */
	#settle(hold) {
		if (!hold.isOver || hold.claimed > 0) return;
		if (hold.ids.length === 0) this.#owed = hold;
		else this.#onDone(hold);
	}
}

// Hold to record: every frame that is answered during a hold becomes an example, and all of them are one group. A tap that
// is shorter than a frame still records one example.

import { signal } from "@preact/signals";
import { newId } from "../knn/ids.js";

/**
 * @typedef {object} Hold
 * @property {string} label
 * @property {string} group
 * @property {string[]} ids of the recorded examples
 * @property {number} claimed frames that are being answered for it
 * @property {boolean} isOver the person released the button
 * @property {boolean} isCancelled its class was cleared: frames that are being answered are not recorded
 */

export class Recorder {
	/** The label being recorded; null: none. */
	recording;
	#add;
	#onDone;
	/** The hold that goes on now. @type {Hold|null} */
	#hold = null;
	/** A tap that has no example yet. @type {Hold|null} */
	#pendingTap = null;
	/** Holds that a frame may still be recorded for. @type {Set<Hold>} */
	#openHolds = new Set();

	/**
	 * @param {object} options
	 * @param {(example: import("./replica.js").Example) => void} options.add may throw: then the hold ends
	 * @param {(hold: Hold) => void} options.onDone
	 * @param {import("@preact/signals").Signal<string|null>} [options.recording] follows `label`
	 */
	constructor({ add, onDone, recording = signal(/** @type {string|null} */ (null)) }) {
		this.recording = recording;
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
		const hold = { label, group: newId(), ids: [], claimed: 0, isOver: false, isCancelled: false };
		this.#openHolds.add(hold);
		this.#setHold(hold);
	}

	stop() {
		const hold = this.#hold;
		if (!hold) return;
		this.#setHold(null);
		hold.isOver = true;
		this.#settle(hold);
	}

	/** Records nothing more, not even for a tap. */
	cancel() {
		this.stop();
		if (this.#pendingTap) this.#openHolds.delete(this.#pendingTap);
		this.#pendingTap = null;
	}

	/**
	 * A frame is about to be embedded.
	 * @returns {Hold|null} the hold to record it for; give it back with `record` or `release`
	 */
	claim() {
		const hold = this.#hold ?? this.#pendingTap;
		if (this.#pendingTap && this.#pendingTap !== hold) this.#openHolds.delete(this.#pendingTap);
		this.#pendingTap = null;
		if (hold) hold.claimed += 1;
		return hold;
	}

	/**
	 * The frame was answered: it becomes an example.
	 * @param {Hold} hold
	 * @param {{embedding: Float32Array, thumbnail: Blob|null}} frame embedding: float32, (d,)
	 * @throws {import("../contract/errors.js").ContractError} where the classifier or a limit refuses it; the hold then ends
	 */
	record(hold, { embedding, thumbnail }) {
		const id = newId();
		hold.claimed -= 1;
		if (hold.isCancelled) return;
		try {
			this.#add({ id, label: hold.label, group: hold.group, embedding, thumbnail });
			hold.ids.push(id);
		} catch (error) {
			if (this.#hold === hold) this.#setHold(null);
			this.#finish(hold);
			throw error;
		}
		this.#settle(hold);
	}

	/**
	 * The frame was lost, or could not be answered.
	 * @param {Hold} hold
	 */
	release(hold) {
		hold.claimed -= 1;
		this.#settle(hold);
	}

	/**
	 * A class got another name; recordings of it go on under that name.
	 * @param {string} from
	 * @param {string} to
	 */
	renamed(from, to) {
		for (const hold of this.#openHolds) if (hold.label === from) hold.label = to;
		this.recording.value = this.label;
	}

	/**
	 * A class was cleared; a frame that is answered later does not bring it back.
	 * @param {string} label
	 */
	cleared(label) {
		for (const hold of this.#openHolds) {
			if (hold.label !== label) continue;
			hold.isCancelled = true;
			if (this.#hold === hold) this.#setHold(null);
			if (this.#pendingTap === hold) this.#pendingTap = null;
			this.#finish(hold);
		}
	}

	/** @param {Hold|null} hold */
	#setHold(hold) {
		this.#hold = hold;
		this.recording.value = this.label;
	}

	/** @param {Hold} hold */
	#settle(hold) {
		if (!hold.isOver || hold.isCancelled || hold.claimed > 0) return;
		if (hold.ids.length === 0) this.#pendingTap = hold;
		else this.#finish(hold);
	}

	/** @param {Hold} hold */
	#finish(hold) {
		this.#openHolds.delete(hold);
		this.#onDone(hold);
	}
}

// Hold to record: every frame that is answered during a hold becomes an example, and all of them are one group. A tap that
// is shorter than a frame still records one example. A hold may have a pace and limits: then it ends by itself.

import { signal } from "@preact/signals";
import { newId } from "../knn/ids.js";
import { PictureMeter } from "./recording/picture-meter.js";

/**
 * @typedef {object} Pace
 * @property {number} [everyMs] at least so long from one picture to the next, on the average
 * @property {number} [pictures] it ends after so many
 * @property {number} [ms] it ends so long after its first frame
 * @property {boolean} [skipsCopies] near-copies of the last pictures are counted, and not recorded
 */

/**
 * @typedef {object} Hold
 * @property {string} label
 * @property {string} group
 * @property {string[]} ids of the recorded examples
 * @property {number} inFlight frames that are being answered for it
 * @property {Pace} pace
 * @property {PictureMeter} meter
 * @property {number|null} startedAt milliseconds, of its first frame
 * @property {number} taken frames that are being answered for it, or were: without those that were lost
 * @property {number} lost
 * @property {boolean} isOver the person released the button
 * @property {boolean} isFinal no other frame is taken for it, not even where it has no example yet
 * @property {boolean} isCancelled its class was cleared: frames that are being answered are not recorded
 */

/** @param {Hold} hold */
const isFull = ({ taken, pace }) => taken >= (pace.pictures ?? Number.POSITIVE_INFINITY);

export class Recorder {
	/** The label being recorded; null: none. */
	recording;
	#add;
	#onDone;
	#onMeter;
	#copyDistance;
	#now;
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
	 * @param {(meter: import("../state/state.js").MeterState) => void} [options.onMeter] after each picture, and at the end
	 * @param {() => number} [options.copyDistance] the cosine distance below which two pictures are near-copies; 0: none are
	 * @param {() => number} [options.now] milliseconds
	 */
	constructor({
		add,
		onDone,
		recording = signal(/** @type {string|null} */ (null)),
		onMeter = () => {},
		copyDistance = () => 0,
		now = () => performance.now(),
	}) {
		this.recording = recording;
		this.#onMeter = onMeter;
		this.#copyDistance = copyDistance;
		this.#now = now;
		this.#add = add;
		this.#onDone = onDone;
	}

	/** @returns {string|null} the label being recorded */
	get label() {
		return this.#hold?.label ?? null;
	}

	/**
	 * @param {string} label
	 * @param {Pace} [pace] without one, every frame is recorded until `stop`
	 */
	start(label, pace = {}) {
		this.stop();
		const hold = {
			...{ label, group: newId(), ids: [], inFlight: 0, taken: 0, lost: 0 },
			...{ pace, meter: new PictureMeter(this.#copyDistance()), startedAt: null },
			...{ isOver: false, isFinal: false, isCancelled: false },
		};
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

	/** Takes no other frame, not even for a tap. Those that are being answered are recorded. */
	cancel() {
		for (const hold of this.#openHolds) hold.isFinal = true;
		this.stop();
		if (this.#pendingTap) this.#openHolds.delete(this.#pendingTap);
		this.#pendingTap = null;
	}

	/**
	 * A frame is about to be embedded.
	 * @returns {Hold|null} the hold to record it for; give it back with `record` or `release`. null: there is none, or its next
	 *   picture is not due yet
	 */
	claim() {
		if (this.#hold && (isFull(this.#hold) || !this.#isDue(this.#hold))) return null;
		const hold = this.#hold ?? this.#pendingTap;
		if (this.#pendingTap && this.#pendingTap !== hold) this.#openHolds.delete(this.#pendingTap);
		this.#pendingTap = null;
		if (!hold) return null;
		hold.inFlight += 1;
		hold.taken += 1;
		return hold;
	}

	/**
	 * The frame was answered: it becomes an example.
	 * @param {Hold} hold
	 * @param {object} frame
	 * @param {Float32Array} frame.embedding float32, (d,)
	 * @param {Blob|null} frame.thumbnail
	 * @param {import("./recording/picture-meter.js").PictureQuality|null} [frame.quality] null: it was not measured
	 * @throws {import("../contract/errors.js").ContractError} where the classifier or a limit refuses it; the hold then ends
	 */
	record(hold, { embedding, thumbnail, quality = null }) {
		const id = newId();
		hold.inFlight -= 1;
		if (hold.isCancelled) return;
		const kind = hold.meter.judge({ embedding, quality });
		this.#onMeter({ label: hold.label, counts: hold.meter.counts, isOver: false });
		if (kind === "copies" && hold.pace.skipsCopies) {
			this.#settle(hold);
			return;
		}
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
	 * The frame was lost, or could not be answered. Another one takes its place, unless as many were lost as were wanted.
	 * @param {Hold} hold
	 */
	release(hold) {
		hold.inFlight -= 1;
		hold.taken -= 1;
		hold.lost += 1;
		if (hold === this.#hold && hold.lost >= (hold.pace.pictures ?? Number.POSITIVE_INFINITY)) {
			hold.isFinal = true;
			this.stop();
		} else this.#settle(hold);
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

	/**
	 * Whether the hold's next picture may be taken now. One whose time is over ends.
	 * @param {Hold} hold
	 */
	#isDue(hold) {
		const now = this.#now();
		const { ms = Number.POSITIVE_INFINITY, everyMs = 0 } = hold.pace;
		hold.startedAt ??= now;
		const elapsedMs = now - hold.startedAt;
		if (elapsedMs < ms) return elapsedMs >= hold.taken * everyMs;
		this.stop();
		return false;
	}

	/** @param {Hold|null} hold */
	#setHold(hold) {
		this.#hold = hold;
		this.recording.value = this.label;
	}

	/** @param {Hold} hold */
	#settle(hold) {
		if (hold === this.#hold && hold.inFlight === 0 && isFull(hold)) {
			this.stop();
			return;
		}
		if (!hold.isOver || hold.isCancelled || hold.inFlight > 0) return;
		if (hold.ids.length > 0) this.#finish(hold);
		else if (hold.isFinal) this.#openHolds.delete(hold);
		else this.#pendingTap = hold;
	}

	/** @param {Hold} hold */
	#finish(hold) {
		this.#openHolds.delete(hold);
		this.#onMeter({ label: hold.label, counts: hold.meter.counts, isOver: true });
		this.#onDone(hold);
	}
}

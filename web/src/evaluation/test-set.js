// The examples that are tested, each in a slot that it keeps for as long as it is there, so that what was measured of it can
// be kept too. evaluation.js owns one; everything that measures or scores reads it.

import { MAX_TESTED } from "../contract/constants.js";
import { norm } from "../knn/distance.js";
import { spread } from "../knn/draws.js";

const FIRST_CAPACITY = 64;

/**
 * @typedef {object} Snapshot what there is to test
 * @property {string[]} labels in class order
 * @property {{id: string, label: string, group: string | null}[]} examples in order of arrival
 * @property {(id: string) => Float32Array} embeddingOf (d,); asked once an example, when it is first seen
 */

export class TestSet {
	/** Slots there is room for. */
	capacity = 0;
	/** The length of an embedding; 0 before the first. */
	d = 0;
	/** float32, (capacity, d): the embeddings, by slot. */
	values = new Float32Array(0);
	/** Their L2 norms, by slot. */
	norms = new Float64Array(0);
	/** One over those: a multiplication takes less than a division. */
	inverses = new Float64Array(0);
	/** Which example is in a slot: a number of its own, from 1; 0: none. */
	stamps = new Int32Array(0);
	/** Its class's place in class order. */
	classes = new Int32Array(0);
	/** Its recording; -1: it is one by itself. */
	recordings = new Int32Array(0);
	/** The recording that is left out with it; -1: only itself is. */
	leftOut = new Int32Array(0);
	/** Its place in order of arrival. */
	arrivals = new Int32Array(0);
	/** The slots in order of arrival, (n,). */
	order = new Int32Array(0);
	/** @type {string[]} by slot */
	ids = [];
	/** @type {string[]} in class order */
	labels = [];
	/** Examples a class, tested or not, in class order. @type {number[]} */
	counts = [];
	/** Recordings a class, of those tested, in class order. @type {number[]} */
	recordingsOf = [];
	/** All examples, tested or not. */
	count = 0;
	/** @type {Map<string, number>} */
	#slotOf = new Map();
	/** @type {Map<string, number>} */
	#recordingOf = new Map();
	/** @type {number[]} */
	#free = [];
	#lastStamp = 0;

	/**
	 * Takes in what there is now.
	 * @param {Snapshot} snapshot
	 * @returns {boolean} whether anything changed but names
	 */
	update({ labels, examples, embeddingOf }) {
		const place = new Map(labels.map((label, index) => [label, index]));
		const classOf = Int32Array.from(examples, ({ label }) => /** @type {number} */ (place.get(label)));
		this.labels = [...labels];
		this.count = examples.length;
		this.counts = labels.map(() => 0);
		for (const index of classOf) this.counts[index]++;
		const rows = spread(classOf, MAX_TESTED);
		let changed = this.#drop(new Map(rows.map((row) => [examples[row].id, this.#number(examples[row].group)])));
		this.order = Int32Array.from(rows, (row, arrival) => {
			const { id, group } = examples[row];
			const known = this.#slotOf.get(id);
			const slot = known ?? this.#add(id, embeddingOf(id), this.#number(group));
			changed ||= known === undefined || this.classes[slot] !== classOf[row] || this.arrivals[slot] !== arrival;
			this.classes[slot] = classOf[row];
			this.arrivals[slot] = arrival;
			return slot;
		});
		this.#leaveOut();
		return changed;
	}

	/**
	 * Whether an example may be a neighbour of another.
	 * @param {number} slot the one that is left out
	 * @param {number} other
	 * @param {Int32Array} [left] the recordings that are left out, by slot; -1: only the one itself
	 */
	allows(slot, other, left = this.leftOut) {
		return slot !== other && (left[slot] < 0 || left[slot] !== this.recordings[other]);
	}

	/**
	 * The recordings of a class in order of arrival, each as its slots in order of arrival.
	 * @param {number} index the class
	 * @returns {number[][]}
	 */
	recordingsIn(index) {
		/** @type {Map<number, number[]>} */
		const found = new Map();
		for (const slot of this.order) {
			if (this.classes[slot] !== index) continue;
			// One by itself goes by a number that no recording has.
			const key = this.recordings[slot] < 0 ? -1 - slot : this.recordings[slot];
			const its = found.get(key);
			if (its) its.push(slot);
			else found.set(key, [slot]);
		}
		return [...found.values()];
	}

	/**
	 * Drops the examples that are gone, or are of another recording now.
	 * @param {Map<string, number>} stay their recordings, by id
	 * @returns {boolean} whether there were any
	 */
	#drop(stay) {
		let dropped = false;
		for (const [id, slot] of this.#slotOf) {
			if (stay.get(id) === this.recordings[slot]) continue;
			dropped = true;
			this.#slotOf.delete(id);
			this.stamps[slot] = 0;
			this.#free.push(slot);
		}
		return dropped;
	}

	/**
	 * @param {string} id
	 * @param {Float32Array} embedding
	 * @param {number} recording
	 * @returns {number} its slot
	 */
	#add(id, embedding, recording) {
		if (this.#slotOf.size === 0 && this.d !== embedding.length) this.#reset(embedding.length);
		const slot = this.#free.pop() ?? this.ids.length;
		if (slot >= this.capacity) this.#grow();
		this.values.set(embedding, slot * this.d);
		this.norms[slot] = norm(embedding);
		this.inverses[slot] = 1 / this.norms[slot];
		this.#lastStamp++;
		this.stamps[slot] = this.#lastStamp;
		this.recordings[slot] = recording;
		this.ids[slot] = id;
		this.#slotOf.set(id, slot);
		return slot;
	}

	/** @param {number} d */
	#reset(d) {
		this.d = d;
		this.capacity = 0;
		this.values = new Float32Array(0);
		this.ids = [];
		this.#free = [];
	}

	#grow() {
		this.capacity = Math.min(MAX_TESTED, Math.max(FIRST_CAPACITY, 2 * this.capacity));
		const values = new Float32Array(this.capacity * this.d);
		values.set(this.values);
		this.values = values;
		this.norms = grown(this.norms, new Float64Array(this.capacity));
		this.inverses = grown(this.inverses, new Float64Array(this.capacity));
		this.stamps = grown(this.stamps, new Int32Array(this.capacity));
		this.classes = grown(this.classes, new Int32Array(this.capacity));
		this.recordings = grown(this.recordings, new Int32Array(this.capacity));
		this.leftOut = grown(this.leftOut, new Int32Array(this.capacity));
		this.arrivals = grown(this.arrivals, new Int32Array(this.capacity));
	}

	#leaveOut() {
		this.recordingsOf = this.labels.map((_, index) => this.recordingsIn(index).length);
		for (const slot of this.order) {
			this.leftOut[slot] = this.recordingsOf[this.classes[slot]] > 1 ? this.recordings[slot] : -1;
		}
	}

	/** @param {string | null} group */
	#number(group) {
		if (group === null) return -1;
		const number = this.#recordingOf.get(group) ?? this.#recordingOf.size;
		this.#recordingOf.set(group, number);
		return number;
	}
}

/**
 * @template {Float64Array | Int32Array} T
 * @param {T} old
 * @param {T} larger
 * @returns {T} the larger one, with the old one's numbers
 */
function grown(old, larger) {
	larger.set(old.subarray(0, larger.length));
	return larger;
}

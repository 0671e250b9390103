// The examples that are tested. Each has a slot that it keeps for as long as it is there, so that what was measured of it can be
// kept too. evaluation.js owns one; everything that measures or scores reads it. The twin is
// server/evaluation/test_set.py, where a row is a position in order of arrival.

import { MAX_TESTED } from "../contract/constants.js";
import { l2Norm } from "../knn/distance.js";
import { spread } from "../knn/draws.js";

const FIRST_CAPACITY = 64;

/**
 * @typedef {object} Snapshot the examples at one time
 * @property {string[]} labels in class order
 * @property {import("../knn/examples.js").ExampleInfo[]} examples in order of arrival
 * @property {(id: string) => Float32Array} embeddingOf (d,); called once for each example, when it is new
 * @property {number[]} [serials] numbers of the examples, (n,), that tell two examples apart that had the same id one after the
 *   other (KNN.serials); absent: an id stands for one embedding only
 */

/**
 * @example
 * const testSet = new TestSet();
 * const embeddingOf = (id) => knn.getExample(id).embedding;
 * testSet.update({ labels: knn.getLabels(), examples: knn.outline(), embeddingOf, serials: knn.serials() });
 */

export class TestSet {
	/** How many slots there is room for. */
	capacity = 0;
	/** The length of an embedding; 0 before the first example. */
	d = 0;
	/** The embeddings, float32, (capacity, d), by slot. */
	values = new Float32Array(0);
	/** Their L2 norms, by slot. */
	norms = new Float64Array(0);
	/** 1 / norm, by slot: multiplying is faster than dividing. */
	inverses = new Float64Array(0);
	/** A number for the example in each slot, from 1, never used again; 0: the slot is free. */
	stamps = new Int32Array(0);
	/** The class index of each example, by slot. */
	classes = new Int32Array(0);
	/** The recording of each example, by slot; -1: it is a recording by itself. */
	recordings = new Int32Array(0);
	/** The recording that is left out with each example, by slot; -1: only the example itself is left out. */
	leftOut = new Int32Array(0);
	/** The position of each example in order of arrival, by slot. */
	arrivals = new Int32Array(0);
	/** The slots in order of arrival, (n,). */
	order = new Int32Array(0);
	/** The ids, by slot. @type {string[]} */
	ids = [];
	/** What makes each of them another example than one that had its id before, by slot. @type {(number | undefined)[]} */
	serials = [];
	/** The labels in class order. @type {string[]} */
	labels = [];
	/** The number of examples of each class, tested or not, in class order. @type {number[]} */
	counts = [];
	/** The number of tested recordings of each class, in class order. @type {number[]} */
	recordingCounts = [];
	/** The number of examples, tested or not. */
	count = 0;
	/** @type {Map<string, number>} */
	#slotOf = new Map();
	/** @type {Map<string, number>} */
	#recordingOf = new Map();
	/** @type {number[]} */
	#freeSlots = [];
	#lastStamp = 0;

	/**
	 * Replaces what is known by a newer snapshot.
	 * @param {Snapshot} snapshot
	 * @returns {boolean} whether anything but labels changed
	 */
	update({ labels, examples, embeddingOf, serials }) {
		const indexOf = new Map(labels.map((label, index) => [label, index]));
		const classOf = Int32Array.from(examples, ({ label }) => /** @type {number} */ (indexOf.get(label)));
		this.labels = [...labels];
		this.count = examples.length;
		this.counts = labels.map(() => 0);
		for (const index of classOf) this.counts[index]++;
		const rows = spread(classOf, MAX_TESTED);
		let changed = this.#drop(
			new Map(
				rows.map((row) => {
					const { id, group } = examples[row];
					return [id, { recording: this.#recordingNumber(group), serial: serials?.[row] }];
				}),
			),
		);
		this.order = Int32Array.from(rows, (row, arrival) => {
			const { id, group } = examples[row];
			const known = this.#slotOf.get(id);
			const slot = known ?? this.#add(id, embeddingOf(id), this.#recordingNumber(group));
			changed ||= known === undefined || this.classes[slot] !== classOf[row] || this.arrivals[slot] !== arrival;
			this.classes[slot] = classOf[row];
			this.arrivals[slot] = arrival;
			this.serials[slot] = serials?.[rows[arrival]];
			return slot;
		});
		this.#updateLeftOut();
		return changed;
	}

	/**
	 * Returns whether an example may be a neighbour of a tested example.
	 * @param {number} slot the tested example
	 * @param {number} other
	 */
	allows(slot, other) {
		return slot !== other && (this.leftOut[slot] < 0 || this.leftOut[slot] !== this.recordings[other]);
	}

	/**
	 * Returns the recordings of a class in order of arrival, each as its slots in order of arrival.
	 * @param {number} index the class index
	 * @returns {number[][]}
	 */
	recordingsIn(index) {
		/** @type {Map<number, number[]>} */
		const recordings = new Map();
		for (const slot of this.order) {
			if (this.classes[slot] !== index) continue;
			// An example without a recording gets a key that no recording has.
			const key = this.recordings[slot] < 0 ? -1 - slot : this.recordings[slot];
			const slots = recordings.get(key);
			if (slots) slots.push(slot);
			else recordings.set(key, [slot]);
		}
		return [...recordings.values()];
	}

	/**
	 * Drops the examples that are gone, have another recording now, or are another one under the same id.
	 * @param {Map<string, {recording: number, serial: number | undefined}>} current the examples that there are now, by id
	 * @returns {boolean} whether any was dropped
	 */
	#drop(current) {
		let dropped = false;
		for (const [id, slot] of this.#slotOf) {
			const now = current.get(id);
			if (now?.recording === this.recordings[slot] && now.serial === this.serials[slot]) continue;
			dropped = true;
			this.#slotOf.delete(id);
			this.stamps[slot] = 0;
			this.#freeSlots.push(slot);
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
		const slot = this.#freeSlots.pop() ?? this.ids.length;
		if (slot >= this.capacity) this.#grow();
		this.values.set(embedding, slot * this.d);
		this.norms[slot] = l2Norm(embedding);
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
		this.#freeSlots = [];
	}

	#grow() {
		this.capacity = Math.min(MAX_TESTED, Math.max(FIRST_CAPACITY, 2 * this.capacity));
		const values = new Float32Array(this.capacity * this.d);
		values.set(this.values);
		this.values = values;
		this.norms = extend(this.norms, new Float64Array(this.capacity));
		this.inverses = extend(this.inverses, new Float64Array(this.capacity));
		this.stamps = extend(this.stamps, new Int32Array(this.capacity));
		this.classes = extend(this.classes, new Int32Array(this.capacity));
		this.recordings = extend(this.recordings, new Int32Array(this.capacity));
		this.leftOut = extend(this.leftOut, new Int32Array(this.capacity));
		this.arrivals = extend(this.arrivals, new Int32Array(this.capacity));
	}

	/** Decides what is left out with each example. */
	#updateLeftOut() {
		this.recordingCounts = this.labels.map((_, index) => this.recordingsIn(index).length);
		for (const slot of this.order) {
			this.leftOut[slot] = this.recordingCounts[this.classes[slot]] > 1 ? this.recordings[slot] : -1;
		}
	}

	/** @param {string | null} group */
	#recordingNumber(group) {
		if (group === null) return -1;
		const number = this.#recordingOf.get(group) ?? this.#recordingOf.size;
		this.#recordingOf.set(group, number);
		return number;
	}
}

/**
 * Copies an array to the beginning of a larger one.
 * @template {Float64Array | Int32Array} T
 * @param {T} old
 * @param {T} larger
 * @returns {T} the larger one
 */
function extend(old, larger) {
	larger.set(old.subarray(0, larger.length));
	return larger;
}

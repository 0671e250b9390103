// From where on something is unknown: how far examples are from the nearest of their own class, and from those of others.

import {
	TIE,
	UNKNOWN_BINS,
	UNKNOWN_BINS_PER_UNIT,
	UNKNOWN_MIN_DISTANCE,
	UNKNOWN_PERCENT,
} from "../contract/constants.js";

/** @typedef {import("./test-set.js").TestSet} TestSet */
/** @typedef {import("./neighbour-lists.js").Distances} Distances */

/**
 * Every tested example's nearest others, as they change: one that comes costs one more distance each, and only those that
 * lose their nearest are measured anew.
 */
export class Calibration {
	#testSet;
	#distances;
	/** What is the case for each example, by slot. Which example it is, as TestSet's stamps. */
	#stamps = new Int32Array(0);
	#classes = new Int32Array(0);
	#leftOut = new Int32Array(0);
	/** The nearest of its class, of another class, and of its class whatever is left out. */
	#own = new Nearest();
	#other = new Nearest();
	#same = new Nearest();

	/**
	 * @param {TestSet} testSet
	 * @param {Distances} distances the cosine
	 */
	constructor(testSet, distances) {
		this.#testSet = testSet;
		this.#distances = distances;
	}

	/**
	 * Takes in what came, went or changed. Whoever stops in between has all measured anew the next time.
	 * @returns {Generator<void, void>}
	 */
	*update() {
		const { order, stamps, classes, leftOut, capacity } = this.#testSet;
		const known = this.#stamps;
		this.#stamps = new Int32Array(0);
		for (const nearest of [this.#own, this.#other, this.#same]) nearest.reserve(capacity);
		const kept = new Uint8Array(capacity);
		for (const slot of order) {
			kept[slot] = known[slot] === stamps[slot] && this.#classes[slot] === classes[slot] ? 1 : 0;
		}
		const fresh = order.filter((slot) => !kept[slot]);
		const measured = new Float64Array(order.length);
		for (const [i, slot] of order.entries()) {
			const stays =
				kept[slot] &&
				this.#leftOut[slot] === leftOut[slot] &&
				this.#own.stays(slot, kept) &&
				this.#other.stays(slot, kept) &&
				this.#same.stays(slot, kept);
			if (!stays) for (const nearest of [this.#own, this.#other, this.#same]) nearest.forget(slot);
			this.#look(slot, stays ? fresh : order, measured);
			if (i % 16 === 15) yield;
		}
		this.#stamps = stamps.slice();
		this.#classes = classes.slice();
		this.#leftOut = leftOut.slice();
	}

	/** @returns {import("../state/figures.js").Evaluation["unknown"]} */
	unknown() {
		const { order, classes, recordingsOf } = this.#testSet;
		const same = this.#own.distances(order.filter((slot) => recordingsOf[classes[slot]] > 1)).sort();
		const all = this.#other.distances(order).sort();
		const other = all.subarray(0, all.findLastIndex((distance) => distance < Number.POSITIVE_INFINITY) + 1);
		const floor = other.length ? Math.min(UNKNOWN_MIN_DISTANCE, median(other) / 2) : UNKNOWN_MIN_DISTANCE;
		const quantile = same.length ? same[Math.ceil((UNKNOWN_PERCENT * same.length) / 100) - 1] : 0;
		return {
			distance: Math.max(floor, quantile),
			quantile: UNKNOWN_PERCENT / 100,
			same: histogram(same),
			other: histogram(other),
		};
	}

	/** How far the nearest other example of the class is, whatever recording; infinite: none. (n,), in order of arrival. */
	nearestSame() {
		return this.#same.distances(this.#testSet.order);
	}

	/**
	 * @param {number} slot
	 * @param {Int32Array} others that may be nearer than what is known
	 * @param {Float64Array} measured (n,)
	 */
	#look(slot, others, measured) {
		const testSet = this.#testSet;
		const { classes } = testSet;
		const [own, other, same] = [this.#own, this.#other, this.#same];
		const its = classes[slot];
		this.#distances(slot, others, measured);
		for (let i = 0; i < others.length; i++) {
			const at = others[i];
			const distance = measured[i];
			// What is allowed is asked last: hardly any is nearer than all before it.
			if (classes[at] !== its) {
				if (distance < other.distance[slot] && testSet.allows(slot, at)) other.set(slot, at, distance);
				continue;
			}
			if (distance < same.distance[slot] && at !== slot) same.set(slot, at, distance);
			if (distance < own.distance[slot] && testSet.allows(slot, at)) own.set(slot, at, distance);
		}
	}
}

/** The nearest of some kind to every example, by slot. */
class Nearest {
	/** float64; infinite where there is none. */
	distance = new Float64Array(0);
	/** Which; -1: none. */
	#at = new Int32Array(0);

	/** @param {number} capacity */
	reserve(capacity) {
		if (this.distance.length >= capacity) return;
		const [distance, at] = [this.distance, this.#at];
		this.distance = new Float64Array(capacity).fill(Number.POSITIVE_INFINITY);
		this.distance.set(distance);
		this.#at = new Int32Array(capacity).fill(-1);
		this.#at.set(at);
	}

	/**
	 * @param {number} slot
	 * @param {Uint8Array} kept by slot
	 */
	stays(slot, kept) {
		return this.#at[slot] < 0 || kept[this.#at[slot]] === 1;
	}

	/** @param {number} slot */
	forget(slot) {
		this.set(slot, -1, Number.POSITIVE_INFINITY);
	}

	/**
	 * @param {number} slot
	 * @param {number} at
	 * @param {number} distance
	 */
	set(slot, at, distance) {
		this.#at[slot] = at;
		this.distance[slot] = distance;
	}

	/**
	 * @param {Int32Array} slots (n,)
	 * @returns {Float64Array} (n,)
	 */
	distances(slots) {
		return Float64Array.from(slots, (slot) => this.distance[slot]);
	}
}

/** @param {Float64Array} distances */
function histogram(distances) {
	const bins = new Array(UNKNOWN_BINS).fill(0);
	// What is at an edge to within rounding lies beyond it.
	for (const distance of distances)
		bins[Math.min(UNKNOWN_BINS - 1, Math.floor((distance + TIE) * UNKNOWN_BINS_PER_UNIT))]++;
	return bins;
}

/** @param {Float64Array} sorted at least one */
function median(sorted) {
	const middle = sorted.length >> 1;
	return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

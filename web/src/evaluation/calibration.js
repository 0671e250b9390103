// What the limit of "I don't know" comes from: how far examples are from the nearest of their own class, and of other classes.
// evaluation.js owns one. The twin is server/evaluation/calibration.py.

import { TIE, UNKNOWN_BINS, UNKNOWN_BINS_PER_UNIT, UNKNOWN_PERCENT } from "../contract/constants.js";
import { findLimit } from "./limit.js";

/** @typedef {import("./test-set.js").TestSet} TestSet */
/** @typedef {import("./neighbour-lists.js").Distances} Distances */

/**
 * The nearest other examples of every tested example, as examples change. An added example costs one more distance for each, and
 * only examples that lose their nearest are measured anew.
 * @example
 * const calibration = new Calibration(testSet, metricDistances.byMetric.cosine);
 * for (const _ of calibration.update());
 * calibration.unknown(0.615).distance; // 0.58
 */
export class Calibration {
	#testSet;
	#distances;
	/** TestSet's stamps, classes and leftOut at the last update, by slot. */
	#stamps = new Int32Array(0);
	#classes = new Int32Array(0);
	#leftOut = new Int32Array(0);
	/** The nearest of the same class that is not left out. */
	#own = new NearestBySlot();
	/** The nearest of another class that is not left out. */
	#other = new NearestBySlot();
	/** The nearest of the same class, whatever is left out. */
	#same = new NearestBySlot();
	/** The nearest of any class that is not left out. */
	#first = new NearestBySlot();
	/** The nearest of any recording but that one's. */
	#second = new NearestBySlot();
	#all = [this.#own, this.#other, this.#same, this.#first, this.#second];

	/**
	 * @param {TestSet} testSet
	 * @param {Distances} distances cosine distances
	 */
	constructor(testSet, distances) {
		this.#testSet = testSet;
		this.#distances = distances;
	}

	/**
	 * Follows what was added, removed or changed. If it is stopped, the next call measures everything anew.
	 * @returns {Generator<void, void>}
	 */
	*update() {
		const { order, stamps, classes, leftOut, capacity } = this.#testSet;
		const known = this.#stamps;
		this.#stamps = new Int32Array(0);
		for (const nearest of this.#all) nearest.reserve(capacity);
		const kept = new Uint8Array(capacity);
		for (const slot of order) {
			kept[slot] = known[slot] === stamps[slot] && this.#classes[slot] === classes[slot] ? 1 : 0;
		}
		const added = order.filter((slot) => !kept[slot]);
		const measured = new Float64Array(order.length);
		for (const [i, slot] of order.entries()) {
			const isValid =
				kept[slot] && this.#leftOut[slot] === leftOut[slot] && this.#all.every((nearest) => nearest.isKept(slot, kept));
			if (!isValid) for (const nearest of this.#all) nearest.forget(slot);
			this.#compare(slot, isValid ? added : order, measured);
			if (i % 16 === 15) yield;
		}
		this.#stamps = stamps.slice();
		this.#classes = classes.slice();
		this.#leftOut = leftOut.slice();
	}

	/**
	 * Returns the automatic limit, and the histograms beside it.
	 * @param {number} prior the limit without evidence
	 * @param {((slot: number) => number) | null} [adaptedDistance] an example's distance to its nearest neighbour in the adapted
	 *   metric; null: that is not measured
	 * @returns {import("../state/figures.js").Evaluation["unknown"]}
	 */
	unknown(prior, adaptedDistance = null) {
		const { order, classes, recordingCounts } = this.#testSet;
		// There is always another recording in these classes: none of their examples is without a nearest.
		const evidence = order.filter((slot) => recordingCounts[classes[slot]] > 1);
		const same = this.#own.distances(evidence);
		const other = this.#other.distances(order).filter((distance) => distance < Number.POSITIVE_INFINITY);
		const limit = findLimit(
			{
				weights: this.#weights(evidence),
				first: this.#first.distances(evidence),
				second: this.#second.distances(evidence),
				adapted: adaptedDistance && Float64Array.from(evidence, adaptedDistance),
				recordingsPerClass: sumOf(recordingCounts) / recordingCounts.filter((count) => count > 0).length,
			},
			prior,
		);
		return { ...limit, quantile: UNKNOWN_PERCENT / 100, same: histogram(same), other: histogram(other) };
	}

	/**
	 * Returns the examples' weights: each recording in each class has the weight 1.
	 * @param {Int32Array} slots examples of whole classes
	 * @returns {Float64Array} (n,)
	 */
	#weights(slots) {
		const { recordings, classes, labels } = this.#testSet;
		const keyOf = (/** @type {number} */ slot) => recordings[slot] * labels.length + classes[slot];
		/** @type {Map<number, number>} */
		const counts = new Map();
		for (const slot of slots) counts.set(keyOf(slot), (counts.get(keyOf(slot)) ?? 0) + 1);
		// An example without a recording is one by itself.
		return Float64Array.from(slots, (slot) =>
			recordings[slot] < 0 ? 1 : 1 / /** @type {number} */ (counts.get(keyOf(slot))),
		);
	}

	/**
	 * Returns the distance from each example to the nearest other of its class, of any recording, (n,), in order of arrival;
	 * infinite: there is none.
	 */
	nearestSame() {
		return this.#same.distances(this.#testSet.order);
	}

	/**
	 * Puts a candidate that is nearer than the second into its place.
	 * @param {number} slot
	 * @param {number} candidate
	 * @param {number} distance
	 */
	#rank(slot, candidate, distance) {
		const [first, second] = [this.#first, this.#second];
		const isFirst = distance < first.distance[slot];
		if (this.#isOneRecording(first.nearest(slot), candidate)) {
			if (isFirst) first.set(slot, candidate, distance);
		} else if (isFirst) {
			second.set(slot, first.nearest(slot), first.distance[slot]);
			first.set(slot, candidate, distance);
		} else {
			second.set(slot, candidate, distance);
		}
	}

	/**
	 * @param {number} slot -1: none
	 * @param {number} other
	 */
	#isOneRecording(slot, other) {
		const { recordings } = this.#testSet;
		return slot >= 0 && recordings[slot] >= 0 && recordings[slot] === recordings[other];
	}

	/**
	 * Compares the nearest so far with some others.
	 * @param {number} slot
	 * @param {Int32Array} others
	 * @param {Float64Array} measured (n,), a buffer
	 */
	#compare(slot, others, measured) {
		const testSet = this.#testSet;
		const { classes } = testSet;
		const [own, other, same] = [this.#own, this.#other, this.#same];
		const index = classes[slot];
		this.#distances(slot, others, measured);
		for (let i = 0; i < others.length; i++) {
			const candidate = others[i];
			const distance = measured[i];
			// The comparisons go first, because hardly any candidate passes them.
			if (distance < this.#second.distance[slot] && testSet.allows(slot, candidate)) {
				this.#rank(slot, candidate, distance);
			}
			if (classes[candidate] !== index) {
				if (distance < other.distance[slot] && testSet.allows(slot, candidate)) other.set(slot, candidate, distance);
				continue;
			}
			if (distance < same.distance[slot] && candidate !== slot) same.set(slot, candidate, distance);
			if (distance < own.distance[slot] && testSet.allows(slot, candidate)) own.set(slot, candidate, distance);
		}
	}
}

/** @param {readonly number[]} numbers */
function sumOf(numbers) {
	return numbers.reduce((sum, number) => sum + number, 0);
}

/** The nearest example of some kind to every example, by slot. */
class NearestBySlot {
	/** How far it is; infinite: there is none. */
	distance = new Float64Array(0);
	/** Its slot; -1: there is none. */
	#nearest = new Int32Array(0);

	/** @param {number} capacity */
	reserve(capacity) {
		if (this.distance.length >= capacity) return;
		const [distance, nearest] = [this.distance, this.#nearest];
		this.distance = new Float64Array(capacity).fill(Number.POSITIVE_INFINITY);
		this.distance.set(distance);
		this.#nearest = new Int32Array(capacity).fill(-1);
		this.#nearest.set(nearest);
	}

	/**
	 * Returns whether an example's nearest is still there.
	 * @param {number} slot
	 * @param {Uint8Array} kept by slot
	 */
	isKept(slot, kept) {
		return this.#nearest[slot] < 0 || kept[this.#nearest[slot]] === 1;
	}

	/**
	 * @param {number} slot
	 * @returns {number} its nearest's slot; -1: there is none
	 */
	nearest(slot) {
		return this.#nearest[slot];
	}

	/** @param {number} slot */
	forget(slot) {
		this.set(slot, -1, Number.POSITIVE_INFINITY);
	}

	/**
	 * @param {number} slot
	 * @param {number} nearest
	 * @param {number} distance
	 */
	set(slot, nearest, distance) {
		this.#nearest[slot] = nearest;
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
	for (const distance of distances) {
		// A distance within TIE below an edge counts as at the edge, and belongs to the upper bin.
		bins[Math.min(UNKNOWN_BINS - 1, Math.floor((distance + TIE) * UNKNOWN_BINS_PER_UNIT))]++;
	}
	return bins;
}

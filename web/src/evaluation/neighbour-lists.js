// The nearest neighbours of every tested example in one metric, kept from one change to the next: an added example is inserted
// into the lists that it belongs to, and only lists that lose an example are measured anew. evaluation.js owns one for each
// metric. The twin is server/evaluation/neighbour_lists.py.

import { MAX_NEIGHBOURS, TIE } from "../contract/constants.js";
import { kthSmallest, rank } from "../knn/distance.js";

/** @typedef {import("./test-set.js").TestSet} TestSet */
/**
 * Measures the distances from a tested example to others, in one loop; out: (others,) or longer.
 * @typedef {(slot: number, others: Int32Array, out: Float64Array) => void} Distances
 */
/** @typedef {{slots: number[], distances: number[]}} Neighbours */
/**
 * All that are, or tie with, one of the MAX_NEIGHBOURS nearest, nearest first; isTied: some of them may count as equally near.
 * @typedef {Neighbours & {isTied: boolean}} List
 */

/**
 * @example
 * const lists = new NeighbourLists(testSet, metricDistances.byMetric.cosine);
 * for (const _ of lists.update());
 * lists.ranked(testSet.order[0]).slots; // the nearest first
 */
export class NeighbourLists {
	#testSet;
	#distances;
	/** By slot. @type {List[]} */
	#lists = [];
	/** The stamp of the example that each list was made for; see TestSet. @type {number[]} */
	#stamps = [];
	/** What was left out when each list was made. @type {number[]} */
	#leftOut = [];

	/**
	 * @param {TestSet} testSet
	 * @param {Distances} distances
	 */
	constructor(testSet, distances) {
		this.#testSet = testSet;
		this.#distances = distances;
	}

	/**
	 * Brings the lists up to date. If it is stopped, the next call makes all lists anew.
	 * @param {boolean} [isAllChanged] whether all distances have changed
	 * @returns {Generator<void, void>}
	 */
	*update(isAllChanged = false) {
		const { order, stamps, capacity, leftOut } = this.#testSet;
		const known = isAllChanged ? [] : this.#stamps;
		this.#stamps = [];
		const kept = new Uint8Array(capacity);
		for (const slot of order) if (known[slot] === stamps[slot]) kept[slot] = 1;
		const added = order.filter((slot) => !kept[slot]);
		const buffer = new Float64Array(order.length);
		for (const [i, slot] of order.entries()) {
			const stays = kept[slot] && this.#leftOut[slot] === leftOut[slot];
			if (stays && this.#lists[slot].slots.every((other) => kept[other])) this.#insert(slot, added, buffer);
			else this.#remake(slot, buffer);
			if (i % 16 === 15) yield;
		}
		this.#stamps = Array.from(stamps);
		this.#leftOut = Array.from(leftOut);
	}

	/**
	 * Returns the neighbours of a tested example in the classifier's order.
	 * @param {number} slot
	 * @returns {Neighbours} MAX_NEIGHBOURS or some more; fewer if there are fewer
	 */
	ranked(slot) {
		const list = this.#lists[slot];
		if (!list.isTied) return list;
		const { arrivals, classes } = this.#testSet;
		const places = Array.from(list.slots.keys()).sort((a, b) => arrivals[list.slots[a]] - arrivals[list.slots[b]]);
		const slots = places.map((place) => list.slots[place]);
		const distances = places.map((place) => list.distances[place]);
		const order = rank(
			Float64Array.from(distances),
			slots.map((other) => classes[other]),
			Math.min(MAX_NEIGHBOURS, slots.length),
		);
		return { slots: order.map((place) => slots[place]), distances: order.map((place) => distances[place]) };
	}

	/**
	 * Returns the smallest distance in an example's list; infinite: the list is empty.
	 * @param {number} slot
	 */
	nearestDistance(slot) {
		return this.#lists[slot].distances[0] ?? Number.POSITIVE_INFINITY;
	}

	/**
	 * @param {number} slot
	 * @param {Float64Array} buffer (n,)
	 */
	#remake(slot, buffer) {
		const candidates = this.#testSet.order.filter((other) => this.#testSet.allows(slot, other));
		const m = candidates.length;
		const measured = buffer.subarray(0, m);
		this.#distances(slot, candidates, measured);
		const maxCount = MAX_NEIGHBOURS;
		const reach = m <= maxCount ? Number.POSITIVE_INFINITY : kthSmallest(measured, maxCount) + 2 * TIE;
		/** @type {number[]} */
		const near = [];
		for (let i = 0; i < m; i++) if (measured[i] <= reach) near.push(i);
		near.sort((a, b) => measured[a] - measured[b]);
		const list = {
			slots: near.map((i) => candidates[i]),
			distances: near.map((i) => measured[i]),
			isTied: false,
		};
		list.isTied = hasTies(list.distances);
		this.#lists[slot] = list;
	}

	/**
	 * @param {number} slot its list is up to date except for the added examples
	 * @param {Int32Array} added
	 * @param {Float64Array} buffer (n,)
	 */
	#insert(slot, added, buffer) {
		const list = this.#lists[slot];
		const { slots, distances } = list;
		const maxCount = MAX_NEIGHBOURS;
		this.#distances(slot, added, buffer);
		let isChanged = false;
		for (const [i, other] of added.entries()) {
			if (!this.#testSet.allows(slot, other)) continue;
			const distance = buffer[i];
			if (slots.length >= maxCount && distance > distances[maxCount - 1] + 2 * TIE) continue;
			isChanged = true;
			let place = slots.length;
			while (place > 0 && distances[place - 1] > distance) place--;
			slots.splice(place, 0, other);
			distances.splice(place, 0, distance);
			if (slots.length <= maxCount) continue;
			const reach = distances[maxCount - 1] + 2 * TIE;
			while (distances[distances.length - 1] > reach) {
				slots.pop();
				distances.pop();
			}
		}
		if (isChanged) list.isTied = hasTies(distances);
	}
}

/** @param {number[]} distances ascending */
function hasTies(distances) {
	for (let i = 1; i < distances.length; i++) if (distances[i] - distances[i - 1] <= TIE) return true;
	return false;
}

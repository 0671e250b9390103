// Every tested example's nearest others in one metric, kept from one change to the next: an example that is added enters the
// lists it belongs into, and only lists that lose one are made anew. evaluation.js has one a metric.

import { MAX_NEIGHBOURS, TIE } from "../contract/constants.js";
import { kthSmallest, rank } from "../knn/distance.js";

/** @typedef {import("./test-set.js").TestSet} TestSet */
/**
 * Measures the distances from the example that is left out to others, in one loop.
 * @typedef {(slot: number, others: Int32Array, out: Float64Array) => void} Distances
 */
/** @typedef {{slots: number[], distances: number[]}} Neighbours */
/**
 * All that are, or tie with, one of the nearest that are wanted, nearest first; `tied`: some of them may count as equal.
 * @typedef {Neighbours & {tied: boolean}} List
 */

export class NeighbourLists {
	#testSet;
	#distances;
	#most;
	#leavesOutAll;
	/** @type {List[]} by slot */
	#lists = [];
	/** Which example each list was made for, as TestSet's stamps; and what was left out. @type {number[]} */
	#stamps = [];
	/** @type {number[]} */
	#leftOut = [];

	/**
	 * @param {TestSet} testSet
	 * @param {Distances} distances
	 * @param {object} [options]
	 * @param {number} [options.most] neighbours that are wanted
	 * @param {boolean} [options.leavesOutAll] never any of the same recording, even where a class has no other
	 */
	constructor(testSet, distances, { most = MAX_NEIGHBOURS, leavesOutAll = false } = {}) {
		this.#testSet = testSet;
		this.#distances = distances;
		this.#most = most;
		this.#leavesOutAll = leavesOutAll;
	}

	/**
	 * Makes the lists right again. Whoever stops in between has them all made anew the next time.
	 * @param {boolean} [anew] all distances are other ones
	 * @returns {Generator<void, void>}
	 */
	*update(anew = false) {
		const { order, stamps, capacity } = this.#testSet;
		const leftOut = this.#left;
		const known = anew ? [] : this.#stamps;
		this.#stamps = [];
		const kept = new Uint8Array(capacity);
		for (const slot of order) if (known[slot] === stamps[slot]) kept[slot] = 1;
		const fresh = order.filter((slot) => !kept[slot]);
		const buffer = new Float64Array(order.length);
		for (const [i, slot] of order.entries()) {
			const stays = kept[slot] && this.#leftOut[slot] === leftOut[slot];
			if (stays && this.#lists[slot].slots.every((other) => kept[other])) this.#enter(slot, fresh, buffer);
			else this.#fill(slot, buffer);
			if (i % 16 === 15) yield;
		}
		this.#stamps = Array.from(stamps);
		this.#leftOut = Array.from(leftOut);
	}

	/**
	 * The nearest of a left-out example, in the classifier's order.
	 * @param {number} slot
	 * @returns {Neighbours} as many as are wanted, or as there are; or some more
	 */
	ranked(slot) {
		const list = this.#lists[slot];
		if (!list.tied) return list;
		const { arrivals, classes } = this.#testSet;
		const places = Array.from(list.slots.keys()).sort((a, b) => arrivals[list.slots[a]] - arrivals[list.slots[b]]);
		const slots = places.map((place) => list.slots[place]);
		const distances = places.map((place) => list.distances[place]);
		const order = rank(
			Float64Array.from(distances),
			slots.map((other) => classes[other]),
			Math.min(this.#most, slots.length),
		);
		return { slots: order.map((place) => slots[place]), distances: order.map((place) => distances[place]) };
	}

	/** The recordings that are left out with each, by slot. */
	get #left() {
		return this.#leavesOutAll ? this.#testSet.recordings : this.#testSet.leftOut;
	}

	/**
	 * @param {number} slot
	 * @param {Float64Array} buffer (n,)
	 */
	#fill(slot, buffer) {
		const left = this.#left;
		const candidates = this.#testSet.order.filter((other) => this.#testSet.allows(slot, other, left));
		const m = candidates.length;
		const measured = buffer.subarray(0, m);
		this.#distances(slot, candidates, measured);
		const most = this.#most;
		const reach = m <= most ? Number.POSITIVE_INFINITY : kthSmallest(measured, most) + 2 * TIE;
		/** @type {number[]} */
		const near = [];
		for (let i = 0; i < m; i++) if (measured[i] <= reach) near.push(i);
		near.sort((a, b) => measured[a] - measured[b]);
		const list = {
			slots: near.map((i) => candidates[i]),
			distances: near.map((i) => measured[i]),
			tied: false,
		};
		list.tied = isTied(list.distances);
		this.#lists[slot] = list;
	}

	/**
	 * @param {number} slot whose list is right but for the new ones
	 * @param {Int32Array} fresh
	 * @param {Float64Array} buffer (n,)
	 */
	#enter(slot, fresh, buffer) {
		const list = this.#lists[slot];
		const { slots, distances } = list;
		const [most, left] = [this.#most, this.#left];
		this.#distances(slot, fresh, buffer);
		let entered = false;
		for (const [i, other] of fresh.entries()) {
			if (!this.#testSet.allows(slot, other, left)) continue;
			const distance = buffer[i];
			if (slots.length >= most && distance > distances[most - 1] + 2 * TIE) continue;
			entered = true;
			let place = slots.length;
			while (place > 0 && distances[place - 1] > distance) place--;
			slots.splice(place, 0, other);
			distances.splice(place, 0, distance);
			if (slots.length <= most) continue;
			const reach = distances[most - 1] + 2 * TIE;
			while (distances[distances.length - 1] > reach) {
				slots.pop();
				distances.pop();
			}
		}
		if (entered) list.tied = isTied(distances);
	}
}

/** @param {number[]} distances ascending */
function isTied(distances) {
	for (let i = 1; i < distances.length; i++) if (distances[i] - distances[i - 1] <= TIE) return true;
	return false;
}

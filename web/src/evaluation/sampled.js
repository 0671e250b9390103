// Answers about some tested examples by some others, which learning-curve.js and held-out.js draw: tens of thousands of them
// for one evaluation, so no list is made for an answer unless distances tie.

import { TIE } from "../contract/constants.js";
import { rank } from "../knn/distance.js";

/** @typedef {import("./test-set.js").TestSet} TestSet */
/** @typedef {import("./neighbour-lists.js").Distances} Distances */

/** The nearest of the same few examples, of one example after the other. */
export class Sample {
	#testSet;
	#distances;
	/** Those that are taught, in order of arrival. */
	#slots;
	#k;
	/** Their distances; infinite for those that are left out with the one that is asked about. */
	#measured;
	/** The places of the k nearest and one more, and their distances. */
	#places;
	#nearest;

	/**
	 * @param {TestSet} testSet
	 * @param {Distances} distances
	 * @param {Int32Array} slots of the examples that are taught, in order of arrival
	 * @param {number} k neighbours that are wanted, at most
	 */
	constructor(testSet, distances, slots, k) {
		this.#testSet = testSet;
		this.#distances = distances;
		this.#slots = slots;
		this.#k = Math.min(k, slots.length);
		this.#measured = new Float64Array(slots.length);
		this.#places = new Int32Array(this.#k + 1);
		this.#nearest = new Float64Array(this.#k + 1);
	}

	/**
	 * Lets the neighbours of an example vote, nearest first.
	 * @param {number} slot
	 * @param {import("./tally.js").Tally} tally
	 * @param {() => void} [onVote] after each
	 */
	vote(slot, tally, onVote) {
		const { classes } = this.#testSet;
		const k = Math.min(this.#k, this.#measure(slot));
		const places = this.#select(k) ? this.#places : this.#ranked(k);
		tally.clear();
		for (let i = 0; i < k; i++) {
			tally.add(classes[this.#slots[places[i]]], this.#measured[places[i]]);
			onVote?.();
		}
	}

	/**
	 * @param {number} slot
	 * @returns {number} how many may be neighbours
	 */
	#measure(slot) {
		const [slots, measured] = [this.#slots, this.#measured];
		this.#distances(slot, slots, measured);
		let count = slots.length;
		for (let i = 0; i < slots.length; i++) {
			if (this.#testSet.allows(slot, slots[i])) continue;
			measured[i] = Number.POSITIVE_INFINITY;
			count--;
		}
		return count;
	}

	/**
	 * Finds the k nearest, and one more to see that it doesn't tie with them: false where any two of them do.
	 * @param {number} k how many there are at least
	 */
	#select(k) {
		const [measured, places, nearest] = [this.#measured, this.#places, this.#nearest];
		nearest.fill(Number.POSITIVE_INFINITY);
		for (let i = 0; i < measured.length; i++) {
			const distance = measured[i];
			if (!(distance < nearest[k])) continue;
			let place = k;
			for (; place > 0 && nearest[place - 1] > distance; place--) {
				nearest[place] = nearest[place - 1];
				places[place] = places[place - 1];
			}
			nearest[place] = distance;
			places[place] = i;
		}
		for (let i = 0; i < k; i++) if (!(nearest[i + 1] - nearest[i] > TIE)) return false;
		return true;
	}

	/** @param {number} k how many there are at least */
	#ranked(k) {
		const { classes } = this.#testSet;
		const measured = this.#measured;
		const near = Array.from(measured.keys()).filter((place) => measured[place] < Number.POSITIVE_INFINITY);
		const order = rank(
			Float64Array.from(near, (place) => measured[place]),
			near.map((place) => classes[this.#slots[place]]),
			k,
		);
		return order.map((i) => near[i]);
	}
}

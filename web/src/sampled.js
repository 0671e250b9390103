// Answers about some tested examples by some others, which learning-curve.js and held-out.js draw: tens of thousands of them
// for one evaluation, so no list is made for an answer unless distances tie.

import { rank, TIE } from "./distance.js";

/** @typedef {import("./bench.js").Bench} Bench */
/** @typedef {import("./neighbour-lists.js").Distances} Distances */

/** The nearest of the same few examples, of one example after the other. */
export class Sample {
	#distances;
	/** Those that are taught, in order of arrival. */
	#slots;
	#classes;
	#k;
	/** Their distances. */
	#measured;
	/** The places of the k nearest and one more, and their distances. */
	#places;
	#nearest;

	/**
	 * @param {Bench} bench
	 * @param {Distances} distances
	 * @param {number[]} slots of the examples that are taught
	 * @param {number} k neighbours that are wanted, at most
	 */
	constructor(bench, distances, slots, k) {
		this.#distances = distances;
		this.#slots = Int32Array.from(slots).sort((a, b) => bench.arrivals[a] - bench.arrivals[b]);
		this.#classes = Array.from(this.#slots, (slot) => bench.classes[slot]);
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
		this.#distances(slot, this.#slots, this.#measured);
		const places = this.#select() ? this.#places : rank(this.#measured, this.#classes, this.#k);
		tally.clear();
		for (let i = 0; i < this.#k; i++) {
			tally.add(this.#classes[places[i]], this.#measured[places[i]]);
			onVote?.();
		}
	}

	/** Finds the k nearest, and one more to see that it doesn't tie with them: false where any two of them do. */
	#select() {
		const [measured, places, nearest] = [this.#measured, this.#places, this.#nearest];
		const last = this.#k;
		nearest.fill(Number.POSITIVE_INFINITY);
		for (let i = 0; i < measured.length; i++) {
			const distance = measured[i];
			if (!(distance < nearest[last])) continue;
			let place = last;
			for (; place > 0 && nearest[place - 1] > distance; place--) {
				nearest[place] = nearest[place - 1];
				places[place] = places[place - 1];
			}
			nearest[place] = distance;
			places[place] = i;
		}
		for (let i = 0; i < last; i++) if (!(nearest[i + 1] - nearest[i] > TIE)) return false;
		return true;
	}
}

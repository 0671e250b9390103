// Classifies some tested examples by some others. The learning curve and the split draw tens of thousands of such answers for
// one evaluation, so no array is allocated for an answer unless distances tie. The twin is `nearest` in
// server/evaluation/neighbour_lists.py.

import { isTie, rank } from "../knn/distance.js";

/** @typedef {import("./test-set.js").TestSet} TestSet */
/** @typedef {import("./neighbour-lists.js").Distances} Distances */

/**
 * @example
 * const classifier = new SubsetClassifier(testSet, distances, trainingSlots, 3);
 * classifier.vote(slot, counter);
 * counter.winner;
 */
export class SubsetClassifier {
	#testSet;
	#distances;
	/** The zero of the metric. */
	#zero = 0;
	#trainingSlots;
	#k;
	/** The distances of the training examples; infinite for those that are left out with the tested one. */
	#measured;
	/** The positions of the k nearest and of one more, and their distances. */
	#positions;
	#nearest;

	/**
	 * @param {TestSet} testSet
	 * @param {Distances} distances
	 * @param {Int32Array} trainingSlots in order of arrival
	 * @param {number} k the number of neighbours; clamped to the number of training examples
	 */
	constructor(testSet, distances, trainingSlots, k) {
		this.#testSet = testSet;
		this.#distances = distances;
		this.#trainingSlots = trainingSlots;
		this.#k = Math.min(k, trainingSlots.length);
		this.#measured = new Float64Array(trainingSlots.length);
		this.#positions = new Int32Array(this.#k + 1);
		this.#nearest = new Float64Array(this.#k + 1);
	}

	/**
	 * Counts the votes of an example's neighbours, nearest first.
	 * @param {number} slot the tested example
	 * @param {import("./vote-counter.js").VoteCounter} counter
	 * @param {() => void} [onVote] called after each vote
	 */
	vote(slot, counter, onVote) {
		const { classes } = this.#testSet;
		const k = Math.min(this.#k, this.#measure(slot));
		const positions = this.#select(k) ? this.#positions : this.#rank(k);
		counter.clear();
		for (let i = 0; i < k; i++) {
			counter.add(classes[this.#trainingSlots[positions[i]]], this.#measured[positions[i]]);
			onVote?.();
		}
	}

	/**
	 * @param {number} slot
	 * @returns {number} how many training examples may be neighbours
	 */
	#measure(slot) {
		const [slots, measured] = [this.#trainingSlots, this.#measured];
		this.#zero = this.#distances(slot, slots, measured);
		let count = slots.length;
		for (let i = 0; i < slots.length; i++) {
			if (this.#testSet.allows(slot, slots[i])) continue;
			measured[i] = Number.POSITIVE_INFINITY;
			count--;
		}
		return count;
	}

	/**
	 * Selects the k nearest, and one more to see whether it ties with them.
	 * @param {number} k
	 * @returns {boolean} false: some of them tie, and #rank must order them
	 */
	#select(k) {
		const [measured, positions, nearest] = [this.#measured, this.#positions, this.#nearest];
		nearest.fill(Number.POSITIVE_INFINITY);
		for (let i = 0; i < measured.length; i++) {
			const distance = measured[i];
			if (!(distance < nearest[k])) continue;
			let place = k;
			for (; place > 0 && nearest[place - 1] > distance; place--) {
				nearest[place] = nearest[place - 1];
				positions[place] = positions[place - 1];
			}
			nearest[place] = distance;
			positions[place] = i;
		}
		for (let i = 0; i < k; i++) {
			// Where no further example is left, the distance is infinite.
			if (nearest[i + 1] < Number.POSITIVE_INFINITY && isTie(nearest[i], nearest[i + 1], this.#zero)) return false;
		}
		return true;
	}

	/**
	 * @param {number} k
	 * @returns {number[]} the positions of the k nearest, in the classifier's order
	 */
	#rank(k) {
		const { classes } = this.#testSet;
		const measured = this.#measured;
		const candidates = Array.from(measured.keys()).filter((place) => measured[place] < Number.POSITIVE_INFINITY);
		const order = rank(
			Float64Array.from(candidates, (place) => measured[place]),
			candidates.map((place) => classes[this.#trainingSlots[place]]),
			k,
			this.#zero,
		);
		return order.map((i) => candidates[i]);
	}
}

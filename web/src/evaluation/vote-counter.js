// Counts the votes of one example's neighbours one after the other, nearest first, so that one pass decides for every k. The
// rules are the classifier's: "What a result is" in contract/README.md. The twin is `answer` in server/evaluation/scores.py.

import { TIE } from "../contract/constants.js";

/**
 * @example
 * const counter = new VoteCounter(2, "uniform");
 * counter.add(1, 0.2);
 * counter.winner; // 1
 */
export class VoteCounter {
	#votes;
	#isUniform;
	/** The classes of the neighbours so far, each once, nearest first. @type {number[]} */
	#classes = [];
	#total = 0;
	#hasZero = false;

	/**
	 * @param {number} classCount
	 * @param {string} weights "uniform" or "distance"
	 */
	constructor(classCount, weights) {
		this.#votes = new Float64Array(classCount);
		this.#isUniform = weights === "uniform";
	}

	/** Starts anew, for another example. */
	clear() {
		this.#clearVotes();
		this.#classes.length = 0;
		this.#hasZero = false;
	}

	/**
	 * Adds the vote of the next neighbour.
	 * @param {number} classIndex
	 * @param {number} distance
	 */
	add(classIndex, distance) {
		if (!this.#classes.includes(classIndex)) this.#classes.push(classIndex);
		let weight = 1;
		if (!this.#isUniform) {
			const isZero = distance === 0;
			if (isZero && !this.#hasZero) {
				// From now on, only neighbours at distance 0 vote.
				this.#clearVotes();
				this.#hasZero = true;
			}
			if (!isZero) weight = this.#hasZero ? 0 : 1 / distance;
		}
		this.#votes[classIndex] += weight;
		this.#total += weight;
	}

	/**
	 * Returns the share of a class, 0..1.
	 * @param {number} classIndex
	 */
	share(classIndex) {
		return this.#votes[classIndex] / this.#total;
	}

	/** The class with the largest share; of equal shares, the class with the nearest member. -1: there was no neighbour. */
	get winner() {
		let largest = 0;
		for (const index of this.#classes) if (this.#votes[index] > largest) largest = this.#votes[index];
		const threshold = largest / this.#total - TIE;
		for (const index of this.#classes) if (this.share(index) >= threshold) return index;
		return -1;
	}

	#clearVotes() {
		for (const index of this.#classes) this.#votes[index] = 0;
		this.#total = 0;
	}
}

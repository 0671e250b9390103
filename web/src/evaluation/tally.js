// Counts the votes of one example's neighbours as they come, nearest first, so that every k is decided in one go. The rules
// are knn.js's own: contract/README.md, "What a result is".

import { TIE } from "../contract/constants.js";

export class Tally {
	#votes;
	#isUniform;
	/** The classes of the neighbours so far, each once, nearest first. @type {number[]} */
	#seen = [];
	#total = 0;
	#hasZero = false;

	/**
	 * @param {number} c classes
	 * @param {string} weights
	 */
	constructor(c, weights) {
		this.#votes = new Float64Array(c);
		this.#isUniform = weights === "uniform";
	}

	/** Begins with another example's neighbours. */
	clear() {
		this.#empty();
		this.#seen.length = 0;
		this.#hasZero = false;
	}

	/**
	 * The next neighbour votes.
	 * @param {number} index its class
	 * @param {number} distance
	 */
	add(index, distance) {
		if (!this.#seen.includes(index)) this.#seen.push(index);
		let weight = 1;
		if (!this.#isUniform) {
			const isZero = distance <= TIE;
			if (isZero && !this.#hasZero) {
				// From now on only those at distance 0 vote.
				this.#empty();
				this.#hasZero = true;
			}
			if (!isZero) weight = this.#hasZero ? 0 : 1 / distance;
		}
		this.#votes[index] += weight;
		this.#total += weight;
	}

	/** @param {number} index */
	share(index) {
		return this.#votes[index] / this.#total;
	}

	/** The class with the largest share; equal ones go to the class whose member is nearest. */
	get winner() {
		let largest = 0;
		for (const index of this.#seen) if (this.#votes[index] > largest) largest = this.#votes[index];
		const bar = largest / this.#total - TIE;
		for (const index of this.#seen) if (this.share(index) >= bar) return index;
		return -1;
	}

	#empty() {
		for (const index of this.#seen) this.#votes[index] = 0;
		this.#total = 0;
	}
}

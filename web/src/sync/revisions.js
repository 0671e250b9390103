// Which of the room's changes were taken in. Changes arrive by two ways (confirmations of one's own,
// news of others') and may overtake one another by a little; a number that stays missing was lost.

export class Revisions {
	/** Everything up to here was taken in. */
	complete;
	/** @type {Set<number>} */
	#ahead = new Set();

	/** @param {number} complete */
	constructor(complete) {
		this.complete = complete;
	}

	/** @returns {number} the largest seen */
	get latest() {
		return Math.max(this.complete, ...this.#ahead);
	}

	/** @returns {boolean} */
	get hasGap() {
		return this.#ahead.size > 0;
	}

	/** @param {number} revision one change that was taken in */
	note(revision) {
		if (revision <= this.complete) return;
		this.#ahead.add(revision);
		while (this.#ahead.delete(this.complete + 1)) this.complete += 1;
	}

	/** @param {number} revision everything up to it was taken in */
	reach(revision) {
		this.complete = Math.max(this.complete, revision);
		for (const ahead of [...this.#ahead]) if (ahead <= this.complete) this.#ahead.delete(ahead);
		while (this.#ahead.delete(this.complete + 1)) this.complete += 1;
	}
}

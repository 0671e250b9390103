// Which of the room's revisions the replica has. Revisions arrive in two ways (confirmations of own changes, events of other
// members' changes) and may overtake one another by a little. A revision that stays missing was lost.

export class Revisions {
	/** The replica has everything up to this revision. */
	complete;
	/** Ask the room again for everything after this revision; null: nothing is in doubt. @type {number|null} */
	resyncFrom = null;
	/** What was fetched after this revision was merged while changes waited; null: none wait since. @type {number|null} */
	#crossedFrom = null;
	/** Revisions that the replica has beyond `complete`. @type {Set<number>} */
	#ahead = new Set();

	/** @param {number} complete */
	constructor(complete) {
		this.complete = complete;
	}

	/** @returns {number} nothing up to this revision is in doubt: where to go on after another joining, or a reload */
	get certain() {
		return Math.min(this.complete, this.resyncFrom ?? this.complete, this.#crossedFrom ?? this.complete);
	}

	/** @returns {number} the largest revision so far */
	get latest() {
		return Math.max(this.complete, ...this.#ahead);
	}

	/** @returns {boolean} whether a revision before the latest is missing */
	get hasGap() {
		return this.#ahead.size > 0;
	}

	/** @param {number} revision the replica has this one change */
	add(revision) {
		if (revision <= this.complete) return;
		this.#ahead.add(revision);
		this.#closeGap();
	}

	/** @param {number} revision the replica has everything up to it */
	reach(revision) {
		this.complete = Math.max(this.complete, revision);
		for (const ahead of [...this.#ahead]) if (ahead <= this.complete) this.#ahead.delete(ahead);
		this.#closeGap();
	}

	/** @param {number} revision of a room that counts anew: the replica has everything up to it, and nothing beyond */
	restart(revision) {
		this.complete = revision;
		this.resyncFrom = null;
		this.#crossedFrom = null;
		this.#ahead.clear();
	}

	/**
	 * Remembers that changes after a revision are in doubt; the earliest such revision counts.
	 * @param {number} [since]
	 */
	requireResync(since = this.complete) {
		this.resyncFrom = Math.min(this.resyncFrom ?? since, since);
	}

	/**
	 * Notes that what came after a revision was fetched and merged.
	 * @param {number} since
	 * @param {number} revision that the fetched is true of
	 * @param {boolean} isCrossed whether changes wait that may still cross it
	 */
	fetched(since, revision, isCrossed) {
		this.resyncFrom = isCrossed && revision > since ? revision : null;
		this.#crossedFrom = isCrossed ? Math.min(this.#crossedFrom ?? since, since) : null;
	}

	/** Nothing waits that could still turn out to be made before what was fetched. */
	settle() {
		this.#crossedFrom = null;
	}

	/** The room had made a change that waited, before others' changes that were fetched: these count after all. */
	requireResyncOfCrossed() {
		this.requireResync(this.#crossedFrom ?? this.complete);
	}

	#closeGap() {
		while (this.#ahead.delete(this.complete + 1)) this.complete += 1;
	}
}

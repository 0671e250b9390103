// What was removed from a project that a server's room has, too: by a person here or by another member. A room that lost its
// memory gets its content back from its members, and one of them may have missed a removal. So each member tells the room.
// replica.js owns one.

/** Enough for a lesson; the oldest are forgotten. */
const MAX_IDS = 2500;
const MAX_LABELS = 200;

export class Removals {
	/** @type {Set<string>} */
	ids = new Set();
	/** @type {Set<string>} */
	labels = new Set();
	/** Resolves when what the store has is read. @type {Promise<void>} */
	loaded = Promise.resolve();
	#save = () => {};

	/**
	 * Goes on with what the store has of a project.
	 * @param {Pick<import("./store.js").ProjectStore, "preference"|"setPreference">} store
	 * @param {string} project its id
	 * @example
	 * removals.open(store, project.id);
	 * await removals.loaded;
	 */
	open(store, project) {
		const key = `removals ${project}`;
		const [ids, labels] = [new Set(), new Set()];
		this.ids = ids;
		this.labels = labels;
		const read = store
			.preference(key)
			.catch(() => undefined)
			.then((/** @type {any} */ kept) => {
				for (const id of kept?.ids ?? []) ids.add(id);
				for (const label of kept?.labels ?? []) labels.add(label);
			});
		this.loaded = read;
		// What is noted before the store is read must not replace what it has.
		this.#save = () => void read.then(() => store.setPreference(key, { ids: [...ids], labels: [...labels] }));
	}

	/**
	 * @param {Iterable<string>} ids of removed examples
	 * @param {Iterable<string>} labels that no class has any more
	 * @example
	 * removals.note([id], ["cat"]);
	 */
	note(ids, labels) {
		const before = this.ids.size + this.labels.size;
		for (const id of ids) this.ids.add(id);
		for (const label of labels) this.labels.add(label);
		forgetOldest(this.ids, MAX_IDS);
		forgetOldest(this.labels, MAX_LABELS);
		if (this.ids.size + this.labels.size !== before) this.#save();
	}

	/**
	 * @param {Iterable<string>} ids that are no removals any more
	 * @example
	 * removals.forget(ack.kept);
	 */
	forget(ids) {
		for (const id of ids) this.ids.delete(id);
		this.#save();
	}
}

/** @param {Set<string>} set @param {number} size */
function forgetOldest(set, size) {
	for (const oldest of set) {
		if (set.size <= size) return;
		set.delete(oldest);
	}
}

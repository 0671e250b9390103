// Row changes that could not be written yet, in the order of their writes. A newer write of the same row takes an older one's
// place. database.js owns one.

/**
 * @typedef {object} RowChange
 * @property {string} store
 * @property {IDBValidKey} key the row's; with isRange, the beginning that the keys have
 * @property {unknown} [value] the row; undefined: it is deleted
 * @property {boolean} [isRange] all rows whose key begins so are deleted; none of them is ever written again
 */

export class UnsavedRows {
	/** The changes of each write, by its number. @type {Map<number, RowChange[]>} */
	#writes = new Map();

	/** How many changes wait. */
	get size() {
		let size = 0;
		for (const changes of this.#writes.values()) size += changes.length;
		return size;
	}

	/** @returns {[number, RowChange[]]|undefined} the oldest write that failed */
	get first() {
		return this.#writes.entries().next().value;
	}

	/**
	 * @param {number} number writes are numbered in their order
	 * @param {RowChange[]} changes
	 */
	add(number, changes) {
		this.supersede(number, changes);
		this.#writes.set(number, changes);
		this.#writes = new Map([...this.#writes].sort(([a], [b]) => a - b));
	}

	/** @param {number} number of a write that is on disk now */
	delete(number) {
		this.#writes.delete(number);
	}

	/**
	 * Forgets what older writes did to these rows.
	 * @param {number} number
	 * @param {RowChange[]} changes
	 */
	supersede(number, changes) {
		const keys = new Set(changes.map(({ store, key }) => JSON.stringify([store, key])));
		const ranges = changes.filter(({ isRange }) => isRange);
		/** @param {RowChange} old */
		const isReplaced = (old) =>
			keys.has(JSON.stringify([old.store, old.key])) ||
			ranges.some(({ store, key }) => store === old.store && startsWith(old.key, key));
		for (const [older, waiting] of this.#writes) {
			if (older >= number) continue;
			const left = waiting.filter((old) => !isReplaced(old));
			if (left.length > 0) this.#writes.set(older, left);
			else this.#writes.delete(older);
		}
	}

	/**
	 * Rows as they are with what waits.
	 * @template T
	 * @param {string} store
	 * @param {T[]} rows as the disk has them
	 * @param {string|null} project of which all rows are; null: of all projects
	 * @param {(row: T) => unknown} keyOf
	 * @returns {T[]} in no order that can be relied on, where rows wait
	 */
	apply(store, rows, project, keyOf) {
		const changes = [...this.#writes.values()].flat().filter((change) => change.store === store);
		if (changes.length === 0) return rows;
		const byKey = new Map(rows.map((row) => [JSON.stringify(keyOf(row)), row]));
		for (const { key, value, isRange } of changes) {
			if (project !== null && !startsWith(key, [project])) continue;
			if (value !== undefined) byKey.set(JSON.stringify(key), /** @type {T} */ (value));
			else if (!isRange) byKey.delete(JSON.stringify(key));
			else for (const [text, row] of byKey) if (startsWith(keyOf(row), key)) byKey.delete(text);
		}
		return [...byKey.values()];
	}
}

/**
 * @param {unknown} key
 * @param {unknown} beginning
 */
function startsWith(key, beginning) {
	return Array.isArray(key) && Array.isArray(beginning) && beginning.every((part, i) => key[i] === part);
}

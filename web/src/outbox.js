// What the server has yet to confirm, in order. One change is under way at a time; it leaves the
// queue when it is confirmed, so a lost confirmation means that it is sent again: ids are the
// client's own, and a second arrival changes nothing.

import { signal } from "@preact/signals";

/**
 * @typedef {import("./store.js").Change} Change
 * @typedef {import("./store.js").OutboxItem} OutboxItem
 */

export class Outbox {
	/** How many wait. */
	size = signal(0);
	/** @type {OutboxItem[]} */
	#items = [];
	#next = 1;

	/** @param {OutboxItem[]} items as kept, oldest first */
	load(items) {
		this.#items = [...items];
		this.#next = (items.at(-1)?.n ?? 0) + 1;
		this.size.value = this.#items.length;
	}

	get length() {
		return this.#items.length;
	}

	/** @returns {OutboxItem|undefined} the oldest */
	get first() {
		return this.#items[0];
	}

	/** @returns {readonly OutboxItem[]} */
	get items() {
		return this.#items;
	}

	/**
	 * Appends changes.
	 * @param {Change[]} changes
	 * @returns {OutboxItem[]} with their places, to be kept
	 */
	push(changes) {
		const items = changes.map((change) => ({ ...change, n: this.#next++ }));
		for (const item of items) this.#items.push(item);
		this.size.value = this.#items.length;
		return items;
	}

	/**
	 * Takes one out.
	 * @param {number} n
	 */
	done(n) {
		this.#items = this.#items.filter((item) => item.n !== n);
		this.size.value = this.#items.length;
	}

	/** Everything is replaced by a push of the whole mirror. */
	empty() {
		this.#items = [];
		this.size.value = 0;
	}

	/**
	 * @param {string} id
	 * @returns {boolean} whether a change of that example waits
	 */
	concerns(id) {
		return this.#items.some((item) => (item.op === "add" || item.op === "remove") && item.id === id);
	}

	/** @returns {Set<string>} ids that wait to be added or removed */
	ids() {
		return new Set(this.#items.flatMap((item) => (item.op === "add" || item.op === "remove" ? [item.id] : [])));
	}

	/** @returns {boolean} whether a change of a whole class, or of the classes' order, waits */
	get concernsClasses() {
		return this.#items.some(({ op }) => op === "clear" || op === "rename" || op === "label");
	}

	/**
	 * What becomes of a class when everything that waits has been done.
	 * @param {string} label as the server has it
	 * @returns {string|null} its name then; null where it will be gone
	 */
	after(label) {
		/** @type {string|null} */
		let name = label;
		for (const item of this.#items) {
			if (item.op === "rename" && item.from === name) name = item.to;
			else if (item.op === "clear" && item.label === name) name = null;
			else if (item.op === "label" && name === null && item.label === label) name = label;
		}
		return name;
	}

	/** @returns {Set<string>} labels that wait to be made, by themselves or by a rename */
	labels() {
		return new Set(
			this.#items.flatMap((item) => (item.op === "label" ? [item.label] : item.op === "rename" ? [item.to] : [])),
		);
	}
}

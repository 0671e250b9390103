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

	/** Everything is replaced by a push of the whole replica. */
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
	 * @param {number} [place] only what waits behind it counts
	 * @returns {string|null} its name then; null where it will be gone
	 */
	after(label, place = 0) {
		/** @type {string|null} */
		let name = label;
		for (const item of this.#items) {
			if (item.n <= place) continue;
			if (item.op === "rename" && item.from === name) name = item.to;
			else if (item.op === "clear" && item.label === name) name = null;
			else if (item.op === "label" && name === null && item.label === label) name = label;
		}
		return name;
	}

	/**
	 * A change under the name that its class was given later: for what is refused under the name of its time.
	 * @param {OutboxItem} item
	 * @returns {OutboxItem|null} itself where there is no later name; null where nothing is left of it
	 */
	later(item) {
		if (item.op === "rename") {
			const to = this.after(item.to, item.n);
			if (to === item.to) return item;
			if (to === null) return { op: "clear", label: item.from, n: item.n };
			return to === item.from ? null : { ...item, to };
		}
		if (item.op !== "add" && item.op !== "label") return item;
		const label = this.after(item.label, item.n);
		if (label === item.label) return item;
		return label === null ? null : { ...item, label };
	}

	/** @param {OutboxItem} item in the place of the one that is there */
	replace(item) {
		this.#items = this.#items.map((old) => (old.n === item.n ? item : old));
	}

	/**
	 * The first change that may make room and can be made before all that waits ahead of it: nothing
	 * there concerns the same example or class.
	 * @param {(id: string) => boolean} isThere an example that is gone is not sent any more
	 * @param {(n: number) => boolean} isAside what is passed over
	 * @returns {OutboxItem|undefined}
	 */
	freeing(isThere, isAside) {
		/** @type {Set<string>} */
		const ids = new Set();
		/** @type {Set<string>} */
		const labels = new Set();
		return this.#items.find((item) => {
			if (item.op === "configure" || (item.op === "add" && !isThere(item.id))) return false;
			if (item.op === "remove") return !ids.has(item.id);
			if (item.op === "add") ids.add(item.id);
			const named = item.op === "rename" ? [item.from, item.to] : [item.label];
			const isFree = named.every((label) => !labels.has(label));
			for (const label of named) labels.add(label);
			return isFree && item.op !== "add" && item.op !== "label" && !isAside(item.n);
		});
	}

	/** @returns {Set<string>} labels that wait to be made, by themselves or by a rename */
	labels() {
		return new Set(
			this.#items.flatMap((item) => (item.op === "label" ? [item.label] : item.op === "rename" ? [item.to] : [])),
		);
	}
}

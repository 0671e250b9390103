// The changes that the server has not confirmed yet, oldest first. They are sent one at a time, and each leaves the queue
// when it is confirmed. After a lost confirmation a change is sent again; it says which change it is, so a second arrival
// changes nothing, whatever others did meanwhile. The replica owns the outbox and writes it: a change and its queue item are made in one call.

import { signal } from "@preact/signals";
import { newId } from "../knn/ids.js";

/**
 * @typedef {import("./store.js").Change} Change
 * @typedef {import("./store.js").OutboxItem} OutboxItem
 */

/** Changes of a whole class, or of the class order. */
const CLASS_CHANGES = new Set(["clear", "rename", "label", "order", "style"]);

export class Outbox {
	/** How many changes wait. */
	size = signal(0);
	/** @type {OutboxItem[]} */
	#items = [];
	#nextPlace = 1;
	/** Names the changes that are queued from now on: with their places, no other has the same. */
	#sender = newId();

	/**
	 * @param {OutboxItem[]} items as the store has them, oldest first
	 * @example
	 * outbox.load(await store.outbox(project.id));
	 */
	load(items) {
		this.#items = [...items];
		this.#nextPlace = (items.at(-1)?.n ?? 0) + 1;
		// Places begin anew.
		this.#sender = newId();
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
	 * @returns {OutboxItem[]} the changes with their names and places, for the store
	 * @example
	 * outbox.push([{ op: "rename", from: "cat", to: "lion" }]); // [{ op: "rename", from: "cat", to: "lion", sender: "5f0c…", n: 1 }]
	 */
	push(changes) {
		const items = changes.map((change) => ({ ...change, sender: this.#sender, n: this.#nextPlace++ }));
		for (const item of items) this.#items.push(item);
		this.size.value = this.#items.length;
		return items;
	}

	/**
	 * Removes a change that the server confirmed.
	 * @param {number} place
	 * @example
	 * outbox.remove(item.n);
	 */
	remove(place) {
		this.#items = this.#items.filter(({ n }) => n !== place);
		this.size.value = this.#items.length;
	}

	/** Removes all changes. Places are not used again. */
	empty() {
		this.#items = [];
		this.size.value = 0;
	}

	/**
	 * Puts a change in the place of another.
	 * @param {OutboxItem} item with the place of the one that it replaces
	 * @example
	 * outbox.replace({ ...item, label: "lion" });
	 */
	replace(item) {
		this.#items = this.#items.map((old) => (old.n === item.n ? item : old));
	}

	/**
	 * @param {string} id
	 * @returns {boolean} whether an addition or removal of this example waits
	 * @example
	 * if (!outbox.hasChangeOf(id)) replica.remove([id]);
	 */
	hasChangeOf(id) {
		return this.#items.some((item) => (item.op === "add" || item.op === "remove") && item.id === id);
	}

	/** @returns {boolean} whether a change of a whole class, or of the class order, waits */
	get hasClassChange() {
		return this.#items.some(({ op }) => CLASS_CHANGES.has(op));
	}

	/** @returns {boolean} whether another class order waits */
	get hasOrder() {
		return this.#items.some(({ op }) => op === "order");
	}

	/** @returns {boolean} whether another name of the project waits */
	get hasName() {
		return this.#items.some(({ op }) => op === "name");
	}

	/**
	 * @param {string} label the class's name after all queued changes
	 * @returns {boolean} whether another colour or emoji of the class waits
	 * @example
	 * outbox.push([{ op: "style", label: "cat", colour: 3, emoji: null }, { op: "rename", from: "cat", to: "lion" }]);
	 * outbox.hasStyleOf("lion"); // true
	 */
	hasStyleOf(label) {
		return this.#items.some((item) => item.op === "style" && this.labelAfter(item.label, item.n) === label);
	}

	/** @returns {boolean} whether the room is yet to be told of removals; the first change may be under way with older ones */
	get hasUnsentRemovals() {
		return this.#items.slice(1).some(({ op }) => op === "removals");
	}

	/** @returns {boolean} whether other settings wait */
	get hasSettings() {
		return this.#items.some(({ op }) => op === "configure");
	}

	/**
	 * @returns {Set<string>} ids of examples that wait to be added or removed
	 * @example
	 * outbox.push([{ op: "add", id: "a", label: "cat" }]);
	 * outbox.exampleIds(); // Set { "a" }
	 */
	exampleIds() {
		return new Set(this.#items.flatMap((item) => (item.op === "add" || item.op === "remove" ? [item.id] : [])));
	}

	/**
	 * @returns {Set<string>} labels that a queued change will create
	 * @example
	 * outbox.push([{ op: "label", label: "cat" }, { op: "rename", from: "dog", to: "wolf" }]);
	 * outbox.newLabels(); // Set { "cat", "wolf" }
	 */
	newLabels() {
		return new Set(
			this.#items.flatMap((item) => (item.op === "label" ? [item.label] : item.op === "rename" ? [item.to] : [])),
		);
	}

	/**
	 * The name that a class has after all queued changes.
	 * @param {string} label the server's name of the class
	 * @param {number} [place] count only changes behind this place
	 * @returns {string|null} null: a queued change clears the class
	 * @example
	 * outbox.push([{ op: "rename", from: "cat", to: "lion" }, { op: "clear", label: "dog" }]);
	 * outbox.labelAfter("cat"); // "lion"
	 * outbox.labelAfter("dog"); // null
	 */
	labelAfter(label, place = 0) {
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
	 * A change under the name that its class gets later: for a change that the server refuses because of the name.
	 * @param {OutboxItem} item
	 * @returns {OutboxItem|null} the same item: its class gets no other name; null: nothing is left of the change
	 * @example
	 * const [first] = outbox.push([{ op: "label", label: "cat" }, { op: "rename", from: "cat", to: "lion" }]);
	 * outbox.withLaterLabel(first); // { op: "label", label: "lion", sender: "5f0c…", n: 1 }
	 */
	withLaterLabel(item) {
		if (item.op === "rename") {
			const to = this.labelAfter(item.to, item.n);
			if (to === item.to) return item;
			if (to === null) return { op: "clear", label: item.from, sender: item.sender, n: item.n };
			return to === item.from ? null : { ...item, to };
		}
		if (item.op !== "add" && item.op !== "label" && item.op !== "style") return item;
		const label = this.labelAfter(item.label, item.n);
		if (label === item.label) return item;
		return label === null ? null : { ...item, label };
	}

	/**
	 * The first change that may make room on the server and may be sent before all changes ahead of it, because none of
	 * those names the same example or class.
	 * @param {(id: string) => boolean} hasExample whether the replica has an example; an addition without one is not sent
	 * @param {(place: number) => boolean} isSetAside whether a place is passed over
	 * @returns {OutboxItem|undefined}
	 * @example
	 * const item = outbox.findFreeingChange((id) => replica.knn.has(id), () => false);
	 */
	findFreeingChange(hasExample, isSetAside) {
		/** @type {Set<string>} */
		const ids = new Set();
		/** @type {Set<string>} */
		const labels = new Set();
		return this.#items.find((item) => {
			if (item.op === "configure" || item.op === "name" || item.op === "order" || item.op === "removals") return false;
			if (item.op === "add" && !hasExample(item.id)) return false;
			if (item.op === "remove") return !ids.has(item.id);
			if (item.op === "add") ids.add(item.id);
			const itemLabels = item.op === "rename" ? [item.from, item.to] : [item.label];
			const isIndependent = itemLabels.every((label) => !labels.has(label));
			for (const label of itemLabels) labels.add(label);
			return isIndependent && (item.op === "clear" || item.op === "rename") && !isSetAside(item.n);
		});
	}
}

// The classes of a classifier, in order of first use. examples.js owns one. The twin is server/knn/classes.py.

import { ContractError } from "../contract/errors.js";

/**
 * @typedef {object} ClassEntry one class; an example holds its entry, so that renaming a class changes one object only
 * @property {string} label
 * @property {number} index its position in class order
 * @property {number} count its examples; Examples counts them
 */

/**
 * Labels in class order, each with its entry.
 * @example
 * const classes = new Classes();
 * const cat = classes.add("cat");
 * classes.add("dog");
 * classes.order(["dog"]);
 * [classes.labels, cat.index]; // [["dog", "cat"], 1]
 */
export class Classes {
	/** @type {Map<string, ClassEntry>} in class order */
	#entries = new Map();

	/** The labels in class order, copied. */
	get labels() {
		return [...this.#entries.keys()];
	}

	/**
	 * The number of examples of each class, in class order.
	 * @returns {Record<string, number>}
	 */
	get countByLabel() {
		return tableOf([...this.#entries.values()].map(({ label, count }) => [label, count]));
	}

	/** @param {string} label */
	has(label) {
		return this.#entries.has(label);
	}

	/**
	 * @param {string} label
	 * @throws {ContractError} noSuchLabel
	 */
	entry(label) {
		const entry = this.#entries.get(label);
		if (!entry) throw new ContractError("noSuchLabel", { came: label });
		return entry;
	}

	/**
	 * Returns the entry of a label; a new label becomes the last class.
	 * @param {string} label
	 */
	add(label) {
		let entry = this.#entries.get(label);
		if (!entry) {
			entry = { label, index: this.#entries.size, count: 0 };
			this.#entries.set(label, entry);
		}
		return entry;
	}

	/**
	 * Removes a class; the later ones move up.
	 * @param {string} label
	 */
	remove(label) {
		this.#entries.delete(label);
		this.#number();
	}

	/**
	 * Gives a class a label that no class has; it keeps its position.
	 * @param {ClassEntry} entry
	 * @param {string} label
	 */
	rename(entry, label) {
		entry.label = label;
		this.#entries = new Map([...this.#entries.values()].map((each) => [each.label, each]));
	}

	/**
	 * Counts the examples of one class to another, and removes the first.
	 * @param {ClassEntry} from
	 * @param {ClassEntry} to
	 */
	merge(from, to) {
		to.count += from.count;
		this.remove(from.label);
	}

	/**
	 * Puts the classes into this order; those not named follow in the order that they had.
	 * @param {string[]} labels
	 */
	order(labels) {
		const named = labels.filter((label) => this.#entries.has(label));
		const ordered = new Set([...named, ...this.#entries.keys()]);
		this.#entries = new Map([...ordered].map((label) => [label, this.entry(label)]));
		this.#number();
	}

	#number() {
		let index = 0;
		for (const entry of this.#entries.values()) entry.index = index++;
	}
}

/**
 * Makes an object of labels and values. It has no prototype, so that "__proto__" and "constructor" are labels like any other.
 * An object lists labels such as "7" first: class order is that of the labels, not that of the object's keys.
 * @template T
 * @param {[string, T][]} entries
 * @returns {Record<string, T>}
 * @example
 * tableOf([["cat", 2], ["__proto__", 1]]); // { cat: 2, ["__proto__"]: 1 }
 */
export function tableOf(entries) {
	const table = Object.create(null);
	for (const [label, value] of entries) table[label] = value;
	return table;
}

/**
 * Sets a value in an object that has a prototype, as the object's own, whatever the label is.
 * @template T
 * @param {Record<string, T>} object
 * @param {string} label
 * @param {T} value
 * @example
 * setLabel({}, "__proto__", 1); // { ["__proto__"]: 1 }
 */
export function setLabel(object, label, value) {
	Object.defineProperty(object, label, { value, writable: true, enumerable: true, configurable: true });
}

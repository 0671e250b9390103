// The examples of a classifier, in order of arrival. This module holds data and keeps it consistent; it knows nothing of
// distances or votes. knn.js owns one. The twin is server/knn/examples.py.

import { ContractError } from "../contract/errors.js";
import { asEmbedding, asLabel, asName } from "./checks.js";
import { Classes } from "./classes.js";
import { newId } from "./ids.js";
import { Matrix } from "./product.js";

/** @typedef {import("./classes.js").ClassEntry} ClassEntry */
/** @typedef {{id: string, label: string, group: string | null}} ExampleInfo an example without its embedding; group: its recording */
/** @typedef {ExampleInfo & {embedding: Float32Array}} Example embedding: (d,), a copy */
/**
 * @typedef {object} Dataset everything that a classifier holds
 * @property {number | null} dimension d; null before the first example
 * @property {string[]} labels in class order
 * @property {ExampleInfo[]} examples n, in order of arrival
 * @property {Float32Array} embeddings (n, d), row by row
 */

let lastSerial = 0; // of all examples of this page
/** The rows of the first columns; they double from there. */
const FIRST_CAPACITY = 64;

/**
 * Examples in one growing matrix; appending takes constant time on average.
 * @example
 * const examples = new Examples();
 * examples.add(Float32Array.of(1, 0), "cat", "a", "recording 1"); // "a"
 * examples.add(Float32Array.of(0, 1), "dog", "b");
 * examples.outline()[0]; // { id: "a", label: "cat", group: "recording 1" }
 */
export class Examples {
	/** d, fixed by the first example; null before it. @type {number | null} */
	dimension = null;
	/** n, the number of examples. */
	count = 0;
	/** The number of changes so far of the examples or of their classes. */
	changes = 0;
	/** @type {Matrix | null} */
	#matrix = null;
	#norms = new Float64Array(0);
	#squares = new Float64Array(0);
	/** @type {string[]} */
	#ids = [];
	/** @type {(string | null)[]} */
	#groups = [];
	/** A number for each example's recording, by row; an example without a group has its own. @type {number[]} */
	#recordings = [];
	#serials = /** @type {number[]} */ ([]); // by row
	/** @type {Map<string, number>} by group */
	#recordingOf = new Map();
	#recordingCount = 0; // of all that ever were
	/** @type {ClassEntry[]} by row */
	#classOf = [];
	/** @type {Map<string, number>} */
	#rowOf = new Map();
	#classes = new Classes();

	/** All embeddings, (n, d) and room for more, rows in order of arrival. There must be an example. */
	get matrix() {
		return /** @type {Matrix} */ (this.#matrix);
	}

	/** The embeddings' L2 norms, (n,), a view. */
	get norms() {
		return this.#norms.subarray(0, this.count);
	}

	/** |z|² of each example in the adapted metric, (n,), a view; NaN: not known yet. adaptation.js and adapted-search.js fill it. */
	get squares() {
		return this.#squares.subarray(0, this.count);
	}

	/** A number for each example, (n,), copied. An example that is added again with its id gets another. */
	get serials() {
		return [...this.#serials];
	}

	/** The examples' ids, in order of arrival, copied. */
	get ids() {
		return [...this.#ids];
	}

	/** The labels in class order, copied. */
	get labels() {
		return this.#classes.labels;
	}

	/** The number of examples of each class, in class order. */
	get countByLabel() {
		return this.#classes.countByLabel;
	}

	/** @param {number} row */
	classIndexAt(row) {
		return this.#classOf[row].index;
	}

	/**
	 * @param {number} row
	 * @returns {number} the number of its recording
	 */
	recordingAt(row) {
		return this.#recordings[row];
	}

	/** @param {number} row */
	idAt(row) {
		return this.#ids[row];
	}

	/** @param {string} id */
	has(id) {
		return this.#rowOf.has(id);
	}

	/**
	 * @param {string} id
	 * @returns {number} its row; removals change it
	 * @throws {ContractError} noSuchExample
	 */
	rowOf(id) {
		const row = this.#rowOf.get(id);
		if (row === undefined) throw new ContractError("noSuchExample", { came: id });
		return row;
	}

	/**
	 * @param {string} id
	 * @returns {Example}
	 * @throws {ContractError} noSuchExample
	 * @example
	 * examples.example("a").embedding; // Float32Array [1, 0]
	 */
	example(id) {
		return this.#at(this.rowOf(id));
	}

	/**
	 * Returns all examples in order of arrival, without their embeddings.
	 * @returns {ExampleInfo[]}
	 */
	outline() {
		return this.#ids.map((id, row) => ({ id, label: this.#classOf[row].label, group: this.#groups[row] }));
	}

	/** The examples in order of arrival. */
	*[Symbol.iterator]() {
		for (let row = 0; row < this.count; row++) yield this.#at(row);
	}

	/**
	 * Appends one example and returns its id; an id that is there already changes nothing.
	 * @param {unknown} embedding Float32Array, (d,), finite, not all zero
	 * @param {unknown} label its class; a new label makes a new class
	 * @param {unknown} [id] null or absent: a new one is made up
	 * @param {unknown} [group] the recording that it belongs to; null or absent: none
	 * @param {number} [serial] the one that it had, where the same example was removed before; see serials
	 * @returns {string} the id
	 * @throws {ContractError} badEmbedding, dimension, notFinite, zeroVector, badLabel, emptyLabel, longLabel, badId or badGroup
	 * @example
	 * examples.add(Float32Array.of(1, 1), "cat", "c"); // "c"
	 */
	add(embedding, label, id, group, serial) {
		const { embedding: checkedEmbedding, norm } = asEmbedding(embedding, this.dimension);
		const checkedLabel = asLabel(label);
		const checkedId = id === undefined || id === null ? newId() : asName(id, "badId");
		const checkedGroup = group === undefined || group === null ? null : asName(group, "badGroup");
		if (this.#rowOf.has(checkedId)) return checkedId;
		this.dimension ??= checkedEmbedding.length;
		this.#matrix ??= new Matrix(checkedEmbedding.length);
		const row = this.count;
		this.#makeRoom(row + 1);
		this.#matrix.values.set(checkedEmbedding, row * this.dimension);
		this.#norms[row] = norm;
		this.#squares[row] = Number.NaN;
		const entry = this.#classes.add(checkedLabel);
		entry.count++;
		this.#classOf.push(entry);
		this.#ids.push(checkedId);
		this.#groups.push(checkedGroup);
		this.#recordings.push(this.#recordingNumber(checkedGroup));
		this.#serials.push(serial ?? ++lastSerial);
		this.#rowOf.set(checkedId, row);
		this.count++;
		this.changes++;
		return checkedId;
	}

	/**
	 * Adds a class without examples; an existing one stays as it is.
	 * @param {unknown} label
	 * @throws {ContractError} badLabel, emptyLabel or longLabel
	 * @example
	 * examples.addLabel("bird");
	 */
	addLabel(label) {
		this.#classes.add(asLabel(label));
	}

	/**
	 * Removes one example; its class stays, even without examples.
	 * @param {string} id
	 * @returns {string} its label
	 * @throws {ContractError} noSuchExample
	 * @example
	 * examples.remove("a"); // "cat"
	 */
	remove(id) {
		const row = this.rowOf(id);
		const { label } = this.#classOf[row];
		this.#keep((other) => other !== row);
		return label;
	}

	/**
	 * Removes many examples in one pass; unknown ids change nothing.
	 * @param {Iterable<string>} ids
	 * @example
	 * examples.removeAll(["a", "b"]);
	 */
	removeAll(ids) {
		const removed = new Set(ids);
		this.#keep((row) => !removed.has(this.#ids[row]));
	}

	/**
	 * Removes a class with its examples.
	 * @param {string} label
	 * @returns {string[]} the ids of the removed examples
	 * @throws {ContractError} noSuchLabel
	 * @example
	 * examples.clearLabel("cat"); // ["a"]
	 */
	clearLabel(label) {
		const entry = this.#classes.entry(label);
		const ids = this.#ids.filter((_, row) => this.#classOf[row] === entry);
		this.#keep((row) => this.#classOf[row] !== entry);
		this.#classes.remove(label);
		return ids;
	}

	/**
	 * Renames a class; if the new label exists, the class joins that one and the gap closes.
	 * @param {string} from
	 * @param {unknown} to
	 * @throws {ContractError} noSuchLabel; badLabel, emptyLabel or longLabel
	 * @example
	 * examples.renameLabel("cat", "kitten");
	 */
	renameLabel(from, to) {
		const entry = this.#classes.entry(from);
		const label = asLabel(to);
		if (label === from) return;
		if (!this.#classes.has(label)) {
			this.#classes.rename(entry, label);
			return;
		}
		const target = this.#classes.entry(label);
		this.#classOf = this.#classOf.map((each) => (each === entry ? target : each));
		this.#classes.merge(entry, target);
		this.changes++;
	}

	/**
	 * Puts the classes into this order; those not named follow in the order that they had.
	 * @param {string[]} labels
	 * @example
	 * examples.orderLabels(["dog"]); // "dog" is now the first class
	 */
	orderLabels(labels) {
		this.#classes.order(labels);
	}

	/** @returns {Dataset} everything, as copies @example const { labels, embeddings } = examples.toDataset(); */
	toDataset() {
		return {
			dimension: this.dimension,
			labels: this.labels,
			examples: this.outline(),
			embeddings: this.#matrix?.values.slice(0, this.count * this.#matrix.d) ?? new Float32Array(0),
		};
	}

	/**
	 * Builds examples from what toDataset returned, perhaps by way of JSON: a list of numbers in place of the Float32Array.
	 * @param {Dataset} dataset
	 * @returns {Examples}
	 * @throws {ContractError} badDataset, or what adding one of the examples throws
	 */
	static fromDataset(dataset) {
		const result = new Examples();
		const { labels, examples, embeddings, dimension = null } = dataset ?? {};
		const isList = Array.isArray(embeddings) || ArrayBuffer.isView(embeddings);
		if (!Array.isArray(labels) || !Array.isArray(examples) || !isList) {
			throw badDataset(typeof dataset, "an object with labels, examples and embeddings");
		}
		if (dimension !== null && !(Number.isInteger(dimension) && dimension >= 1)) {
			throw badDataset(`the dimension ${dimension}`, "a whole number of at least 1");
		}
		const d = dimension ?? (examples.length > 0 ? embeddings.length / examples.length : 0);
		if (!Number.isInteger(d) || embeddings.length !== examples.length * d) {
			throw badDataset(`${examples.length} examples and ${embeddings.length} numbers`, "one embedding an example");
		}
		result.dimension = dimension;
		for (const label of labels) result.addLabel(label);
		for (const [row, example] of examples.entries()) {
			if (example === null || typeof example !== "object" || !("id" in example) || !("label" in example)) {
				throw badDataset(JSON.stringify(example) ?? typeof example, "an example with an id and a label");
			}
			const { id, label, group } = example;
			result.add(embeddings.slice(row * d, (row + 1) * d), label, id, group);
		}
		if (result.count !== examples.length) {
			throw badDataset("an id stands in it twice", "an id of its own an example");
		}
		return result;
	}

	/**
	 * @param {number} row
	 * @returns {Example}
	 */
	#at(row) {
		const { values, d } = this.matrix;
		const embedding = values.slice(row * d, (row + 1) * d);
		return { id: this.#ids[row], label: this.#classOf[row].label, group: this.#groups[row], embedding };
	}

	/**
	 * @param {string | null} group
	 * @returns {number} the recording's number; a new one where the group is new or null
	 */
	#recordingNumber(group) {
		if (this.#recordingOf.size > 2 * this.count + FIRST_CAPACITY) {
			// Groups that no example has any more.
			const current = new Set(this.#groups);
			for (const name of this.#recordingOf.keys()) if (!current.has(name)) this.#recordingOf.delete(name);
		}
		const known = group === null ? undefined : this.#recordingOf.get(group);
		if (known !== undefined) return known;
		this.#recordingCount++;
		if (group !== null) this.#recordingOf.set(group, this.#recordingCount);
		return this.#recordingCount;
	}

	/**
	 * Doubles the columns if they have fewer rows than this.
	 * @param {number} rows
	 */
	#makeRoom(rows) {
		this.matrix.reserve(rows);
		if (rows <= this.#norms.length) return;
		const norms = new Float64Array(Math.max(FIRST_CAPACITY, 2 * this.#norms.length));
		norms.set(this.#norms);
		this.#norms = norms;
		const squares = new Float64Array(norms.length);
		squares.set(this.#squares);
		this.#squares = squares;
	}

	/**
	 * Drops the rows that fail a test and closes the gaps.
	 * @param {(row: number) => boolean} test
	 */
	#keep(test) {
		if (!this.#matrix) return;
		const { values, d } = this.#matrix;
		/** @type {unknown[][]} */
		const lists = [this.#classOf, this.#ids, this.#groups, this.#recordings, this.#serials];
		let to = 0;
		for (let row = 0; row < this.count; row++) {
			if (!test(row)) {
				this.#classOf[row].count--;
				this.#rowOf.delete(this.#ids[row]);
				continue;
			}
			if (to < row) {
				values.copyWithin(to * d, row * d, (row + 1) * d);
				this.#norms[to] = this.#norms[row];
				this.#squares[to] = this.#squares[row];
				for (const list of lists) list[to] = list[row];
				this.#rowOf.set(this.#ids[to], to);
			}
			to++;
		}
		if (to < this.count) this.changes++;
		this.count = to;
		for (const list of lists) list.length = to;
	}
}

/**
 * @param {string} came
 * @param {string} expected
 */
function badDataset(came, expected) {
	return new ContractError("badDataset", { came, expected });
}

// The examples of a classifier, in order of arrival, and their classes, in order of first use.
//
// Holds data and keeps it consistent; knows nothing of distances or votes. knn.js owns it. Its twin is
// server/knn/examples.py.

import { ContractError } from "../contract/errors.js";
import { asEmbedding, asLabel, asName } from "./checks.js";
import { Matrix } from "./product.js";

/** @typedef {{id: string, label: string, group: string | null, embedding: Float32Array}} Example `embedding` is (d,), a copy */
/**
 * @typedef {object} Dataset everything a classifier knows
 * @property {number | null} dimension d; null before the first example
 * @property {string[]} labels in class order
 * @property {{id: string, label: string, group: string | null}[]} examples n, in order of arrival
 * @property {Float32Array} embeddings (n, d), row by row
 */

const FIRST_CAPACITY = 64;

/** Examples in one growing matrix, with constant-time (amortised) appending. */
export class Examples {
	/** @type {number | null} d, fixed by the first example */
	dimension = null;
	/** n, the number of examples */
	count = 0;
	/** Counts the changes of the examples or of which class they are in. */
	changes = 0;
	/** @type {Matrix | null} */
	#matrix = null;
	#norms = new Float64Array(0);
	#squares = new Float64Array(0);
	/** @type {string[]} */
	#ids = [];
	/** @type {(string | null)[]} */
	#groups = [];
	// A row holds its class itself, an object that renaming changes in one place.
	/** @type {{label: string, index: number, count: number}[]} */
	#classOf = [];
	/** @type {Map<string, number>} */
	#rowOf = new Map();
	/** @type {Map<string, {label: string, index: number, count: number}>} in class order */
	#classes = new Map();

	/** All embeddings, (n, d) and room for more, in order of arrival. There is one once there is an example. */
	get matrix() {
		return /** @type {Matrix} */ (this.#matrix);
	}

	/** Their L2 norms, (n,): a view. */
	get norms() {
		return this.#norms.subarray(0, this.count);
	}

	/** The squared lengths of their z's in an adapted metric, (n,): a view; NaN where not known yet. knn.js fills it. */
	get squares() {
		return this.#squares.subarray(0, this.count);
	}

	/** Their ids, in order of arrival. */
	get ids() {
		return [...this.#ids];
	}

	/** The labels in class order. */
	get labels() {
		return [...this.#classes.keys()];
	}

	/**
	 * The number of examples a class, in class order. Without a prototype, so that "__proto__" is a label like any other.
	 * @returns {Record<string, number>}
	 */
	get countByLabel() {
		return tableOf([...this.#classes.values()].map(({ label, count }) => [label, count]));
	}

	/** @param {number} row */
	classIndexAt(row) {
		return this.#classOf[row].index;
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
	 * @returns {number} its row, until the next removal
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
	 */
	example(id) {
		return this.#at(this.rowOf(id));
	}

	/**
	 * What they are, but for the embeddings, in order of arrival.
	 * @returns {{id: string, label: string, group: string | null}[]}
	 */
	outline() {
		return this.#ids.map((id, row) => ({ id, label: this.#classOf[row].label, group: this.#groups[row] }));
	}

	/** The examples in order of arrival. */
	*[Symbol.iterator]() {
		for (let row = 0; row < this.count; row++) yield this.#at(row);
	}

	/**
	 * Appends one example; the same id again changes nothing.
	 * @param {unknown} embedding Float32Array, (d,), finite, not all zero
	 * @param {unknown} label
	 * @param {unknown} [id] made up if absent
	 * @param {unknown} [group] the recording that it belongs to
	 * @returns {string} the id
	 * @throws {ContractError} see asEmbedding and asLabel; badId, badGroup
	 */
	add(embedding, label, id, group) {
		const { vector, length } = asEmbedding(embedding, this.dimension);
		const checkedLabel = asLabel(label);
		const name = id === undefined || id === null ? crypto.randomUUID() : asName(id, "badId");
		const recording = group === undefined || group === null ? null : asName(group, "badGroup");
		if (this.#rowOf.has(name)) return name;
		this.dimension ??= vector.length;
		this.#matrix ??= new Matrix(vector.length);
		const row = this.count;
		this.#makeRoom(row + 1);
		this.#matrix.values.set(vector, row * this.dimension);
		this.#norms[row] = length;
		this.#squares[row] = Number.NaN;
		const its = this.#class(checkedLabel);
		its.count++;
		this.#classOf.push(its);
		this.#ids.push(name);
		this.#groups.push(recording);
		this.#rowOf.set(name, row);
		this.count++;
		this.changes++;
		return name;
	}

	/**
	 * Adds a class without examples; an existing one stays as it is.
	 * @param {unknown} label
	 * @throws {ContractError} badLabel, emptyLabel or longLabel
	 */
	addLabel(label) {
		this.#class(asLabel(label));
	}

	/**
	 * Removes one example; its class stays, if need be with no examples.
	 * @param {string} id
	 * @returns {string} its label
	 * @throws {ContractError} noSuchExample
	 */
	remove(id) {
		const row = this.rowOf(id);
		const { label } = this.#classOf[row];
		this.#keep((other) => other !== row);
		return label;
	}

	/**
	 * Removes many at once, in one pass; ids that are not there change nothing.
	 * @param {Iterable<string>} ids
	 */
	removeAll(ids) {
		const gone = new Set(ids);
		this.#keep((row) => !gone.has(this.#ids[row]));
	}

	/**
	 * Removes a class with its examples.
	 * @param {string} label
	 * @returns {string[]} their ids
	 * @throws {ContractError} noSuchLabel
	 */
	clearLabel(label) {
		const gone = this.#existing(label);
		const ids = this.#ids.filter((_, row) => this.#classOf[row] === gone);
		this.#keep((row) => this.#classOf[row] !== gone);
		this.#classes.delete(label);
		this.#number();
		return ids;
	}

	/**
	 * Renames a class; onto an existing label, it joins that class and the gap closes.
	 * @param {string} from
	 * @param {unknown} to
	 * @throws {ContractError} noSuchLabel; badLabel, emptyLabel or longLabel
	 */
	renameLabel(from, to) {
		const renamed = this.#existing(from);
		const label = asLabel(to);
		if (label === from) return;
		const other = this.#classes.get(label);
		if (other) {
			this.#classOf = this.#classOf.map((its) => (its === renamed ? other : its));
			other.count += renamed.count;
			this.changes++;
			this.#classes.delete(from);
		} else {
			renamed.label = label;
			this.#classes = new Map([...this.#classes.values()].map((its) => [its.label, its]));
		}
		this.#number();
	}

	/**
	 * Puts the classes into this order; those not named follow in the order they had.
	 * @param {string[]} labels
	 */
	orderLabels(labels) {
		const known = labels.filter((label) => this.#classes.has(label));
		const order = new Set([...known, ...this.#classes.keys()]);
		this.#classes = new Map([...order].map((label) => [label, this.#existing(label)]));
		this.#number();
	}

	/** @returns {Dataset} everything, as copies */
	toDataset() {
		return {
			dimension: this.dimension,
			labels: this.labels,
			examples: this.outline(),
			embeddings: this.#matrix?.values.slice(0, this.count * this.#matrix.d) ?? new Float32Array(0),
		};
	}

	/**
	 * Builds examples from what toDataset returned.
	 * @param {Dataset} dataset
	 * @returns {Examples}
	 * @throws {ContractError} badDataset, or what adding one of the examples throws
	 */
	static fromDataset(dataset) {
		const made = new Examples();
		const { labels, examples, embeddings, dimension } = dataset ?? {};
		const readable = Array.isArray(labels) && Array.isArray(examples) && ArrayBuffer.isView(embeddings);
		if (!readable) {
			const expected = "an object with labels, examples and embeddings";
			throw new ContractError("badDataset", { came: typeof dataset, expected });
		}
		const d = dimension ?? 0;
		if (embeddings.length !== examples.length * d) {
			const came = `${examples.length} examples and ${embeddings.length} numbers`;
			throw new ContractError("badDataset", { came, expected: "one embedding an example" });
		}
		for (const label of labels) made.addLabel(label);
		for (const [row, { id, label, group }] of examples.entries()) {
			made.add(embeddings.subarray(row * d, (row + 1) * d), label, id, group);
		}
		if (made.count !== examples.length) {
			const expected = "an id of its own an example";
			throw new ContractError("badDataset", { came: "an id stands in it twice", expected });
		}
		return made;
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

	/** @param {string} label */
	#existing(label) {
		const its = this.#classes.get(label);
		if (!its) throw new ContractError("noSuchLabel", { came: label });
		return its;
	}

	/** @param {string} label */
	#class(label) {
		let its = this.#classes.get(label);
		if (!its) {
			its = { label, index: this.#classes.size, count: 0 };
			this.#classes.set(label, its);
		}
		return its;
	}

	#number() {
		let index = 0;
		for (const its of this.#classes.values()) its.index = index++;
	}

	/** @param {number} wanted */
	#makeRoom(wanted) {
		this.matrix.reserve(wanted);
		if (wanted <= this.#norms.length) return;
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
				this.#classOf[to] = this.#classOf[row];
				this.#ids[to] = this.#ids[row];
				this.#groups[to] = this.#groups[row];
				this.#rowOf.set(this.#ids[to], to);
			}
			to++;
		}
		if (to < this.count) this.changes++;
		this.count = to;
		this.#classOf.length = to;
		this.#ids.length = to;
		this.#groups.length = to;
	}
}

/**
 * A table by label. Without a prototype, so that "__proto__" and "constructor" are labels like any other; and note that
 * an object lists labels such as "7" first, so the class order is the labels', not the table's.
 * @template T
 * @param {[string, T][]} entries
 * @returns {Record<string, T>}
 */
export function tableOf(entries) {
	const table = Object.create(null);
	for (const [label, value] of entries) table[label] = value;
	return table;
}

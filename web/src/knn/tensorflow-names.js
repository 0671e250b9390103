// The names of @tensorflow-models/knn-classifier, so that a sketch written for it runs with only the import changed. knn.js
// inherits them. Each method does what the classifier's own method of another name does; "The drop-in names" in
// contract/README.md says where more than the name differs.

import { ContractError } from "../contract/errors.js";
import { setLabel, tableOf } from "./classes.js";
import { DatasetTensor } from "./dataset-tensor.js";
import { Examples } from "./examples.js";

/** @typedef {{dataSync(): ArrayLike<number>, shape: number[], dispose?: () => void}} TensorLike */

/**
 * @typedef {object} Classifier the methods of KNN that these names stand for
 * @property {number | null} dimension
 * @property {(embedding: Float32Array | TensorLike, options: {k: number}) => import("../state/result.js").Result} classify
 * @property {(label: string) => string[]} clearLabel
 * @property {() => void} clearAllLabels
 * @property {() => Record<string, number>} getCountByLabel
 * @property {() => number} getCount
 * @property {() => number} getNumLabels
 * @property {() => string[]} getLabels
 * @property {() => Iterable<import("./examples.js").Example>} examples
 * @property {(examples: Examples) => void} replaceExamples
 */

/** @typedef {Classifier & TensorFlowNames} Named */

export class TensorFlowNames {
	/**
	 * The classIndex of each label in predictClass. A label keeps its index when its class is cleared: sketches that keep their
	 * classes in a list look them up by it.
	 * @type {Record<string, number>}
	 */
	labelToClassId = {};
	/** The index that the next new label gets. */
	nextClassId = 0;
	/** The tensors that setClassifierDataset took over, by label. @type {Map<string, TensorLike>} */
	#owned = new Map();

	/**
	 * @this {Named}
	 * @param {Float32Array | TensorLike} embedding (d,)
	 * @param {number | string} [k] text, as a form gives it, counts as its number; what comes after the point does not count
	 * @example
	 * const { label, classIndex, confidences } = await classifier.predictClass(tensor, 10);
	 */
	async predictClass(embedding, k = 3) {
		const result = this.classify(embedding, { k: neighbourCount(k) });
		for (const label of this.getLabels()) this.numberClass(label);
		return {
			...result,
			classIndex: this.labelToClassId[result.label],
			confidences: ordinary(result.confidences),
		};
	}

	/**
	 * Removes a class with its examples; its classIndex waits for it.
	 * @this {Named}
	 * @param {string | number | boolean} label
	 */
	clearClass(label) {
		const text = labelText(label, true);
		this.clearLabel(text);
		this.#disposeOf(text);
	}

	/** Removes all classes; their classIndex waits for them. @this {Named} */
	clearAllClasses() {
		this.clearAllLabels();
		for (const label of [...this.#owned.keys()]) this.#disposeOf(label);
	}

	/**
	 * Returns the number of examples of each class.
	 * @this {Named}
	 */
	getClassExampleCount() {
		return ordinary(this.getCountByLabel());
	}

	/** @this {Named} */
	getNumClasses() {
		return this.getNumLabels();
	}

	/** @this {Named} */
	getNumExamples() {
		return this.getCount();
	}

	/**
	 * Returns the embeddings of each class, each of shape (examples, d).
	 * @this {Named}
	 * @returns {Record<string, DatasetTensor>}
	 * @example
	 * const { cat } = classifier.getClassifierDataset();
	 * [cat.shape, cat.dataSync()]; // [[2, 1280], Float32Array (2560)]
	 */
	getClassifierDataset() {
		const d = this.dimension ?? 0;
		const counts = this.getCountByLabel();
		const filling = new Map(
			this.getLabels().map((label) => [label, { values: new Float32Array(counts[label] * d), filled: 0 }]),
		);
		for (const { label, embedding } of this.examples()) {
			const part = /** @type {{values: Float32Array, filled: number}} */ (filling.get(label));
			part.values.set(embedding, part.filled);
			part.filled += d;
		}
		return ordinary(
			tableOf(
				[...filling].map(([label, { values }]) => [
					label,
					new DatasetTensor(values, [counts[label], d], this.#owned.get(label)),
				]),
			),
		);
	}

	/**
	 * Replaces everything by tensors of shape (examples, d), one for each class; class order is that of the object's keys. The
	 * tensors are the classifier's from then on: it disposes of them when their class is cleared or added to, and by dispose.
	 * @this {Named}
	 * @param {Record<string, TensorLike>} dataset
	 * @throws {ContractError} badDataset, or what adding one of the examples throws; then nothing has changed
	 * @example
	 * classifier.setClassifierDataset({ cat: tf.tensor(values, [2, 1280]) });
	 */
	setClassifierDataset(dataset) {
		const examples = new Examples();
		if (dataset === null || typeof dataset !== "object") throw badDataset(String(dataset));
		const entries = Object.entries(dataset);
		for (const [label, tensor] of entries) {
			const { values, rows, d } = matrixOf(tensor);
			examples.addLabel(label);
			for (let row = 0; row < rows; row++) examples.add(values.subarray(row * d, (row + 1) * d), label);
		}
		this.replaceExamples(examples);
		// What was there before is not disposed of: a sketch may go back to it, or it may be in the new data set too.
		this.#owned = new Map(entries);
		for (const [label] of entries) this.numberClass(label);
	}

	/** Removes everything, and disposes of the tensors of setClassifierDataset. @this {Named} */
	dispose() {
		this.clearAllClasses();
	}

	/** The data set, by the name of the package's own field, which sketches read. */
	get classDatasetMatrices() {
		return /** @type {Named} */ (/** @type {unknown} */ (this)).getClassifierDataset();
	}

	/** The counts, by the name of the package's own field. */
	get classExampleCount() {
		return /** @type {Named} */ (/** @type {unknown} */ (this)).getClassExampleCount();
	}

	/**
	 * Notes that an example was added: its class has an index from now on, and is no longer the one that a tensor came with.
	 * @param {string} label
	 */
	noteExample(label) {
		this.numberClass(label);
		this.#disposeOf(label);
	}

	/**
	 * Gives a label the next classIndex, if it has none.
	 * @param {string} label
	 */
	numberClass(label) {
		if (!Object.hasOwn(this.labelToClassId, label)) setLabel(this.labelToClassId, label, this.nextClassId++);
	}

	/** @param {string} label */
	#disposeOf(label) {
		const tensor = this.#owned.get(label);
		this.#owned.delete(label);
		tensor?.dispose?.();
	}
}

/**
 * Whether a value is a tensor, or has what a tensor has.
 * @param {unknown} value
 * @returns {value is TensorLike}
 * @example
 * isTensor(tf.tensor([3, 4])); // true
 */
export function isTensor(value) {
	return value !== null && typeof value === "object" && "dataSync" in value && typeof value.dataSync === "function";
}

/**
 * Returns a tensor's numbers, and anything else as it is.
 * @param {unknown} value
 * @example
 * tensorValues(tf.tensor([3, 4])); // Float32Array [3, 4]
 */
export function tensorValues(value) {
	return isTensor(value) ? value.dataSync() : value;
}

/**
 * Returns a label as text. A number always becomes its text; with a tensor, as sketches for knn-classifier teach, a boolean or
 * a bigint does too, as it does in JavaScript's tables.
 * @param {string | number | boolean} label
 * @param {boolean} [isSketch] whether it came by one of the package's own ways
 * @returns {string}
 * @example
 * labelText(7); // "7"
 * labelText(true, true); // "true"
 */
export function labelText(label, isSketch = false) {
	const kinds = isSketch ? ["number", "boolean", "bigint"] : ["number"];
	return kinds.includes(typeof label) ? String(label) : /** @type {string} */ (label);
}

/** @param {unknown} k @returns {number} a whole number; anything else as it came, for the classifier to refuse */
function neighbourCount(k) {
	const isWritten = typeof k === "boolean" || (typeof k === "string" && k.trim() !== "");
	const number = isWritten ? Number(k) : k;
	if (typeof number !== "number" || !(number >= 1)) return /** @type {number} */ (k);
	return Math.min(Math.floor(number), Number.MAX_SAFE_INTEGER);
}

/**
 * Returns a table as an object with a prototype: sketches ask its hasOwnProperty.
 * @template T
 * @param {Record<string, T>} table
 * @returns {Record<string, T>}
 */
function ordinary(table) {
	/** @type {Record<string, T>} */
	const object = {};
	for (const [label, value] of Object.entries(table)) setLabel(object, label, value);
	return object;
}

/** @param {unknown} tensor @throws {ContractError} badDataset */
function matrixOf(tensor) {
	if (!isTensor(tensor) || !Array.isArray(tensor.shape)) throw badDataset(tensor === null ? "null" : typeof tensor);
	const values = Float32Array.from(tensor.dataSync());
	const [rows, d] = tensor.shape;
	if (tensor.shape.length !== 2 || values.length !== rows * d) {
		throw badDataset(`${values.length} numbers of shape [${tensor.shape}]`);
	}
	return { values, rows, d };
}

/** @param {string} came */
function badDataset(came) {
	return new ContractError("badDataset", { came, expected: "an object of tensors of shape [examples, d] by label" });
}

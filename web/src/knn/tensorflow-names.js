// The names of @tensorflow-models/knn-classifier, so that a sketch written for it runs with only the import changed. knn.js
// inherits them. Each method does what the classifier's own method of another name does.

import { ContractError } from "../contract/errors.js";
import { tableOf } from "./classes.js";
import { Examples } from "./examples.js";

/** @typedef {{dataSync(): ArrayLike<number>, shape: number[]}} TensorLike */
/** @typedef {TensorLike & {dtype: string, data(): Promise<Float32Array>, dispose(): void}} ReadableTensor */

/**
 * @typedef {object} Classifier the methods of KNN that these names stand for
 * @property {number | null} dimension
 * @property {(embedding: Float32Array | TensorLike, options: {k: number}) => import("../state/result.js").Result} classify
 * @property {(label: string) => string[]} clearLabel
 * @property {() => void} clearAllLabels
 * @property {() => Record<string, number>} getCountByLabel
 * @property {() => number} getNumLabels
 * @property {() => string[]} getLabels
 * @property {() => Iterable<import("./examples.js").Example>} examples
 * @property {(examples: Examples) => void} replaceExamples
 */

export class TensorFlowNames {
	/**
	 * @this {Classifier}
	 * @param {Float32Array | TensorLike} embedding (d,)
	 * @param {number} [k]
	 * @example
	 * const { label, confidences } = await classifier.predictClass(tensor, 10);
	 */
	async predictClass(embedding, k = 3) {
		return this.classify(embedding, { k });
	}

	/**
	 * @this {Classifier}
	 * @param {string | number} label
	 */
	clearClass(label) {
		this.clearLabel(labelText(label));
	}

	/** @this {Classifier} */
	clearAllClasses() {
		this.clearAllLabels();
	}

	/**
	 * Returns the number of examples of each class.
	 * @this {Classifier}
	 */
	getClassExampleCount() {
		return this.getCountByLabel();
	}

	/** @this {Classifier} */
	getNumClasses() {
		return this.getNumLabels();
	}

	/**
	 * Returns the embeddings of each class, each of shape (examples, d).
	 * @this {Classifier}
	 * @returns {Record<string, ReadableTensor>}
	 * @example
	 * const { cat } = classifier.getClassifierDataset();
	 * [cat.shape, cat.dataSync()]; // [[2, 1280], Float32Array (2560)]
	 */
	getClassifierDataset() {
		const examples = [...this.examples()];
		return tableOf(
			this.getLabels().map((label) => {
				const embeddings = examples.filter((example) => example.label === label).map(({ embedding }) => embedding);
				const d = this.dimension ?? 0;
				const values = new Float32Array(embeddings.length * d);
				for (const [i, embedding] of embeddings.entries()) values.set(embedding, i * d);
				const shape = [embeddings.length, d];
				const dataSync = () => values;
				return [label, { dtype: "float32", shape, dataSync, data: async () => values, dispose() {} }];
			}),
		);
	}

	/**
	 * Replaces everything by tensors of shape (examples, d), one for each class; class order is that of the object's keys.
	 * @this {Classifier}
	 * @param {Record<string, TensorLike>} dataset
	 * @throws {ContractError} badDataset; then nothing has changed
	 * @example
	 * classifier.setClassifierDataset({ cat: tf.tensor(values, [2, 1280]) });
	 */
	setClassifierDataset(dataset) {
		const examples = new Examples();
		for (const [label, tensor] of Object.entries(dataset)) {
			const values = Float32Array.from(tensor.dataSync());
			const [rows, d] = tensor.shape;
			if (values.length !== rows * d) {
				throw new ContractError("badDataset", { came: `${values.length} numbers`, expected: `${rows} times ${d}` });
			}
			examples.addLabel(label);
			for (let row = 0; row < rows; row++) examples.add(values.subarray(row * d, (row + 1) * d), label);
		}
		this.replaceExamples(examples);
	}

	/** @this {Classifier} */
	dispose() {
		this.clearAllLabels();
	}
}

/**
 * Returns a tensor's numbers, and anything else as it is.
 * @param {unknown} value
 * @example
 * tensorValues(tf.tensor([3, 4])); // Float32Array [3, 4]
 */
export function tensorValues(value) {
	if (value !== null && typeof value === "object" && "dataSync" in value && typeof value.dataSync === "function") {
		return value.dataSync();
	}
	return value;
}

/**
 * Returns a label as text: knn-classifier takes numbers too.
 * @param {string | number} label
 * @returns {string}
 * @example
 * labelText(7); // "7"
 */
export function labelText(label) {
	return typeof label === "number" ? String(label) : label;
}

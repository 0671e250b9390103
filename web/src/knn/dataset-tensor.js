// The embeddings of one class, as sketches for @tensorflow-models/knn-classifier read them: with the names of a tensor. This
// room has no TensorFlow.js: tf.tensor(entry.dataSync(), entry.shape) makes a real tensor. tensorflow-names.js hands them out.

/**
 * A copy of the embeddings of one class, (n, d).
 * @example
 * const entry = new DatasetTensor(Float32Array.of(1, 0, 0, 1), [2, 2]);
 * entry.arraySync(); // [[1, 0], [0, 1]]
 */
export class DatasetTensor {
	dtype = "float32";
	/** @type {[number, number]} */
	shape;
	size;
	rank = 2;
	isDisposed = false;
	#values;
	#owned;

	/**
	 * @param {Float32Array} values row by row
	 * @param {[number, number]} shape n, d
	 * @param {{dispose?: () => void}} [owned] the tensor that the classifier took these values from, and owns
	 */
	constructor(values, shape, owned) {
		this.#values = values;
		this.shape = shape;
		this.size = values.length;
		this.#owned = owned;
	}

	/** The numbers, row by row. @example entry.dataSync(); // Float32Array [1, 0, 0, 1] */
	dataSync() {
		return this.#values;
	}

	/** As dataSync, in a promise. @example await entry.data(); // Float32Array [1, 0, 0, 1] */
	async data() {
		return this.#values;
	}

	/** The numbers as one list for each row. @example entry.arraySync(); // [[1, 0], [0, 1]] */
	arraySync() {
		const [rows, d] = this.shape;
		return Array.from({ length: rows }, (_, row) => Array.from(this.#values.subarray(row * d, (row + 1) * d)));
	}

	/** As arraySync, in a promise. @example await entry.array(); // [[1, 0], [0, 1]] */
	async array() {
		return this.arraySync();
	}

	/** A copy that nobody else disposes of. @example const mine = entry.clone(); */
	clone() {
		return new DatasetTensor(this.#values.slice(), [...this.shape]);
	}

	/**
	 * Disposes of the tensor that the values came from, if the classifier was given one. The classifier keeps its examples.
	 * @example
	 * entry.dispose();
	 */
	dispose() {
		this.isDisposed = true;
		this.#owned?.dispose?.();
	}

	/** @example String(entry); // "Tensor [[1,0],[0,1]]" */
	toString() {
		return `Tensor ${JSON.stringify(this.arraySync())}`;
	}

	/** Writes the numbers to the console. @example entry.print(); */
	print() {
		console.log(this.toString());
	}
}

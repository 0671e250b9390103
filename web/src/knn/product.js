// The examples' embeddings in one growing matrix, and its product with an embedding. examples.js owns one.
//
// Beyond its first 64 rows, the matrix lives in WASM's memory, where SIMD multiplies it four numbers at a time: product.wat,
// compiled into product.wasm.json. Without SIMD there is no product, and search.js measures every example instead. Python has
// NumPy for this: `multiply` in server/knn/search.py.

import kernel from "./product.wasm.json" with { type: "json" };

const FIRST_ROWS = 64;
const PAGE_BYTES = 65536;
const FLOAT_BYTES = 4;

/** @typedef {(rows: number, d: number, embedding: number, row: number, out: number) => void} Multiply the last three are addresses in bytes */

/** @type {WebAssembly.Module | null | undefined} undefined: not tried yet */
let compiled;

/** @returns {WebAssembly.Module | null} null: there is no SIMD */
function compileOnce() {
	if (compiled === undefined) {
		try {
			compiled = new WebAssembly.Module(Uint8Array.from(atob(kernel), (character) => character.charCodeAt(0)));
		} catch {
			compiled = null;
		}
	}
	return compiled;
}

/**
 * A growing matrix of float32, row by row.
 * @example
 * const matrix = new Matrix(2);
 * matrix.reserve(100);
 * matrix.values.set([1, 0, 3, 4]);
 * matrix.multiply(Float32Array.of(1, 2), 2); // Float32Array [1, 11]
 */
export class Matrix {
	/** @readonly */
	d;
	/** All rows there is room for, (capacity, d); replaced whenever the matrix grows. */
	values;
	/** @type {{memory: WebAssembly.Memory, multiply: Multiply} | null} */
	#simd = null;
	#embeddingBytes;

	/** @param {number} d numbers in a row, at least 1 */
	constructor(d) {
		this.d = d;
		this.values = new Float32Array(FIRST_ROWS * d);
		this.#embeddingBytes = d * FLOAT_BYTES;
	}

	/**
	 * Makes room for some rows; the rows that are there stay.
	 * @param {number} rows
	 */
	reserve(rows) {
		const oldCapacity = this.values.length / this.d;
		if (rows <= oldCapacity) return;
		const capacity = Math.max(rows, 2 * oldCapacity);
		// Growing WASM's memory keeps its content; only a matrix from outside must be copied into it.
		const old = this.#simd ? null : this.values;
		if (this.#growInWasm(capacity)) {
			if (old) this.values.set(old);
			return;
		}
		const values = new Float32Array(capacity * this.d);
		values.set(this.values);
		this.values = values;
		this.#simd = null;
	}

	/**
	 * Multiplies the first rows with an embedding.
	 * @param {Float32Array} embedding (d,)
	 * @param {number} rows n
	 * @returns {Float32Array | null} the dot products, (n,), a view that is valid until the next call; null: there is no SIMD, or
	 *   there are too few rows for it
	 */
	multiply(embedding, rows) {
		if (!this.#simd) return null;
		const { memory, multiply } = this.#simd;
		const out = this.#embeddingBytes + this.values.byteLength;
		new Float32Array(memory.buffer, 0, this.d).set(embedding);
		multiply(rows, this.d, 0, this.#embeddingBytes, out);
		return new Float32Array(memory.buffer, out, rows);
	}

	/**
	 * Makes room in WASM's memory, which holds the embedding, then the rows, then the products.
	 * @param {number} rows
	 * @returns {boolean} false: there is no SIMD, or not enough memory
	 */
	#growInWasm(rows) {
		const module = compileOnce();
		if (!module) return false;
		const pages = Math.ceil((this.#embeddingBytes + rows * (this.d + 1) * FLOAT_BYTES) / PAGE_BYTES);
		try {
			if (this.#simd) {
				const { memory } = this.#simd;
				memory.grow(pages - memory.buffer.byteLength / PAGE_BYTES);
			} else {
				const memory = new WebAssembly.Memory({ initial: pages });
				const { exports } = new WebAssembly.Instance(module, { env: { memory } });
				this.#simd = { memory, multiply: /** @type {Multiply} */ (exports.multiply) };
			}
		} catch {
			return false;
		}
		this.values = new Float32Array(this.#simd.memory.buffer, this.#embeddingBytes, rows * this.d);
		return true;
	}
}

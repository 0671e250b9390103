// The examples' embeddings in one growing matrix, and its product with a query. examples.js owns one.
//
// Once there are more than a few rows, the matrix lives in WASM's memory, where SIMD multiplies it four numbers at a time:
// product.wat, compiled into product.wasm.json. Where there is no SIMD there is no product, and distance.js measures instead.

import kernel from "./product.wasm.json" with { type: "json" };

const FIRST_ROWS = 64;
const PAGE_BYTES = 65536;
const FLOAT_BYTES = 4;

/** @typedef {(rows: number, d: number, query: number, row: number, out: number) => void} Multiply addresses in bytes */

/** @type {WebAssembly.Module | null | undefined} undefined: not tried yet */
let compiled;

/** @returns {WebAssembly.Module | null} null where there is no SIMD */
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

/** A growing matrix of float32, row by row. */
export class Matrix {
	/** @readonly */
	d;
	/** All numbers there is room for, (rows, d): made anew when the matrix grows. */
	values;
	/** @type {{memory: WebAssembly.Memory, multiply: Multiply} | null} */
	#simd = null;
	#queryBytes;

	/** @param {number} d numbers in a row, at least 1 */
	constructor(d) {
		this.d = d;
		this.values = new Float32Array(FIRST_ROWS * d);
		this.#queryBytes = d * FLOAT_BYTES;
	}

	/** @param {number} rows how many must have room; what is there stays */
	reserve(rows) {
		const room = this.values.length / this.d;
		if (rows <= room) return;
		const wanted = Math.max(rows, 2 * room);
		// Growing WASM's memory keeps what is in it; it is only moved when it comes from elsewhere.
		const old = this.#simd ? null : this.values;
		if (this.#growInWasm(wanted)) {
			if (old) this.values.set(old);
			return;
		}
		const values = new Float32Array(wanted * this.d);
		values.set(this.values);
		this.values = values;
		this.#simd = null;
	}

	/**
	 * The dot products of the first rows with a query.
	 * @param {Float32Array} query (d,)
	 * @param {number} rows n
	 * @returns {Float32Array | null} (n,), a view that holds until the next call; null where it must be done otherwise
	 */
	multiply(query, rows) {
		if (!this.#simd) return null;
		const { memory, multiply } = this.#simd;
		const out = this.#queryBytes + this.values.byteLength;
		new Float32Array(memory.buffer, 0, this.d).set(query);
		multiply(rows, this.d, 0, this.#queryBytes, out);
		return new Float32Array(memory.buffer, out, rows);
	}

	/**
	 * The memory holds the query, then the rows, then the products.
	 * @param {number} rows
	 * @returns {boolean} whether the matrix is in WASM's memory, with so much room
	 */
	#growInWasm(rows) {
		const module = compileOnce();
		if (!module) return false;
		const pages = Math.ceil((this.#queryBytes + rows * (this.d + 1) * FLOAT_BYTES) / PAGE_BYTES);
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
		this.values = new Float32Array(this.#simd.memory.buffer, this.#queryBytes, rows * this.d);
		return true;
	}
}

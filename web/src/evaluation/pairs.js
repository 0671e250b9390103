// One number for every pair of tested examples, measured once and kept for as long as both examples are there.
// metric-distances.js owns two: dot products, for the cosine and the Euclidean distance, and Manhattan distances. The twin is
// server/evaluation/pairs.py, which is also the twin of metric-distances.js and adapted-pairs.js.

/** @typedef {import("./test-set.js").TestSet} TestSet */
/**
 * Measures two rows with two others at once, which reads each number half as often. a, b, c, e: where the rows begin; out, (4,):
 * a with c, a with e, b with c, b with e.
 * @typedef {(values: Float32Array, d: number, a: number, b: number, c: number, e: number, out: Float64Array) => void} Kernel
 */

export class Pairs {
	#testSet;
	#kernel;
	#capacity = 0;
	/** (capacity, capacity), by slot, symmetric. */
	#values = new Float64Array(0);
	/** The stamp of the example that was measured in each slot; see TestSet. */
	#stamps = new Int32Array(0);

	/**
	 * @param {TestSet} testSet
	 * @param {Kernel} kernel
	 */
	constructor(testSet, kernel) {
		this.#testSet = testSet;
		this.#kernel = kernel;
	}

	/**
	 * Returns an example's numbers with all others, by slot: a view.
	 * @param {number} slot
	 */
	row(slot) {
		return this.#values.subarray(slot * this.#capacity, (slot + 1) * this.#capacity);
	}

	/**
	 * Measures the pairs that are new. If it is stopped, the next call continues from there.
	 * @returns {Generator<number, void>} yields the share that is done, 0..1
	 */
	*measure() {
		this.#reserve();
		const { values, d, stamps, order } = this.#testSet;
		const slots = Array.from(order.filter((slot) => this.#stamps[slot] === stamps[slot]));
		const known = slots.length;
		slots.push(...order.filter((slot) => this.#stamps[slot] !== stamps[slot]));
		const n = slots.length;
		const four = new Float64Array(4);
		for (let p = known; p < n; p += 2) {
			// With an odd number, the last one is paired with itself.
			const last = Math.min(p + 1, n - 1);
			const [i, next] = [slots[p], slots[last]];
			for (let q = 0; q <= last; q += 2) {
				const [j, beside] = [slots[q], slots[Math.min(q + 1, last)]];
				this.#kernel(values, d, i * d, next * d, j * d, beside * d, four);
				this.#set(i, j, four[0]);
				this.#set(i, beside, four[1]);
				this.#set(next, j, four[2]);
				this.#set(next, beside, four[3]);
			}
			this.#stamps[i] = stamps[i];
			this.#stamps[next] = stamps[next];
			yield (last ** 2 - known ** 2) / (n ** 2 - known ** 2);
		}
	}

	/**
	 * @param {number} slot
	 * @param {number} other
	 * @param {number} value
	 */
	#set(slot, other, value) {
		this.#values[slot * this.#capacity + other] = value;
		this.#values[other * this.#capacity + slot] = value;
	}

	#reserve() {
		const { capacity } = this.#testSet;
		if (capacity === this.#capacity) return;
		const [old, from] = [this.#values, this.#capacity];
		this.#values = new Float64Array(capacity * capacity);
		this.#capacity = capacity;
		for (let slot = 0; slot < Math.min(from, capacity); slot++) {
			this.#values.set(old.subarray(slot * from, slot * from + Math.min(from, capacity)), slot * capacity);
		}
		const stamps = new Int32Array(capacity);
		stamps.set(this.#stamps.subarray(0, capacity));
		this.#stamps = stamps;
	}
}

/**
 * Multiplies: dot products.
 * @type {Kernel}
 * @example
 * const out = new Float64Array(4);
 * multiply(Float32Array.of(1, 0, 2, 3), 2, 0, 2, 0, 2, out); // [1, 2, 2, 13]
 */
export function multiply(values, d, a, b, c, e, out) {
	let [ac, ae, bc, be] = [0, 0, 0, 0];
	for (let i = 0; i < d; i++) {
		const p = values[a + i];
		const q = values[b + i];
		const r = values[c + i];
		const s = values[e + i];
		ac += p * r;
		ae += p * s;
		bc += q * r;
		be += q * s;
	}
	out[0] = ac;
	out[1] = ae;
	out[2] = bc;
	out[3] = be;
}

/**
 * Sums absolute differences: Manhattan distances.
 * @type {Kernel}
 * @example
 * const out = new Float64Array(4);
 * sumAbsoluteDifferences(Float32Array.of(1, 0, 2, 3), 2, 0, 2, 0, 2, out); // [0, 4, 4, 0]
 */
export function sumAbsoluteDifferences(values, d, a, b, c, e, out) {
	let [ac, ae, bc, be] = [0, 0, 0, 0];
	for (let i = 0; i < d; i++) {
		const p = values[a + i];
		const q = values[b + i];
		const r = values[c + i];
		const s = values[e + i];
		ac += Math.abs(p - r);
		ae += Math.abs(p - s);
		bc += Math.abs(q - r);
		be += Math.abs(q - s);
	}
	out[0] = ac;
	out[1] = ae;
	out[2] = bc;
	out[3] = be;
}

/**
 * Sums the squared differences of two rows.
 * @param {Float32Array} values
 * @param {number} d
 * @param {number} a where the first row begins
 * @param {number} b where the second row begins
 * @example
 * sumSquaredDifferences(Float32Array.of(1, 0, 2, 3), 2, 0, 2); // 10
 */
export function sumSquaredDifferences(values, d, a, b) {
	let sum = 0;
	for (let i = 0; i < d; i++) sum += (values[a + i] - values[b + i]) ** 2;
	return sum;
}

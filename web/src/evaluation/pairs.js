// One number for every pair of tested examples, kept for as long as both are there: what each pair is measured by, once.
// evaluation.js has one of dot products, for the cosine and the Euclidean distance, and one of Manhattan distances.

/** @typedef {import("./test-set.js").TestSet} TestSet */
/**
 * What two rows have with two others, which reads each number half as often: out is a.c, a.d, b.c, b.d.
 * @typedef {(values: Float32Array, d: number, a: number, b: number, c: number, e: number, out: Float64Array) => void} Kernel
 */

export class Pairs {
	#testSet;
	#kernel;
	#capacity = 0;
	/** (capacity, capacity), by slot, symmetric */
	#values = new Float64Array(0);
	/** Which examples were measured, as TestSet's stamps. */
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
	 * What an example has with every other, by slot: a view.
	 * @param {number} slot
	 */
	of(slot) {
		return this.#values.subarray(slot * this.#capacity, (slot + 1) * this.#capacity);
	}

	/**
	 * Measures the pairs that are new; whoever stops in between goes on from there the next time.
	 * @returns {Generator<number, void>} how much is done, 0..1
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
			// The last stands in for the one that is missing beside it.
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

/** Dot products. @type {Kernel} */
export function products(values, d, a, b, c, e, out) {
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

/** Sums of absolute differences. @type {Kernel} */
export function absolutes(values, d, a, b, c, e, out) {
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
 * The sum of squared differences.
 * @param {Float32Array} values
 * @param {number} d
 * @param {number} a where one row begins
 * @param {number} b and the other
 */
export function squaredDifference(values, d, a, b) {
	let sum = 0;
	for (let i = 0; i < d; i++) sum += (values[a + i] - values[b + i]) ** 2;
	return sum;
}

// A second opinion where one recording is all there is: how near two embeddings are beside what most scenes share. "Whitening" in
// contract/README.md defines it. A backbone's comes with its model. Pure functions; knn.js uses them. The twin is
// server/knn/whitening.py.

import { NO_LENGTH } from "../contract/constants.js";
import { ContractError } from "../contract/errors.js";

/** @typedef {import("../state/result.js").Whitening} Whitening */
/** @typedef {import("../state/result.js").Steps} Steps */

/** So many times the prior, and as small a part of it, is a whitened distance at most. */
const MAX_RATIO = 4;

/** What was unpacked: a limit is asked again with every frame. @type {WeakMap<Whitening, Unpacked>} */
const unpacked = new WeakMap();

/** @typedef {{mean: Float64Array, axes: Float64Array[]}} Unpacked (d,) and r of (d,) */

/**
 * Returns whether a value is a whitening.
 * @param {unknown} value
 * @returns {value is Whitening}
 * @example
 * isWhitening({ ratio: 1.2, mean: { step: 0.5, values: "AgA=" }, axes: { step: 1, values: "" } }); // true
 */
export function isWhitening(value) {
	if (typeof value !== "object" || value === null) return false;
	const { ratio, mean, axes } = /** @type {Record<string, any>} */ (value);
	if (typeof ratio !== "number" || !(ratio >= 1 / MAX_RATIO && ratio <= MAX_RATIO)) return false;
	const whitening = /** @type {Whitening} */ (value);
	if (unpacked.has(whitening)) return true;
	try {
		const meanNumbers = numbersOf(mean);
		const axesNumbers = numbersOf(axes);
		const d = meanNumbers.length;
		if (d === 0 || axesNumbers.length % d !== 0) return false;
		const count = axesNumbers.length / d;
		const rows = Array.from({ length: count }, (_, i) => axesNumbers.subarray(i * d, (i + 1) * d));
		unpacked.set(whitening, { mean: meanNumbers, axes: rows });
		return true;
	} catch {
		return false;
	}
}

/**
 * Whitens an embedding.
 * @param {Whitening} whitening
 * @param {ArrayLike<number>} embedding (d,), finite
 * @returns {Float64Array} (d,)
 * @throws {ContractError} badUnknownDistance, or dimension where the whitening is of another d
 * @example
 * whiten(whitening, knn.getExample("a").embedding);
 */
export function whiten(whitening, embedding) {
	if (!isWhitening(whitening)) throw new ContractError("badUnknownDistance", { came: whitening });
	const { mean, axes } = /** @type {Unpacked} */ (unpacked.get(whitening));
	const d = mean.length;
	if (embedding.length !== d) throw new ContractError("dimension", { came: d, expected: embedding.length });
	const unit = new Float64Array(d);
	let largest = 0;
	for (let i = 0; i < d; i++) largest = Math.max(largest, Math.abs(embedding[i]));
	if (largest === 0) return unit;
	// Scaled in two steps: the square of a very small or very large number is none.
	for (let i = 0; i < d; i++) unit[i] = embedding[i] / largest;
	const norm = Math.sqrt(dot(unit, unit));
	for (let i = 0; i < d; i++) unit[i] = unit[i] / norm - mean[i];
	const shares = axes.map((axis) => dot(axis, unit));
	for (const [i, axis] of axes.entries()) for (let j = 0; j < d; j++) unit[j] -= shares[i] * axis[j];
	return unit;
}

/**
 * Returns the cosine distance of two whitened embeddings; 1 where one of them has no direction.
 * @param {Float64Array} a (d,)
 * @param {Float64Array} b (d,)
 * @example
 * whitenedDistance(whiten(whitening, asked), whiten(whitening, example)); // 0.4
 */
export function whitenedDistance(a, b) {
	const aa = dot(a, a);
	const bb = dot(b, b);
	if (Math.min(aa, bb) <= NO_LENGTH) return 1;
	return Math.max(1 - dot(a, b) / Math.sqrt(aa * bb), 0);
}

/**
 * @param {Steps} packed
 * @returns {Float64Array}
 * @throws {Error} where it is nothing of that kind
 */
function numbersOf({ step, values }) {
	if (typeof step !== "number" || !(step > 0 && step <= 1)) throw new RangeError("step");
	return Float64Array.from(atob(values), (byte) => ((byte.charCodeAt(0) << 24) >> 24) * step);
}

/**
 * @param {Float64Array} a
 * @param {Float64Array} b
 */
function dot(a, b) {
	let sum = 0;
	for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
	return sum;
}

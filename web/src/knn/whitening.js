// A second opinion where one recording is all there is: how near two embeddings are beside what most scenes share. "Whitening" in
// contract/README.md defines it. A backbone's comes with its model. Pure functions; knn.js uses them. The twin is
// server/knn/whitening.py.

import { MAX_AXES, MAX_RATIO, WHITENED_LENGTH } from "../contract/constants.js";
import { ContractError } from "../contract/errors.js";

/** @typedef {import("../state/result.js").Whitening} Whitening */
/** @typedef {import("../state/result.js").Steps} Steps */

/** `atob` alone would pass over white space, and over missing signs at the end. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * @typedef {object} Unpacked
 * @property {number} d
 * @property {Float64Array[]} rows r + 1 of (d,): the axes, and the mean
 * @property {Float64Array} meanParts (r + 1,), what the mean has of each axis and of itself
 * @property {Float64Array} kernel (r, r), A Aᵀ - 2
 */

/** What was unpacked: a limit is asked again with every frame. @type {WeakMap<Whitening, Unpacked>} */
const unpacked = new WeakMap();

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
		unpacked.set(whitening, unpack(numbersOf(mean), numbersOf(axes)));
		return true;
	} catch {
		return false;
	}
}

/**
 * Returns the length of the embeddings that a whitening is for.
 * @param {Whitening} whitening
 * @throws {ContractError} badUnknownDistance
 * @example
 * dimensionOf(whitening); // 1280
 */
export function dimensionOf(whitening) {
	return unpackedOf(whitening).d;
}

/**
 * Returns what an embedding has of each axis and of the mean, scaled to norm 1. No embedding is whitened for a distance: a dot
 * product of two whitened ones is made of their own, which is known, and of these.
 * @param {Whitening} whitening
 * @param {Float32Array} embedding (d,)
 * @param {number} norm its
 * @returns {Float64Array} (r + 1,)
 * @throws {ContractError} badUnknownDistance, or dimension where the whitening is of another d
 * @example
 * partsOf(whitening, Float32Array.of(3, 4), 5);
 */
export function partsOf(whitening, embedding, norm) {
	const { d, rows } = unpackedOf(whitening);
	if (embedding.length !== d) throw new ContractError("dimension", { came: d, expected: embedding.length });
	// Arrays of one kind alone: for two kinds the loop takes twice as long.
	const wide = new Float64Array(embedding);
	return Float64Array.from(rows, (row) => dot(row, wide) / norm);
}

/**
 * Returns the cosine distance of two embeddings after both were whitened; 1 where one has no direction then.
 * @param {Whitening} whitening
 * @param {number} cosineDistance that of the embeddings themselves
 * @param {Float64Array} left the parts of one
 * @param {Float64Array} right those of the other
 * @throws {ContractError} badUnknownDistance
 * @example
 * whitenedDistance(whitening, 0.3, partsOf(whitening, asked, 1), partsOf(whitening, example, 1)); // 0.4
 */
export function whitenedDistance(whitening, cosineDistance, left, right) {
	const { meanParts, kernel } = unpackedOf(whitening);
	const r = meanParts.length - 1;
	/** @param {number} product @param {Float64Array} a @param {Float64Array} b */
	const whitened = (product, a, b) => {
		let sum = product - a[r] - b[r] + meanParts[r];
		for (let i = 0; i < r; i++) {
			const x = a[i] - meanParts[i];
			for (let j = 0; j < r; j++) sum += x * kernel[i * r + j] * (b[j] - meanParts[j]);
		}
		return sum;
	};
	const squares = [whitened(1, left, left), whitened(1, right, right)];
	if (Math.min(...squares) <= WHITENED_LENGTH) return 1;
	return Math.max(1 - whitened(1 - cosineDistance, left, right) / Math.sqrt(squares[0] * squares[1]), 0);
}

/** @param {Whitening} whitening @returns {Unpacked} */
function unpackedOf(whitening) {
	if (!isWhitening(whitening)) throw new ContractError("badUnknownDistance", { came: whitening });
	return /** @type {Unpacked} */ (unpacked.get(whitening));
}

/**
 * @param {Float64Array} mean (d,)
 * @param {Float64Array} axes (r, d)
 * @returns {Unpacked}
 * @throws {RangeError} where the one does not belong to the other
 */
function unpack(mean, axes) {
	const d = mean.length;
	if (d === 0 || axes.length % d !== 0 || axes.length / d > MAX_AXES) throw new RangeError("d");
	const r = axes.length / d;
	const rows = [...Array.from({ length: r }, (_, i) => axes.subarray(i * d, (i + 1) * d)), mean];
	const kernel = new Float64Array(r * r);
	for (let i = 0; i < r; i++) {
		for (let j = 0; j < r; j++) kernel[i * r + j] = dot(rows[i], rows[j]) - (i === j ? 2 : 0);
	}
	return { d, rows, meanParts: Float64Array.from(rows, (row) => dot(row, mean)), kernel };
}

/**
 * @param {Steps} packed
 * @returns {Float64Array}
 * @throws {Error} where it is nothing of that kind
 */
function numbersOf({ step, values }) {
	if (typeof step !== "number" || !(step > 0 && step <= 1)) throw new RangeError("step");
	if (typeof values !== "string" || !BASE64.test(values)) throw new RangeError("values");
	return Float64Array.from(atob(values), (byte) => ((byte.charCodeAt(0) << 24) >> 24) * step);
}

/**
 * Four sums: with a single one, every addition would wait for the one before.
 * @param {Float64Array} row (d,)
 * @param {Float64Array} embedding (d,)
 */
function dot(row, embedding) {
	const d = row.length;
	const whole = d - (d % 4);
	let s0 = 0;
	let s1 = 0;
	let s2 = 0;
	let s3 = 0;
	let i = 0;
	for (; i < whole; i += 4) {
		s0 += row[i] * embedding[i];
		s1 += row[i + 1] * embedding[i + 1];
		s2 += row[i + 2] * embedding[i + 2];
		s3 += row[i + 3] * embedding[i + 3];
	}
	for (; i < d; i++) s0 += row[i] * embedding[i];
	return s0 + s1 + (s2 + s3);
}

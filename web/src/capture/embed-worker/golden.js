// Whether a backend computes the model's own numbers: two golden pictures, and the embeddings that they must have. Drivers have
// bugs, and a backend that is quick and wrong teaches nonsense. Part of embed.worker.js.

import { GOLDEN_COSINE } from "../../contract/constants.js";

/**
 * @typedef {object} Golden
 * @property {number} side of a picture, in its own pixels
 * @property {Uint8Array[]} pictures RGB, (side, side, 3) each
 * @property {Float32Array[]} embeddings float32, (d,) each
 */

/**
 * @param {Uint8Array} bytes of the file
 * @param {{pictures: number, side: number}} entry of the manifest
 * @param {number} dimension d
 * @returns {Golden}
 * @throws {Error} the file has another size
 * @example
 * readGolden(new Uint8Array(2 * (3 + 4)), { pictures: 2, side: 1 }, 1).embeddings; // two of one number each
 */
export function readGolden(bytes, { pictures: count, side }, dimension) {
	const area = 3 * side * side;
	if (bytes.length !== count * (area + 4 * dimension)) throw new Error("the golden pictures are not whole");
	const view = new DataView(bytes.buffer, bytes.byteOffset + count * area);
	const indices = Array.from({ length: count }, (_, i) => i);
	return {
		side,
		pictures: indices.map((i) => bytes.subarray(i * area, (i + 1) * area)),
		embeddings: indices.map((i) =>
			Float32Array.from({ length: dimension }, (_, j) => view.getFloat32(4 * (i * dimension + j), true)),
		),
	};
}

/**
 * A golden picture as the model sees it: its pixels as blocks, so that no way of resizing is tested.
 * @param {Uint8Array} picture RGB, (side, side, 3)
 * @param {number} side
 * @param {number} size of the model's input
 * @returns {Uint8ClampedArray<ArrayBuffer>} RGBA, (size, size, 4)
 */
export function asSeen(picture, side, size) {
	const seen = new Uint8ClampedArray(4 * size * size).fill(255);
	for (let y = 0; y < size; y += 1) {
		for (let x = 0; x < size; x += 1) {
			const from = 3 * (Math.floor((y * side) / size) * side + Math.floor((x * side) / size));
			seen.set(picture.subarray(from, from + 3), 4 * (y * size + x));
		}
	}
	return seen;
}

/**
 * How near a backend's embeddings are to the model's own.
 * @param {Float32Array[]} embeddings of the golden pictures, in their order
 * @param {Float32Array[]} expected
 * @returns {number} the smallest cosine; 0 where one is missing, of length 0, or no number
 * @example
 * worstCosine([Float32Array.of(1, 0)], [Float32Array.of(2, 0)]); // 1
 */
export function worstCosine(embeddings, expected) {
	return Math.min(...expected.map((each, i) => cosine(embeddings[i] ?? [], each)));
}

/** @param {number} worst cosine */
export const isRight = (worst) => worst >= GOLDEN_COSINE;

/**
 * Whether an embedding is one: a graphics card whose context was lost gives zeros.
 * @param {Float32Array} embedding float32, (d,)
 */
export const isEmbedding = (embedding) => cosine(embedding, embedding) > 0;

/**
 * @param {ArrayLike<number>} a
 * @param {ArrayLike<number>} b
 */
function cosine(a, b) {
	let [product, ofA, ofB] = [0, 0, 0];
	for (let i = 0; i < b.length; i += 1) {
		product += a[i] * b[i];
		ofA += a[i] * a[i];
		ofB += b[i] * b[i];
	}
	const result = product / Math.sqrt(ofA * ofB);
	return Number.isFinite(result) ? Math.min(1, result) : 0;
}

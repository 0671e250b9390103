// A second opinion where one recording is all there is: how near two embeddings are beside what most scenes share. "Centre" in
// contract/README.md defines it. A backbone's comes with its model. Pure functions; knn.js uses them. The twin is server/knn/centre.py.

import { CENTRED_LENGTH, MAX_RATIO } from "../contract/constants.js";
import { ContractError } from "../contract/errors.js";
import { dotProduct } from "./distance.js";

/** @typedef {import("../state/result.js").Centre} Centre */
/** @typedef {{numbers: Float64Array, squared: number}} Unpacked (d,), and its squared norm */

/** `atob` alone would pass over white space, and over missing signs at the end. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** What was unpacked: a limit is asked again with every frame. @type {WeakMap<Centre, Unpacked>} */
const unpacked = new WeakMap();

/**
 * Returns whether a value is a centre.
 * @param {unknown} value
 * @returns {value is Centre}
 * @example
 * isCentre({ ratio: 1.2, step: 0.5, values: "AgA=" }); // true
 */
export function isCentre(value) {
	if (typeof value !== "object" || value === null) return false;
	const centre = /** @type {Centre} */ (value);
	if (unpacked.has(centre)) return true;
	const { ratio, step, values } = /** @type {Record<string, unknown>} */ (value);
	if (typeof ratio !== "number" || !(ratio >= 1 / MAX_RATIO && ratio <= MAX_RATIO)) return false;
	if (typeof step !== "number" || !(step > 0 && step <= 1)) return false;
	if (typeof values !== "string" || values === "" || !BASE64.test(values)) return false;
	const numbers = Float64Array.from(atob(values), (byte) => ((byte.charCodeAt(0) << 24) >> 24) * step);
	unpacked.set(centre, { numbers, squared: numbers.reduce((sum, number) => sum + number * number, 0) });
	return true;
}

/**
 * Returns the length of the embeddings that a centre is for.
 * @param {Centre} centre
 * @throws {ContractError} badUnknownDistance
 * @example
 * dimensionOf(centre); // 1280
 */
export function dimensionOf(centre) {
	return unpack(centre).numbers.length;
}

/**
 * Returns the dot product of the centre and an embedding, scaled to norm 1.
 * @param {Centre} centre
 * @param {Float32Array} embedding (d,)
 * @param {number} norm its
 * @throws {ContractError} badUnknownDistance, or dimension where the centre is of another d
 * @example
 * shareOf(centre, Float32Array.of(3, 4), 5);
 */
export function shareOf(centre, embedding, norm) {
	const { numbers } = unpack(centre);
	const d = numbers.length;
	if (embedding.length !== d) throw new ContractError("dimension", { came: d, expected: embedding.length });
	return dotProduct(embedding, 0, numbers) / norm;
}

/**
 * Returns the cosine distance of two embeddings from the centre; 1 where one has no direction from there. No embedding is moved for
 * it: a dot product of two that are comes of their own, which is known, and their shares.
 * @param {Centre} centre
 * @param {number} cosineDistance that of the embeddings themselves
 * @param {number} left the share of one
 * @param {number} right that of the other
 * @throws {ContractError} badUnknownDistance
 * @example
 * centredDistance(centre, 0.3, shareOf(centre, asked, 1), shareOf(centre, example, 1)); // 0.4
 */
export function centredDistance(centre, cosineDistance, left, right) {
	const { squared } = unpack(centre);
	const product = 1 - cosineDistance - left - right + squared;
	const [leftSquare, rightSquare] = [1 - 2 * left + squared, 1 - 2 * right + squared];
	if (Math.min(leftSquare, rightSquare) <= CENTRED_LENGTH) return 1;
	return Math.max(1 - product / Math.sqrt(leftSquare * rightSquare), 0);
}

/** @param {Centre} centre @returns {Unpacked} */
function unpack(centre) {
	if (!isCentre(centre)) throw new ContractError("badUnknownDistance", { came: centre });
	return /** @type {Unpacked} */ (unpacked.get(centre));
}

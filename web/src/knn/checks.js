// What the contract takes as an embedding, a label, an id. Used by whatever takes one in.

import limits from "../../../contract/limits.json" with { type: "json" };
import { ContractError } from "../contract/errors.js";
import { norm } from "./distance.js";

// Python's and JavaScript's ideas of white space differ in a few characters: this is both of them.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are not visible either
const BLANK = /^[\s\u0000-\u001f\u0085\u200b\ufeff]*$/u;

/**
 * Checks one embedding and measures it.
 * @param {unknown} value d numbers: a Float32Array, or anything it can be made of
 * @param {number | null} dimension the d that is expected; null accepts any
 * @returns {{vector: Float32Array, length: number}} the embedding, (d,), and its L2 norm in float64
 * @throws {ContractError} badEmbedding, dimension, notFinite or zeroVector
 */
export function asEmbedding(value, dimension) {
	if (!(ArrayBuffer.isView(value) || Array.isArray(value)) || value instanceof DataView) {
		throw new ContractError("badEmbedding", { came: value === null ? "null" : typeof value });
	}
	const vector = value instanceof Float32Array ? value : Float32Array.from(/** @type {ArrayLike<number>} */ (value));
	if (vector.length === 0 || (dimension !== null && vector.length !== dimension)) {
		throw new ContractError("dimension", { came: vector.length, expected: dimension ?? "at least 1" });
	}
	// The squares of float32 numbers can't overflow float64: the norm is finite just when all numbers are.
	const length = norm(vector);
	if (!Number.isFinite(length)) {
		throw new ContractError("notFinite", { came: vector.findIndex((number) => !Number.isFinite(number)) });
	}
	if (length === 0) throw new ContractError("zeroVector");
	return { vector, length };
}

/**
 * Checks one label: text, not blank, not too long.
 * @param {unknown} value
 * @returns {string}
 * @throws {ContractError} badLabel, emptyLabel or longLabel
 */
export function asLabel(value) {
	if (typeof value !== "string") throw new ContractError("badLabel", { came: JSON.stringify(value) ?? typeof value });
	if (/\p{Surrogate}/u.test(value)) {
		throw new ContractError("badLabel", { came: "text with half a character in it" });
	}
	if (BLANK.test(value)) throw new ContractError("emptyLabel");
	const characters = [...value].length;
	if (characters > limits.labelCharacters) {
		throw new ContractError("longLabel", { came: characters, expected: limits.labelCharacters });
	}
	return value;
}

/**
 * @param {unknown} value
 * @param {"badId" | "badGroup"} code
 * @returns {string}
 */
export function asName(value, code) {
	if (typeof value === "string") {
		const characters = [...value].length;
		if (characters >= 1 && characters <= limits.idCharacters) return value;
	}
	throw new ContractError(code, { came: value, expected: limits.idCharacters });
}

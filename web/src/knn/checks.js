// What the contract accepts as an embedding, a label, an id or a group. Anything that takes one of these from outside checks
// it here. The twin is server/knn/checks.py.

import limits from "../../../contract/limits.json" with { type: "json" };
import { ContractError } from "../contract/errors.js";
import { l2Norm } from "./distance.js";

// Python and JavaScript disagree about a few white-space characters: this is the union of both.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are not visible either
const BLANK = /^[\s\u0000-\u001f\u0085\u200b\ufeff]*$/u;

/**
 * Checks one embedding and returns it with its norm.
 * @param {unknown} value d numbers: a Float32Array, another typed array, or a list of numbers
 * @param {number | null} dimension the expected d; null accepts any
 * @returns {{embedding: Float32Array, norm: number}} the embedding, (d,), and its L2 norm in float64
 * @throws {ContractError} badEmbedding, dimension, notFinite or zeroVector
 * @example
 * asEmbedding([3, 4], null); // { embedding: Float32Array [3, 4], norm: 5 }
 * asEmbedding([3, 4], 1280); // throws ContractError "dimension"
 */
export function asEmbedding(value, dimension) {
	if (!isNumbers(value)) throw new ContractError("badEmbedding", { came: value === null ? "null" : typeof value });
	const embedding = value instanceof Float32Array ? value : Float32Array.from(/** @type {ArrayLike<number>} */ (value));
	if (embedding.length === 0 || (dimension !== null && embedding.length !== dimension)) {
		throw new ContractError("dimension", { came: embedding.length, expected: dimension ?? "at least 1" });
	}
	// The squares of float32 numbers cannot overflow float64: the norm is finite exactly when all numbers are.
	const norm = l2Norm(embedding);
	if (!Number.isFinite(norm)) {
		throw new ContractError("notFinite", { came: embedding.findIndex((number) => !Number.isFinite(number)) });
	}
	if (norm === 0) throw new ContractError("zeroVector");
	return { embedding, norm };
}

/**
 * Checks one label: text, not blank, at most labelCharacters of contract/limits.json.
 * @param {unknown} value
 * @returns {string}
 * @throws {ContractError} badLabel, emptyLabel or longLabel
 * @example
 * asLabel("__proto__"); // "__proto__"
 * asLabel(" "); // throws ContractError "emptyLabel"
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
 * Checks an id or a group: text of 1 to idCharacters characters.
 * @param {unknown} value
 * @param {"badId" | "badGroup"} code the error to throw
 * @returns {string}
 * @throws {ContractError} the given code
 * @example
 * asName("recording 7", "badGroup"); // "recording 7"
 */
export function asName(value, code) {
	if (typeof value === "string") {
		const characters = [...value].length;
		if (characters >= 1 && characters <= limits.idCharacters) return value;
	}
	throw new ContractError(code, { came: value, expected: limits.idCharacters });
}

/**
 * Whether a value is a list of numbers. Float32Array.from would take null for 0, and [[5]] for 5.
 * @param {unknown} value
 * @returns {value is ArrayLike<number>}
 */
function isNumbers(value) {
	if (Array.isArray(value)) return value.every((each) => typeof each === "number" || typeof each === "boolean");
	const isTyped = ArrayBuffer.isView(value) && !(value instanceof DataView);
	return isTyped && !(value instanceof BigInt64Array || value instanceof BigUint64Array);
}

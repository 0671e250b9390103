// The numbers of one class as JSON has them: a flat list, lists in a list, or a typed array that JSON wrote as an object
// ({"0": 1.5, "1": 0}), each with or without its shape. The twin is json_tensors.py.

import { ContractError } from "../../contract/errors.js";
import { badFile } from "../bad-file.js";

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * @param {unknown} value a label as JSON has it: a sketch's class numbers become text
 * @returns {unknown}
 */
export const asText = (value) => (typeof value === "number" ? String(value) : value);

/**
 * The rows of one class.
 * @param {unknown} value
 * @param {unknown} shape [n, d]; undefined: the numbers are in rows, or `flatDimension` says how many make one
 * @param {number | null} [flatDimension]
 * @returns {number[][]} n lists of d numbers
 * @throws {ContractError} badFile, flatNumbers
 * @example
 * rowsOf([1, 0, 0, 1], [2, 2]); // [[1, 0], [0, 1]]
 */
export function rowsOf(value, shape, flatDimension = null) {
	const list = listOf(value);
	if (list === null) throw badFile("JSON", "[…]");
	if (list.some(isList)) {
		const rows = list.map((row) => listOf(row));
		if (rows.some((row) => row === null || !row.every(isNumber))) throw badFile("JSON", "[[1, 2], [3, 4]]");
		return /** @type {number[][]} */ (rows);
	}
	if (!list.every(isNumber)) throw badFile("JSON", "[1, 2, 3, 4]");
	const d = dimensionOf(shape, list.length, flatDimension);
	const rows = [];
	for (let start = 0; start < list.length; start += d) rows.push(list.slice(start, start + d));
	return /** @type {number[][]} */ (rows);
}

/**
 * @param {unknown} value
 * @returns {unknown[] | null} null: it is no list
 */
function listOf(value) {
	if (Array.isArray(value)) return value;
	if (!isObject(value)) return null;
	const keys = Object.keys(value);
	return keys.every((key, i) => key === String(i)) ? Object.values(value) : null;
}

/** @param {unknown} value */
const isList = (value) => Array.isArray(value) || isObject(value);

/** @param {unknown} value */
const isNumber = (value) => typeof value === "number";

/**
 * @param {unknown} value
 * @returns {value is ArrayLike<number>} whether these are numbers in a row, and no rows
 */
export function isFlat(value) {
	const list = listOf(value);
	return list !== null && list.length > 0 && list.every(isNumber);
}

/**
 * @param {unknown} shape
 * @param {number} size
 * @param {number | null} flatDimension
 */
function dimensionOf(shape, size, flatDimension) {
	if (shape === undefined || shape === null) {
		if (flatDimension === null || size % flatDimension !== 0) {
			throw new ContractError("flatNumbers", { came: size });
		}
		return flatDimension;
	}
	// Trailing ones don't count: an embedding may come as [n, 1, 1, d] or [n, d].
	const sides = Array.isArray(shape) ? shape : [];
	const n = sides[0];
	const d = sides.slice(1).reduce((product, side) => product * side, 1);
	if (sides.length < 2 || !sides.every((side) => Number.isInteger(side) && side >= 0) || n * d !== size) {
		throw badFile(`shape ${JSON.stringify(shape)}`, `[n, d], n × d = ${size}`);
	}
	return d;
}

// The error of a file that can't be opened. Reading files of any format uses it. The twin is server/exchange/bad_file.py.

import { ContractError } from "../contract/errors.js";

/**
 * @param {string} part of the file that is wrong: the name of a file in it, or of a field
 * @param {string} expected in few and technical words: they are not translated
 * @returns {ContractError} badFile
 * @example
 * throw badFile("embeddings.npy", "CRC-32");
 */
export function badFile(part, expected) {
	return new ContractError("badFile", { came: part, expected });
}

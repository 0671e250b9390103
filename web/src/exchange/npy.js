// NumPy's file format for one array, as far as it is needed: float32, C order, two dimensions. The format:
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html. The twin is server/exchange/npy.py.

import { badFile } from "./bad-file.js";

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY
const ALIGN = 64;
/** A header of two numbers has about 80 characters. */
const MAX_HEADER = 4096;
const EXPECTED = "NumPy 1.0–3.0, <f4, C, (n, d)";

/**
 * @param {number} n rows
 * @param {number} d columns
 * @returns {Uint8Array} what stands before the numbers; its length is a multiple of 64
 * @example
 * new Blob([npyHeader(1, 2), Float32Array.of(0.5, 1)]);
 */
export function npyHeader(n, d) {
	const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${n}, ${d}), }`;
	const start = MAGIC.length + 4;
	const length = Math.ceil((start + text.length + 1) / ALIGN) * ALIGN;
	const header = new Uint8Array(length).fill(0x20);
	header.set([...MAGIC, 1, 0, (length - start) & 255, (length - start) >> 8]);
	header.set(new TextEncoder().encode(text), start);
	header[length - 1] = 0x0a;
	return header;
}

/**
 * Reads what stands before the numbers. Nothing is evaluated: the three entries are looked for by their text.
 * @param {Uint8Array} bytes the file's first bytes, 4,110 or all of them
 * @param {string} name of the file, for the error
 * @returns {{n: number, d: number, start: number}} start: where the numbers begin
 * @throws {import("../contract/errors.js").ContractError} badFile
 * @example
 * readNpyHeader(npyHeader(3, 4), "embeddings.npy"); // { n: 3, d: 4, start: 128 }
 */
export function readNpyHeader(bytes, name) {
	const [major, minor] = [bytes[6], bytes[7]];
	const isKnown = MAGIC.every((byte, i) => bytes[i] === byte) && major >= 1 && major <= 3 && minor === 0;
	const start = major === 1 ? 10 : 12;
	if (!isKnown || bytes.length < start) throw badFile(name, EXPECTED);
	const view = new DataView(bytes.buffer, bytes.byteOffset);
	const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
	if (length > MAX_HEADER || bytes.length < start + length) throw badFile(name, EXPECTED);
	const text = new TextDecoder("latin1").decode(bytes.subarray(start, start + length));
	const match = HEADER.exec(text);
	const [n, d] = /'shape': ?\((\d{1,9}), ?(\d{1,9})\)/.exec(text)?.slice(1).map(Number) ?? [];
	const isFloat32 = /'descr': ?'<f4'/.test(text) && /'fortran_order': ?False/.test(text);
	if (!match || !isFloat32 || d === undefined) throw badFile(name, EXPECTED);
	return { n, d, start: start + length };
}

/** A dictionary of three entries, each of one of the three kinds. */
const HEADER = /^\{(?:(?:'descr': ?'<f4'|'fortran_order': ?False|'shape': ?\(\d{1,9}, ?\d{1,9}\)),? ?){3}\} *\n?$/;

// Reads an untrusted zip file by file. What a file says of its size is checked, and what it really has is counted: nothing is
// unpacked beyond that. The page is never held up: the zip is read in pieces of 2 MB.

import { Inflate } from "fflate";
import limits from "../../../contract/limits.json" with { type: "json" };
import { badFile } from "./bad-file.js";
import { crc32 } from "./crc32.js";
import { decodeName, readDirectory } from "./zip-directory.js";

/** @typedef {import("./zip-directory.js").ZipEntry} ZipEntry */

const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;
const PIECE_BYTES = 2 ** 21;
/** Deflate packs 1,032 to 1 at most, so 16 KB become 17 MB at most before they are counted. */
const PACKED_BYTES = 2 ** 14;
/** Small files may be packed as well as they can. */
const RATIO_BYTES = 2 ** 20;

export class ZipReader {
	/** All files by their names, in the order in which they lie in the zip. @type {Map<string, ZipEntry>} */
	entries;
	#zip;
	#piece = new Uint8Array(0);
	#pieceAt = 0;

	/**
	 * @param {Blob} zip
	 * @param {ZipEntry[]} entries
	 */
	constructor(zip, entries) {
		this.#zip = zip;
		this.entries = new Map(entries.map((entry) => [entry.name, entry]));
	}

	/**
	 * @param {Blob} zip
	 * @param {{maxEntries?: number, maxBytes?: number, isForeign?: boolean}} [options] maxBytes: of all files in it together;
	 *   isForeign: see checkNames
	 * @returns {Promise<ZipReader>}
	 * @throws {import("../contract/errors.js").ContractError} badFile
	 * @example
	 * const zip = await ZipReader.open(file);
	 * for (const [name, entry] of zip.entries) console.log(name, await zip.read(entry));
	 */
	static async open(
		zip,
		{ maxEntries = 2 * limits.examplesPerRoom, maxBytes = limits.fileBytes, isForeign = false } = {},
	) {
		const entries = await readDirectory(zip, { maxEntries, isForeign });
		let total = 0;
		for (const { name, packed, size } of entries) {
			total += size;
			if (total > maxBytes) throw badFile("zip", `≤ ${maxBytes} B`);
			if (size > RATIO_BYTES && size > packed * limits.fileRatio) throw badFile(name, `≤ ${limits.fileRatio} : 1`);
		}
		return new ZipReader(zip, entries);
	}

	/**
	 * @param {ZipEntry} entry
	 * @param {number} [maxBytes]
	 * @returns {Promise<Uint8Array<ArrayBuffer>>} all its bytes
	 * @throws {import("../contract/errors.js").ContractError} badFile
	 */
	async read(entry, maxBytes = limits.pictureBytes) {
		if (entry.size > maxBytes) throw badFile(entry.name, `≤ ${maxBytes} B`);
		const bytes = new Uint8Array(entry.size);
		let at = 0;
		for await (const chunk of this.chunks(entry)) {
			bytes.set(chunk, at);
			at += chunk.length;
		}
		return bytes;
	}

	/**
	 * Yields a file's bytes in order. The file is whole only when this has ended: then its size and its sum are right.
	 * @param {ZipEntry} entry
	 * @returns {AsyncGenerator<Uint8Array>} each valid until the next one
	 * @throws {import("../contract/errors.js").ContractError} badFile
	 */
	async *chunks(entry) {
		let size = 0;
		let sum = 0;
		for await (const chunk of entry.method === 0 ? this.#packed(entry, PIECE_BYTES) : this.#inflated(entry)) {
			size += chunk.length;
			if (size > entry.size) throw badFile(entry.name, `${entry.size} B`);
			sum = crc32(chunk, sum);
			yield chunk;
		}
		if (size !== entry.size) throw badFile(entry.name, `${entry.size} B`);
		if (sum !== entry.crc) throw badFile(entry.name, "CRC-32");
	}

	/** @param {ZipEntry} entry */
	async *#inflated(entry) {
		/** @type {Uint8Array[]} */
		let ready = [];
		const inflate = new Inflate((chunk) => void ready.push(chunk));
		let left = entry.packed;
		for await (const packed of this.#packed(entry, PACKED_BYTES)) {
			left -= packed.length;
			try {
				// The last push throws where the stream has not ended.
				inflate.push(packed, left === 0);
			} catch {
				throw badFile(entry.name, "deflate");
			}
			yield* ready;
			ready = [];
		}
		if (entry.packed === 0) throw badFile(entry.name, "deflate");
	}

	/**
	 * Yields a file's bytes as they lie in the zip.
	 * @param {ZipEntry} entry
	 * @param {number} most bytes at once
	 */
	async *#packed(entry, most) {
		const { name, method, packed, end } = entry;
		const header = await this.#bytes(entry.at, LOCAL_BYTES);
		const view = new DataView(header.buffer, header.byteOffset, header.length);
		if (header.length < LOCAL_BYTES || view.getUint32(0, true) !== LOCAL) throw badFile(name, "PK");
		const [nameLength, extraLength] = [view.getUint16(26, true), view.getUint16(28, true)];
		const begin = entry.at + LOCAL_BYTES + nameLength + extraLength;
		const hasOtherMethod = view.getUint16(8, true) !== method;
		const localName = await this.#bytes(entry.at + LOCAL_BYTES, nameLength);
		if (hasOtherMethod || begin + packed > end || decodeName(localName, false) !== name) throw badFile(name, "PK");
		for (let at = begin; at < begin + packed; ) {
			const bytes = await this.#bytes(at, Math.min(most, begin + packed - at));
			if (bytes.length === 0) throw badFile(name, `${packed} B`);
			yield bytes;
			at += bytes.length;
		}
	}

	/**
	 * @param {number} at
	 * @param {number} length at most PIECE_BYTES
	 * @returns {Promise<Uint8Array>} a view of the piece in memory; fewer bytes where the zip ends
	 */
	async #bytes(at, length) {
		const isInPiece = at >= this.#pieceAt && at + length <= this.#pieceAt + this.#piece.length;
		if (!isInPiece) {
			this.#piece = new Uint8Array(await this.#zip.slice(at, at + PIECE_BYTES).arrayBuffer());
			this.#pieceAt = at;
		}
		return this.#piece.subarray(at - this.#pieceAt, at - this.#pieceAt + length);
	}
}

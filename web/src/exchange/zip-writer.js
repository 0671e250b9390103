// Writes a zip as a stream. Files of any size are written piece by piece, and each piece is handed on at once.

import { Zip, ZipDeflate, ZipPassThrough } from "fflate";

/** So much is written at once: each write to a file takes its time. */
const WRITE_BYTES = 2 ** 20;

/** @typedef {{write: (bytes: Uint8Array) => Promise<void> | void}} ByteSink */

export class ZipWriter {
	#sink;
	/** @type {Uint8Array[]} */
	#ready = [];
	/** Small pieces, which are written together. @type {Uint8Array[]} */
	#waiting = [];
	#waitingBytes = 0;
	#zip = new Zip((error, bytes) => {
		if (error) throw error;
		this.#ready.push(bytes);
	});

	/**
	 * @param {ByteSink} sink is written to in order
	 * @example
	 * const zip = new ZipWriter(sink);
	 * await zip.add("a.txt", [new TextEncoder().encode("a")]);
	 * await zip.close();
	 */
	constructor(sink) {
		this.#sink = sink;
	}

	/**
	 * @param {string} name with slashes
	 * @param {AsyncIterable<Uint8Array> | Iterable<Uint8Array>} pieces the file's bytes
	 * @param {{deflate?: boolean}} [options] deflate: pack them; else they are stored as they are
	 * @returns {Promise<number>} CRC-32 of the bytes
	 */
	async add(name, pieces, { deflate = false } = {}) {
		const file = deflate ? new ZipDeflate(name, { level: 6 }) : new ZipPassThrough(name);
		// The same time always, so that the same project is the same file.
		file.mtime = EARLIEST;
		this.#zip.add(file);
		for await (const piece of pieces) {
			file.push(piece);
			await this.#flush();
		}
		file.push(new Uint8Array(0), true);
		await this.#flush();
		return file.crc;
	}

	/** Writes the directory. The sink stays open. */
	async close() {
		this.#zip.end();
		await this.#flush(true);
	}

	/** @param {boolean} [all] small pieces too; else they wait until they are many */
	async #flush(all = false) {
		const ready = this.#ready;
		this.#ready = [];
		for (const bytes of ready) {
			this.#waiting.push(bytes);
			this.#waitingBytes += bytes.length;
			if (this.#waitingBytes >= WRITE_BYTES) await this.#write();
		}
		if (all && this.#waitingBytes > 0) await this.#write();
	}

	async #write() {
		const [first, ...others] = this.#waiting;
		const bytes = others.length === 0 ? first : joined(this.#waiting, this.#waitingBytes);
		this.#waiting = [];
		this.#waitingBytes = 0;
		await this.#sink.write(bytes);
	}
}

/**
 * @param {Uint8Array[]} pieces
 * @param {number} length of all together
 */
function joined(pieces, length) {
	const bytes = new Uint8Array(length);
	let at = 0;
	for (const piece of pieces) {
		bytes.set(piece, at);
		at += piece.length;
	}
	return bytes;
}

/** A zip knows no earlier time. Local time, as zips have it. */
const EARLIEST = new Date(1980, 0, 1);

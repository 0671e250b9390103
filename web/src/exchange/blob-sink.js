// Gathers what is written as one Blob, for a download. What has come is handed to the browser now and then: it may put it on
// disk, and the page's own memory stays small.

const PART_BYTES = 2 ** 23;

export class BlobSink {
	/** @type {Blob[]} */
	#blobs = [];
	/** @type {Uint8Array<ArrayBuffer>[]} */
	#pieces = [];
	#bytes = 0;

	/** @param {Uint8Array} piece may be used for other things only when the file is whole */
	write(piece) {
		this.#pieces.push(/** @type {Uint8Array<ArrayBuffer>} */ (piece));
		this.#bytes += piece.length;
		if (this.#bytes >= PART_BYTES) this.#hand();
	}

	/**
	 * @param {string} type
	 * @returns {Blob}
	 */
	blob(type) {
		this.#hand();
		return new Blob(this.#blobs, { type });
	}

	#hand() {
		this.#blobs.push(new Blob(this.#pieces));
		this.#pieces = [];
		this.#bytes = 0;
	}
}

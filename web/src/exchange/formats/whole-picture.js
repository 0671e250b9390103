// Whether a picture's file is all there. A browser shows what is left of a cut file, and learns grey from it; other programs
// stop at it. The twin is whole_picture.py.

import { pictureKind } from "../content.js";

/**
 * @param {Uint8Array} bytes
 * @returns {boolean} false: something is missing at its end, or it is no JPEG, PNG or WebP
 * @example
 * isWholePicture(Uint8Array.of(0xff, 0xd8, 0xff, 0xd9)); // true
 */
export function isWholePicture(bytes) {
	const kind = pictureKind(bytes);
	if (kind === "jpg") return hasJpegEnd(bytes);
	if (kind === "png") return hasPngEnd(bytes);
	return kind === "webp" && uint32(bytes, 4, true) + 8 <= bytes.length;
}

/**
 * @param {Uint8Array} bytes
 * @param {number} at
 * @param {boolean} [littleEndian]
 */
const uint32 = (bytes, at, littleEndian = false) =>
	at + 4 <= bytes.length ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, littleEndian) : Infinity;

/**
 * Goes from marker to marker: a small preview inside has an end of its own.
 * @param {Uint8Array} bytes
 */
function hasJpegEnd(bytes) {
	let at = 2;
	while (at + 1 < bytes.length) {
		if (bytes[at] !== 0xff) {
			// The picture's own numbers: up to the next marker.
			at = bytes.indexOf(0xff, at);
			if (at < 0) return false;
			continue;
		}
		const marker = bytes[at + 1];
		if (marker === 0xd9) return true;
		if (marker === 0xff) at += 1;
		else if (marker === 0 || marker === 1 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
		else if (at + 3 >= bytes.length) return false;
		else at += 2 + Math.max(2, bytes[at + 2] * 256 + bytes[at + 3]);
	}
	return false;
}

/** @param {Uint8Array} bytes */
function hasPngEnd(bytes) {
	let at = 8;
	while (at + 12 <= bytes.length) {
		const end = at + 12 + uint32(bytes, at);
		if (end > bytes.length) return false;
		if (String.fromCharCode(...bytes.subarray(at + 4, at + 8)) === "IEND") return true;
		at = end;
	}
	return false;
}

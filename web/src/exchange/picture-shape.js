// Whether a picture's file is all there, and how many pixels it would fill: from its markers and chunks alone. A browser shows
// what is left of a cut file, and learns grey from it; other programs stop at it. A small file can hold a picture that fills
// the memory of every device that shows it. The twin is server/exchange/picture_shape.py.

import { pictureKind } from "./content.js";

/**
 * @typedef {object} PictureShape
 * @property {boolean} isWhole false: something is missing at its end, or it is no JPEG, PNG or WebP
 * @property {number} width in pixels; 0: the file doesn't say, and then nothing can show it
 * @property {number} height likewise. Where the file says several sizes, it is the largest
 * @property {number} pixels width times height
 */

/** @typedef {Generator<{width: number, height: number}, boolean>} Sizes each size that the file says; then, whether it is whole */

/** What the height of a JPEG can be at most. 0 in its place says that it comes later. */
const MAX_HEIGHT = 65535;

/**
 * What a picture's file says of it. Nothing is decoded.
 * @param {Uint8Array} bytes
 * @returns {PictureShape}
 * @example
 * pictureShape(Uint8Array.of(0xff, 0xd8, 0xff, 0xd9)); // { isWhole: true, width: 0, height: 0, pixels: 0 }
 */
export function pictureShape(bytes) {
	const kind = pictureKind(bytes);
	if (kind === null) return { isWhole: false, width: 0, height: 0, pixels: 0 };
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const sizes = WALKS[kind](view, bytes);
	let most = { width: 0, height: 0, pixels: 0 };
	for (;;) {
		const { value, done } = sizes.next();
		if (done) return { isWhole: value, ...most };
		const pixels = value.width * value.height;
		if (pixels > most.pixels) most = { ...value, pixels };
	}
}

/** @type {Record<"jpg"|"png"|"webp", (view: DataView, bytes: Uint8Array) => Sizes>} */
const WALKS = { jpg: jpegSizes, png: pngSizes, webp: webpSizes };

/**
 * Goes from marker to marker: a small preview inside has sizes and an end of its own.
 * @param {DataView} view
 * @param {Uint8Array} bytes
 * @returns {Sizes}
 */
function* jpegSizes(view, bytes) {
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
		else {
			if (isFrame(marker) && at + 9 <= bytes.length) {
				yield { width: view.getUint16(at + 7), height: view.getUint16(at + 5) || MAX_HEIGHT };
			}
			if (at + 4 > bytes.length) return false;
			at += 2 + Math.max(2, view.getUint16(at + 2));
		}
	}
	return false;
}

/** @param {number} marker C4, C8 and CC are something else */
const isFrame = (marker) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/**
 * @param {DataView} view
 * @param {Uint8Array} bytes
 * @returns {Sizes}
 */
function* pngSizes(view, bytes) {
	let at = 8;
	while (at + 12 <= bytes.length) {
		const name = nameAt(bytes, at + 4);
		if (name === "IHDR" && at + 16 <= bytes.length) {
			yield { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
		}
		at += 12 + view.getUint32(at);
		if (name === "IEND" && at <= bytes.length) return true;
	}
	return false;
}

/**
 * The size of the canvas, and of what is on it.
 * @param {DataView} view
 * @param {Uint8Array} bytes
 * @returns {Sizes}
 */
function* webpSizes(view, bytes) {
	// One colour of any size takes no more than a few bytes of VP8L.
	for (let at = 12; at + 13 <= bytes.length; ) {
		const name = nameAt(bytes, at);
		const data = at + 8;
		const isLong = data + 10 <= bytes.length;
		if (name === "VP8X" && isLong) {
			yield { width: 1 + uint24(bytes, data + 4), height: 1 + uint24(bytes, data + 7) };
		} else if (name === "VP8L") {
			const bits = view.getUint32(data + 1, true);
			yield { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
		} else if (name === "VP8 " && isLong) {
			yield { width: view.getUint16(data + 6, true) & 0x3fff, height: view.getUint16(data + 8, true) & 0x3fff };
		}
		const size = view.getUint32(at + 4, true);
		at = data + size + (size % 2);
	}
	return view.getUint32(4, true) + 8 <= bytes.length;
}

/** @param {Uint8Array} bytes @param {number} at */
const nameAt = (bytes, at) => String.fromCharCode(...bytes.subarray(at, at + 4));

/** @param {Uint8Array} bytes @param {number} at */
const uint24 = (bytes, at) => bytes[at] + bytes[at + 1] * 2 ** 8 + bytes[at + 2] * 2 ** 16;

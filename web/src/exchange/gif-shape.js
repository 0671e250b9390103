// How large a GIF is: its screen, and the frames on it. Nothing is decoded. A browser makes the screen as large as the first frame,
// whatever the header says: a small file of a small screen can fill the memory of every device that shows it. The twin is
// server/exchange/gif_shape.py.

const IMAGE = 0x2c;
const EXTENSION = 0x21;
/** The header: signature, size of the screen, and three bytes on colours. */
const HEADER_BYTES = 13;
/** A frame's own: its mark, place, size, and a byte on colours. */
const FRAME_BYTES = 10;

/**
 * @typedef {object} GifShape
 * @property {number} width of the screen, px
 * @property {number} height
 * @property {number} frameWidth of the widest frame; 0: there is none
 * @property {number} frameHeight of the highest
 */

/**
 * The sizes in a GIF; what follows a break in its blocks is passed over, as decoders do.
 * @param {Uint8Array} bytes untrusted, and begins as a GIF does
 * @returns {GifShape}
 */
export function gifShape(bytes) {
	let [frameWidth, frameHeight] = [0, 0];
	let at = HEADER_BYTES + colourBytes(bytes, 10);
	while (bytes[at] === IMAGE || bytes[at] === EXTENSION) {
		if (bytes[at] === IMAGE) {
			frameWidth = Math.max(frameWidth, numberAt(bytes, at + 5));
			frameHeight = Math.max(frameHeight, numberAt(bytes, at + 7));
			// A byte on the compression stands before the pixels.
			at = afterBlocks(bytes, at + FRAME_BYTES + colourBytes(bytes, at + 9) + 1);
		} else at = afterBlocks(bytes, at + 2);
	}
	return { width: numberAt(bytes, 6), height: numberAt(bytes, 8), frameWidth, frameHeight };
}

/** @param {Uint8Array} bytes @param {number} at */
const numberAt = (bytes, at) => (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);

/** The length of the table of colours that a byte announces. @param {Uint8Array} bytes @param {number} at */
function colourBytes(bytes, at) {
	const flags = bytes[at] ?? 0;
	return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

/** Where a row of blocks ends, each of which begins with its length; an empty one is the last. @param {Uint8Array} bytes @param {number} at */
function afterBlocks(bytes, at) {
	let next = at;
	while (bytes[next] > 0) next += 1 + bytes[next];
	return next + 1;
}

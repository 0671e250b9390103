// One background for all? Compares the borders of thumbnails, made tiny. Where it stands alone it is
// arithmetic; only `Backgrounds` needs a browser. Imported by advice-selector.js and advisor.js.

/** A thumbnail is looked at as this many points a side. */
export const SIDE = 16;
/** The outer ring, in points: an eighth of the picture. */
const RING = 2;
/** Examples looked at, a class. */
const SAMPLE = 8;
/** Fewer pictures of a class say nothing. */
const FEWEST = 3;
/** A colour channel (0..255) may differ by so much: the same wall in another light, a camera that was nudged. */
const TOLERANCE = 32;
/** A camera brightens and darkens by itself; so much is taken off the whole ring first. */
const LIGHT = 25;
/** A picture has the common background where this share of its ring does: a hand or the thing may hide the rest. */
const COVERED = 0.7;

/** Where the ring's points lie in a square of RGBA. */
const PLACES = Array.from({ length: SIDE * SIDE }, (_, point) => point)
	.filter((point) => {
		const edge = (/** @type {number} */ at) => at < RING || at >= SIDE - RING;
		return edge(point % SIDE) || edge(Math.floor(point / SIDE));
	})
	.map((point) => point * 4);

/** @param {number[]} numbers at least one */
function median(numbers) {
	return numbers.sort((a, b) => a - b)[numbers.length >> 1];
}

/**
 * Which pictures have the background that most pictures have.
 * @param {Uint8ClampedArray[]} squares n of (SIDE, SIDE, 4), RGBA
 * @returns {number[]} n, the share of each one's ring, 0..1
 */
function shares(squares) {
	const common = PLACES.map((at) => [0, 1, 2].map((c) => median(squares.map((square) => square[at + c]))));
	return squares.map((square) => {
		const differences = PLACES.map((at, i) => common[i].map((value, c) => square[at + c] - value));
		const light = median(differences.map(([r, g, b]) => (r + g + b) / 3));
		const shift = Math.max(-LIGHT, Math.min(LIGHT, light));
		const same = differences.filter((rgb) => rgb.every((difference) => Math.abs(difference - shift) < TOLERANCE));
		return same.length / PLACES.length;
	});
}

/**
 * How far one background is behind the pictures of every class.
 * @param {{ids: string[]}[]} classes
 * @param {ReadonlyMap<string, Uint8ClampedArray>} squares by id, (SIDE, SIDE, 4), RGBA, of some examples
 * @returns {{share: number, ids: string[]}} the share of pictures with that background, in the class that has fewest; and
 *   those pictures, most alike first. 0 with fewer than two classes to compare
 */
export function commonBackground(classes, squares) {
	const pictured = classes.map(({ ids }) => ids.filter((id) => squares.has(id))).filter((ids) => ids.length >= FEWEST);
	if (pictured.length < 2) return { share: 0, ids: [] };
	const all = pictured.flat();
	const found = shares(all.map((id) => /** @type {Uint8ClampedArray} */ (squares.get(id))));
	const shareOf = new Map(all.map((id, i) => [id, found[i]]));
	const has = (/** @type {string} */ id) => (shareOf.get(id) ?? 0) >= COVERED;
	return {
		share: Math.min(...pictured.map((ids) => ids.filter(has).length / ids.length)),
		ids: all.filter(has).sort((a, b) => (shareOf.get(b) ?? 0) - (shareOf.get(a) ?? 0)),
	};
}

/**
 * The examples to look at: spread over each class.
 * @param {{ids: string[]}[]} classes
 * @returns {string[]}
 */
export function sampled(classes) {
	return classes.flatMap(({ ids }) => {
		const count = Math.min(SAMPLE, ids.length);
		return Array.from({ length: count }, (_, i) => ids[Math.floor((i * ids.length) / count)]);
	});
}

/** Reads thumbnails as tiny squares, one at a time, each once. */
export class Backgrounds {
	#thumbnailOf;
	/** null: a picture that could not be read. @type {Map<string, Uint8ClampedArray|null>} */
	#read = new Map();

	/** @param {(id: string) => Blob|null} thumbnailOf null: it is on another device */
	constructor(thumbnailOf) {
		this.#thumbnailOf = thumbnailOf;
	}

	/**
	 * @param {{ids: string[]}[]} classes with the ids of all their examples
	 * @param {AbortSignal} signal
	 * @returns {Promise<Map<string, Uint8ClampedArray>>} of a sample; what was read so far where it is aborted
	 */
	async squares(classes, signal) {
		const ids = sampled(classes);
		const wanted = new Set(ids);
		for (const id of this.#read.keys()) if (!wanted.has(id)) this.#read.delete(id);
		for (const id of ids) {
			if (signal.aborted) break;
			const thumbnail = this.#read.has(id) ? null : this.#thumbnailOf(id);
			if (thumbnail) this.#read.set(id, await tiny(thumbnail).catch(() => null));
		}
		/** @type {Map<string, Uint8ClampedArray>} */
		const found = new Map();
		for (const id of ids) {
			const square = this.#read.get(id);
			if (square) found.set(id, square);
		}
		return found;
	}
}

/**
 * @param {Blob} thumbnail
 * @returns {Promise<Uint8ClampedArray>} (SIDE, SIDE, 4), RGBA
 */
async function tiny(thumbnail) {
	const picture = await createImageBitmap(thumbnail);
	try {
		const context = new OffscreenCanvas(SIDE, SIDE).getContext("2d", { willReadFrequently: true });
		if (!context) throw new Error("no 2-d canvas");
		context.imageSmoothingQuality = "high";
		context.drawImage(picture, 0, 0, SIDE, SIDE);
		return context.getImageData(0, 0, SIDE, SIDE).data;
	} finally {
		picture.close();
	}
}

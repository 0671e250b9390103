// Do all classes have the same background? Compares the borders of thumbnails scaled down to tiny squares. Everything but
// `Backgrounds` is arithmetic and needs no browser. advice-rules.js and advisor.js use it.

/** The side of a square, in pixels. */
export const SIDE = 16;
/** The width of the square's border, in pixels: an eighth of the picture. */
const BORDER = 2;
/** Examples sampled from each class. */
const MAX_SAMPLED = 8;
/** A class with fewer pictures is not compared. */
const MIN_PICTURES = 3;
/** A colour channel (0..255) may differ by this much: the same wall in another light, a camera that was nudged. */
const TOLERANCE = 32;
/** Cameras change their exposure: a difference in light of the whole border up to this is ignored. */
const MAX_LIGHT = 25;
/** A picture has the common background if this share of its border has: a hand or the thing may hide the rest. */
const MIN_COVERED = 0.7;

/** Where the border's pixels begin in a square of RGBA. */
const BORDER_OFFSETS = Array.from({ length: SIDE * SIDE }, (_, point) => point)
	.filter((point) => {
		const isBorder = (/** @type {number} */ place) => place < BORDER || place >= SIDE - BORDER;
		return isBorder(point % SIDE) || isBorder(Math.floor(point / SIDE));
	})
	.map((point) => point * 4);

/** @param {number[]} numbers at least one */
function median(numbers) {
	return numbers.sort((a, b) => a - b)[numbers.length >> 1];
}

/**
 * Measures how much of each picture's border has the background that most pictures have.
 * @param {Uint8ClampedArray[]} squares n of (SIDE, SIDE, 4), RGBA
 * @returns {number[]} n shares, 0..1
 */
function measureShares(squares) {
	const common = BORDER_OFFSETS.map((offset) =>
		[0, 1, 2].map((c) => median(squares.map((square) => square[offset + c]))),
	);
	return squares.map((square) => {
		const differences = BORDER_OFFSETS.map((offset, i) => common[i].map((value, c) => square[offset + c] - value));
		const light = median(differences.map(([r, g, b]) => (r + g + b) / 3));
		const shift = Math.max(-MAX_LIGHT, Math.min(MAX_LIGHT, light));
		const same = differences.filter((rgb) => rgb.every((difference) => Math.abs(difference - shift) < TOLERANCE));
		return same.length / BORDER_OFFSETS.length;
	});
}

/**
 * Finds the background that pictures of all classes share.
 * @param {{ids: string[]}[]} classes
 * @param {ReadonlyMap<string, Uint8ClampedArray>} squares by id, (SIDE, SIDE, 4), RGBA, of some examples
 * @returns {{share: number, ids: string[]}} share: of the pictures with that background, in the class with the smallest share; 0
 *   with fewer than two classes to compare. ids: those pictures, the most similar first
 * @example
 * const { share } = commonBackground([{ ids: ["a"] }, { ids: ["b"] }], squares);
 */
export function commonBackground(classes, squares) {
	const pictured = classes
		.map(({ ids }) => ids.filter((id) => squares.has(id)))
		.filter((ids) => ids.length >= MIN_PICTURES);
	if (pictured.length < 2) return { share: 0, ids: [] };
	const all = pictured.flat();
	const shares = measureShares(all.map((id) => /** @type {Uint8ClampedArray} */ (squares.get(id))));
	const shareOf = new Map(all.map((id, i) => [id, shares[i]]));
	const hasCommon = (/** @type {string} */ id) => (shareOf.get(id) ?? 0) >= MIN_COVERED;
	return {
		share: Math.min(...pictured.map((ids) => ids.filter(hasCommon).length / ids.length)),
		ids: all.filter(hasCommon).sort((a, b) => (shareOf.get(b) ?? 0) - (shareOf.get(a) ?? 0)),
	};
}

/**
 * Samples the examples to compare, evenly over each class.
 * @param {{ids: string[]}[]} classes
 * @returns {string[]} ids
 * @example
 * sampleIds([{ ids: ["a", "b"] }, { ids: ["c"] }]); // ["a", "b", "c"]
 */
export function sampleIds(classes) {
	return classes.flatMap(({ ids }) => {
		const count = Math.min(MAX_SAMPLED, ids.length);
		return Array.from({ length: count }, (_, i) => ids[Math.floor((i * ids.length) / count)]);
	});
}

/**
 * Reads thumbnails as tiny squares, one at a time, each once.
 * @example
 * const backgrounds = new Backgrounds((id) => replica.example(id).thumbnail);
 * const squares = await backgrounds.squares([{ ids: ["a", "b"] }], signal);
 */
export class Backgrounds {
	#thumbnailOf;
	/** The squares by id; null: a picture that could not be read. @type {Map<string, Uint8ClampedArray|null>} */
	#squares = new Map();

	/** @param {(id: string) => Blob|null} thumbnailOf null: the thumbnail is on another device */
	constructor(thumbnailOf) {
		this.#thumbnailOf = thumbnailOf;
	}

	/**
	 * Reads the squares of a sample of the examples.
	 * @param {{ids: string[]}[]} classes the ids of all their examples
	 * @param {AbortSignal} signal
	 * @returns {Promise<Map<string, Uint8ClampedArray>>} by id; if it is aborted, those that were read so far
	 */
	async squares(classes, signal) {
		const ids = sampleIds(classes);
		const sample = new Set(ids);
		for (const id of this.#squares.keys()) if (!sample.has(id)) this.#squares.delete(id);
		for (const id of ids) {
			if (signal.aborted) break;
			const thumbnail = this.#squares.has(id) ? null : this.#thumbnailOf(id);
			if (thumbnail) this.#squares.set(id, await readSquare(thumbnail).catch(() => null));
		}
		/** @type {Map<string, Uint8ClampedArray>} */
		const squares = new Map();
		for (const id of ids) {
			const square = this.#squares.get(id);
			if (square) squares.set(id, square);
		}
		return squares;
	}
}

/**
 * @param {Blob} thumbnail
 * @returns {Promise<Uint8ClampedArray>} (SIDE, SIDE, 4), RGBA
 */
async function readSquare(thumbnail) {
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

// The pictures of examples on the map: each is decoded once, off the main thread, a few in each animation frame, and kept with
// round corners while its example is there. map-view.js owns one.

/** As large as the largest picture on the map is at twice the pixels. */
const SIDE = 88;
const ROUNDING = 0.2;
/** Decodings that may be under way; the camera's frames come first. */
const AT_ONCE = 4;
/** Pictures that come one after another are drawn together. */
const TOGETHER_MS = 120;
/** More than the largest window shows at once; about 20 MB. */
const MAX_KEPT = 640;

/** @typedef {{id: string, url: string|null}} Wanted */

export class MapPictures {
	#onReady;
	/** By id; the last used are at the end. @type {Map<string, ImageBitmap>} */
	#kept = new Map();
	/** Ids of examples without a picture here. @type {Set<string>} */
	#missing = new Set();
	/** @type {Set<string>} */
	#underway = new Set();
	/** @type {string[]} */
	#queue = [];
	#request = 0;
	/** @type {ReturnType<typeof setTimeout>|undefined} */
	#timer;
	#isClosed = false;
	#urlOf = /** @type {(id: string) => string|null} */ (() => null);

	/** @param {() => void} onReady more pictures are there, or are known to be missing */
	constructor(onReady) {
		this.#onReady = onReady;
	}

	/**
	 * @param {string} id
	 * @returns {ImageBitmap|undefined}
	 */
	get(id) {
		return this.#kept.get(id);
	}

	/** @param {string} id @returns {boolean} false: the example has no picture here */
	isPossible(id) {
		return !this.#missing.has(id);
	}

	/**
	 * Says which examples there are: pictures of others are dropped, and those that had none may have one now.
	 * @param {ReadonlySet<string>} ids
	 * @param {(id: string) => string|null} urlOf the picture's address
	 */
	keep(ids, urlOf) {
		this.#urlOf = urlOf;
		this.#missing.clear();
		for (const [id, picture] of this.#kept) {
			if (ids.has(id)) continue;
			picture.close();
			this.#kept.delete(id);
		}
	}

	/** @param {readonly string[]} ids of what is in sight: decoded in this order where it is not yet */
	want(ids) {
		this.#queue = ids.filter((id) => !this.#kept.has(id) && !this.#underway.has(id) && !this.#missing.has(id));
		// Those in sight are dropped last.
		for (const id of ids) {
			const picture = this.#kept.get(id);
			if (!picture) continue;
			this.#kept.delete(id);
			this.#kept.set(id, picture);
		}
		this.#ask();
	}

	close() {
		this.#isClosed = true;
		cancelAnimationFrame(this.#request);
		clearTimeout(this.#timer);
		for (const picture of this.#kept.values()) picture.close();
		this.#kept.clear();
		this.#queue = [];
	}

	#ask() {
		if (this.#request !== 0 || this.#queue.length === 0 || this.#isClosed) return;
		this.#request = requestAnimationFrame(() => {
			this.#request = 0;
			while (this.#underway.size < AT_ONCE) {
				const id = this.#queue.shift();
				if (id === undefined) return;
				void this.#decode(id);
			}
		});
	}

	/** @param {string} id */
	async #decode(id) {
		this.#underway.add(id);
		const url = this.#urlOf(id);
		try {
			if (url === null) this.#missing.add(id);
			else this.#store(id, await decodeRound(url));
		} catch {
			// The example went meanwhile, or the picture is damaged: it stays a point.
			this.#missing.add(id);
		}
		this.#underway.delete(id);
		if (this.#isClosed) return;
		this.#timer ??= setTimeout(() => {
			this.#timer = undefined;
			this.#onReady();
		}, TOGETHER_MS);
		this.#ask();
	}

	/** @param {string} id @param {ImageBitmap} picture */
	#store(id, picture) {
		if (this.#isClosed) {
			picture.close();
			return;
		}
		this.#kept.set(id, picture);
		if (this.#kept.size <= MAX_KEPT) return;
		const [oldest] = this.#kept.keys();
		this.#kept.get(oldest)?.close();
		this.#kept.delete(oldest);
	}
}

/**
 * @param {string} url of an image
 * @returns {Promise<ImageBitmap>} square, with round corners
 * @throws {DOMException} it can't be decoded
 */
async function decodeRound(url) {
	const image = new Image();
	image.src = url;
	await image.decode();
	const canvas = new OffscreenCanvas(SIDE, SIDE);
	const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
	context.beginPath();
	context.roundRect(0, 0, SIDE, SIDE, ROUNDING * SIDE);
	context.clip();
	const side = Math.min(image.naturalWidth, image.naturalHeight);
	const [left, top] = [(image.naturalWidth - side) / 2, (image.naturalHeight - side) / 2];
	context.drawImage(image, left, top, side, side, 0, 0, SIDE, SIDE);
	return canvas.transferToImageBitmap();
}

/** @param {number} size px @returns {number} of a picture's corners, px */
export const roundingOf = (size) => ROUNDING * size;

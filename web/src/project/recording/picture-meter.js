// The picture meter of one recording: which pictures are good, blurred, too dark, or near-copies of the last ones. What counts as
// which was measured: docs/decisions/032-hands-free.md.

import numbers from "../../../../contract/recording.json" with { type: "json" };

/**
 * @typedef {import("../../state/state.js").MeterCounts} MeterCounts
 * @typedef {{blur: number, brightness: number}} PictureQuality blur: 0..1, see embed-worker/quality.js; brightness: 0..255
 */

export class PictureMeter {
	/** @type {MeterCounts} */
	#counts = { good: 0, copies: 0, blurred: 0, dark: 0 };
	/** Embeddings of length 1: of the pictures that were no copies, the last ones. @type {Float32Array[]} */
	#compared = [];

	#copyDistance;

	/** @param {number} copyDistance the cosine distance below which two pictures are near-copies */
	constructor(copyDistance) {
		this.#copyDistance = copyDistance;
	}

	/** How many of each; the same object until the next picture. */
	get counts() {
		return this.#counts;
	}

	/**
	 * @param {object} picture
	 * @param {Float32Array} picture.embedding float32, (d,)
	 * @param {PictureQuality|null} [picture.quality] null: it was not measured
	 * @returns {keyof MeterCounts} what it counts as
	 * @example
	 * meter.judge({ embedding, quality: { blur: 0.4, brightness: 120 } }); // "good"
	 */
	judge({ embedding, quality }) {
		const kind = this.#kindOf(embedding, quality ?? null);
		this.#counts = { ...this.#counts, [kind]: this.#counts[kind] + 1 };
		return kind;
	}

	/**
	 * @param {Float32Array} embedding
	 * @param {PictureQuality|null} quality
	 * @returns {keyof MeterCounts}
	 */
	#kindOf(embedding, quality) {
		// A dark picture has no edges to be sharp: its darkness is the cause.
		if (quality && quality.brightness < numbers.darkBelow) return "dark";
		if (quality && quality.blur > numbers.blurFrom) return "blurred";
		const unit = toUnitLength(embedding);
		if (this.#compared.some((other) => 1 - dot(unit, other) < this.#copyDistance)) return "copies";
		this.#compared.push(unit);
		if (this.#compared.length > numbers.comparedPictures) this.#compared.shift();
		return "good";
	}
}

/** @param {Float32Array} vector */
function toUnitLength(vector) {
	const length = Math.sqrt(dot(vector, vector)) || 1;
	return vector.map((value) => value / length);
}

/**
 * @param {Float32Array} a
 * @param {Float32Array} b
 */
function dot(a, b) {
	let sum = 0;
	for (let i = 0; i < a.length; i += 1) sum += a[i] * b[i];
	return sum;
}

// From a bitmap to the model's pixels and to a thumbnail. Part of embed.worker.js.

import { resize } from "./resize.js";

const THUMBNAIL_QUALITY = 0.8;

export class FrameCanvas {
	#context;
	#size;

	/**
	 * @param {number} size the model's input: width and height in pixels
	 * @throws {Error} this browser gives workers no canvas
	 */
	constructor(size) {
		const context = new OffscreenCanvas(size, size).getContext("2d", { willReadFrequently: true });
		if (!context) throw new Error("no canvas to read pixels from");
		this.#context = context;
		this.#size = size;
	}

	/** The model's input: width and height in pixels. */
	get size() {
		return this.#size;
	}

	/**
	 * Draws the middle square, at the model's size; white where the bitmap is transparent, as on a page.
	 * @param {ImageBitmap} bitmap
	 * @returns {ImageData} (size, size)
	 */
	draw(bitmap) {
		const context = this.#context;
		const size = this.#size;
		const side = Math.min(bitmap.width, bitmap.height);
		const left = (bitmap.width - side) / 2;
		const top = (bitmap.height - side) / 2;
		if (side !== size) {
			const image = new ImageData(resize(readerOf(bitmap, left, top, side), side, size), size, size);
			context.putImageData(image, 0, 0);
			return image;
		}
		context.fillStyle = "#fff";
		context.fillRect(0, 0, size, size);
		context.drawImage(bitmap, left, top, side, side, 0, 0, size, size);
		return context.getImageData(0, 0, size, size);
	}

	/**
	 * What was drawn last, made smaller.
	 * @param {number} size_px width and height
	 * @returns {Promise<Blob>} JPEG
	 */
	makeThumbnail(size_px) {
		const canvas = new OffscreenCanvas(size_px, size_px);
		const context = canvas.getContext("2d", { willReadFrequently: true });
		if (context) {
			context.imageSmoothingQuality = "high";
			context.drawImage(this.#context.canvas, 0, 0, size_px, size_px);
		}
		return canvas.convertToBlob({ type: "image/jpeg", quality: THUMBNAIL_QUALITY });
	}
}

/**
 * @param {ImageBitmap} bitmap
 * @param {number} left of the square
 * @param {number} top of the square
 * @param {number} side of the square
 * @returns {(from: number, rows: number) => Uint8ClampedArray} reads rows of the square, RGBA; white where it is transparent
 */
function readerOf(bitmap, left, top, side) {
	/** @type {OffscreenCanvasRenderingContext2D|null} */
	let context = null;
	return (from, rows) => {
		context ??= new OffscreenCanvas(side, rows).getContext("2d", { willReadFrequently: true });
		if (!context) throw new Error("no canvas to read pixels from");
		context.fillStyle = "#fff";
		context.fillRect(0, 0, side, rows);
		context.drawImage(bitmap, left, top + from, side, rows, 0, 0, side, rows);
		return context.getImageData(0, 0, side, rows).data;
	};
}

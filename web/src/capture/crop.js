// A square of a picture, at the model's size. Runs in the worker too.

/** @typedef {{left: number, top: number, side: number}} Square in pixels */

/**
 * @param {ImageBitmapSource} source
 * @param {Square} square
 * @param {number} sizePx side of the model's input
 * @returns {Promise<ImageBitmap>} square; of another size where the browser can't resize: frame-canvas.js does that, too
 */
export async function crop(source, { left, top, side }, sizePx) {
	try {
		return await createImageBitmap(source, left, top, side, side, {
			resizeWidth: sizePx,
			resizeHeight: sizePx,
			resizeQuality: "medium",
		});
	} catch {
		return await createImageBitmap(source, left, top, side, side);
	}
}

// Crops a video frame or a picture to the model's input: the middle square, at the model's size. Reads no pixels on the main
// thread.

/**
 * @param {number} width
 * @param {number} height
 * @returns {{left: number, top: number, side: number}} the middle square
 */
export function middleSquare(width, height) {
	const side = Math.min(width, height);
	return { left: Math.floor((width - side) / 2), top: Math.floor((height - side) / 2), side };
}

/**
 * @param {HTMLVideoElement|ImageBitmap} source
 * @param {number} width
 * @param {number} height
 * @param {number} sizePx side of the model's input
 * @returns {Promise<ImageBitmap>} square; of another size where the browser can't resize: the worker does that, too
 */
async function crop(source, width, height, sizePx) {
	const { left, top, side } = middleSquare(width, height);
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

/**
 * Captures the video's newest frame.
 * @param {HTMLVideoElement} video
 * @param {number} sizePx side of the model's input
 * @returns {Promise<ImageBitmap|null>} null before the first frame
 */
export async function captureFrame(video, sizePx) {
	if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.videoWidth === 0) return null;
	return await crop(video, video.videoWidth, video.videoHeight, sizePx);
}

/**
 * Crops a picture, and leaves it at its size: the worker makes it small as Pillow does.
 * @param {ImageBitmap} picture is closed
 * @returns {Promise<ImageBitmap>} square
 */
export async function cropPicture(picture) {
	const { left, top, side } = middleSquare(picture.width, picture.height);
	try {
		if ((picture.width - picture.height) % 2 === 0) return await createImageBitmap(picture, left, top, side, side);
		// With a middle between two points, Chromium takes the other one where it turns the picture by its EXIF orientation.
		const canvas = new OffscreenCanvas(side, side);
		canvas.getContext("2d")?.drawImage(picture, -left, -top);
		return canvas.transferToImageBitmap();
	} finally {
		picture.close();
	}
}

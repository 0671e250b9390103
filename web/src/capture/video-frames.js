// From a picture's source to what the model takes: the middle square, at the model's size, without
// reading pixels on the main thread.

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
 * @param {number} size_px the model's input
 * @returns {Promise<ImageBitmap>} square; of another size where the browser can't resize, which the worker then does
 */
async function cropped(source, width, height, size_px) {
	const { left, top, side } = middleSquare(width, height);
	try {
		return await createImageBitmap(source, left, top, side, side, {
			resizeWidth: size_px,
			resizeHeight: size_px,
			resizeQuality: "medium",
		});
	} catch {
		return await createImageBitmap(source, left, top, side, side);
	}
}

/**
 * The video's newest frame.
 * @param {HTMLVideoElement} video
 * @param {number} size_px
 * @returns {Promise<ImageBitmap|null>} null before the first frame
 */
export async function captureFrame(video, size_px) {
	if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.videoWidth === 0) return null;
	return await cropped(video, video.videoWidth, video.videoHeight, size_px);
}

/**
 * @param {ImageBitmap} picture is used up
 * @param {number} size_px
 */
export async function cropPicture(picture, size_px) {
	try {
		return await cropped(picture, picture.width, picture.height, size_px);
	} finally {
		picture.close();
	}
}

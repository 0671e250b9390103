// Crops a video frame or a picture to the model's input: the middle square, at the model's size. Reads no pixels on the main
// thread; a frame of the camera is cropped by the worker, where the browser can hand it over.

import { crop } from "./crop.js";

/**
 * @param {number} width
 * @param {number} height
 * @returns {Square} the middle one
 */
export function middleSquare(width, height) {
	const side = Math.min(width, height);
	return { left: Math.floor((width - side) / 2), top: Math.floor((height - side) / 2), side };
}

/** @typedef {import("./crop.js").Square} Square */
/**
 * A frame that the worker crops, since drawing a video's picture takes the main thread up to 9 ms.
 * @typedef {{video: VideoFrame, square: Square}} UncroppedFrame
 */

/**
 * @param {Square} square
 * @param {import("../state/state.js").Crop|null} part null: all of it
 * @returns {Square} in whole pixels
 * @example
 * partOf({ left: 80, top: 0, side: 480 }, { left: 0.5, top: 0, side: 0.25 }); // { left: 320, top: 0, side: 120 }
 */
export function partOf(square, part) {
	if (!part) return square;
	return {
		left: square.left + Math.round(part.left * square.side),
		top: square.top + Math.round(part.top * square.side),
		side: Math.max(1, Math.round(part.side * square.side)),
	};
}

/**
 * Captures the video's newest frame.
 * @param {HTMLVideoElement} video
 * @param {number} sizePx side of the model's input
 * @param {import("../state/state.js").Crop|null} [part] of the middle square; null: all of it
 * @returns {Promise<ImageBitmap|null>} null before the first frame
 */
export async function captureFrame(video, sizePx, part = null) {
	if (!hasFrame(video)) return null;
	return await crop(video, partOf(middleSquare(video.videoWidth, video.videoHeight), part), sizePx);
}

/**
 * Takes the video's newest frame as it is, to be cropped by the worker.
 * @param {HTMLVideoElement} video
 * @param {import("../state/state.js").Crop|null} part of the middle square; null: all of it
 * @returns {UncroppedFrame|null} null before the first frame
 * @throws {Error} this browser can't, or gives the frame another shape than the video shows
 */
export function takeFrame(video, part) {
	if (!hasFrame(video)) return null;
	const { videoWidth, videoHeight } = video;
	const frame = new VideoFrame(video);
	if (frame.displayWidth !== videoWidth || frame.displayHeight !== videoHeight) {
		frame.close();
		throw new Error(`a frame of ${frame.displayWidth} x ${frame.displayHeight}, not ${videoWidth} x ${videoHeight}`);
	}
	return { video: frame, square: partOf(middleSquare(videoWidth, videoHeight), part) };
}

/**
 * The picture of a frame: what is handed to the worker, and closed where it is not.
 * @param {ImageBitmap|UncroppedFrame} frame
 * @returns {ImageBitmap|VideoFrame}
 */
export function pictureOf(frame) {
	return "video" in frame ? frame.video : frame;
}

/** @param {HTMLVideoElement} video */
function hasFrame(video) {
	return video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && video.videoWidth > 0;
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

// How sharp and how bright a picture is, for the picture meter. Part of embed.worker.js: off the main thread, and only while
// something is recorded.

/** Neighbours on either side that the picture is blurred with once more. */
const REACH = 4;

/**
 * Measures a picture. Blur is the measure of Crete et al. (2007): how little of the differences between neighbouring pixels
 * another blur takes away. Unlike the variance of the Laplacian, it is much the same for a plain wall and for a full shelf.
 * @param {Pick<ImageData, "data"|"width"|"height">} image RGBA
 * @returns {{blur: number, brightness: number}} blur: 0 (sharp) to 1; brightness: mean luma, 0..255
 * @example
 * measureQuality(context.getImageData(0, 0, 224, 224)).brightness; // 118.4
 */
export function measureQuality({ data, width, height }) {
	const luma = new Float32Array(width * height);
	let sum = 0;
	for (let i = 0, at = 0; i < luma.length; i += 1, at += 4) {
		luma[i] = 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
		sum += luma[i];
	}
	const across = blurAlong(luma, { lines: height, lineStep: width, length: width, step: 1 });
	const down = blurAlong(luma, { lines: width, lineStep: 1, length: height, step: width });
	return { blur: Math.max(across, down), brightness: sum / luma.length };
}

/**
 * @param {Float32Array} luma
 * @param {{lines: number, lineStep: number, length: number, step: number}} way lines of pixels, and how to walk along one
 * @returns {number} 0..1
 */
function blurAlong(luma, { lines, lineStep, length, step }) {
	let differences = 0;
	let lost = 0;
	for (let line = 0; line < lines; line += 1) {
		const start = line * lineStep;
		const last = length - 1;
		/** @param {number} i beyond an edge: the edge's pixel */
		const at = (i) => luma[start + Math.min(Math.max(i, 0), last) * step];
		for (let i = 1; i < length; i += 1) {
			const difference = Math.abs(at(i) - at(i - 1));
			// The mean of the neighbours moves on by the one that comes in and the one that goes out.
			const blurred = Math.abs(at(i + REACH) - at(i - REACH - 1)) / (2 * REACH + 1);
			differences += difference;
			lost += Math.max(0, difference - blurred);
		}
	}
	return differences > 0 ? (differences - lost) / differences : 1;
}

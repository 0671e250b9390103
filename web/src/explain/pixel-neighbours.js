// The nearest examples by their pixels alone, to compare with those by the network: small pictures, point by point and colour by
// colour. For a lesson; nothing is decided by it. Pure: who reads the pictures' pixels is ui/lessons/two-ways-watch.js.

/** The side of the pictures that are compared, in pixels. */
export const COMPARED_PX = 32;
const CHANNELS = 3;
const BRIGHTEST = 255;

/**
 * @param {Uint8ClampedArray} rgba (COMPARED_PX * COMPARED_PX * 4), as a canvas gives it
 * @returns {Float32Array} (COMPARED_PX * COMPARED_PX * 3), 0..1: without the opacity
 */
export function toColours(rgba) {
	const colours = new Float32Array((rgba.length / 4) * CHANNELS);
	for (let pixel = 0; pixel < rgba.length / 4; pixel++) {
		for (let channel = 0; channel < CHANNELS; channel++) {
			colours[pixel * CHANNELS + channel] = rgba[pixel * 4 + channel] / BRIGHTEST;
		}
	}
	return colours;
}

/**
 * The Euclidean distance of two pictures, by the root of the mean: it does not grow with the number of pixels.
 * @param {Float32Array} a
 * @param {Float32Array} b of the same length
 * @returns {number} 0..1; 1 is all black against all white
 */
export function pixelDistance(a, b) {
	let sum = 0;
	for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
	return Math.sqrt(sum / a.length);
}

/**
 * @param {Float32Array} colours of the picture that is asked about
 * @param {{id: string, label: string, colours: Float32Array}[]} examples
 * @param {number} count
 * @returns {import("../state/result.js").Neighbour[]} at most so many, the nearest first; of equal ones, the first of the list
 */
export function findPixelNeighbours(colours, examples, count) {
	return examples
		.map(({ id, label, colours: other }) => ({ id, label, distance: pixelDistance(colours, other) }))
		.sort((a, b) => a.distance - b.distance)
		.slice(0, count);
}

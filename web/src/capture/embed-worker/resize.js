// Gives a picture the model's size as Pillow's bilinear filter does. Of a larger one every point counts, so that fine patterns
// become their mean instead of other patterns; a smaller one becomes smooth. Python reads photos with Pillow, and the same photo
// must be the same here: "A picture" in contract/README.md. Part of embed.worker.js.

/** Rows that are read at once: a large photo is never in memory as numbers whole. */
const STRIP_ROWS = 128;

/**
 * How much each point of a line counts for each point of the resized line.
 * @param {number} from points of the line
 * @param {number} to points of the resized line
 * @returns {{start: number, weights: Float64Array}[]} to of them; the weights of the points from start on, which add up to 1
 * @example
 * triangleTaps(4, 2)[0]; // { start: 0, weights: [3/7, 3/7, 1/7] }
 */
export function triangleTaps(from, to) {
	const scale = from / to;
	// Between the points of a short line lies a straight line.
	const reach = Math.max(1, scale);
	return Array.from({ length: to }, (_, i) => {
		const centre = (i + 0.5) * scale;
		const start = Math.max(0, Math.floor(centre - reach + 0.5));
		const end = Math.min(from, Math.floor(centre + reach + 0.5));
		const weights = Float64Array.from({ length: end - start }, (_, j) =>
			Math.max(0, 1 - Math.abs(start + j + 0.5 - centre) / reach),
		);
		const sum = weights.reduce((a, b) => a + b, 0);
		return { start, weights: weights.map((weight) => weight / sum) };
	});
}

/**
 * @param {(top: number, rows: number) => Uint8ClampedArray} readRows RGBA of so many rows of the picture, (rows, side, 4)
 * @param {number} side of the picture, which is square
 * @param {number} size of the result
 * @returns {Uint8ClampedArray<ArrayBuffer>} RGBA, (size, size, 4), opaque
 */
export function resize(readRows, side, size) {
	const taps = triangleTaps(side, size);
	const sums = new Float64Array(3 * size * size);
	const line = new Float64Array(3 * size);
	/** The first row of the result that a row of the picture still counts for. */
	let first = 0;
	for (let top = 0; top < side; top += STRIP_ROWS) {
		const rows = Math.min(STRIP_ROWS, side - top);
		const strip = readRows(top, rows);
		for (let row = 0; row < rows; row += 1) {
			resizeLine(strip, 4 * row * side, taps, line);
			const y = top + row;
			while (first < size - 1 && y >= taps[first].start + taps[first].weights.length) first += 1;
			for (let to = first; to < size && taps[to].start <= y; to += 1) {
				const weight = taps[to].weights[y - taps[to].start];
				if (weight === undefined) continue;
				for (let i = 0; i < line.length; i += 1) sums[3 * size * to + i] += weight * line[i];
			}
		}
	}
	const result = new Uint8ClampedArray(4 * size * size);
	for (let point = 0; point < size * size; point += 1) {
		for (let channel = 0; channel < 3; channel += 1)
			result[4 * point + channel] = Math.floor(sums[3 * point + channel] + 0.5);
		result[4 * point + 3] = 255;
	}
	return result;
}

/**
 * @param {Uint8ClampedArray} pixels RGBA
 * @param {number} at where the row begins
 * @param {{start: number, weights: Float64Array}[]} taps
 * @param {Float64Array} line gets the row, RGB, in whole numbers as Pillow has them between its two passes
 */
function resizeLine(pixels, at, taps, line) {
	for (let to = 0; to < taps.length; to += 1) {
		const { start, weights } = taps[to];
		let [red, green, blue] = [0.5, 0.5, 0.5];
		for (let i = 0, from = at + 4 * start; i < weights.length; i += 1, from += 4) {
			red += weights[i] * pixels[from];
			green += weights[i] * pixels[from + 1];
			blue += weights[i] * pixels[from + 2];
		}
		line[3 * to] = Math.floor(red);
		line[3 * to + 1] = Math.floor(green);
		line[3 * to + 2] = Math.floor(blue);
	}
}

// The heat map's colours and shape. Plasma (N. Smith and S. van der Walt, matplotlib): evenly spaced to the eye, in order for
// colour-blind eyes too. It grows opaquer with the heat, and its dark rims show on a light picture, its light middle on a dark one.

/** Red, green, blue, evenly spaced from 0 to 1. */
const PLASMA = [
	[13, 8, 135],
	[75, 3, 161],
	[125, 3, 168],
	[168, 34, 150],
	[203, 70, 121],
	[229, 107, 93],
	[248, 148, 65],
	[253, 195, 40],
	[240, 249, 33],
];
const MAX_OPAQUE = 0.85;
/** Below the first nothing is drawn; from the second on it is as opaque as it gets. */
const FAINT = 0.06;
const FULL = 0.75;
/** Points a side that the cells are enlarged to; the browser does the rest. */
const FINE = 56;

const ROWS = /** @type {const} */ (["top", "middle", "bottom"]);
const COLUMNS = /** @type {const} */ (["Left", "Centre", "Right"]);

/**
 * @param {number} value 0..1
 * @returns {[number, number, number, number]} red, green, blue, alpha, 0..255
 */
export function heatColour(value) {
	const at = Math.min(1, Math.max(0, value)) * (PLASMA.length - 1);
	const low = Math.min(PLASMA.length - 2, Math.floor(at));
	const [r, g, b] = PLASMA[low].map((channel, i) => channel + (at - low) * (PLASMA[low + 1][i] - channel));
	const ramp = Math.min(1, Math.max(0, (value - FAINT) / (FULL - FAINT)));
	return [r, g, b, 255 * MAX_OPAQUE * ramp * ramp * (3 - 2 * ramp)];
}

/**
 * Smoothly, through every cell's middle (Catmull and Rom's spline), since straight lines between few cells show their grid.
 * @param {Float32Array} values (height, width), row by row, 0..1
 * @param {number} width
 * @param {number} height
 * @param {number} size
 * @returns {Float32Array} (size, size), 0..1
 */
export function enlarged(values, width, height, size) {
	const rows = new Float32Array(height * size);
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < size; x++)
			rows[y * size + x] = between(values, y * width, 1, width, ((x + 0.5) / size) * width);
	}
	const fine = new Float32Array(size * size);
	for (let y = 0; y < size; y++) {
		for (let x = 0; x < size; x++) {
			const value = between(rows, x, size, height, ((y + 0.5) / size) * height);
			fine[y * size + x] = Math.min(1, Math.max(0, value));
		}
	}
	return fine;
}

/**
 * @param {Float32Array} values
 * @param {number} start
 * @param {number} step from one to the next
 * @param {number} count
 * @param {number} at 0..count; a value's own place is half a step in
 */
function between(values, start, step, count, at) {
	const low = Math.floor(at - 0.5);
	const f = at - 0.5 - low;
	const [a, b, c, d] = [-1, 0, 1, 2].map((i) => values[start + step * Math.min(count - 1, Math.max(0, low + i))]);
	return b + 0.5 * f * (c - a + f * (2 * a - 5 * b + 4 * c - d + f * (3 * (b - c) + d - a)));
}

/** The enlarged cells, before they are drawn to size. @type {CanvasRenderingContext2D|null} */
let fineContext = null;

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{width: number, height: number, values: Float32Array}} heat
 * @param {{left: number, top: number, side: number}} square where the model looks
 */
export function paintHeat(context, { width, height, values }, { left, top, side }) {
	fineContext ??= Object.assign(document.createElement("canvas"), { width: FINE, height: FINE }).getContext("2d");
	if (!fineContext) return;
	const image = fineContext.createImageData(FINE, FINE);
	for (const [i, value] of enlarged(values, width, height, FINE).entries()) image.data.set(heatColour(value), 4 * i);
	fineContext.putImageData(image, 0, 0);
	context.imageSmoothingQuality = "high";
	context.drawImage(fineContext.canvas, left, top, side, side);
}

/**
 * @param {import("../../state/state.js").HeatState} heat
 * @param {boolean} mirrored as it is shown
 * @returns {string|null} such as "topLeft"; null: nowhere
 */
export function hottest({ width, height, values }, mirrored) {
	const peak = values.indexOf(Math.max(...values));
	if (!(values[peak] > 0)) return null;
	const third = (/** @type {number} */ at, /** @type {number} */ of) => Math.floor((3 * (at + 0.5)) / of);
	const column = third(peak % width, width);
	return `${ROWS[third(Math.floor(peak / width), height)]}${COLUMNS[mirrored ? 2 - column : column]}`;
}

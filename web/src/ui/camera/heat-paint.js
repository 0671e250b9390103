// The heat map's colours and shape. The picture below loses its colours and gets darker, so that the colours on it are the
// heat's alone: they can be told from a banana's yellow, and read on black and on white. The colour map is inferno (N. Smith
// and S. van der Walt, matplotlib): it grows lighter in steps that look equal, so its order is the same to colour-blind eyes.

/** Red, green, blue, evenly spaced from 0 to 1. */
const INFERNO = [
	[0, 0, 4],
	[31, 12, 72],
	[85, 15, 109],
	[136, 34, 106],
	[186, 54, 85],
	[227, 89, 51],
	[249, 140, 10],
	[249, 201, 50],
	[252, 255, 164],
];
const MAX_OPAQUE = 0.85;
/** How bright the picture stays at full strength. */
const PICTURE_BRIGHTNESS = 0.3;
/** Nothing is drawn below MIN_DRAWN; the opacity is MAX_OPAQUE from FULL_FROM on. */
const MIN_DRAWN = 0.06;
const FULL_FROM = 0.75;
/** The cells are enlarged to so many pixels a side; the browser enlarges these to the picture's size, off the main thread. */
export const HEAT_PX = 56;
/** Enough to say which ninth glows most. */
const LOOKED_AT_PX = 42;
/** Colours are looked up at so many values. */
const COLOURS = 500;

const ROWS = /** @type {const} */ (["top", "middle", "bottom"]);
const COLUMNS = /** @type {const} */ (["Left", "Centre", "Right"]);

/**
 * @param {number} value 0..1
 * @returns {[number, number, number, number]} red, green, blue, alpha, 0..255
 */
export function toHeatColour(value) {
	const at = Math.min(1, Math.max(0, value)) * (INFERNO.length - 1);
	const low = Math.min(INFERNO.length - 2, Math.floor(at));
	const [r, g, b] = INFERNO[low].map((channel, i) => channel + (at - low) * (INFERNO[low + 1][i] - channel));
	const ramp = Math.min(1, Math.max(0, (value - MIN_DRAWN) / (FULL_FROM - MIN_DRAWN)));
	return [r, g, b, 255 * MAX_OPAQUE * ramp * ramp * (3 - 2 * ramp)];
}

/**
 * What becomes of the picture below the heat map.
 * @param {number} strength 0..1
 * @returns {{brightness: number, grey: number}} shares, as CSS's filters take them
 */
export const dimPicture = (strength) => ({
	brightness: 1 - (1 - PICTURE_BRIGHTNESS) * Math.min(1, 1.4 * strength),
	grey: Math.min(1, 2 * strength),
});

/**
 * Enlarges a grid by Catmull and Rom's spline through the middle of each cell. Straight lines between few cells would show
 * their grid.
 * @param {Float32Array} values (height, width), row by row, 0..1
 * @param {number} width
 * @param {number} height
 * @param {number} size
 * @returns {Float32Array} (size, size), 0..1
 */
export function enlarge(values, width, height, size) {
	const across = splineFor(width, size);
	const rows = new Float32Array(height * size);
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < size; x++) rows[y * size + x] = interpolate(values, y * width, 1, across, x);
	}
	const down = splineFor(height, size);
	const result = new Float32Array(size * size);
	for (let y = 0; y < size; y++) {
		for (let x = 0; x < size; x++) {
			const value = interpolate(rows, x, size, down, y);
			result[y * size + x] = Math.min(1, Math.max(0, value));
		}
	}
	return result;
}

/**
 * @typedef {object} Spline four values and their weights for each of the points that a line of values is enlarged to
 * @property {Int32Array} places (size, 4)
 * @property {Float32Array} weights (size, 4)
 */

/** By count and size: every frame of a camera has the same ones. @type {Map<string, Spline>} */
const splines = new Map();

/**
 * @param {number} count of the values; value i lies at i + 0.5
 * @param {number} size
 * @returns {Spline}
 */
function splineFor(count, size) {
	const key = `${count} ${size}`;
	let spline = splines.get(key);
	if (spline) return spline;
	spline = { places: new Int32Array(4 * size), weights: new Float32Array(4 * size) };
	for (let i = 0; i < size; i++) {
		const at = ((i + 0.5) / size) * count - 0.5;
		const low = Math.floor(at);
		const f = at - low;
		spline.weights.set(
			[
				0.5 * f * (-1 + f * (2 - f)),
				1 + 0.5 * f * f * (3 * f - 5),
				0.5 * f * (1 + f * (4 - 3 * f)),
				0.5 * f * f * (f - 1),
			],
			4 * i,
		);
		for (let j = 0; j < 4; j++) spline.places[4 * i + j] = Math.min(count - 1, Math.max(0, low + j - 1));
	}
	splines.set(key, spline);
	return spline;
}

/**
 * @param {Float32Array} values
 * @param {number} start
 * @param {number} step from one to the next
 * @param {Spline} spline
 * @param {number} point
 */
function interpolate(values, start, step, { places, weights }, point) {
	let sum = 0;
	for (let i = 4 * point; i < 4 * point + 4; i++) sum += weights[i] * values[start + step * places[i]];
	return sum;
}

/** The colours of 0 to 1, each as a picture has it in memory. @type {Uint32Array|null} */
let palette = null;

function getPalette() {
	if (palette) return palette;
	const channels = new Uint8ClampedArray(4 * COLOURS);
	for (let i = 0; i < COLOURS; i++) channels.set(toHeatColour(i / (COLOURS - 1)), 4 * i);
	palette = new Uint32Array(channels.buffer);
	return palette;
}

/**
 * @param {CanvasRenderingContext2D} context of a canvas of HEAT_PX a side
 * @param {{width: number, height: number, values: Float32Array}} heat
 */
export function paintHeat(context, { width, height, values }) {
	const image = context.createImageData(HEAT_PX, HEAT_PX);
	const colours = getPalette();
	const fine = enlarge(values, width, height, HEAT_PX);
	const pixels = new Uint32Array(image.data.buffer);
	for (let i = 0; i < fine.length; i++) pixels[i] = colours[Math.round(fine[i] * (COLOURS - 1))];
	context.putImageData(image, 0, 0);
}

/**
 * The ninth of the picture in which most of the glow is: of what is painted, and not of the cells, one of which may be a little
 * above many that lie side by side and are what the eye sees.
 * @param {import("../../state/state.js").HeatState} heat
 * @param {boolean} mirrored whether the picture is shown mirrored
 * @returns {string|null} the region that glows most, such as "topLeft"; null: no value is above 0
 */
export function findHottestRegion({ width, height, values }, mirrored) {
	const peak = Math.max(...values);
	if (!(peak > 0)) return null;
	const third = (/** @type {number} */ at) => Math.floor((3 * (at + 0.5)) / LOOKED_AT_PX);
	const glow = new Float64Array(ROWS.length * COLUMNS.length);
	for (const [i, value] of enlarge(values, width, height, LOOKED_AT_PX).entries()) {
		const region = third(Math.floor(i / LOOKED_AT_PX)) * COLUMNS.length + third(i % LOOKED_AT_PX);
		glow[region] += Math.max(0, value / peak - FULL_FROM);
	}
	const hottest = glow.indexOf(Math.max(...glow));
	const column = hottest % COLUMNS.length;
	return `${ROWS[Math.floor(hottest / COLUMNS.length)]}${COLUMNS[mirrored ? COLUMNS.length - 1 - column : column]}`;
}

// How far the map is magnified, and which part of it is seen. Pure.

/** @typedef {{scale: number, x: number, y: number}} Zoom scale: 1, all is seen; x, y: where the whole map's corner lies, px */

/** @type {Zoom} */
export const NO_ZOOM = { scale: 1, x: 0, y: 0 };
export const MAX_SCALE = 16;
/** Of one press of a button or a key. */
export const STEP = 1.6;

/**
 * Keeps the map over all of the plot.
 * @param {Zoom} zoom
 * @param {number} width px
 * @param {number} height px
 * @returns {Zoom}
 */
function clamp({ scale, x, y }, width, height) {
	const bounded = Math.min(MAX_SCALE, Math.max(1, scale));
	return {
		scale: bounded,
		x: Math.min(0, Math.max(width * (1 - bounded), x)),
		y: Math.min(0, Math.max(height * (1 - bounded), y)),
	};
}

/**
 * Magnifies around a place, which stays where it is.
 * @param {Zoom} zoom
 * @param {number} factor
 * @param {{x: number, y: number, width: number, height: number}} at px; of the place, and of the plot
 * @returns {Zoom}
 */
export function zoomAround(zoom, factor, { x, y, width, height }) {
	const scale = Math.min(MAX_SCALE, Math.max(1, zoom.scale * factor));
	const ratio = scale / zoom.scale;
	return clamp({ scale, x: x - (x - zoom.x) * ratio, y: y - (y - zoom.y) * ratio }, width, height);
}

/**
 * @param {Zoom} zoom
 * @param {number} dx px
 * @param {number} dy px
 * @param {number} width px
 * @param {number} height px
 * @returns {Zoom}
 */
export const pan = (zoom, dx, dy, width, height) =>
	clamp({ scale: zoom.scale, x: zoom.x + dx, y: zoom.y + dy }, width, height);

/**
 * @param {import("./map-geometry.js").Fit} fit of the whole map
 * @param {Zoom} zoom
 * @returns {import("./map-geometry.js").Fit}
 */
export const zoomFit = ({ scale, left, top }, zoom) => ({
	scale: scale * zoom.scale,
	left: left * zoom.scale + zoom.x,
	top: top * zoom.scale + zoom.y,
});

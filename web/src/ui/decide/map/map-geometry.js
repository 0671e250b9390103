// The places of the map's points on the screen, and the point that the pointer or an arrow key selects. Pure.

/** The margin around the points: markers at the edge stay whole, and a frame may lie a little outside. */
const MARGIN_PX = 30;

/** @typedef {{scale: number, left: number, top: number}} Fit x: left + scale x; y: top - scale y, for y grows upwards */

/**
 * The largest scale at which all points are visible. It is the same on both axes, so that distances stay comparable.
 * @param {Float32Array} points (n, 2)
 * @param {number} width px
 * @param {number} height px
 * @returns {Fit}
 */
export function fitPoints(points, width, height) {
	const low = [0, 0];
	const high = [0, 0];
	for (const axis of [0, 1]) {
		for (let i = axis; i < points.length; i += 2) {
			low[axis] = i === axis ? points[i] : Math.min(low[axis], points[i]);
			high[axis] = i === axis ? points[i] : Math.max(high[axis], points[i]);
		}
	}
	// Points on one line, or on one spot, lie in the middle.
	const [across, up] = [0, 1].map((axis) => Math.max(high[axis] - low[axis], 0.5));
	const scale = Math.max(1, Math.min((width - 2 * MARGIN_PX) / across, (height - 2 * MARGIN_PX) / up));
	return {
		scale,
		left: width / 2 - (scale * (low[0] + high[0])) / 2,
		top: height / 2 + (scale * (low[1] + high[1])) / 2,
	};
}

/**
 * @param {Float32Array} points (n, 2)
 * @param {Fit} fit
 * @returns {Float32Array} (n, 2), px
 */
export function toPixels(points, { scale, left, top }) {
	return points.map((value, i) => (i % 2 === 0 ? left + scale * value : top - scale * value));
}

/**
 * @param {Float32Array} pixels (n, 2)
 * @param {number} x px
 * @param {number} y px
 * @param {number} [reach] px
 * @returns {number} the nearest point's place; -1: none within reach
 */
export function findNearest(pixels, x, y, reach = Number.POSITIVE_INFINITY) {
	let nearest = -1;
	let shortest = reach;
	for (let i = 0; i < pixels.length / 2; i++) {
		const distance = Math.hypot(pixels[2 * i] - x, pixels[2 * i + 1] - y);
		if (distance > shortest) continue;
		shortest = distance;
		nearest = i;
	}
	return nearest;
}

/**
 * The next point in a direction: the nearest within 45° of it, where the distance to the side counts double. Points on the
 * same spot follow one after another, so that every point can be reached.
 * @param {Float32Array} pixels (n, 2)
 * @param {number} from
 * @param {readonly [number, number]} direction one of [1, 0], [-1, 0], [0, 1] and [0, -1]; y grows downwards
 * @returns {number} the point's place; `from` where there is none
 */
export function findNextInDirection(pixels, from, [dx, dy]) {
	const forwards = dx + dy > 0;
	const count = pixels.length / 2;
	const order = forwards ? [from + 1, count, 1] : [from - 1, -1, -1];
	for (let i = order[0]; i !== order[1]; i += order[2]) {
		if (pixels[2 * i] === pixels[2 * from] && pixels[2 * i + 1] === pixels[2 * from + 1]) return i;
	}
	let next = from;
	let shortest = Number.POSITIVE_INFINITY;
	// Of several points on one spot, the first in the order in which they follow one another.
	for (let place = 0; place < count; place++) {
		const i = forwards ? place : count - 1 - place;
		const x = pixels[2 * i] - pixels[2 * from];
		const y = pixels[2 * i + 1] - pixels[2 * from + 1];
		const along = x * dx + y * dy;
		const aside = Math.abs(x * dy) + Math.abs(y * dx);
		if (along <= 0 || aside > along || along + 2 * aside >= shortest) continue;
		shortest = along + 2 * aside;
		next = i;
	}
	return next;
}

/**
 * The points inside a free outline, whose end is joined to its start. What it goes around twice is outside.
 * @param {Float32Array} pixels (n, 2)
 * @param {readonly (readonly [number, number])[]} outline corners, px
 * @returns {number[]} places of the points
 */
export function findInside(pixels, outline) {
	const inside = [];
	for (let place = 0; place < pixels.length / 2; place++) {
		if (isInside(outline, pixels[2 * place], pixels[2 * place + 1])) inside.push(place);
	}
	return inside;
}

/**
 * @param {readonly (readonly [number, number])[]} outline
 * @param {number} x
 * @param {number} y
 */
function isInside(outline, x, y) {
	let crossings = 0;
	for (let i = 0, before = outline.length - 1; i < outline.length; before = i++) {
		const [ax, ay] = outline[before];
		const [bx, by] = outline[i];
		if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) crossings += 1;
	}
	return crossings % 2 === 1;
}

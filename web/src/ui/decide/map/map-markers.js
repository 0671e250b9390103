// A shape for each slot of the palette, so that classes differ without colour too.

import { PALETTE_SIZE } from "../../../state/state.js";

/** @typedef {readonly (readonly [number, number])[]} Outline corners, about 1 from the middle */

/**
 * @param {number} corners
 * @param {object} [options]
 * @param {number} [options.turn] of a full turn, from the top
 * @param {number} [options.inner] how far in every second corner lies
 * @param {number} [options.size]
 * @returns {Outline}
 */
const createPolygon = (corners, { turn = 0, inner = 1, size = 1 } = {}) =>
	Array.from({ length: corners }, (_, i) => {
		const angle = 2 * Math.PI * (i / corners + turn);
		const distance = size * (i % 2 === 0 ? 1 : inner);
		return /** @type {const} */ ([distance * Math.sin(angle), -distance * Math.cos(angle)]);
	});

const THIN = 0.34;
const PLUS = /** @type {Outline} */ ([
	[-THIN, -1],
	[THIN, -1],
	[THIN, -THIN],
	[1, -THIN],
	[1, THIN],
	[THIN, THIN],
	[THIN, 1],
	[-THIN, 1],
	[-THIN, THIN],
	[-1, THIN],
	[-1, -THIN],
	[-THIN, -THIN],
]);

/** @type {readonly Outline[]} */
export const MARKERS = [
	createPolygon(24, { size: 0.92 }),
	createPolygon(4, { turn: 1 / 8, size: 1.16 }),
	createPolygon(3, { size: 1.2 }),
	createPolygon(4, { size: 1.2 }),
	PLUS,
	createPolygon(3, { turn: 1 / 2, size: 1.2 }),
	PLUS.map(([x, y]) => /** @type {const} */ ([(x - y) * Math.SQRT1_2, (x + y) * Math.SQRT1_2])),
	createPolygon(10, { inner: 0.45, size: 1.25 }),
	createPolygon(5, { size: 1.1 }),
	createPolygon(3, { turn: 1 / 4, size: 1.2 }),
	[
		[-0.95, -0.95],
		[0.95, -0.95],
		[-0.95, 0.95],
		[0.95, 0.95],
	],
	createPolygon(3, { turn: 3 / 4, size: 1.2 }),
];

/**
 * Beyond twelve classes the same hues come again, each time with the next shape.
 * @param {number} slot
 * @returns {Outline}
 */
export const getMarker = (slot) => MARKERS[(slot + Math.floor(slot / PALETTE_SIZE)) % PALETTE_SIZE];

/**
 * @param {number} slot
 * @param {number} radius
 */
export function createMarkerPath(slot, radius) {
	const path = new Path2D();
	for (const [x, y] of getMarker(slot)) path.lineTo(radius * x, radius * y);
	path.closePath();
	return path;
}

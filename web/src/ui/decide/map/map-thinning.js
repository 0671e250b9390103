// Which of the map's examples are drawn as pictures, and how large. Pure.

const SMALLEST_PX = 28;
const LARGEST_PX = 44;
/** Of the room that each picture has, where all of them lie evenly. */
const FILLED = 0.7;
/** Pictures may lie over each other by less than a third of their width. */
const CLOSEST = 0.7;

/**
 * @param {number} count of examples in sight
 * @param {number} width px
 * @param {number} height px
 * @returns {number} px, 28 to 44
 */
export function choosePictureSize(count, width, height) {
	const even = FILLED * Math.sqrt((width * height) / Math.max(1, count));
	return Math.round(Math.min(LARGEST_PX, Math.max(SMALLEST_PX, even)));
}

/**
 * Lays a grid over the map. In each of its cells, the example nearest to the cell's middle is a picture, unless one of a cell
 * beside it covers too much of it.
 * @param {Float32Array} pixels (n, 2)
 * @param {object} options px
 * @param {number} options.size of a picture
 * @param {number} options.width
 * @param {number} options.height
 * @param {readonly [number, number]} [options.origin] a corner of the grid: one that moves with the map keeps the choice the same
 * @param {(place: number) => boolean} [options.isPossible] whether the example can have a picture
 * @returns {number[]} places of the examples, in the order of the grid's cells
 */
export function thinOut(pixels, { size, width, height, origin = [0, 0], isPossible = () => true }) {
	/** By cell. @type {Map<string, {place: number, x: number, y: number, off: number, column: number, row: number}>} */
	const nearest = new Map();
	for (let place = 0; place < pixels.length / 2; place++) {
		const x = pixels[2 * place];
		const y = pixels[2 * place + 1];
		if (x < -size || y < -size || x > width + size || y > height + size || !isPossible(place)) continue;
		const column = Math.floor((x - origin[0]) / size);
		const row = Math.floor((y - origin[1]) / size);
		const middle = [origin[0] + (column + 0.5) * size, origin[1] + (row + 0.5) * size];
		const off = Math.hypot(x - middle[0], y - middle[1]);
		const key = `${column},${row}`;
		const best = nearest.get(key);
		if (!best || off < best.off) nearest.set(key, { place, x, y, off, column, row });
	}
	const chosen = [];
	for (const cell of [...nearest.values()].sort((a, b) => a.row - b.row || a.column - b.column)) {
		if (isCovered(cell, nearest, size * CLOSEST)) nearest.delete(`${cell.column},${cell.row}`);
		else chosen.push(cell.place);
	}
	return chosen;
}

/** Cells that come before a cell, and touch it. */
const BEFORE = [
	[-1, 0],
	[-1, -1],
	[0, -1],
	[1, -1],
];

/**
 * @param {{x: number, y: number, column: number, row: number}} cell
 * @param {Map<string, {x: number, y: number}>} chosen
 * @param {number} closest px
 */
const isCovered = ({ x, y, column, row }, chosen, closest) =>
	BEFORE.some(([dx, dy]) => {
		const other = chosen.get(`${column + dx},${row + dy}`);
		return other !== undefined && Math.max(Math.abs(other.x - x), Math.abs(other.y - y)) < closest;
	});

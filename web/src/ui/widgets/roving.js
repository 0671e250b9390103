// The target of the arrow keys in a row of tabs or a table of cells, each of which is one Tab stop (a roving tabindex).

/**
 * The next tab; after the last tab comes the first.
 * @param {string} key a KeyboardEvent's
 * @param {number} place
 * @param {number} count
 * @returns {number|null} null: no key of tabs
 */
export function getNextTab(key, place, count) {
	switch (key) {
		case "ArrowRight":
			return (place + 1) % count;
		case "ArrowLeft":
			return (place + count - 1) % count;
		case "Home":
			return 0;
		case "End":
			return count - 1;
		default:
			return null;
	}
}

/** @typedef {{row: number, column: number}} Cell */

/**
 * The next cell. Arrow keys stop at the edge, as in a spreadsheet; Home and End go along the row, with Ctrl to a corner.
 * @param {{key: string, ctrlKey?: boolean}} event
 * @param {Cell} cell
 * @param {number} size rows, and columns
 * @returns {Cell|null} null: no key of cells
 */
export function getNextCell({ key, ctrlKey = false }, { row, column }, size) {
	const last = size - 1;
	switch (key) {
		case "ArrowRight":
			return { row, column: Math.min(last, column + 1) };
		case "ArrowLeft":
			return { row, column: Math.max(0, column - 1) };
		case "ArrowDown":
			return { row: Math.min(last, row + 1), column };
		case "ArrowUp":
			return { row: Math.max(0, row - 1), column };
		case "Home":
			return { row: ctrlKey ? 0 : row, column: 0 };
		case "End":
			return { row: ctrlKey ? last : row, column: last };
		default:
			return null;
	}
}

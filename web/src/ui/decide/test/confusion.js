// What the confusion matrix shows of an evaluation: which classes, and how dark each cell is.

/** So many classes are a table that can be read; of more, those that are mixed up most. */
export const READABLE = 24;

/** A single miss among many must be seen too. */
const FAINTEST = 0.2;

/**
 * @param {readonly (readonly string[])[]} row the cells of one actual class
 * @param {number} column
 * @returns {number} 0..1: none of the class to all of it; 0 only where there is none
 */
export function shade(row, column) {
	const all = row.reduce((sum, ids) => sum + ids.length, 0);
	const share = all === 0 ? 0 : row[column].length / all;
	return share === 0 ? 0 : FAINTEST + (1 - FAINTEST) * share;
}

/**
 * @param {readonly (readonly (readonly string[])[])[]} confusion
 * @param {number} most
 * @returns {number[]} places of the classes to show, in class order
 */
export function mixedUpMost(confusion, most) {
	const places = confusion.map((_, place) => place);
	if (places.length <= most) return places;
	const mistakes = places.map(
		(place) =>
			confusion[place].reduce((sum, ids, column) => sum + (column === place ? 0 : ids.length), 0) +
			confusion.reduce((sum, row, actual) => sum + (actual === place ? 0 : row[place].length), 0),
	);
	return places
		.toSorted((a, b) => mistakes[b] - mistakes[a] || a - b)
		.slice(0, most)
		.sort((a, b) => a - b);
}

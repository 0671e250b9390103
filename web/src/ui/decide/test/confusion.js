// The classes and the shades of the confusion matrix.

/** A larger table can't be read: it shows only the classes that are confused most. */
export const MAX_READABLE_CLASSES = 24;

/** The shade of a single mistake among many: it must be visible. */
const MIN_SHADE = 0.2;

/**
 * @param {readonly (readonly string[])[]} row the cells of one actual class
 * @param {number} column
 * @returns {number} 0..1, by the cell's share of the class; 0 only for an empty cell
 */
export function computeShade(row, column) {
	const total = row.reduce((sum, ids) => sum + ids.length, 0);
	const share = total === 0 ? 0 : row[column].length / total;
	return share === 0 ? 0 : MIN_SHADE + (1 - MIN_SHADE) * share;
}

/**
 * @param {readonly (readonly (readonly string[])[])[]} confusion
 * @param {number} maxClasses
 * @returns {number[]} places of the classes with the most mistakes, made or received, in class order
 */
export function selectMostConfused(confusion, maxClasses) {
	const places = confusion.map((_, place) => place);
	if (places.length <= maxClasses) return places;
	const mistakes = places.map(
		(place) =>
			confusion[place].reduce((sum, ids, column) => sum + (column === place ? 0 : ids.length), 0) +
			confusion.reduce((sum, row, actual) => sum + (actual === place ? 0 : row[place].length), 0),
	);
	return places
		.toSorted((a, b) => mistakes[b] - mistakes[a] || a - b)
		.slice(0, maxClasses)
		.sort((a, b) => a - b);
}

// Which examples are on the map. map.js imports it.

/** @typedef {import("../state/state.js").ClassView} ClassView */

/** As many points can still be told apart, and UMAP takes seconds for them. */
export const MAX_POINTS = 2000;

/**
 * Takes at most about `max` of the examples, evenly spaced within each class, and at least one of each class.
 * @param {readonly ClassView[]} classes their examples are newest first
 * @param {number} [max]
 * @returns {string[]} ids, class by class in order of arrival
 */
export function sampleIds(classes, max = MAX_POINTS) {
	const total = classes.reduce((sum, { count }) => sum + count, 0);
	return classes.flatMap(({ count, examples }) => {
		const ids = examples.map(({ id }) => id).reverse();
		if (total <= max || count === 0) return ids;
		const sampleCount = Math.max(1, Math.floor((max * count) / total));
		return Array.from({ length: sampleCount }, (_, i) => ids[Math.floor((i * count) / sampleCount)]);
	});
}

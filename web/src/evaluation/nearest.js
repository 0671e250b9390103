// The examples' nearest neighbours in the form that advice reads, from the arrays that the worker sends.
// evaluation-worker-client.js imports it; advice and app import its type.

/**
 * @typedef {object} Nearest neighbours by cosine distance; may be a little older than the classes
 * @property {string[]} ids n
 * @property {number[]} classOf n, indices
 * @property {Float64Array} nearestSame (n,), to the nearest other example of the class, whatever recording; Infinity: none
 * @property {number[]} radius c, what radii.js gives
 * @property {(row: number) => {row: number, distance: number}[]} neighbours of other recordings, nearest first, five at
 *   least where there are as many
 */

/**
 * @param {import("./evaluation.js").Neighbourhood} neighbourhood
 * @returns {Nearest}
 */
export function readNeighbourhood({ ids, classOf, nearestSame, neighbours, distances, radius }) {
	const perRow = neighbours.length / ids.length;
	return {
		ids,
		classOf,
		nearestSame,
		radius,
		neighbours: (row) =>
			Array.from({ length: perRow }, (_, i) => row * perRow + i)
				.filter((index) => neighbours[index] >= 0)
				.map((index) => ({ row: neighbours[index], distance: distances[index] })),
	};
}

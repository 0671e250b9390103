// Which examples are near which, by cosine distance: what the advice is given. evaluation.js collects it in the worker, and
// evaluation-worker-client.js makes it readable on the page. Python has no advice, and no twin of this.

import { measureClassRadii } from "./class-radii.js";

/** The number of neighbours of each example that are collected. */
export const NEAREST_COUNT = 5;

/**
 * @typedef {object} Neighbourhood as it is posted; rows are in order of arrival
 * @property {string[]} ids n
 * @property {number[]} classOf n, class indices
 * @property {Float64Array} nearestSame (n,), the distance to the nearest other example of the class, of any recording; infinite:
 *   there is none
 * @property {Int32Array} neighbours (n, 5), rows of other recordings, nearest first; -1 if there are fewer
 * @property {Float64Array} distances (n, 5)
 * @property {number[]} radius c, the radius of each class: see class-radii.js
 */

/**
 * @typedef {object} Nearest as it is read; it may be a little older than the classes
 * @property {string[]} ids n
 * @property {number[]} classOf n, class indices
 * @property {Float64Array} nearestSame (n,), as in Neighbourhood
 * @property {number[]} radius c, as in Neighbourhood
 * @property {(row: number) => {row: number, distance: number}[]} neighbours of other recordings, nearest first; 5 or more, if
 *   there are as many
 */

/**
 * Collects the neighbourhood of every tested example.
 * @param {import("./test-set.js").TestSet} testSet
 * @param {import("./neighbour-lists.js").NeighbourLists} lists by cosine distance, without the same recording
 * @param {import("./calibration.js").Calibration} calibration
 * @returns {Neighbourhood}
 * @example
 * const { ids, neighbours } = collectNeighbourhood(testSet, lists, calibration);
 * ids[neighbours[0]]; // the nearest to the first example
 */
export function collectNeighbourhood(testSet, lists, calibration) {
	const n = testSet.order.length;
	const neighbours = new Int32Array(n * NEAREST_COUNT).fill(-1);
	const distances = new Float64Array(n * NEAREST_COUNT);
	for (const [row, slot] of testSet.order.entries()) {
		const ranked = lists.ranked(slot);
		for (let i = 0; i < Math.min(NEAREST_COUNT, ranked.slots.length); i++) {
			neighbours[row * NEAREST_COUNT + i] = testSet.arrivals[ranked.slots[i]];
			distances[row * NEAREST_COUNT + i] = ranked.distances[i];
		}
	}
	const ids = Array.from(testSet.order, (slot) => testSet.ids[slot]);
	const classOf = Array.from(testSet.order, (slot) => testSet.classes[slot]);
	const { values, d } = testSet;
	const embeddings = Array.from(testSet.order, (slot) => values.subarray(slot * d, (slot + 1) * d));
	const radius = measureClassRadii(embeddings, classOf, testSet.labels.length);
	return { ids, classOf, nearestSame: calibration.nearestSame(), neighbours, distances, radius };
}

/**
 * Makes a neighbourhood readable by row.
 * @param {Neighbourhood} neighbourhood
 * @returns {Nearest}
 * @example
 * const { ids, neighbours } = readNeighbourhood(neighbourhood);
 * neighbours(0).map(({ row }) => ids[row]); // the ids of the nearest to the first example
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

// Placing single examples and frames on a map that is already laid out. Apart from map-layout.js, because the page needs this
// small part and the worker needs both.

/**
 * @typedef {object} Projection how PCA places an embedding u of norm 1: x, y = axes (u - mean) / reach
 * @property {Float32Array} mean (d,)
 * @property {Float32Array} axes (2, d), row by row, orthonormal
 * @property {number} reach the largest coordinate of the examples, before it is scaled
 */

/** With fewer examples, neighbours say too little: a map by UMAP is then the map by PCA. */
export const MIN_FOR_UMAP = 10;

/**
 * Projects an embedding onto the map.
 * @param {Float32Array} unit (d,), of norm 1
 * @param {Projection} projection
 * @returns {[number, number]} x and y
 * @example
 * project(Float32Array.of(0, 1), { mean: Float32Array.of(0, 0), axes: Float32Array.of(1, 0, 0, 1), reach: 2 }); // [0, 0.5]
 */
export function project(unit, { mean, axes, reach }) {
	const d = mean.length;
	let x = 0;
	let y = 0;
	for (let c = 0; c < d; c++) {
		const value = unit[c] - mean[c];
		x += value * axes[c];
		y += value * axes[d + c];
	}
	return [x / reach, y / reach];
}

/**
 * Returns the weighted mean of places on the map.
 * @param {{place: readonly [number, number], weight: number}[]} places
 * @returns {[number, number]|null} null: all weights are 0
 * @example
 * weightedMean([{ place: [0, 0], weight: 1 }, { place: [1, 0], weight: 3 }]); // [0.75, 0]
 */
export function weightedMean(places) {
	const total = places.reduce((sum, { weight }) => sum + weight, 0);
	if (!(total > 0)) return null;
	/** @param {0|1} axis */
	const mean = (axis) => places.reduce((sum, { place, weight }) => sum + place[axis] * weight, 0) / total;
	return [mean(0), mean(1)];
}

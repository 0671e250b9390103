// Placing single examples and frames in a map that is there; small, for the page needs it beside the worker.

/**
 * @typedef {object} Projection how PCA places a unit vector: x, y = axes (u - mean) / reach
 * @property {Float32Array} mean (d,)
 * @property {Float32Array} axes (2, d), row by row, orthonormal
 * @property {number} reach the largest coordinate of the examples
 */

/** With fewer examples their neighbours say too little, and a map by UMAP is the one by PCA. */
export const MIN_FOR_UMAP = 10;

/**
 * @param {Float32Array} unit (d,)
 * @param {Projection} projection
 * @returns {[number, number]}
 */
export function projected(unit, { mean, axes, reach }) {
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
 * @param {{place: readonly [number, number], weight: number}[]} places
 * @returns {[number, number]|null} their weighted mean; null where nothing weighs
 */
export function middle(places) {
	const total = places.reduce((sum, { weight }) => sum + weight, 0);
	if (!(total > 0)) return null;
	/** @param {0|1} axis */
	const mean = (axis) => places.reduce((sum, { place, weight }) => sum + place[axis] * weight, 0) / total;
	return [mean(0), mean(1)];
}

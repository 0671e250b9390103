// Which part of the picture made it similar: Grad-CAM (R. R. Selvaraju et al., "Grad-CAM", 2017) for k nearest neighbours.
//
// The embedding is the mean of a feature map over its cells, so that the gradient is exact and needs no backward pass.
// It is the gradient of cosine similarity whatever metric found the neighbours. Pure functions; explaining.js uses them.

import { vote } from "../knn/votes.js";

/** @typedef {{embedding: Float32Array, weight: number}} Pull an example that the similarity is measured to; embedding: (d,) */
/** @typedef {{id: string, label: string, distance: number}} Neighbour */
/**
 * @typedef {object} Sides which examples the map is about
 * @property {string} label the winner
 * @property {string|null} against the runner-up, in contrast mode, where there is one
 * @property {{id: string, weight: number}[]} pulls weights: 1 in all for the winner, -1 in all for the runner-up
 */

/** Below this the frame is its neighbours, to float32's rounding: nothing made it more similar than the rest. */
const NOTHING = 1e-7;

/**
 * The examples that a map speaks of, and how much each counts: as it voted, normalised over its class's neighbours.
 * @param {{label: string, confidences: Record<string, number>, neighbours: Neighbour[]}} answer
 * @param {"uniform"|"distance"} weights
 * @param {boolean} contrast against the class with the second largest share
 * @param {(label: string) => {id: string, label: string}|null} nearestOther the nearest example of any class but this one:
 *   stands for the runner-up where all neighbours are of one class
 * @returns {Sides}
 */
export function sidesOf({ label, confidences, neighbours }, weights, contrast, nearestOther) {
	const votes = vote(
		neighbours.map(({ distance }) => distance),
		weights,
	);
	/** @param {string} of @param {number} whole */
	const shared = (of, whole) => {
		const its = neighbours.map(({ label }, i) => (label === of ? votes[i] : 0));
		const total = its.reduce((sum, vote) => sum + vote, 0);
		const members = neighbours.filter((neighbour) => neighbour.label === of);
		// ExampleMetadata a neighbour at distance 0 the others have no vote: those of a class then count alike.
		if (total === 0) return members.map(({ id }) => ({ id, weight: whole / members.length }));
		return neighbours.flatMap(({ id }, i) => (its[i] > 0 ? [{ id, weight: (whole * its[i]) / total }] : []));
	};
	const pulls = shared(label, 1);
	if (!contrast) return { label, against: null, pulls };
	/** @type {Neighbour|null} */
	let second = null;
	for (const neighbour of neighbours) {
		if (neighbour.label === label) continue;
		if (second === null || confidences[neighbour.label] > confidences[second.label]) second = neighbour;
	}
	if (second) return { label, against: second.label, pulls: [...pulls, ...shared(second.label, -1)] };
	const other = nearestOther(label);
	if (!other) return { label, against: null, pulls };
	return { label, against: other.label, pulls: [...pulls, { id: other.id, weight: -1 }] };
}

/**
 * The mean of a feature map over its cells.
 * @param {Float32Array} features (cells, d), row by row
 * @param {number} cells h * w
 * @returns {Float64Array} (d,)
 */
export function pooled(features, cells) {
	const d = features.length / cells;
	const mean = new Float64Array(d);
	for (let cell = 0, at = 0; cell < cells; cell++) for (let c = 0; c < d; c++) mean[c] += features[at++];
	for (let c = 0; c < d; c++) mean[c] /= cells;
	return mean;
}

/**
 * The weighted sum of the cosines of e and some examples, and its gradient, sum of w (x / |x| - cos e / |e|) / |e|.
 * @param {Float64Array} e (d,), not all zero
 * @param {Pull[]} pulls
 * @returns {{similarity: number, gradient: Float64Array}} ds/de, (d,)
 */
export function similarityGradient(e, pulls) {
	const d = e.length;
	const gradient = new Float64Array(d);
	let squares = 0;
	for (let c = 0; c < d; c++) squares += e[c] * e[c];
	const length = Math.sqrt(squares);
	let similarity = 0;
	for (const { embedding: x, weight } of pulls) {
		let product = 0;
		let its = 0;
		for (let c = 0; c < d; c++) {
			product += e[c] * x[c];
			its += x[c] * x[c];
		}
		const norm = Math.sqrt(its);
		const cosine = product / (length * norm);
		similarity += weight * cosine;
		const along = weight / (norm * length);
		const back = (weight * cosine) / squares;
		for (let c = 0; c < d; c++) gradient[c] += along * x[c] - back * e[c];
	}
	return { similarity, gradient };
}

/**
 * The heat map: ReLU(sum over c of alpha_c A_c), with alpha_c = ds/de_c / cells.
 *
 * Before the ReLU the cells add up to 0, since no cosine changes when the embedding grows: a map compares the parts of
 * one picture, and says nothing of how similar it is.
 * @param {Float32Array} features A, (cells, d), row by row
 * @param {number} cells h * w
 * @param {Pull[]} pulls
 * @returns {{raw: Float32Array, values: Float32Array}} both (cells,): as computed, and for showing: 0..1 by its maximum
 */
export function heatMap(features, cells, pulls) {
	const { gradient } = similarityGradient(pooled(features, cells), pulls);
	const d = gradient.length;
	const raw = new Float32Array(cells);
	let largest = 0;
	for (let cell = 0, at = 0; cell < cells; cell++) {
		let sum = 0;
		for (let c = 0; c < d; c++) sum += gradient[c] * features[at++];
		raw[cell] = Math.max(0, sum / cells);
		largest = Math.max(largest, raw[cell]);
	}
	const values = new Float32Array(cells);
	if (largest > NOTHING) for (let cell = 0; cell < cells; cell++) values[cell] = raw[cell] / largest;
	return { raw, values };
}

// Which part of a picture made it similar: Grad-CAM (R. R. Selvaraju et al., "Grad-CAM", 2017) for k nearest neighbours.
//
// An embedding is the mean of a feature map over its cells, so the gradient is exact and needs no backward pass. It is the
// gradient of the cosine, whatever metric found the neighbours. Pure functions; explaining.js uses them.

import { vote } from "../knn/votes.js";

/** @typedef {import("../state/result.js").Neighbour} Neighbour */
/** @typedef {{embedding: Float32Array, weight: number}} WeightedExample embedding: (d,), not all zero */
/**
 * @typedef {object} HeatSubject what a heat map explains
 * @property {string} label the winner
 * @property {string|null} against the runner-up in contrast mode; null: there is none
 * @property {{id: string, weight: number}[]} examples weights add up to 1 for the winner, and to -1 for the runner-up
 */

/** A maximum up to this is float32's rounding: the frame equals its neighbours, and no part is more similar than another. */
const MIN_HEAT = 1e-7;

/**
 * Chooses the examples that a heat map explains, each weighted by its vote, normalised over its class's neighbours.
 * @param {Pick<import("../state/result.js").Result, "label" | "confidences" | "neighbours">} answer
 * @param {import("../state/result.js").Weights} weights
 * @param {boolean} isContrast whether to contrast with the class that has the second largest share
 * @param {(label: string) => {id: string, label: string}|null} nearestOutside the nearest example of any class but this one: the
 *   runner-up if all neighbours are of one class
 * @returns {HeatSubject}
 * @example
 * chooseSubject(answer, "uniform", false, (label) => knn.nearestOutside(embedding, label));
 * // { label: "cat", against: null, examples: [{ id: "a", weight: 0.5 }, { id: "c", weight: 0.5 }] }
 */
export function chooseSubject({ label, confidences, neighbours }, weights, isContrast, nearestOutside) {
	const examples = weighNeighbours(neighbours, weights, label, 1);
	if (!isContrast) return { label, against: null, examples };
	/** @type {Neighbour|null} */
	let second = null;
	for (const neighbour of neighbours) {
		if (neighbour.label === label) continue;
		if (second === null || confidences[neighbour.label] > confidences[second.label]) second = neighbour;
	}
	if (second) {
		const others = weighNeighbours(neighbours, weights, second.label, -1);
		return { label, against: second.label, examples: [...examples, ...others] };
	}
	const other = nearestOutside(label);
	if (!other) return { label, against: null, examples };
	return { label, against: other.label, examples: [...examples, { id: other.id, weight: -1 }] };
}

/**
 * @param {Neighbour[]} neighbours
 * @param {import("../state/result.js").Weights} weights
 * @param {string} label the class whose neighbours are weighted
 * @param {number} total the sum of their weights
 */
function weighNeighbours(neighbours, weights, label, total) {
	const votes = vote(
		neighbours.map(({ distance }) => distance),
		weights,
	);
	const members = neighbours
		.map((neighbour, i) => ({ ...neighbour, vote: votes[i] }))
		.filter((one) => one.label === label);
	const sum = members.reduce((sum, member) => sum + member.vote, 0);
	// Beside a neighbour at distance 0 all others have no vote: the members of this class then count alike.
	if (sum === 0) return members.map(({ id }) => ({ id, weight: total / members.length }));
	return members.filter((member) => member.vote > 0).map(({ id, vote }) => ({ id, weight: (total * vote) / sum }));
}

/**
 * Pools a feature map: its mean over the cells.
 * @param {Float32Array} features (cells, d), row by row
 * @param {number} cells h * w
 * @returns {Float64Array} the embedding, (d,)
 * @example
 * pool(Float32Array.of(3, 1, 1, 2), 2); // Float64Array [2, 1.5]
 */
export function pool(features, cells) {
	const d = features.length / cells;
	const mean = new Float64Array(d);
	for (let cell = 0, i = 0; cell < cells; cell++) for (let c = 0; c < d; c++) mean[c] += features[i++];
	for (let c = 0; c < d; c++) mean[c] /= cells;
	return mean;
}

/**
 * Computes s, the weighted sum of the cosines between an embedding e and some examples x, and its gradient, the sum of
 * w (x / |x| - cos e / |e|) / |e|.
 * @param {Float64Array} e (d,), not all zero
 * @param {WeightedExample[]} examples
 * @returns {{similarity: number, gradient: Float64Array}} s, and ds/de, (d,)
 * @example
 * similarityGradient(Float64Array.of(1, 0), [{ embedding: Float32Array.of(0, 2), weight: 1 }]);
 * // { similarity: 0, gradient: Float64Array [0, 1] }
 */
export function similarityGradient(e, examples) {
	const d = e.length;
	const gradient = new Float64Array(d);
	let squares = 0;
	for (let c = 0; c < d; c++) squares += e[c] * e[c];
	const norm = Math.sqrt(squares);
	let similarity = 0;
	for (const { embedding: x, weight } of examples) {
		let product = 0;
		let exampleSquares = 0;
		for (let c = 0; c < d; c++) {
			product += e[c] * x[c];
			exampleSquares += x[c] * x[c];
		}
		const exampleNorm = Math.sqrt(exampleSquares);
		const cosine = product / (norm * exampleNorm);
		similarity += weight * cosine;
		const towards = weight / (exampleNorm * norm);
		const back = (weight * cosine) / squares;
		for (let c = 0; c < d; c++) gradient[c] += towards * x[c] - back * e[c];
	}
	return { similarity, gradient };
}

/**
 * Computes the heat map: ReLU(sum over c of alpha_c A_c), with alpha_c = ds/de_c / cells.
 *
 * Before the ReLU the cells add up to 0, because no cosine changes when the embedding grows. A map therefore compares the parts
 * of one picture; it does not tell how similar the picture is.
 * @param {Float32Array} features A, (cells, d), row by row
 * @param {number} cells h * w
 * @param {WeightedExample[]} examples
 * @returns {{raw: Float32Array, values: Float32Array}} both (cells,): as computed, and scaled to 0..1 to be shown
 * @example
 * const { values } = heatMap(features, 49, [{ embedding: knn.getExample("a").embedding, weight: 1 }]);
 */
export function heatMap(features, cells, examples) {
	const { gradient } = similarityGradient(pool(features, cells), examples);
	const d = gradient.length;
	const raw = new Float32Array(cells);
	let largest = 0;
	for (let cell = 0, i = 0; cell < cells; cell++) {
		let sum = 0;
		for (let c = 0; c < d; c++) sum += gradient[c] * features[i++];
		raw[cell] = Math.max(0, sum / cells);
		largest = Math.max(largest, raw[cell]);
	}
	const values = new Float32Array(cells);
	if (largest > MIN_HEAT) for (let cell = 0; cell < cells; cell++) values[cell] = raw[cell] / largest;
	return { raw, values };
}

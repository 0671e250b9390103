// Distances between embeddings, and their order. Pure functions of typed arrays: knows nothing of labels, ids or votes.
// knn.js uses it; its twin is server/distance.py.

import { ContractError } from "./errors.js";

/** @typedef {"cosine" | "euclidean" | "manhattan"} Metric */

/** @type {readonly string[]} */
export const METRICS = ["cosine", "euclidean", "manhattan"];
/** Distances this close to each other count as equal. */
export const TIE = 1e-9;
/** Cosine distances below this are rounding: parallel vectors are at distance 0, as the other metrics have it. */
const COSINE_ZERO = 1e-12;

// The three loops below are the whole cost of an answer. Each goes through four rows at once: four sums that need not wait
// for one another, and a quarter of the reads of the query. A row past the end is the last row again.

/**
 * @param {number} n @param {number} d @param {number} row
 * @returns {[number, number, number, number]} where the four rows from this one begin
 */
const fourStarts = (n, d, row) => [
	row * d,
	Math.min(row + 1, n - 1) * d,
	Math.min(row + 2, n - 1) * d,
	Math.min(row + 3, n - 1) * d,
];

/**
 * The dot products of all rows with the query.
 * @param {Float32Array} matrix (n, d), row by row
 * @param {Float64Array} query (d,)
 * @param {Float64Array} sums (n,), written
 */
function dotProducts(matrix, query, sums) {
	const n = sums.length;
	const d = query.length;
	for (let row = 0; row < n; row += 4) {
		const [at0, at1, at2, at3] = fourStarts(n, d, row);
		let sum0 = 0;
		let sum1 = 0;
		let sum2 = 0;
		let sum3 = 0;
		for (let i = 0; i < d; i++) {
			const number = query[i];
			sum0 += matrix[at0 + i] * number;
			sum1 += matrix[at1 + i] * number;
			sum2 += matrix[at2 + i] * number;
			sum3 += matrix[at3 + i] * number;
		}
		sums[row] = sum0;
		if (row + 1 < n) sums[row + 1] = sum1;
		if (row + 2 < n) sums[row + 2] = sum2;
		if (row + 3 < n) sums[row + 3] = sum3;
	}
}

/**
 * The squared differences of all rows from the query, added up.
 * @param {Float32Array} matrix (n, d), row by row
 * @param {Float64Array} query (d,)
 * @param {Float64Array} sums (n,), written
 */
function squaredDifferences(matrix, query, sums) {
	const n = sums.length;
	const d = query.length;
	for (let row = 0; row < n; row += 4) {
		const [at0, at1, at2, at3] = fourStarts(n, d, row);
		let sum0 = 0;
		let sum1 = 0;
		let sum2 = 0;
		let sum3 = 0;
		for (let i = 0; i < d; i++) {
			const number = query[i];
			const off0 = matrix[at0 + i] - number;
			const off1 = matrix[at1 + i] - number;
			const off2 = matrix[at2 + i] - number;
			const off3 = matrix[at3 + i] - number;
			sum0 += off0 * off0;
			sum1 += off1 * off1;
			sum2 += off2 * off2;
			sum3 += off3 * off3;
		}
		sums[row] = sum0;
		if (row + 1 < n) sums[row + 1] = sum1;
		if (row + 2 < n) sums[row + 2] = sum2;
		if (row + 3 < n) sums[row + 3] = sum3;
	}
}

/**
 * The absolute differences of all rows from the query, added up.
 * @param {Float32Array} matrix (n, d), row by row
 * @param {Float64Array} query (d,)
 * @param {Float64Array} sums (n,), written
 */
function absoluteDifferences(matrix, query, sums) {
	const n = sums.length;
	const d = query.length;
	for (let row = 0; row < n; row += 4) {
		const [at0, at1, at2, at3] = fourStarts(n, d, row);
		let sum0 = 0;
		let sum1 = 0;
		let sum2 = 0;
		let sum3 = 0;
		for (let i = 0; i < d; i++) {
			const number = query[i];
			sum0 += Math.abs(matrix[at0 + i] - number);
			sum1 += Math.abs(matrix[at1 + i] - number);
			sum2 += Math.abs(matrix[at2 + i] - number);
			sum3 += Math.abs(matrix[at3 + i] - number);
		}
		sums[row] = sum0;
		if (row + 1 < n) sums[row + 1] = sum1;
		if (row + 2 < n) sums[row + 2] = sum2;
		if (row + 3 < n) sums[row + 3] = sum3;
	}
}

/** What each metric adds up over the d numbers. */
const SUMS = { cosine: dotProducts, euclidean: squaredDifferences, manhattan: absoluteDifferences };

/**
 * The L2 norm of an embedding, in float64.
 * @param {Float32Array} embedding (d,)
 */
export function norm(embedding) {
	let sum = 0;
	for (let i = 0; i < embedding.length; i++) sum += embedding[i] * embedding[i];
	return Math.sqrt(sum);
}

/**
 * The distances of all examples from each query, measured in float64 from the float32 values.
 * @param {Float32Array} matrix the examples, (n, d), row by row, finite, no zero row
 * @param {Float64Array} norms their L2 norms, (n,)
 * @param {Float32Array[]} queries m of (d,), finite, not all zero
 * @param {number[]} queryNorms their L2 norms, m
 * @param {string} metric one of METRICS
 * @returns {Float64Array[]} m of (n,)
 * @throws {ContractError} unknownMetric
 */
export function measure(matrix, norms, queries, queryNorms, metric) {
	if (!METRICS.includes(metric))
		throw new ContractError("unknownMetric", { came: metric, expected: METRICS.join(", ") });
	return queries.map((query, q) => {
		const distances = new Float64Array(norms.length);
		SUMS[/** @type {Metric} */ (metric)](matrix, new Float64Array(query), distances);
		for (let row = 0; row < distances.length; row++) {
			if (metric === "cosine") {
				const distance = 1 - distances[row] / (norms[row] * queryNorms[q]);
				distances[row] = distance < COSINE_ZERO ? 0 : distance;
			} else if (metric === "euclidean") {
				distances[row] = Math.sqrt(distances[row]);
			}
		}
		return distances;
	});
}

/**
 * The kth smallest of some distances.
 * @param {Float64Array} distances (n,)
 * @param {number} k 1 <= k <= n
 */
function kthSmallest(distances, k) {
	if (k === distances.length) return Number.POSITIVE_INFINITY;
	// The k smallest so far, ascending: nearly every distance fails the first comparison.
	const smallest = new Float64Array(k).fill(Number.POSITIVE_INFINITY);
	for (let row = 0; row < distances.length; row++) {
		const distance = distances[row];
		if (distance >= smallest[k - 1]) continue;
		let place = k - 1;
		for (; place > 0 && smallest[place - 1] > distance; place--) smallest[place] = smallest[place - 1];
		smallest[place] = distance;
	}
	return smallest[k - 1];
}

/**
 * The k nearest examples, by distance; equal ones by class order, then arrival.
 *
 * Walking up the sorted distances, one that is within TIE of the first of its run counts as equal to it.
 * @param {Float64Array} distances (n,), of examples in order of arrival
 * @param {(row: number) => number} classIndexOf a row's class index
 * @param {number} k 1 <= k <= n
 * @returns {number[]} k rows, nearest first
 */
export function rank(distances, classIndexOf, k) {
	const reach = kthSmallest(distances, k) + 2 * TIE;
	/** @type {number[]} */
	const rows = [];
	for (let row = 0; row < distances.length; row++) if (distances[row] <= reach) rows.push(row);
	rows.sort((a, b) => distances[a] - distances[b] || a - b);
	/** @type {number[]} */
	const ranked = [];
	for (let from = 0; from < rows.length && ranked.length < k; ) {
		let to = from + 1;
		while (to < rows.length && distances[rows[to]] - distances[rows[from]] <= TIE) to++;
		const run = rows.slice(from, to);
		if (run.length > 1) run.sort((a, b) => classIndexOf(a) - classIndexOf(b) || a - b);
		ranked.push(...run);
		from = to;
	}
	return ranked.slice(0, k);
}

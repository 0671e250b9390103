// From where on something is unknown: how far examples are from the nearest of their own class, and from those of others.

import { TIE } from "./distance.js";

const BINS = 40;
const BINS_PER_UNIT = 40;
/** The share of things of a known class that stay known. */
const QUANTILE = 0.95;
/** It gets no tighter than this where the classes are further than twice this apart. */
const TIGHTEST = 0.3;

/** @typedef {import("./bench.js").Bench} Bench */

/**
 * @param {Bench} bench
 * @param {import("./neighbour-lists.js").Distances} distances the cosine
 * @returns {import("./figures.js").Evaluation["unknown"]}
 */
export function calibrated(bench, distances) {
	/** @type {number[]} */
	const same = [];
	/** @type {number[]} */
	const other = [];
	const { order, classes } = bench;
	const measured = new Float64Array(order.length);
	const classOf = Int32Array.from(order, (slot) => classes[slot]);
	for (const slot of order) {
		const its = classes[slot];
		let [own, foreign] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
		distances(slot, order, measured);
		for (let i = 0; i < order.length; i++) {
			const isOwn = classOf[i] === its;
			// Asked last: hardly any is nearer than all before it.
			if (!(measured[i] < (isOwn ? own : foreign)) || !bench.allows(slot, order[i])) continue;
			if (isOwn) own = measured[i];
			else foreign = measured[i];
		}
		if (bench.recordingsOf[its] > 1) same.push(own);
		if (foreign < Number.POSITIVE_INFINITY) other.push(foreign);
	}
	same.sort((a, b) => a - b);
	other.sort((a, b) => a - b);
	const floor = other.length ? Math.min(TIGHTEST, median(other) / 2) : TIGHTEST;
	const quantile = same.length ? same[Math.ceil((QUANTILE * 100 * same.length) / 100) - 1] : 0;
	return { distance: Math.max(floor, quantile), quantile: QUANTILE, same: histogram(same), other: histogram(other) };
}

/** @param {number[]} distances */
function histogram(distances) {
	const bins = new Array(BINS).fill(0);
	// What is at an edge to within rounding lies beyond it.
	for (const distance of distances) bins[Math.min(BINS - 1, Math.floor((distance + TIE) * BINS_PER_UNIT))]++;
	return bins;
}

/** @param {number[]} sorted at least one */
function median(sorted) {
	const middle = sorted.length >> 1;
	return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

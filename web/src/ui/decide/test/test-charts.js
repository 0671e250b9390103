// The data of the test's charts, taken from an evaluation. Pure.

import { MAX_NEIGHBOURS } from "../../../contract/constants.js";

/** @typedef {import("../../../state/state.js").Evaluation} Evaluation */
/** @typedef {import("../../../state/state.js").Metric} Metric */

const PAGE = 5;

/** A dash for each metric (px on, px off): lines must differ without colour. The line in use is also thicker. */
export const DASHES = /** @type {Record<Metric, number[]>} */ ({
	adapted: [],
	cosine: [7, 4],
	euclidean: [2, 4],
	manhattan: [9, 3, 2, 3],
});

/** @typedef {{x: number, y: number}} Point */

/**
 * @param {Evaluation} evaluation
 * @returns {{metric: Metric, inUse: boolean, points: Point[]}[]} one line a metric that was measured; the one in use first,
 *   and so drawn over the others
 */
export function toAccuracyLines({ byMetric, metric: used }) {
	const metrics = /** @type {Metric[]} */ (Object.keys(DASHES)).filter((metric) => byMetric[metric]);
	return metrics
		.map((metric) => ({
			metric,
			inUse: metric === used,
			points: (byMetric[metric]?.accuracy ?? []).map((y, place) => ({ x: place + 1, y })),
		}))
		.sort((a, b) => Number(b.inUse) - Number(a.inUse));
}

/**
 * The start of the axis: a multiple of 0.1 that leaves room below the lowest share, and 0.9 at most.
 * @example
 * chooseAxisStart([0.95, 0.53]); // 0.5
 * @param {readonly number[]} shares 0..1
 */
export function chooseAxisStart(shares) {
	const lowest = Math.min(1, ...shares);
	return Math.max(0, Math.min(9, Math.floor((lowest - 0.02) * 10)) / 10);
}

/** A smaller gain in accuracy counts as chance. */
const GAIN = 0.01;

/**
 * Whether more examples are likely to help, by the gain since there were two thirds of the examples or fewer.
 * @param {import("../../../state/figures.js").LearningCurve} curve
 * @returns {"rising"|"level"|null} null: too few points to say
 */
export function findTrend({ examples, mean }) {
	const last = examples.length - 1;
	if (last < 1) return null;
	const before = examples.findLastIndex((count) => count * 1.5 <= examples[last]);
	return mean[last] - mean[Math.max(0, before)] > GAIN ? "rising" : "level";
}

/**
 * The next k when a key is pressed: the chart is a slider.
 * @param {string} key a KeyboardEvent's
 * @param {number} k
 * @returns {number|null} null: no key of sliders
 */
export function getNextK(key, k) {
	const steps = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: PAGE, PageDown: -PAGE };
	if (key === "Home") return 1;
	if (key === "End") return MAX_NEIGHBOURS;
	if (!Object.hasOwn(steps, key)) return null;
	return clampK(k + steps[/** @type {keyof typeof steps} */ (key)]);
}

/** @param {number} k */
export const clampK = (k) => Math.max(1, Math.min(MAX_NEIGHBOURS, Math.round(k)));

// What the test's charts draw, taken from an evaluation.

import { MAX_NEIGHBOURS } from "../../../contract/constants.js";

/** @typedef {import("../../../state/state.js").Evaluation} Evaluation */
/** @typedef {import("../../../state/state.js").Metric} Metric */

const PAGE = 5;

/** A dash for each metric (px on, px off): lines must differ without colour. The one in use is thick besides. */
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
 * Where the axis begins: at a round tenth that leaves room below, so that differences are seen, and never above 90 %.
 * @param {readonly number[]} shares 0..1
 */
export function chooseAxisStart(shares) {
	const lowest = Math.min(1, ...shares);
	return Math.max(0, Math.min(9, Math.floor((lowest - 0.02) * 10)) / 10);
}

/** What one point must add to be called more than chance. */
const GAIN = 0.01;

/**
 * Whether more examples are likely to help: what the last doubling (or so) brought.
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
 * The chart as a slider.
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

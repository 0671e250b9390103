// The heights of the histogram of distances, and the share that a limit keeps.

import { UNKNOWN_BINS_PER_UNIT } from "../../contract/constants.js";

/** A bin's width, in cosine distance; the last bin takes everything beyond it (contract/README.md). */
export const BIN_WIDTH = 1 / UNKNOWN_BINS_PER_UNIT;

/**
 * Heights relative to the highest bar, so that ten examples fill the picture as a thousand do.
 * @param {readonly number[]} counts of each bin
 * @returns {number[]} 0..1
 */
export function scaleHeights(counts) {
	const highest = Math.max(...counts, 0);
	return counts.map((count) => (highest === 0 ? 0 : count / highest));
}

/**
 * The share of the examples within a limit; the bin that the limit cuts counts in part.
 * @param {readonly number[]} counts
 * @param {number} limit
 * @returns {number|null} 0..1; null: there are no examples
 */
export function computeShareWithin(counts, limit) {
	const total = counts.reduce((sum, count) => sum + count, 0);
	if (total === 0) return null;
	const within = counts.reduce((sum, count, bin) => sum + count * Math.max(0, Math.min(1, limit / BIN_WIDTH - bin)), 0);
	return within / total;
}

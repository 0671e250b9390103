// The numbers behind the histogram of distances.

/** A bin's width; the last takes what is beyond (contract/README.md). */
export const BIN = 0.025;

/**
 * Heights beside the highest, so that a thousand and ten are seen alike.
 * @param {readonly number[]} counts
 * @returns {number[]} 0..1
 */
export function heights(counts) {
	const most = Math.max(...counts, 0);
	return counts.map((count) => (most === 0 ? 0 : count / most));
}

/**
 * How many lie within a limit; of the bin that it cuts, as much as it leaves.
 * @param {readonly number[]} counts
 * @param {number} limit
 * @returns {number|null} 0..1; null: none were counted
 */
export function shareWithin(counts, limit) {
	const all = counts.reduce((sum, count) => sum + count, 0);
	if (all === 0) return null;
	const within = counts.reduce((sum, count, bin) => sum + count * Math.max(0, Math.min(1, limit / BIN - bin)), 0);
	return within / all;
}

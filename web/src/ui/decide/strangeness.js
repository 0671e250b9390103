// How strange a picture is, on one scale with the limit of "I don't know" that the page draws.

/**
 * An automatic limit is another one for each picture: other recordings, the adapted distance and the backbone's centre move it. The
 * page draws one limit and moves the picture by as much, so that the line stands still and both say the same.
 * @param {Pick<import("../../state/state.js").ShownAnswer, "novelty"|"unknownDistance">} answer novelty: the cosine distance to the
 *   nearest example; unknownDistance: this picture's own limit
 * @param {number|null} limit the one that is drawn; null: none
 * @returns {number} beyond the limit where the novelty is beyond the picture's own limit; the novelty itself where there is no limit, or one of 0
 * @example
 * computeStrangeness({ novelty: 0.4, unknownDistance: 0.5 }, 0.6); // 0.48
 */
export function computeStrangeness({ novelty, unknownDistance }, limit) {
	if (!limit || unknownDistance === null || novelty === 0) return novelty;
	return (novelty / unknownDistance) * limit;
}

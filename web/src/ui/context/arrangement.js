// How a person arranged the page, as it is remembered.

/** @type {readonly ["beside", "below", "full"]} */
export const DOCK_PLACES = ["beside", "below", "full"];

/**
 * @typedef {typeof DOCK_PLACES[number]} DockPlace
 * @typedef {object} Arrangement
 * @property {DockPlace} place of the open panel: below the answer, below picture and answer, or over everything else
 * @property {number} picture the picture's share of the width that the classes leave, while the panel stands beside it
 * @property {number} panel the panel's share of the height, while it stands below
 * @property {boolean} folded the classes are a rail
 */

/** How small and how large a person can make a part. */
export const SHARES = /** @type {const} */ ({ picture: [0.25, 0.65], panel: [0.3, 0.75] });
/** @type {Readonly<Arrangement>} */
export const FIRST = { place: "beside", picture: 0.42, panel: 0.5, folded: false };

/** @param {number} share @param {"picture"|"panel"} part @returns {number} within its bounds */
export const clampShare = (share, part) => Math.min(SHARES[part][1], Math.max(SHARES[part][0], share));

/**
 * @param {string|null} remembered JSON
 * @returns {Arrangement} what is missing, or no such thing, is as on a first visit
 */
export function restoreArrangement(remembered) {
	/** @type {Partial<Arrangement>|null} */
	let kept = null;
	try {
		kept = JSON.parse(remembered ?? "null");
	} catch {
		// Somebody else's: as on a first visit.
	}
	if (typeof kept !== "object" || kept === null) return { ...FIRST };
	const share = (/** @type {"picture"|"panel"} */ part) =>
		Number.isFinite(kept[part]) ? clampShare(Number(kept[part]), part) : FIRST[part];
	return {
		place: DOCK_PLACES.find((name) => name === kept.place) ?? FIRST.place,
		picture: share("picture"),
		panel: share("panel"),
		folded: kept.folded === true,
	};
}

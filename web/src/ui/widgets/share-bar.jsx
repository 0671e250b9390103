// The bar of one share, and the share in writing: a figure, or a word that is heard only.

import { isSimple } from "../../i18n/language.js";
import { percent } from "../../i18n/numbers.js";
import { t } from "../../i18n/words.js";
import { LiveText } from "./live-text.jsx";

/** @param {number} share 0..1 @returns {"none"|"little"|"some"|"much"} in the place of a figure */
const describeShare = (share) => (share < 0.05 ? "none" : share < 0.35 ? "little" : share < 0.7 ? "some" : "much");

/**
 * @param {number} share 0..1
 * @returns {string} what is left of the bar's length: the value of --rest
 */
export const restOfBar = (share) =>
	// To a quarter of a percent, which is less than a pixel: what can't be seen to move is not drawn anew.
	`${Math.round((1 - share) * 400) / 4}%`;

/** @param {{share: number, written: number}} props share: 0..1, the bar's length; written: 0..1, as it is written */
export function ShareBar({ share, written }) {
	return (
		<>
			<span class="track">
				<span class="bar" style={{ "--rest": restOfBar(share) }} />
			</span>
			{isSimple.value ? (
				<span class="visually-hidden">{t(`simple.share.${describeShare(share)}`)}</span>
			) : (
				<span class="share">
					<LiveText text={percent(written)} room={percent(1)} />
				</span>
			)}
		</>
	);
}

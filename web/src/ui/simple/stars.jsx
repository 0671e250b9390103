// How many examples there are, as a row of stars in the place of a figure. All of them shine from a good start on.

import { t } from "../../i18n/words.js";

const STARS = 5;
/** So many examples light one star: ten are a good start. */
const PER_STAR = 2;

/**
 * @param {number} count of examples
 * @returns {number} of stars that shine: the first example lights one
 * @example
 * countStars(3); // 2
 */
export const countStars = (count) => Math.min(STARS, Math.ceil(count / PER_STAR));

/** @param {number} shining @returns {"none"|"few"|"some"|"many"} */
const describeStars = (shining) => (shining === 0 ? "none" : shining <= 2 ? "few" : shining < STARS ? "some" : "many");

/** @param {{count: number}} props */
export function Stars({ count }) {
	const shining = countStars(count);
	return (
		<span class="stars">
			{Array.from({ length: STARS }, (_, place) => (
				<svg
					key={place}
					class="star"
					data-shines={place < shining}
					viewBox="0 0 24 24"
					aria-hidden="true"
					focusable="false"
				>
					<path d="M12 2.8l2.8 5.9 6.4.8-4.7 4.4 1.2 6.4-5.7-3.1-5.7 3.1 1.2-6.4L2.8 9.5l6.4-.8z" />
				</svg>
			))}
			<span class="visually-hidden">{t(`simple.stars.${describeStars(shining)}`)}</span>
		</span>
	);
}

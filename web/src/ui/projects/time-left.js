// How long work still takes, in words. work.jsx uses it.

import { t } from "../../i18n/words.js";

/** Before this, and before so much is done, how long the rest takes is a guess. */
const LEAST_MS = 2000;
const LEAST_SHARE = 0.01;
const MINUTE_MS = 60_000;

/**
 * @param {number} share of the work that is done, 0..1
 * @param {number} elapsedMs since it began
 * @returns {number|null} whole minutes, 0: less than one; null: it can't be said yet, or nothing is left
 * @example
 * minutesLeft(0.25, 60_000); // 3
 */
export function minutesLeft(share, elapsedMs) {
	if (elapsedMs < LEAST_MS || share < LEAST_SHARE || share >= 1) return null;
	const leftMs = (elapsedMs * (1 - share)) / share;
	return leftMs < MINUTE_MS ? 0 : Math.round(leftMs / MINUTE_MS);
}

/** @param {number|null} minutes as minutesLeft @returns {string} "" where it can't be said */
export function timeLeftWords(minutes) {
	if (minutes === null) return "";
	return minutes === 0 ? t("exchange.lastMinute") : t("exchange.minutesLeft", { count: minutes });
}

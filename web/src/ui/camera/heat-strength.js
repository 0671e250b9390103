// How strong the heat map is laid over the picture; kept in this browser.

import { signal } from "@preact/signals";
import { readRemembered, remember } from "../../remembered.js";

const KEY = "heatStrength";
/** Weaker, it could not be seen. */
export const MIN_STRENGTH = 0.2;
const USUAL_STRENGTH = 0.75;

/**
 * @param {string|null} kept
 * @returns {number} MIN_STRENGTH..1
 */
export function restoreStrength(kept) {
	const strength = Number(kept ?? Number.NaN);
	return strength >= MIN_STRENGTH && strength <= 1 ? strength : USUAL_STRENGTH;
}

/** MIN_STRENGTH..1 */
export const heatStrength = signal(restoreStrength(readRemembered(KEY)));

/** @param {number} strength MIN_STRENGTH..1 */
export function setHeatStrength(strength) {
	heatStrength.value = strength;
	remember(KEY, String(strength));
}

// How strong the heat map is laid over the picture; kept in this browser.

import { signal } from "@preact/signals";

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

/** @returns {string|null} */
function readKept() {
	try {
		return localStorage.getItem(KEY);
	} catch {
		// Storage may be switched off.
		return null;
	}
}

/** MIN_STRENGTH..1 */
export const heatStrength = signal(restoreStrength(readKept()));

/** @param {number} strength MIN_STRENGTH..1 */
export function setHeatStrength(strength) {
	heatStrength.value = strength;
	try {
		localStorage.setItem(KEY, String(strength));
	} catch {
		// Not kept, but used.
	}
}

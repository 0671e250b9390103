// Which camera this device uses: kept in the browser, so that a reload starts the same one. camera.js imports it.

import { readRemembered, remember } from "../remembered.js";

const KEY = "camera";

/**
 * @typedef {object} KeptCamera
 * @property {string} [deviceId] the browser's own name for it; another one after its data was cleared
 * @property {string} [label] the camera's name, which stays the same
 * @property {"user"|"environment"} [facing]
 */

/**
 * @returns {KeptCamera} empty: none was chosen yet
 * @example
 * keepCamera({ label: "Desk camera" });
 * readKeptCamera(); // { label: "Desk camera" }
 */
export function readKeptCamera() {
	try {
		const { deviceId, label, facing } = JSON.parse(readRemembered(KEY) ?? "{}");
		return {
			...(typeof deviceId === "string" && deviceId ? { deviceId } : {}),
			...(typeof label === "string" && label ? { label } : {}),
			...(facing === "user" || facing === "environment" ? { facing } : {}),
		};
	} catch {
		// What is there is not certain to be ours.
		return {};
	}
}

/** The shorter side of a phone's screen is less than this, in CSS pixels. */
const PHONE_PX = 600;

/**
 * The side to begin with where nobody has chosen: a phone is pointed at the thing, other devices stand in front of it.
 * @returns {"user"|"environment"}
 */
export function usualFacing() {
	const { screen } = globalThis;
	const isTouched = globalThis.matchMedia?.("(hover: none) and (pointer: coarse)").matches ?? false;
	return isTouched && Math.min(screen.width, screen.height) < PHONE_PX ? "environment" : "user";
}

/** @param {KeptCamera} camera */
export function keepCamera(camera) {
	remember(KEY, JSON.stringify(camera));
}

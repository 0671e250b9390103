// Another device as the camera: whether it can be offered, whether its code is shown, and what of it the page treats as a camera.

import { signal } from "@preact/signals";
import { isDesk } from "./window-shape.js";

/** @typedef {import("../../app/session.js").Session} Session */

/** Whether the sheet is open that shows a phone the way. */
export const isInvitingPhone = signal(false);

/**
 * @param {Session} session
 * @returns {boolean} whether a phone can be this page's camera; reads signals
 */
export const canUsePhone = (session) => session.server.value === true && isDesk.value && "phoneCamera" in session;

/**
 * @param {Session} session
 * @returns {import("../../state/state.js").PhoneState|null} the device that is the camera; null: this one has its own; reads a signal
 */
export const selectPhone = (session) => (session.phone.value?.state === "waiting" ? null : session.phone.value);

/**
 * @param {Session} session
 * @returns {import("../../state/state.js").CameraPhase} of whichever camera the page has: a phone that is away is expected back, and
 *   on; reads signals
 */
export function selectCameraPhase(session) {
	const phone = selectPhone(session);
	if (!phone) return session.camera.value.state;
	return phone.state === "paused" ? "paused" : "on";
}

/**
 * @param {Session} session
 * @returns {boolean} whether something is there to show things to: this device's camera, also while it is paused, or another device;
 *   reads signals
 */
export const hasCamera = (session) => ["on", "paused"].includes(selectCameraPhase(session));

// Why nothing glows.

import { t } from "../../i18n/words.js";
import { stagePicture } from "../context/page-state.js";
import { selectPhone } from "../context/phone.js";

/**
 * @param {import("../../app/session.js").Session} session
 * @returns {string} what to do about it; reads signals
 */
export function describeNoHeat(session) {
	// Its frames come without their features. A photo on the stage has them.
	const isOfPhone = selectPhone(session) !== null && stagePicture.value === null;
	return t(isOfPhone ? "heat.phone" : "heat.wait");
}

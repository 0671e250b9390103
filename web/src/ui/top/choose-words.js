// Switches simple words on or off. What has no switch of its own among simple words goes off with it.

import { isSimple } from "../../i18n/language.js";
import { setSimpleWords } from "../../i18n/simple-words.js";

/**
 * @param {import("../../app/session.js").Session} session
 * @param {boolean} wanted
 * @returns {Promise<boolean>} whether the words are simple now: they stay as they are where they can't be loaded
 */
export async function chooseWords(session, wanted) {
	await setSimpleWords(wanted);
	if (isSimple.value) {
		session.setHeatMode("off");
		// A page that only answers has none.
		session.setCrop?.(null);
	}
	return isSimple.value;
}

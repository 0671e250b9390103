// What the room does not let the person do, as the page says it. A button stays where it is and can be pressed: then it says why.

import { errorWords } from "../../i18n/words.js";

/** @typedef {import("../../app/session.js").Session} Session */
/** @typedef {Parameters<Session["refusal"]>} Change what would be changed */

/**
 * @param {Session} session
 * @param {Change} change
 * @returns {string|null} why it is not allowed, in one sentence; null: it is
 * @example
 * whyRefused(session, "class", "cat"); // "Somebody else added this: cat."
 */
export function whyRefused(session, ...change) {
	// An exported page (standalone/) is in no room.
	const refusal = session.refusal?.(...change);
	return refusal ? errorWords(refusal).message : null;
}

/**
 * @param {string|null} why
 * @param {string} [title] while it is allowed
 * @returns {{"aria-disabled"?: true, "data-refused"?: true, title?: string}} attributes of the button
 * @example
 * <button type="button" {...refusedLook(why)} onClick={() => session.deleteClass(label)} />;
 */
export const refusedLook = (why, title) =>
	why === null ? { title } : { "aria-disabled": true, "data-refused": true, title: why };

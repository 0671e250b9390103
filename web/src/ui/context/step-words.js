// The words for a step of undo: what it would do, what was done, and why something was left alone.

import { t } from "../../i18n/words.js";

/** @typedef {import("../../app/session.js").Undoable} Undoable */

/**
 * @param {Undoable} undoable
 * @returns {string} "delete “cat”"
 */
export const getStepWords = ({ what, count, label, from = "" }) => t(`step.${what}`, { count, label, from });

/**
 * @param {Undoable} undoable
 * @returns {string} "Undone: Deleted cat with 3 examples", and what was left alone
 */
export function getHappenedWords({ what, count, label, undone, redone, isNothing, clash }) {
	const clashWords = clash ? t(`clash.${clash.key}`, { ...clash, who: clash.who ?? t("somebody") }) : "";
	if (isNothing && clash) return clashWords;
	const words = t(`undo.${what}`, { count, label });
	const happened = undone || redone ? t(undone ? "undone" : "redone", { what: words }) : words;
	return clash ? `${happened}. ${clashWords}` : happened;
}

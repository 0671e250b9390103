// What the other device makes of what this camera shows, in words.

import { t } from "../i18n/words.js";

/**
 * @param {NonNullable<import("./camera-session.js").Asked["answer"]>} answer
 * @returns {string} no class where the other device names none with confidence
 * @example
 * describeSeen({ label: "cat", certainty: "sure" }); // "The computer sees: cat"
 */
export function describeSeen({ label, certainty }) {
	if (label === null || certainty === "unknown") return t("answer.unknown");
	return certainty === "notSure" ? t("answer.notSureTitle") : t("phone.seen", { label });
}

// Chooses what to advise: at most two findings at a time, the most important first. Advice stays until its reason is clearly
// gone, and dismissed advice stays away. Pure functions; advisor.js calls them.

import { findBackground, findCopies, findFew, findOverlap, findSwapped } from "./advice-rules.js";

/**
 * @typedef {import("./advice-rules.js").Finding} Finding
 * @typedef {import("./advice-rules.js").AdviceInput} AdviceInput
 * @typedef {import("../state/state.js").Advice} Advice
 */

/** @typedef {Pick<Advice, "key"|"labels"|"count">} Dismissed advice that was dismissed, as it was then */

const MAX_ADVICE = 2;
/** Advice that is shown stays until it is this factor below its threshold, or another finding is this factor stronger. */
const SLACK = 1.25;

/**
 * Chooses the advice to show.
 * @param {AdviceInput} input
 * @param {object} [before]
 * @param {readonly Advice[]} [before.shown] the advice that is shown now
 * @param {readonly Dismissed[]} [before.dismissed]
 * @returns {Advice[]} at most two, of different kinds, the most important first
 * @example
 * advise({ classes, evaluation, nearest, squares }, { shown, dismissed });
 * // [{ key: "few", labels: ["cat"], ids: ["a", "b"], count: 2 }]
 */
export function advise(input, { shown = [], dismissed = [] } = {}) {
	const shownKeys = new Set(shown.map(adviceKey));
	/** @param {Finding} finding */
	const weight = (finding) => finding.strength * (shownKeys.has(adviceKey(finding)) ? SLACK : 1);
	/** @param {Finding[]} findings */
	const selectStrong = (findings) => findings.filter((finding) => weight(finding) >= 1);
	const swapped = selectStrong(findSwapped(input));
	const overlap = selectStrong(findOverlap(input));
	const mislabelled = overlap.filter((pair) => isMislabelled(pair, swapped));
	const similar = overlap.filter((pair) => !mislabelled.includes(pair));
	const kinds = [
		selectStrong(findFew(input)),
		swapped.filter((finding) => !similar.some((pair) => isAbout(finding, pair))),
		similar,
		selectStrong(findCopies(input)),
		selectStrong(findBackground(input)),
	];
	return kinds
		.flatMap((findings) =>
			findings
				.filter((finding) => !isDismissed(finding, dismissed))
				.sort((a, b) => weight(b) - weight(a))
				.slice(0, 1),
		)
		.slice(0, MAX_ADVICE)
		.map(({ strength: _, ...advice }) => advice);
}

/**
 * Returns what makes advice the same advice: its kind and its classes, whatever the examples.
 * @param {Pick<Advice, "key"|"labels">} advice
 * @example
 * adviceKey({ key: "few", labels: ["cat"] }); // '["few","cat"]'
 */
export function adviceKey({ key, labels }) {
	return JSON.stringify([key, ...labels]);
}

/**
 * Dismissed advice stays away until it concerns other classes, or twice as many examples.
 * @param {Finding} finding
 * @param {readonly Dismissed[]} dismissed
 */
function isDismissed(finding, dismissed) {
	return dismissed.some((old) => adviceKey(old) === adviceKey(finding) && finding.count < 2 * (old.count ?? 0));
}

/**
 * Whether at least half of the mistakes between two classes are labels that look swapped. The classes can then be told apart.
 * @param {Finding} overlap
 * @param {Finding[]} swapped
 */
function isMislabelled(overlap, swapped) {
	const count = swapped.reduce((sum, finding) => sum + (isAbout(finding, overlap) ? finding.count : 0), 0);
	return 2 * count >= overlap.count;
}

/**
 * @param {Finding} swapped
 * @param {Finding} overlap
 */
function isAbout(swapped, overlap) {
	return swapped.labels.every((label) => overlap.labels.includes(label));
}

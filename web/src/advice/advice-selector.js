// Chooses what to advise: at most two findings at a time, the most important first. Advice stays until its reason is clearly
// gone, and dismissed advice stays away. Pure functions; advisor.js calls them.

import { findBackground, findCopies, findFew, findImbalance, MIN_EXAMPLES } from "./advice-rules.js";
import { findOverlap, findSwapped } from "./label-rules.js";

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
 * advise({ classes, nearest, squares }, { shown, dismissed });
 * // [{ key: "few", labels: ["cat"], ids: ["a", "b"], count: 2 }]
 */
export function advise(input, { shown = [], dismissed = [] } = {}) {
	const shownKeys = new Set(shown.map(adviceKey));
	/** @param {Finding} finding */
	const weight = (finding) => {
		const isShown = shownKeys.has(adviceKey(finding));
		// What is not measured yet neither comes nor goes, and hands its place to no other class.
		if (finding.isStale) return isShown ? Number.POSITIVE_INFINITY : 0;
		return finding.strength * (isShown ? SLACK : 1);
	};
	/** @param {Finding[]} findings */
	const selectStrong = (findings) => findings.filter((finding) => weight(finding) >= 1);
	const overlap = selectStrong(findOverlap(input));
	const imbalance = selectStrong(findImbalance(input));
	const few = selectStrong(findFew(input));
	const kinds = [
		// Where one class has far more than all others, that is to be said, and not that each of the others has few.
		few.filter(({ count }) => imbalance.length === 0 || count < MIN_EXAMPLES),
		selectStrong(findSwapped(input, overlap)),
		overlap,
		imbalance,
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
		.map(({ strength: _, isStale: __, ...advice }) => advice);
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

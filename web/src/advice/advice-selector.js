// The coach: chooses what to say of the examples. At most two things at a time, the most important first; what
// is said stays said until it is clearly over, and what was put away stays away. Pure; advisor.js calls it.

import { findBackground, findCopies, findFew, findOverlap, findSwapped } from "./advice-rules.js";

/**
 * @typedef {import("./advice-rules.js").Finding} Finding
 * @typedef {import("./advice-rules.js").Taught} Taught
 * @typedef {import("../state/state.js").Advice} Advice
 */

/** @typedef {Pick<Advice, "key"|"labels"|"count">} Dismissed advice that was put away, as it was then */

const MOST = 2;
/** What is said now goes on until it is this much under its threshold, and gives way to what is this much stronger. */
const SLACK = 1.25;

/**
 * What is worth saying.
 * @param {Taught} taught
 * @param {object} [said]
 * @param {readonly Advice[]} [said.shown] what is said now
 * @param {readonly Dismissed[]} [said.dismissed]
 * @returns {Advice[]} at most two, of different kinds, the most important first
 */
export function advise(taught, { shown = [], dismissed = [] } = {}) {
	const now = new Set(shown.map(identity));
	/** @param {Finding} finding */
	const weight = (finding) => finding.strength * (now.has(identity(finding)) ? SLACK : 1);
	/** @param {Finding[]} found */
	const worth = (found) => found.filter((finding) => weight(finding) >= 1);
	const swapped = worth(findSwapped(taught));
	const overlap = worth(findOverlap(taught));
	const mislabelled = overlap.filter((pair) => isMislabelled(pair, swapped));
	const alike = overlap.filter((pair) => !mislabelled.includes(pair));
	const kinds = [
		worth(findFew(taught)),
		swapped.filter((finding) => !alike.some((pair) => concerns(finding, pair))),
		alike,
		worth(findCopies(taught)),
		worth(findBackground(taught)),
	];
	return kinds
		.flatMap((found) =>
			found
				.filter((finding) => !isDismissed(finding, dismissed))
				.sort((a, b) => weight(b) - weight(a))
				.slice(0, 1),
		)
		.slice(0, MOST)
		.map(({ strength: _, ...advice }) => advice);
}

/**
 * Advice about the same thing is the same advice, whatever its examples.
 * @param {Pick<Advice, "key"|"labels">} advice
 */
export const identity = ({ key, labels }) => JSON.stringify([key, ...labels]);

/**
 * Put away, it stays away until it is about other classes, or about twice as many examples.
 * @param {Finding} finding
 * @param {readonly Dismissed[]} dismissed
 */
function isDismissed(finding, dismissed) {
	return dismissed.some((old) => identity(old) === identity(finding) && finding.count < 2 * (old.count ?? 0));
}

/**
 * Whether at least half of what two classes get wrong are labels that look swapped: then the classes can be told apart.
 * @param {Finding} overlap
 * @param {Finding[]} swapped
 */
function isMislabelled(overlap, swapped) {
	const count = swapped.reduce((sum, finding) => sum + (concerns(finding, overlap) ? finding.count : 0), 0);
	return 2 * count >= overlap.count;
}

/**
 * @param {Finding} swapped
 * @param {Finding} overlap
 */
const concerns = (swapped, overlap) => swapped.labels.every((label) => overlap.labels.includes(label));

// The rules of the advice: what can be said about the examples, each with its strength. label-rules.js has those about labels;
// advice-selector.js chooses among the findings. Pure functions.
//
// The thresholds were chosen on EfficientNet-Lite0's embeddings, of hand-held recordings of one view and of photos from the web.
// tests/advice/advice-rules.test.js shows which way each one leans.

import { TIE } from "../contract/constants.js";
import { commonBackground } from "./backgrounds.js";

/**
 * @typedef {import("../state/state.js").Advice} Advice
 * @typedef {import("../evaluation/nearest.js").Nearest} Nearest
 */

/**
 * @typedef {object} AdviceInput what the rules look at
 * @property {{label: string, examples: {id: string, group: string|null}[]}[]} classes in class order
 * @property {Nearest|null} nearest null: not measured yet
 * @property {ReadonlyMap<string, Uint8ClampedArray>|null} squares what Backgrounds has read; null: nothing yet
 */

/** @typedef {Advice & {count: number, strength: number, isStale?: boolean}} Finding strength: 1 at the rule's threshold, more beyond
 *   it; isStale: its examples were measured when they were in other classes, and nothing is known until they are measured again */

/** A class with fewer examples than this has few. */
export const MIN_EXAMPLES = 5;
/** So has a class with a smaller share than this of the median class's examples. */
const MIN_SHARE_OF_MEDIAN = 0.5;
/** A class with fewer examples than this may well show one pose. */
const COPIES_MIN_EXAMPLES = 8;
/** One pose: half of the examples have another nearer than this (recordings of one view: 0.014 to 0.05; photos: from 0.06) ... */
const COPIES_NEAR = 0.055;
/** ... and nine in ten are within this of their mean (recordings: up to 0.07; classes of photos: 0.14 to 0.43). */
const COPIES_RADIUS = 0.09;
/** A class with this many times as many examples as the median of the others has far more; recordings are counted too. */
const IMBALANCE = 3;
/** One recording counts as this many: with one each, a few more are soon three times as many. */
const IMBALANCE_MIN_RECORDINGS = 2;
/** Share of the pictures, in every class, that have the same background. */
const BACKGROUND_SHARE = 0.75;

/**
 * Finds classes with few examples, or with fewer than half of the median class's.
 * @param {AdviceInput} input
 * @returns {Finding[]} one for each class with examples
 * @example
 * findFew({ classes, nearest: null, squares: null }).filter(({ strength }) => strength >= 1);
 */
export function findFew({ classes }) {
	const begun = classes.filter(({ examples }) => examples.length > 0);
	const middle = median(begun.map(({ examples }) => examples.length));
	return begun.map(({ label, examples }) => {
		const count = examples.length;
		// A class with exactly the minimum has enough: TIE keeps its strength below 1.
		const strength = (Math.max(MIN_EXAMPLES, MIN_SHARE_OF_MEDIAN * middle) / count) * (1 - TIE);
		return { key: "few", labels: [label], ids: examples.map(({ id }) => id), count, strength };
	});
}

/**
 * Finds classes that have far more examples than the others, or far more recordings: they win votes by that alone.
 * @param {AdviceInput} input
 * @returns {Finding[]} one for each class with examples, if the others have some too
 */
export function findImbalance({ classes }) {
	const begun = classes.filter(({ examples }) => examples.length > 0);
	return begun.flatMap(({ label, examples }) => {
		const others = begun.filter((other) => other.label !== label).map((other) => other.examples);
		// As long as the others have too few, that is what is to be said.
		if (others.length === 0 || median(others.map(({ length }) => length)) < MIN_EXAMPLES) return [];
		const byExamples = examples.length / median(others.map(({ length }) => length));
		const recordings = Math.max(IMBALANCE_MIN_RECORDINGS, median(others.map(countRecordings)));
		const strength = Math.max(byExamples, countRecordings(examples) / recordings) / IMBALANCE;
		return [{ key: "imbalance", labels: [label], ids: examples.map(({ id }) => id), count: examples.length, strength }];
	});
}

/**
 * Finds classes whose examples all show one pose.
 * @param {AdviceInput} input
 * @returns {Finding[]} one for each class with enough examples; ids: those with the nearest copy first; isStale: examples
 *   were moved into the class since it was measured, or back by undo
 */
export function findCopies({ classes, nearest }) {
	if (!nearest) return [];
	const rowsOf = measuredByLabel(nearest, labelsById(classes));
	return [...rowsOf].flatMap(([label, rows]) => {
		const [{ classIndex }] = rows;
		if (rows.length < COPIES_MIN_EXAMPLES) return [];
		rows.sort((a, b) => a.nearestSame - b.nearestSame);
		const medianDistance = rows[Math.ceil(rows.length / 2) - 1].nearestSame;
		const strength = Math.min(COPIES_NEAR / medianDistance, COPIES_RADIUS / nearest.radius[classIndex]);
		// Examples that were moved here since were measured with another class.
		const isStale = rows.some((row) => row.classIndex !== classIndex);
		return [
			{
				key: "copies",
				labels: [label],
				ids: rows.map(({ id }) => id),
				count: rows.length,
				strength: isStale ? 0 : strength,
				isStale,
			},
		];
	});
}

/**
 * Finds one background behind all classes.
 * @param {AdviceInput} input
 * @returns {Finding[]} one
 */
export function findBackground({ classes, squares }) {
	if (!squares) return [];
	const { share, ids } = commonBackground(
		classes.map(({ examples }) => ({ ids: examples.map(({ id }) => id) })),
		squares,
	);
	const count = classes.reduce((sum, { examples }) => sum + examples.length, 0);
	return [{ key: "background", labels: [], ids, count, strength: share / BACKGROUND_SHARE }];
}

/**
 * @param {AdviceInput["classes"]} classes
 * @returns {Map<string, string>} the examples' present labels, by id
 */
function labelsById(classes) {
	return new Map(classes.flatMap(({ label, examples }) => examples.map(({ id }) => [id, label])));
}

/** @param {{group: string|null}[]} examples without a group, an example is a recording by itself */
function countRecordings(examples) {
	const groups = examples.flatMap(({ group }) => group ?? []);
	return examples.length - groups.length + new Set(groups).size;
}

/** @param {number[]} numbers at least one */
function median(numbers) {
	const sorted = [...numbers].sort((a, b) => a - b);
	return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

/**
 * Groups the measured examples that are still there by their present class.
 * @param {Nearest} nearest
 * @param {ReadonlyMap<string, string>} labelOf
 */
function measuredByLabel(nearest, labelOf) {
	/** @type {Map<string, {row: number, id: string, classIndex: number, nearestSame: number}[]>} */
	const rowsOf = new Map();
	for (const [row, id] of nearest.ids.entries()) {
		const label = labelOf.get(id);
		if (label === undefined) continue;
		const rows = rowsOf.get(label) ?? [];
		rows.push({ row, id, classIndex: nearest.classOf[row], nearestSame: nearest.nearestSame[row] });
		rowsOf.set(label, rows);
	}
	return rowsOf;
}

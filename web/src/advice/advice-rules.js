// The rules of the advice: what can be said about the examples, each with its strength. advice-selector.js chooses among the
// findings. Pure functions.
//
// The thresholds were chosen on EfficientNet-Lite0's embeddings, of hand-held recordings of one view and of photos from the web.
// tests/advice/advice-rules.test.js shows which way each one leans.

import { TIE } from "../contract/constants.js";
import { commonBackground } from "./backgrounds.js";

/**
 * @typedef {import("../state/state.js").Advice} Advice
 * @typedef {import("../state/figures.js").Evaluation} Evaluation
 * @typedef {import("../evaluation/nearest.js").Nearest} Nearest
 */

/**
 * @typedef {object} AdviceInput what the rules look at
 * @property {{label: string, examples: {id: string, group: string|null}[]}[]} classes in class order
 * @property {Evaluation|null} evaluation null: not tested yet
 * @property {Nearest|null} nearest null: not measured yet
 * @property {ReadonlyMap<string, Uint8ClampedArray>|null} squares what Backgrounds has read; null: nothing yet
 */

/** @typedef {Advice & {count: number, strength: number}} Finding strength: 1 at the rule's threshold, more beyond it */

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
/** Share of two classes' examples taken for the other (20 photos each: 0.05 and 0.13; one thing under two names: 0.5). */
const OVERLAP_SHARE = 0.2;
/** Fewer mistakes, or smaller classes, are no overlap. */
const OVERLAP_MIN_MISTAKES = 3;
const OVERLAP_MIN_EXAMPLES = 5;
/**
 * How many neighbours must agree that an example is of another class, and how many other recordings its own class must have
 * examples in. Of 330 photos, this named one wrongly; of labels swapped on purpose it found 81 % and 48 %.
 */
const SWAPPED_NEIGHBOURS = 5;
/** Share of the pictures, in every class, that have the same background. */
const BACKGROUND_SHARE = 0.75;

/**
 * Finds classes with few examples, or with fewer than half of the median class's.
 * @param {AdviceInput} input
 * @returns {Finding[]} one for each class with examples
 * @example
 * findFew({ classes, evaluation: null, nearest: null, squares: null }).filter(({ strength }) => strength >= 1);
 */
export function findFew({ classes }) {
	const begun = classes.filter(({ examples }) => examples.length > 0);
	const counts = begun.map(({ examples }) => examples.length).sort((a, b) => a - b);
	const median = (counts[(counts.length - 1) >> 1] + counts[counts.length >> 1]) / 2;
	return begun.map(({ label, examples }) => {
		const count = examples.length;
		// A class with exactly the minimum has enough: TIE keeps its strength below 1.
		const strength = (Math.max(MIN_EXAMPLES, MIN_SHARE_OF_MEDIAN * median) / count) * (1 - TIE);
		return { key: "few", labels: [label], ids: examples.map(({ id }) => id), count, strength };
	});
}

/**
 * Finds classes whose examples all show one pose.
 * @param {AdviceInput} input
 * @returns {Finding[]} one for each class with enough examples; ids: those with the nearest copy first
 */
export function findCopies({ classes, nearest }) {
	if (!nearest) return [];
	const rowsOf = measuredByLabel(nearest, labelsById(classes));
	return [...rowsOf].flatMap(([label, rows]) => {
		const [{ classIndex }] = rows;
		// Examples that were moved here since were measured with another class.
		if (rows.length < COPIES_MIN_EXAMPLES || rows.some((row) => row.classIndex !== classIndex)) return [];
		rows.sort((a, b) => a.nearestSame - b.nearestSame);
		const medianDistance = rows[Math.ceil(rows.length / 2) - 1].nearestSame;
		const strength = Math.min(COPIES_NEAR / medianDistance, COPIES_RADIUS / nearest.radius[classIndex]);
		return [{ key: "copies", labels: [label], ids: rows.map(({ id }) => id), count: rows.length, strength }];
	});
}

/**
 * Finds pairs of classes that are taken for each other.
 * @param {AdviceInput} input
 * @returns {Finding[]} one for each pair with enough mistakes; ids: those deepest in the other class first
 */
export function findOverlap({ classes, evaluation, nearest }) {
	if (!evaluation) return [];
	const { labels, confusion } = evaluation;
	const labelOf = labelsById(classes);
	const sortByDepth = depthSorter(nearest, labelOf);
	const testedCounts = confusion.map((row) => row.reduce((sum, ids) => sum + ids.length, 0));
	const fairlyTested = new Set(classes.flatMap(({ examples }) => fairlyTestedIds(examples)));
	/** @type {Finding[]} */
	const findings = [];
	for (let i = 0; i < labels.length; i++) {
		for (let j = i + 1; j < labels.length; j++) {
			if (Math.min(testedCounts[i], testedCounts[j]) < OVERLAP_MIN_EXAMPLES) continue;
			// Examples that were moved or deleted since are no mistakes any more.
			const mistakes = [
				...confusion[i][j].filter((id) => labelOf.get(id) === labels[i] && fairlyTested.has(id)),
				...confusion[j][i].filter((id) => labelOf.get(id) === labels[j] && fairlyTested.has(id)),
			];
			if (mistakes.length < OVERLAP_MIN_MISTAKES) continue;
			const strength = mistakes.length / (testedCounts[i] + testedCounts[j]) / OVERLAP_SHARE;
			const ids = sortByDepth(mistakes);
			findings.push({ key: "overlap", labels: [labels[i], labels[j]], ids, count: ids.length, strength });
		}
	}
	return findings;
}

/**
 * Finds examples whose neighbours are all of one other class: their labels look swapped.
 * @param {AdviceInput} input
 * @returns {Finding[]} one for each pair of a class and the other class; ids: those deepest in the other class first
 */
export function findSwapped({ classes, nearest }) {
	if (!nearest) return [];
	const labelOf = labelsById(classes);
	const rowsOf = measuredByLabel(nearest, labelOf);
	/** @type {Map<string, {labels: string[], swapped: {id: string, distance: number}[]}>} */
	const pairs = new Map();
	for (const { label, examples } of classes) {
		const countOf = countOtherRecordings(examples);
		for (const { row, id } of rowsOf.get(label) ?? []) {
			if ((countOf.get(id) ?? 0) < SWAPPED_NEIGHBOURS) continue;
			const neighbours = nearest.neighbours(row).slice(0, SWAPPED_NEIGHBOURS);
			if (neighbours.length < SWAPPED_NEIGHBOURS) continue;
			const other = labelOf.get(nearest.ids[neighbours[0].row]);
			if (other === undefined || other === label) continue;
			if (neighbours.some((neighbour) => labelOf.get(nearest.ids[neighbour.row]) !== other)) continue;
			const key = JSON.stringify([label, other]);
			const pair = pairs.get(key) ?? { labels: [label, other], swapped: [] };
			pair.swapped.push({ id, distance: neighbours.reduce((sum, { distance }) => sum + distance, 0) });
			pairs.set(key, pair);
		}
	}
	return [...pairs.values()].map(({ labels, swapped }) => {
		const ids = swapped.sort((a, b) => a.distance - b.distance).map(({ id }) => id);
		return { key: "swapped", labels, ids, count: ids.length, strength: ids.length };
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

/**
 * @param {{id: string, group: string|null}[]} examples of one class
 * @returns {Map<string, number>} for each id, how many examples are of other recordings
 */
function countOtherRecordings(examples) {
	/** @type {Map<string|null, number>} */
	const sizes = new Map();
	for (const { group } of examples) sizes.set(group, (sizes.get(group) ?? 0) + 1);
	// Without a group, an example is a recording by itself.
	const sizeOf = (/** @type {string|null} */ group) => (group === null ? 1 : (sizes.get(group) ?? 0));
	return new Map(examples.map(({ id, group }) => [id, examples.length - sizeOf(group)]));
}

/**
 * Chooses the examples that the test judges fairly: when an example's recording is left out, enough of its class must remain. If
 * a class has one long recording and one short, only the short one is judged fairly.
 * @param {{id: string, group: string|null}[]} examples of one class
 * @returns {string[]} ids
 */
function fairlyTestedIds(examples) {
	const countOf = countOtherRecordings(examples);
	// In a class of one recording, only the example itself is left out.
	const isOneRecording = [...countOf.values()].every((count) => count === 0);
	const enough = Math.min(SWAPPED_NEIGHBOURS, examples.length / 2);
	return examples.map(({ id }) => id).filter((id) => isOneRecording || (countOf.get(id) ?? 0) >= enough);
}

/**
 * @param {Nearest|null} nearest
 * @param {ReadonlyMap<string, string>} labelOf
 * @returns {(ids: string[]) => string[]} sorts ids: those nearest to an example of another class first
 */
function depthSorter(nearest, labelOf) {
	if (!nearest) return (ids) => ids;
	const rowOf = new Map(nearest.ids.map((id, row) => [id, row]));
	/** @param {string} id */
	const distanceToOther = (id) => {
		const row = rowOf.get(id);
		const neighbours = row === undefined ? [] : nearest.neighbours(row);
		const other = neighbours.find((neighbour) => labelOf.get(nearest.ids[neighbour.row]) !== labelOf.get(id));
		return other?.distance ?? Number.MAX_VALUE;
	};
	return (ids) =>
		ids
			.map((id) => ({ id, distance: distanceToOther(id) }))
			.sort((a, b) => a.distance - b.distance)
			.map(({ id }) => id);
}

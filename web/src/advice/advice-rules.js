// What there is to say of the examples, each with how strongly: the coach's eyes. advice-selector.js chooses among them.
//
// The thresholds were chosen on EfficientNet-Lite0's embeddings of hand-held holds of one view and of photos from the
// web; tests/findings.test.js says which way each one leans.

import { commonBackground } from "./backgrounds.js";

/**
 * @typedef {import("../state/state.js").Advice} Advice
 * @typedef {import("../state/state.js").Evaluation} Evaluation
 */

/**
 * @typedef {object} Nearest who lies near whom, by cosine distance; may be a little older than the classes
 * @property {string[]} ids n
 * @property {number[]} classOf n, indices
 * @property {Float64Array} nearestSame (n,), to the nearest other example of the class, whatever recording; Infinity: none
 * @property {number[]} radius c, what radii.js gives
 * @property {(row: number) => {row: number, distance: number}[]} neighbours of other recordings, nearest first, five at
 *   least where there are as many
 */

/**
 * @typedef {object} Taught
 * @property {{label: string, examples: {id: string, group: string|null}[]}[]} classes in class order
 * @property {Evaluation|null} evaluation null: not tested yet
 * @property {Nearest|null} nearest
 * @property {ReadonlyMap<string, Uint8ClampedArray>|null} squares what Backgrounds reads
 */

/** @typedef {Advice & {count: number, strength: number}} Finding strength: 1 at its threshold, more beyond it */

/** Fewer examples than this are few, whatever the other classes have. */
export const FEW = 5;
/** So are fewer than this share of the median class's. */
const FEW_SHARE = 0.5;
/** Fewer examples may well be one pose. */
const COPIES_FEWEST = 8;
/** One pose: half of the examples have another nearer than this (holds of one view: 0.014 to 0.05; photos: from 0.06) ... */
const COPIES_NEAR = 0.055;
/** ... and nine in ten are within this of their mean (holds: to 0.07; classes of photos: 0.14 to 0.43). */
const COPIES_RADIUS = 0.09;
/** Share of two classes' examples taken for the other (20 photos each: 0.05 and 0.13; one thing under two names: 0.5). */
const OVERLAP_SHARE = 0.2;
/** Of fewer mistakes, or of smaller classes, nothing is said. */
const OVERLAP_MISTAKES = 3;
const OVERLAP_FEWEST = 5;
/**
 * So many neighbours must agree that an example is of another class, and its own must have as many elsewhere. Of 330
 * photos one was named wrongly so; of labels swapped on purpose 81 % and 48 % were found.
 */
const SWAPPED_NEIGHBOURS = 5;
/** Share of the pictures, in every class, that have the same background. */
const BACKGROUND_SHARE = 0.75;

/**
 * Classes with few examples, or with fewer than half of the median class's.
 * @param {Taught} taught
 * @returns {Finding[]} one for each class that has any
 */
export function findFew({ classes }) {
	const begun = classes.filter(({ examples }) => examples.length > 0);
	const counts = begun.map(({ examples }) => examples.length).sort((a, b) => a - b);
	const median = (counts[(counts.length - 1) >> 1] + counts[counts.length >> 1]) / 2;
	return begun.map(({ label, examples }) => {
		const count = examples.length;
		// A hair less, for a class that has just enough is not few.
		const strength = (Math.max(FEW, FEW_SHARE * median) / count) * (1 - 1e-9);
		return { key: "few", labels: [label], ids: examples.map(({ id }) => id), count, strength };
	});
}

/**
 * Classes that are one pose, over and over.
 * @param {Taught} taught
 * @returns {Finding[]} one for each class with enough examples
 */
export function findCopies({ classes, nearest }) {
	if (!nearest) return [];
	const rows = rowsByLabel(nearest, labelsById(classes));
	return [...rows].flatMap(([label, mine]) => {
		const [{ classIndex }] = mine;
		// What was moved since was measured with another class.
		if (mine.length < COPIES_FEWEST || mine.some((row) => row.classIndex !== classIndex)) return [];
		mine.sort((a, b) => a.nearestSame - b.nearestSame);
		const near = mine[Math.ceil(mine.length / 2) - 1].nearestSame;
		const strength = Math.min(COPIES_NEAR / near, COPIES_RADIUS / nearest.radius[classIndex]);
		return [{ key: "copies", labels: [label], ids: mine.map(({ id }) => id), count: mine.length, strength }];
	});
}

/**
 * Classes that are taken for each other.
 * @param {Taught} taught
 * @returns {Finding[]} one for each pair with enough mistakes
 */
export function findOverlap({ classes, evaluation, nearest }) {
	if (!evaluation) return [];
	const { labels, confusion } = evaluation;
	const labelOf = labelsById(classes);
	const closeness = nearestOther(nearest, labelOf);
	const tested = confusion.map((row) => row.reduce((sum, ids) => sum + ids.length, 0));
	const fair = new Set(classes.flatMap(({ examples }) => testedFairly(examples)));
	/** @type {Finding[]} */
	const found = [];
	for (let i = 0; i < labels.length; i++) {
		for (let j = i + 1; j < labels.length; j++) {
			if (Math.min(tested[i], tested[j]) < OVERLAP_FEWEST) continue;
			// What was moved or deleted since is no mistake any more.
			const mistaken = [
				...confusion[i][j].filter((id) => labelOf.get(id) === labels[i] && fair.has(id)),
				...confusion[j][i].filter((id) => labelOf.get(id) === labels[j] && fair.has(id)),
			];
			if (mistaken.length < OVERLAP_MISTAKES) continue;
			const strength = mistaken.length / (tested[i] + tested[j]) / OVERLAP_SHARE;
			const ids = closeness(mistaken);
			found.push({ key: "overlap", labels: [labels[i], labels[j]], ids, count: ids.length, strength });
		}
	}
	return found;
}

/**
 * Examples that lie among another class's only: their labels look swapped.
 * @param {Taught} taught
 * @returns {Finding[]} one for each pair of a class and the class that its examples lie in
 */
export function findSwapped({ classes, nearest }) {
	if (!nearest) return [];
	const labelOf = labelsById(classes);
	const rows = rowsByLabel(nearest, labelOf);
	/** @type {Map<string, {labels: string[], found: {id: string, distance: number}[]}>} */
	const pairs = new Map();
	for (const { label, examples } of classes) {
		const elsewhere = countElsewhere(examples);
		for (const { row, id } of rows.get(label) ?? []) {
			if ((elsewhere.get(id) ?? 0) < SWAPPED_NEIGHBOURS) continue;
			const near = nearest.neighbours(row).slice(0, SWAPPED_NEIGHBOURS);
			if (near.length < SWAPPED_NEIGHBOURS) continue;
			const other = labelOf.get(nearest.ids[near[0].row]);
			if (other === undefined || other === label) continue;
			if (near.some((neighbour) => labelOf.get(nearest.ids[neighbour.row]) !== other)) continue;
			const key = JSON.stringify([label, other]);
			const pair = pairs.get(key) ?? { labels: [label, other], found: [] };
			pair.found.push({ id, distance: near.reduce((sum, neighbour) => sum + neighbour.distance, 0) });
			pairs.set(key, pair);
		}
	}
	return [...pairs.values()].map(({ labels, found }) => {
		// The deeper it lies in the other class, the more telling.
		const ids = found.sort((a, b) => a.distance - b.distance).map(({ id }) => id);
		return { key: "swapped", labels, ids, count: ids.length, strength: ids.length };
	});
}

/**
 * One background behind all classes.
 * @param {Taught} taught
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
 * @param {Taught["classes"]} classes
 * @returns {Map<string, string>} labels as they are now, by id
 */
const labelsById = (classes) =>
	new Map(classes.flatMap(({ label, examples }) => examples.map(({ id }) => [id, label])));

/**
 * The measured examples that are still there, by the class they are in now.
 * @param {Nearest} nearest
 * @param {ReadonlyMap<string, string>} labelOf
 */
function rowsByLabel(nearest, labelOf) {
	/** @type {Map<string, {row: number, id: string, classIndex: number, nearestSame: number}[]>} */
	const rows = new Map();
	for (const [row, id] of nearest.ids.entries()) {
		const label = labelOf.get(id);
		if (label === undefined) continue;
		const mine = rows.get(label) ?? [];
		mine.push({ row, id, classIndex: nearest.classOf[row], nearestSame: nearest.nearestSame[row] });
		rows.set(label, mine);
	}
	return rows;
}

/**
 * @param {{id: string, group: string|null}[]} examples of one class
 * @returns {Map<string, number>} by id, how many of them are of other recordings
 */
function countElsewhere(examples) {
	/** @type {Map<string|null, number>} */
	const sizes = new Map();
	for (const { group } of examples) sizes.set(group, (sizes.get(group) ?? 0) + 1);
	// Without a group, an example is a recording by itself.
	const size = (/** @type {string|null} */ group) => (group === null ? 1 : (sizes.get(group) ?? 0));
	return new Map(examples.map(({ id, group }) => [id, examples.length - size(group)]));
}

/**
 * Those whose class has enough left to answer for it: not a long hold beside one quick press, which is left out whole.
 * @param {{id: string, group: string|null}[]} examples of one class
 * @returns {string[]} ids
 */
function testedFairly(examples) {
	const elsewhere = countElsewhere(examples);
	// In a class of one recording only the example itself is left out.
	const isOne = [...elsewhere.values()].every((count) => count === 0);
	const enough = Math.min(SWAPPED_NEIGHBOURS, examples.length / 2);
	return examples.map(({ id }) => id).filter((id) => isOne || (elsewhere.get(id) ?? 0) >= enough);
}

/**
 * @param {Nearest|null} nearest
 * @param {ReadonlyMap<string, string>} labelOf
 * @returns {(ids: string[]) => string[]} puts those first that lie nearest to an example of another class
 */
function nearestOther(nearest, labelOf) {
	if (!nearest) return (ids) => ids;
	const rowOf = new Map(nearest.ids.map((id, row) => [id, row]));
	/** @param {string} id */
	const distance = (id) => {
		const row = rowOf.get(id);
		const near = row === undefined ? [] : nearest.neighbours(row);
		const other = near.find((neighbour) => labelOf.get(nearest.ids[neighbour.row]) !== labelOf.get(id));
		return other?.distance ?? Number.MAX_VALUE;
	};
	return (ids) =>
		ids
			.map((id) => ({ id, distance: distance(id) }))
			.sort((a, b) => a.distance - b.distance)
			.map(({ id }) => id);
}

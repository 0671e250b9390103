// The rules of the advice about labels: pictures that look as if they were in the wrong class, and classes that can't be told
// apart. advice-selector.js uses both, in that order. Pure functions.
//
// A false alarm costs trust, so both want evidence. evaluation/label-evidence.js says what a suspicion is; bench/coach.py measures
// how often both rules are wrong on rightly labelled photos, and how many swapped labels they find.

/**
 * @typedef {import("./advice-rules.js").AdviceInput} AdviceInput
 * @typedef {import("./advice-rules.js").Finding} Finding
 * @typedef {{id: string, label: string, rival?: string, suspicion: number, strength: number}} Judged an example that is still in the
 *   class that it was measured in; rival: the class that it would rather belong to, if that is still there; strength: from 1 on
 *   the label is clearly wrong
 * @typedef {{tested: number, trials: number, mistakes: Map<string, Judged[]>}} Side of a class; trials: how many recordings, or how
 *   many examples in a class with one; mistakes: by the class that they are taken for
 */

/** A label is clearly wrong from a suspicion of so much on, if there are many recordings to compare with. */
const SWAPPED_SUSPICION = 2;
/** So much is added for each class, divided by the recordings to compare with: the likelier is a suspicion by chance. */
const SWAPPED_CHANCE = 0.5;
/** With fewer recordings than this in one of both classes nothing is said. */
const SWAPPED_MIN_RECORDINGS = 2;
/** Share of two classes' examples that are taken for the other, beyond chance (one thing under two names: 0.5). */
const OVERLAP_SHARE = 0.2;
/** So many standard errors count as chance. */
const OVERLAP_ERRORS = 2;
/** Fewer mistakes, or smaller classes, are no overlap. */
const OVERLAP_MIN_MISTAKES = 3;
const OVERLAP_MIN_EXAMPLES = 5;
const OVERLAP_MIN_RECORDINGS = 3;

/**
 * Finds pairs of classes that are taken for each other more often than chance explains. Recordings are counted, because frames of
 * one recording are right or wrong together; a class with one recording is counted by its examples.
 * @param {AdviceInput} input
 * @returns {Finding[]} one for each pair with enough mistakes, unless most of them look swapped; ids: the clearest first
 */
export function findOverlap(input) {
	const sideOf = measureSides(input);
	/** @type {Finding[]} */
	const findings = [];
	for (const [i, { label: first }] of input.classes.entries()) {
		for (const { label: second } of input.classes.slice(i + 1)) {
			const [side, other] = [sideOf.get(first), sideOf.get(second)];
			if (!side || !other) continue;
			const mistakes = [side.mistakes.get(second) ?? [], other.mistakes.get(first) ?? []];
			const finding = weighMistakes([side, other], mistakes);
			if (finding) findings.push({ key: "overlap", labels: [first, second], ...finding });
		}
	}
	return findings;
}

/**
 * Finds examples whose labels look swapped. One that is clear is enough to list those too that are less clear: where one is wrong,
 * others are likely to be.
 * @param {AdviceInput} input
 * @param {readonly Finding[]} overlaps pairs of classes that can't be told apart: their examples don't look swapped
 * @returns {Finding[]} one for all, or none; ids: the clearest first
 */
export function findSwapped(input, overlaps) {
	/** @param {Judged} judged */
	const isListed = ({ label, rival, suspicion, strength }) =>
		rival !== undefined &&
		// Half of the suspicion that is clear, on a logarithmic scale.
		strength * suspicion >= 1 &&
		!overlaps.some(({ labels }) => labels.includes(label) && labels.includes(rival));
	const swapped = sortBySuspicion(judgeExamples(input).filter(isListed));
	if (swapped.length === 0) return [];
	const concerned = new Set(swapped.flatMap(({ label, rival }) => [label, rival]));
	return [
		{
			key: "swapped",
			labels: input.classes.map(({ label }) => label).filter((label) => concerned.has(label)),
			ids: swapped.map(({ id }) => id),
			count: swapped.length,
			strength: swapped[0].strength,
		},
	];
}

/**
 * @param {Judged[]} judged
 * @returns {Judged[]} the clearest first
 */
function sortBySuspicion(judged) {
	return judged.sort((a, b) => b.strength - a.strength || b.suspicion - a.suspicion);
}

/**
 * @param {Side[]} sides of two classes
 * @param {Judged[][]} mistakes the examples of each that are taken for the other
 * @returns {Pick<Finding, "ids"|"count"|"strength">|null} null: too few, or they look swapped
 */
function weighMistakes(sides, mistakes) {
	const all = sortBySuspicion(mistakes.flat());
	if (all.length < OVERLAP_MIN_MISTAKES) return null;
	if (sides.some(({ tested, trials }) => tested < OVERLAP_MIN_EXAMPLES || trials < OVERLAP_MIN_RECORDINGS)) return null;
	if (2 * all.filter((each) => each.strength >= 1).length >= all.length) return null;
	const share = sides.reduce((sum, { tested }, i) => sum + mistakes[i].length / tested, 0) / 2;
	// The largest standard error that the mean of two shares can have.
	const error = Math.sqrt(sides.reduce((sum, { trials }) => sum + 1 / trials, 0)) / 4;
	const strength = share / (OVERLAP_SHARE + OVERLAP_ERRORS * error);
	return { ids: all.map(({ id }) => id), count: all.length, strength };
}

/**
 * Counts by class what is tested, and what of it is taken for another class.
 * @param {AdviceInput} input
 * @returns {Map<string, Side>}
 */
function measureSides(input) {
	const groupOf = new Map(input.classes.flatMap(({ examples }) => examples.map(({ id, group }) => [id, group])));
	/** @type {Map<string, Judged[]>} */
	const judgedOf = new Map();
	for (const judged of judgeExamples(input)) append(judgedOf, judged.label, judged);
	return new Map(
		[...judgedOf].map(([label, judged]) => {
			const recordings = new Set(judged.map(({ id }) => groupOf.get(id) ?? `example ${id}`)).size;
			/** @type {Map<string, Judged[]>} */
			const mistakes = new Map();
			for (const each of judged) if (each.rival !== undefined && each.suspicion > 1) append(mistakes, each.rival, each);
			return [label, { tested: judged.length, trials: recordings === 1 ? judged.length : recordings, mistakes }];
		}),
	);
}

/**
 * @param {Map<string, Judged[]>} lists
 * @param {string} key
 * @param {Judged} judged
 */
function append(lists, key, judged) {
	const list = lists.get(key);
	if (list) list.push(judged);
	else lists.set(key, [judged]);
}

/**
 * Reads what was measured, in the words of the present classes: labels may have changed since, and examples may be gone.
 * @param {AdviceInput} input
 * @returns {Judged[]}
 */
function judgeExamples({ classes, nearest }) {
	if (!nearest) return [];
	const labelOf = new Map(classes.flatMap(({ label, examples }) => examples.map(({ id }) => [id, label])));
	const presentLabels = findPresentLabels(nearest, labelOf);
	return nearest.ids.flatMap((id, row) => {
		const label = labelOf.get(id);
		if (label === undefined || label !== presentLabels.get(nearest.classOf[row])) return [];
		const [suspicion, compared] = [nearest.suspicions[row], nearest.compared[row]];
		const isCompared = compared >= SWAPPED_MIN_RECORDINGS;
		const strength = isCompared
			? suspicion / (SWAPPED_SUSPICION + (SWAPPED_CHANCE * presentLabels.size) / compared)
			: 0;
		return [{ id, label, rival: presentLabels.get(nearest.rivals[row]), suspicion, strength }];
	});
}

/**
 * Finds what the measured classes are called now: what most of their examples are.
 * @param {import("../evaluation/nearest.js").Nearest} nearest
 * @param {ReadonlyMap<string, string>} labelOf by id
 * @returns {Map<number, string>} by class index
 */
function findPresentLabels({ ids, classOf }, labelOf) {
	/** @type {Map<number, Map<string, number>>} */
	const countsOf = new Map();
	for (const [row, id] of ids.entries()) {
		const label = labelOf.get(id);
		if (label === undefined) continue;
		const counts = countsOf.get(classOf[row]) ?? new Map();
		counts.set(label, (counts.get(label) ?? 0) + 1);
		countsOf.set(classOf[row], counts);
	}
	return new Map(
		[...countsOf].map(([index, counts]) => [
			index,
			[...counts].reduce((best, each) => (each[1] > best[1] ? each : best))[0],
		]),
	);
}

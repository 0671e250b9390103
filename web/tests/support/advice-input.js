// Made-up input for the advice: classes, embeddings around chosen directions, and what the evaluation knows of them.

import { RANDOM_INCREMENT, RANDOM_MULTIPLIER } from "../../src/contract/constants.js";
import { Evaluation } from "../../src/evaluation/evaluation.js";

/** @typedef {import("../../src/advice/advice-rules.js").AdviceInput} AdviceInput */

const D = 40;

/**
 * Creates input of some classes.
 * @param {{label: string, count: number, group?: (row: number) => string|null}[]} classes
 * @returns {AdviceInput} not measured; an example's id is its class's label and its number
 */
export function createInput(classes) {
	return {
		classes: classes.map(({ label, count, group = () => null }) => ({
			label,
			examples: Array.from({ length: count }, (_, i) => ({ id: `${label}${i}`, group: group(i) })),
		})),
		nearest: null,
		squares: null,
	};
}

/**
 * Creates a seeded generator of numbers in 0..1.
 * @param {number} seed
 */
function createRandom(seed) {
	let x = seed >>> 0;
	return () => {
		x = (Math.imul(RANDOM_MULTIPLIER, x) + RANDOM_INCREMENT) >>> 0;
		return x / 2 ** 32;
	};
}

/**
 * Draws embeddings around one direction for each class, by the method of Box and Muller.
 * @param {number[]} axes the direction of each class
 * @param {number[]} spreads the standard deviation of each class, over all d numbers together; the direction's norm is 1
 * @param {(row: number) => number} [firstAxis] the direction of each example of the first class, if they differ
 * @param {number} [seed]
 * @returns {(index: number, row: number) => Float32Array} by class and number
 */
export function drawEmbeddings(axes, spreads, firstAxis = () => axes[0], seed = 7) {
	const next = createRandom(seed);
	return (index, row) =>
		Float32Array.from({ length: D }, (_, i) => {
			const noise = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
			const axis = index === 0 ? firstAxis(row) : axes[index];
			return (i === axis ? 1 : 0) + (noise * spreads[index]) / Math.sqrt(D);
		});
}

/**
 * Measures the examples by the evaluation.
 * @param {AdviceInput} input
 * @param {(index: number, row: number) => Float32Array} embeddingOf by class and number
 * @returns {AdviceInput} with `nearest`
 */
export function addNearest(input, embeddingOf) {
	const embeddings = new Map(
		input.classes.flatMap(({ examples }, index) => examples.map(({ id }, row) => [id, embeddingOf(index, row)])),
	);
	const evaluation = new Evaluation();
	const snapshot = {
		labels: input.classes.map(({ label }) => label),
		examples: input.classes.flatMap(({ label, examples }) => examples.map(({ id, group }) => ({ id, label, group }))),
		embeddingOf: (/** @type {string} */ id) => /** @type {Float32Array} */ (embeddings.get(id)),
	};
	for (const _ of evaluation.update(snapshot));
	for (const _ of evaluation.measure("adapted"));
	return { ...input, nearest: evaluation.nearest() };
}

/**
 * Makes up suspicions about some examples; all others are surely of their class.
 * @param {AdviceInput} input
 * @param {Record<string, [rival: string, suspicion: number]>} suspicions by id
 * @param {number} [compared] the number of recordings to compare with
 * @returns {AdviceInput} with `nearest`
 */
export function addSuspicions(input, suspicions, compared = 100) {
	const labels = input.classes.map(({ label }) => label);
	const all = input.classes.flatMap(({ examples }, index) => examples.map(({ id }) => ({ id, index })));
	const nearest = {
		ids: all.map(({ id }) => id),
		classOf: all.map(({ index }) => index),
		nearestSame: new Float64Array(all.length).fill(0.5),
		radius: labels.map(() => 0.5),
		suspicions: Float64Array.from(all, ({ id }) => suspicions[id]?.[1] ?? 0.1),
		rivals: all.map(({ id, index }) =>
			suspicions[id] ? labels.indexOf(suspicions[id][0]) : (index + 1) % labels.length,
		),
		compared: all.map(() => compared),
	};
	return { ...input, nearest };
}

/**
 * Makes up suspicions that are just mistakes.
 * @param {Record<string, Record<string, number>>} mistakes how many examples of a class, its first ones, are taken for another
 * @returns {Record<string, [rival: string, suspicion: number]>} by id
 */
export function createMistakes(mistakes) {
	/** @type {Record<string, [rival: string, suspicion: number]>} */
	const suspicions = {};
	for (const [label, byRival] of Object.entries(mistakes)) {
		let first = 0;
		for (const [rival, count] of Object.entries(byRival)) {
			for (let i = 0; i < count; i++) suspicions[`${label}${first + i}`] = [rival, 1.1 + i / 1000];
			first += count;
		}
	}
	return suspicions;
}

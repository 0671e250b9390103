// Made-up input for the advice: classes, embeddings around chosen directions, and which examples are near which.

import { MAX_NEIGHBOURS, RANDOM_INCREMENT, RANDOM_MULTIPLIER } from "../../src/contract/constants.js";
import { measureClassRadii } from "../../src/evaluation/class-radii.js";

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
		evaluation: null,
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
 * @returns {(index: number, row: number) => Float32Array} by class and number
 */
export function drawEmbeddings(axes, spreads, firstAxis = () => axes[0]) {
	const next = createRandom(7);
	return (index, row) =>
		Float32Array.from({ length: D }, (_, i) => {
			const noise = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
			const axis = index === 0 ? firstAxis(row) : axes[index];
			return (i === axis ? 1 : 0) + (noise * spreads[index]) / Math.sqrt(D);
		});
}

/**
 * Measures every pair of examples.
 * @param {AdviceInput} input
 * @param {(index: number, row: number) => Float32Array} embeddingOf
 * @returns {AdviceInput} with `nearest`
 */
export function addNearest(input, embeddingOf) {
	const all = input.classes.flatMap(({ examples }, index) =>
		examples.map(({ id, group }, row) => ({ id, recording: group ?? id, index, embedding: embeddingOf(index, row) })),
	);
	/** @param {Float32Array} a @param {Float32Array} b */
	const product = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
	/** @param {Float32Array} a @param {Float32Array} b */
	const distance = (a, b) => 1 - product(a, b) / Math.sqrt(product(a, a) * product(b, b));
	const matrix = all.map((a) => all.map((b) => distance(a.embedding, b.embedding)));
	const classOf = all.map(({ index }) => index);
	/** @param {number} row @param {(other: number) => boolean} test */
	const sortOthers = (row, test) =>
		all
			.map((_, other) => ({ row: other, distance: matrix[row][other] }))
			.filter((other) => other.row !== row && test(other.row))
			.sort((a, b) => a.distance - b.distance);
	const nearest = {
		ids: all.map(({ id }) => id),
		classOf,
		nearestSame: Float64Array.from(
			all.map((_, row) => sortOthers(row, (other) => classOf[other] === classOf[row])[0]?.distance ?? Infinity),
		),
		radius: measureClassRadii(
			all.map(({ embedding }) => embedding),
			classOf,
			input.classes.length,
		),
		/** @param {number} row */
		neighbours: (row) =>
			sortOthers(row, (other) => all[other].recording !== all[row].recording).slice(0, MAX_NEIGHBOURS),
	};
	return { ...input, nearest };
}

/**
 * Creates an evaluation with some mistakes; all other answers are right.
 * @param {AdviceInput} input
 * @param {Record<string, Record<string, number>>} mistakes how many examples of a class, its first ones, are taken for another
 * @returns {import("../../src/state/figures.js").Evaluation}
 */
export function createEvaluation({ classes }, mistakes) {
	const labels = classes.map(({ label }) => label);
	const confusion = classes.map(({ label, examples }) => {
		const ids = examples.map(({ id }) => id);
		const row = labels.map((other) => (other === label ? [] : ids.splice(0, mistakes[label]?.[other] ?? 0)));
		row[labels.indexOf(label)] = ids;
		return row;
	});
	const count = classes.reduce((sum, { examples }) => sum + examples.length, 0);
	return {
		count,
		tested: count,
		k: 3,
		metric: "cosine",
		weights: "uniform",
		labels,
		flattered: [],
		accuracy: 0,
		balancedAccuracy: 0,
		crossEntropy: 0,
		byMetric: {},
		classes: [],
		confusion,
		auto: { metric: "adapted", cosine: 0, adapted: null },
		unknown: { distance: 0.6, exponent: 0, adapted: null, recordings: 0, quantile: 0.95, same: [], other: [] },
		learningCurve: { examples: [], mean: [], low: [], high: [] },
		split: null,
	};
}

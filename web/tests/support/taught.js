// Made-up examples for the coach: classes, embeddings that lie where a test wants them, and who is near whom.

import { measureClassRadii } from "../../src/evaluation/class-radii.js";

/** @typedef {import("../../src/advice/advice-rules.js").Taught} Taught */

const D = 40;

/**
 * @param {{label: string, count: number, group?: (row: number) => string|null}[]} classes
 * @returns {Taught} not measured; an example's id is its class's label and its number
 */
export function taughtOf(classes) {
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

/** @param {number} seed */
function random(seed) {
	let x = seed >>> 0;
	return () => {
		x = (Math.imul(1664525, x) + 1013904223) >>> 0;
		return x / 2 ** 32;
	};
}

/**
 * Embeddings around one direction for each class, by Box and Muller.
 * @param {number[]} axes the direction, of each class
 * @param {number[]} spreads standard deviation, in lengths of the direction, over all d numbers together
 * @param {(row: number) => number} [moved] the direction of the first class's examples, where it is another
 * @returns {(index: number, row: number) => Float32Array} by class and number
 */
export function normals(axes, spreads, moved = () => axes[0]) {
	const next = random(7);
	return (index, row) =>
		Float32Array.from({ length: D }, (_, i) => {
			const noise = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
			const axis = index === 0 ? moved(row) : axes[index];
			return (i === axis ? 1 : 0) + (noise * spreads[index]) / Math.sqrt(D);
		});
}

/**
 * Measures every pair.
 * @param {Taught} taught
 * @param {(index: number, row: number) => Float32Array} embeddingOf
 * @returns {Taught}
 */
export function measured(taught, embeddingOf) {
	const all = taught.classes.flatMap(({ examples }, index) =>
		examples.map(({ id, group }, row) => ({ id, recording: group ?? id, index, embedding: embeddingOf(index, row) })),
	);
	/** @param {Float32Array} a @param {Float32Array} b */
	const product = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
	/** @param {Float32Array} a @param {Float32Array} b */
	const distance = (a, b) => 1 - product(a, b) / Math.sqrt(product(a, a) * product(b, b));
	const matrix = all.map((a) => all.map((b) => distance(a.embedding, b.embedding)));
	const classOf = all.map(({ index }) => index);
	/** @param {number} row @param {(other: number) => boolean} fits */
	const others = (row, fits) =>
		all
			.map((_, other) => ({ row: other, distance: matrix[row][other] }))
			.filter((other) => other.row !== row && fits(other.row))
			.sort((a, b) => a.distance - b.distance);
	const nearest = {
		ids: all.map(({ id }) => id),
		classOf,
		nearestSame: Float64Array.from(
			all.map((_, row) => others(row, (other) => classOf[other] === classOf[row])[0]?.distance ?? Infinity),
		),
		radius: measureClassRadii(
			all.map(({ embedding }) => embedding),
			classOf,
			taught.classes.length,
		),
		/** @param {number} row */
		neighbours: (row) => others(row, (other) => all[other].recording !== all[row].recording).slice(0, 30),
	};
	return { ...taught, nearest };
}

/**
 * A test with these mistakes; everything else was right.
 * @param {Taught} taught
 * @param {Record<string, Record<string, number>>} mistakes how many of a class were taken for another: its first ones
 * @returns {import("../../src/state/state.js").Evaluation}
 */
export function evaluated({ classes }, mistakes) {
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
		auto: { metric: "cosine", cosine: 0, adapted: null },
		unknown: { distance: null, quantile: 0.95, same: [], other: [] },
		learningCurve: { examples: [], mean: [], low: [], high: [] },
		split: null,
	};
}

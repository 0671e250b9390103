// Why a label looks right or wrong: the examples that are most like one of them, in its own class and in the nearest other one.

import { cosineDistance } from "../knn/distance.js";

/**
 * @typedef {{id: string, distance: number}} Alike distance: by cosine
 * @typedef {object} AlikeExamples
 * @property {Alike[]} own of its class, the nearest first; those of its own recording only where there is no other
 * @property {string|null} rival the other class that is nearest; null: there is none
 * @property {Alike[]} others of that class, the nearest first
 */

/**
 * @param {import("../knn/knn.js").KNN} knn
 * @param {string} id of an example
 * @param {number} [count] how many of each class
 * @returns {AlikeExamples|null} null: there is no such example
 * @example
 * findAlike(knn, "a1"); // { own: [{ id: "a2", distance: 0.31 }], rival: "dog", others: [{ id: "b1", distance: 0.08 }] }
 */
export function findAlike(knn, id, count = 3) {
	if (!knn.has(id)) return null;
	const { embedding, label, group } = knn.getExample(id);
	const other = new Float32Array(embedding.length);
	/** The examples of each class, and apart those of its own recording. @type {Map<string, Alike[]>} */
	const byClass = new Map();
	/** @type {Alike[]} */
	const sameRecording = [];
	for (const each of knn.outline()) {
		if (each.id === id) continue;
		knn.copyEmbedding(each.id, other, 0);
		const alike = { id: each.id, distance: cosineDistance(embedding, other) };
		if (each.label === label && group !== null && each.group === group) keep(sameRecording, alike, count);
		else {
			const list = byClass.get(each.label) ?? [];
			keep(list, alike, count);
			byClass.set(each.label, list);
		}
	}
	const own = byClass.get(label) ?? sameRecording;
	byClass.delete(label);
	const [nearest] = [...byClass].sort(([, a], [, b]) => average(a) - average(b));
	return { own, rival: nearest?.[0] ?? null, others: nearest?.[1] ?? [] };
}

/**
 * Puts an example into a list of the nearest, if it is one of them.
 * @param {Alike[]} list the nearest first
 * @param {Alike} alike
 * @param {number} count
 */
function keep(list, alike, count) {
	if (list.length === count && list[count - 1].distance <= alike.distance) return;
	const place = list.findIndex(({ distance }) => distance > alike.distance);
	list.splice(place < 0 ? list.length : place, 0, alike);
	if (list.length > count) list.pop();
}

/** @param {Alike[]} list */
const average = (list) => list.reduce((sum, { distance }) => sum + distance, 0) / list.length;

// Where examples and frames lie on the map that was laid out last. Those that came since are placed by PCA's projection, or
// by UMAP in the middle of their neighbours. map.js owns one.

import { l2Norm } from "../knn/distance.js";
import { project, weightedMean } from "./map-places.js";

/**
 * @typedef {import("./map-messages.js").LayoutReply} LayoutReply
 * @typedef {readonly [number, number]} Point
 */

/** New examples that are placed at once; after an upload the others wait for the next layout. */
const MAX_PLACED_AT_ONCE = 16;
/** The nearest neighbours on the map that place an example or a frame. */
const PLACING_NEIGHBOURS = 5;
/** Neighbours among which those are looked for. */
const SEARCHED_NEIGHBOURS = 60;

export class MapPlacement {
	#knn;
	/** @type {LayoutReply|null} */
	#layout = null;
	/** The points of what is shown, by id. @type {Map<string, Point>} */
	#points = new Map();

	/** @param {import("../knn/knn.js").KNN} knn */
	constructor(knn) {
		this.#knn = knn;
	}

	/** @returns {LayoutReply|null} null: there is no map */
	get layout() {
		return this.#layout;
	}

	set layout(layout) {
		this.#layout = layout;
		this.#points.clear();
	}

	/**
	 * Drops what went since the layout, and places what came.
	 * @param {string[]} ids what should be on the map
	 * @returns {{ids: string[], points: Float32Array}} what is on it: n, and float32, (n, 2), row by row
	 */
	update(ids) {
		const points = this.#points;
		if (points.size === 0) {
			for (const [i, id] of (this.#layout?.ids ?? []).entries()) points.set(id, this.#laidOutPoint(i));
		}
		const currentIds = new Set(ids);
		for (const id of points.keys()) if (!currentIds.has(id)) points.delete(id);
		let placedCount = 0;
		for (const id of ids) {
			if (points.has(id) || !this.#knn.has(id)) continue;
			if (placedCount === MAX_PLACED_AT_ONCE) break;
			placedCount += 1;
			const point = this.place(this.#knn.getExample(id).embedding, []);
			if (point) points.set(id, point);
		}
		const placedIds = ids.filter((id) => points.has(id));
		const coordinates = placedIds.flatMap((id) => [.../** @type {Point} */ (points.get(id))]);
		return { ids: placedIds, points: Float32Array.from(coordinates) };
	}

	/**
	 * @param {Float32Array} embedding float32, (d,)
	 * @param {string[]} neighbourIds where none of them is on the map, the nearest that are place it
	 * @returns {Point|null} null: nothing near is on the map
	 */
	place(embedding, neighbourIds) {
		const projection = this.#layout?.projection;
		const embeddingNorm = l2Norm(embedding);
		if (projection) {
			return project(
				embedding.map((value) => value / embeddingNorm),
				projection,
			);
		}
		let placingIds = neighbourIds.filter((id) => this.#points.has(id) && this.#knn.has(id));
		if (placingIds.length === 0) placingIds = this.#nearestOnMap(embedding);
		return weightedMean(
			placingIds.map((id) => ({
				place: /** @type {Point} */ (this.#points.get(id)),
				weight: cosineWeight(embedding, embeddingNorm, this.#knn.getExample(id).embedding),
			})),
		);
	}

	/**
	 * @param {Float32Array} embedding
	 * @returns {string[]} ids
	 */
	#nearestOnMap(embedding) {
		if (this.#knn.getCount() === 0) return [];
		const { neighbours } = this.#knn.classify(embedding, { k: SEARCHED_NEIGHBOURS });
		return neighbours
			.map(({ id }) => id)
			.filter((id) => this.#points.has(id))
			.slice(0, PLACING_NEIGHBOURS);
	}

	/**
	 * @param {number} row of the layout
	 * @returns {Point}
	 */
	#laidOutPoint(row) {
		const { points } = /** @type {LayoutReply} */ (this.#layout);
		return [points[2 * row], points[2 * row + 1]];
	}
}

/**
 * @param {Float32Array} a (d,)
 * @param {number} normOfA
 * @param {Float32Array} b (d,)
 * @returns {number} their cosine similarity; 0 where it is negative
 */
function cosineWeight(a, normOfA, b) {
	let dotProduct = 0;
	for (let c = 0; c < a.length; c++) dotProduct += a[c] * b[c];
	return Math.max(0, dotProduct / (normOfA * l2Norm(b)));
}

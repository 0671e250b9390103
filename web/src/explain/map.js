// The map of the examples: owns the worker that lays it out, decides when it is laid out anew, and places what came
// since, and the live frame, in the one that is there.

import { l2Norm } from "../knn/distance.js";
import { MIN_FOR_UMAP, project, weightedMean } from "./map-places.js";

/**
 * @typedef {import("./map.worker.js").Reply} Reply
 * @typedef {import("./map.worker.js").LaidReply} LaidReply
 * @typedef {import("../state/state.js").MapState} MapState
 * @typedef {import("../state/state.js").MapDot} MapDot
 * @typedef {import("../state/state.js").ClassView} ClassView
 * @typedef {"pca"|"umap"} Method
 */

/** As many points can still be told apart, and UMAP takes seconds for them. */
export const MAX_POINTS = 2000;
const FEWEST = 2;
const PCA_PAUSE_MS = 1000;
const UMAP_QUIET_MS = 2000;
/** Examples handed over in one task. */
const CHUNK = 64;
/** New ones that are placed at once; after an upload the rest wait for the next map. */
const PLACED_AT_ONCE = 16;
const PLACED_BY = 5;
/** Asked, where of the neighbours themselves none is on the map. */
const SEARCHED = 60;

/** @returns {Worker} */
function startWorker() {
	return new Worker(new URL("./map.worker.js", import.meta.url), { type: "module", name: "map" });
}

export class ExampleMap {
	#knn;
	#onMap;
	#makeWorker;
	/** @type {Worker|null} */
	#worker = null;
	/** @type {Method|null} */
	#method = null;
	/** What is to be on it. @type {string[]} */
	#ids = [];
	/** Those the worker has. @type {Set<string>} */
	#sent = new Set();
	/** The map that is shown. @type {LaidReply|null} */
	#laid = null;
	/** Where what is shown lies. @type {Map<string, readonly [number, number]>} */
	#places = new Map();
	/** @type {number|null} */
	#progress = null;
	#n = 0;
	#laidAt = Number.NEGATIVE_INFINITY;
	/** @type {ReturnType<typeof setTimeout>|null} */
	#timer = null;

	/**
	 * @param {object} options
	 * @param {import("../knn/knn.js").KNN} options.knn
	 * @param {(map: MapState|null) => void} options.onMap
	 * @param {() => Worker} [options.makeWorker]
	 */
	constructor({ knn, onMap, makeWorker = startWorker }) {
		this.#knn = knn;
		this.#onMap = onMap;
		this.#makeWorker = makeWorker;
	}

	/**
	 * @param {Method|null} method null: nobody looks
	 * @param {readonly ClassView[]} classes
	 */
	watch(method, classes) {
		if (method === this.#method) return;
		if (method === null) this.close();
		else {
			this.#method = method;
			this.#ids = chosen(classes);
			void this.#lay();
		}
	}

	/**
	 * Examples may have come, gone, or changed their class.
	 * @param {readonly ClassView[]} classes
	 */
	changed(classes) {
		if (this.#method === null) return;
		const old = new Set(this.#ids);
		this.#ids = chosen(classes);
		if (this.#ids.length === old.size && this.#ids.every((id) => old.has(id))) return;
		this.#show();
		const since = performance.now() - this.#laidAt;
		if (this.#method === "pca" || this.#laid?.method !== "umap") this.#layIn(PCA_PAUSE_MS - since, false);
		else this.#layIn(UMAP_QUIET_MS, true);
	}

	/**
	 * Where a frame lies: by PCA where PCA lays out the examples; by UMAP in the middle of its neighbours.
	 * @param {Float32Array} embedding float32, (d,)
	 * @param {readonly {id: string}[]} neighbours the answer's
	 * @returns {MapDot|null} null: there is no map, or nothing near is on it
	 */
	place(embedding, neighbours) {
		const ids = neighbours.map(({ id }) => id);
		const place = this.#laid && this.#placed(embedding, ids);
		return place ? { x: place[0], y: place[1], neighbours: ids } : null;
	}

	close() {
		if (this.#timer !== null) clearTimeout(this.#timer);
		this.#timer = null;
		this.#worker?.terminate();
		this.#worker = null;
		this.#method = null;
		this.#sent.clear();
		this.#laid = null;
		this.#places.clear();
		this.#progress = null;
		this.#n += 1;
		this.#onMap(null);
	}

	/**
	 * @param {number} ms
	 * @param {boolean} again whether a change puts it off
	 */
	#layIn(ms, again) {
		if (this.#timer !== null) {
			if (!again) return;
			clearTimeout(this.#timer);
		}
		this.#timer = setTimeout(() => void this.#lay(), Math.max(0, ms));
	}

	/** Hands over what the worker lacks, in short tasks, and asks for a map. */
	async #lay() {
		if (this.#timer !== null) clearTimeout(this.#timer);
		this.#timer = null;
		const n = ++this.#n;
		this.#laidAt = performance.now();
		const method = /** @type {Method} */ (this.#method);
		const ids = this.#ids;
		if (ids.length < FEWEST) {
			this.#laid = null;
			this.#places.clear();
			this.#progress = null;
			this.#onMap({ method, ids: [], points: new Float32Array(), progress: null });
			return;
		}
		this.#worker ??= this.#start();
		const missing = ids.filter((id) => !this.#sent.has(id));
		for (let from = 0; from < missing.length; from += CHUNK) {
			if (from > 0) await new Promise((resolve) => setTimeout(resolve));
			if (n !== this.#n) return;
			this.#send(missing.slice(from, from + CHUNK).filter((id) => this.#knn.has(id)));
		}
		// Some may have gone meanwhile: then a change has been told, and another map follows this one.
		const there = ids.filter((id) => this.#sent.has(id));
		if (there.length < FEWEST) return;
		this.#sent = new Set(there);
		this.#progress = method === "umap" && there.length >= MIN_FOR_UMAP ? 0 : null;
		if (this.#laid) this.#show();
		this.#worker.postMessage({ type: "lay", n, method, ids: there });
	}

	/** @param {string[]} ids */
	#send(ids) {
		if (ids.length === 0) return;
		const d = /** @type {number} */ (this.#knn.dimension);
		const embeddings = new Float32Array(ids.length * d);
		for (const [i, id] of ids.entries()) {
			embeddings.set(this.#knn.getExample(id).embedding, i * d);
			this.#sent.add(id);
		}
		this.#worker?.postMessage({ type: "examples", ids, embeddings }, [embeddings.buffer]);
	}

	#start() {
		const worker = this.#makeWorker();
		worker.onmessage = ({ data }) => this.#answered(/** @type {Reply} */ (data));
		worker.onerror = (event) => {
			event.preventDefault();
			console.warn(`The map's worker: ${event.message}`);
			// The next change starts another; what is being handed over to this one is not gone on with.
			this.#n++;
			worker.terminate();
			this.#worker = null;
			this.#sent.clear();
			this.#progress = null;
			if (this.#laid) this.#show();
		};
		return worker;
	}

	/** @param {Reply} reply */
	#answered(reply) {
		if (reply.n !== this.#n) return;
		if (reply.type === "progress") this.#progress = reply.progress;
		else {
			const last = reply.method === this.#method;
			if (last) this.#progress = null;
			// A finished UMAP is better than a newer PCA.
			if (!last && this.#method === "umap" && this.#laid?.method === "umap") return;
			this.#laid = reply;
			this.#places.clear();
		}
		if (this.#laid) this.#show();
	}

	/** Shows the last map with what has come and gone since. */
	#show() {
		const laid = this.#laid;
		if (!laid) return;
		if (this.#places.size === 0) {
			for (const [i, id] of laid.ids.entries()) this.#places.set(id, [laid.points[2 * i], laid.points[2 * i + 1]]);
		}
		const wanted = new Set(this.#ids);
		for (const id of this.#places.keys()) if (!wanted.has(id)) this.#places.delete(id);
		let placed = 0;
		for (const id of this.#ids) {
			if (this.#places.has(id) || !this.#knn.has(id)) continue;
			if (placed++ === PLACED_AT_ONCE) break;
			const place = this.#placed(this.#knn.getExample(id).embedding, []);
			if (place) this.#places.set(id, place);
		}
		const ids = this.#ids.filter((id) => this.#places.has(id));
		const points = Float32Array.from(ids.flatMap((id) => [.../** @type {[number, number]} */ (this.#places.get(id))]));
		this.#onMap({ method: /** @type {Method} */ (this.#method), ids, points, progress: this.#progress });
	}

	/**
	 * @param {Float32Array} embedding
	 * @param {string[]} neighbours ids; where none is on the map, the nearest that are
	 * @returns {readonly [number, number]|null}
	 */
	#placed(embedding, neighbours) {
		const projection = this.#laid?.projection;
		const length = l2Norm(embedding);
		if (projection)
			return project(
				embedding.map((value) => value / length),
				projection,
			);
		let near = neighbours.filter((id) => this.#places.has(id) && this.#knn.has(id));
		if (near.length === 0 && this.#knn.getCount() > 0) {
			const { neighbours: found } = this.#knn.classify(embedding, { k: SEARCHED });
			near = found
				.map(({ id }) => id)
				.filter((id) => this.#places.has(id))
				.slice(0, PLACED_BY);
		}
		return weightedMean(
			near.map((id) => ({
				place: /** @type {readonly [number, number]} */ (this.#places.get(id)),
				weight: similarity(embedding, length, this.#knn.getExample(id).embedding),
			})),
		);
	}
}

/**
 * At most MAX_POINTS of the examples, evenly spaced within each class.
 * @param {readonly ClassView[]} classes
 * @returns {string[]} ids, class by class in order of arrival
 */
export function chosen(classes, most = MAX_POINTS) {
	const all = classes.reduce((sum, { count }) => sum + count, 0);
	return classes.flatMap(({ count, examples }) => {
		const ids = examples.map(({ id }) => id).reverse();
		if (all <= most || count === 0) return ids;
		const taken = Math.max(1, Math.floor((most * count) / all));
		return Array.from({ length: taken }, (_, i) => ids[Math.floor((i * count) / taken)]);
	});
}

/**
 * @param {Float32Array} a (d,)
 * @param {number} length a's norm
 * @param {Float32Array} b (d,)
 * @returns {number} their cosine, 0 at least
 */
function similarity(a, length, b) {
	let sum = 0;
	for (let c = 0; c < a.length; c++) sum += a[c] * b[c];
	return Math.max(0, sum / (length * l2Norm(b)));
}

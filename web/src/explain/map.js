// The map of the examples: has a worker lay it out, decides when it is laid out again, and shows between two layouts what
// came and went. explaining.js owns one.

import { WorkerOwner } from "../workers/worker-owner.js";
import { MapPlacement } from "./map-placement.js";
import { MIN_FOR_UMAP } from "./map-places.js";
import { sampleIds } from "./map-sample.js";

/**
 * @typedef {import("./map-messages.js").Method} Method
 * @typedef {import("./map-messages.js").Reply} Reply
 * @typedef {import("./map-messages.js").Request} Request
 * @typedef {import("../state/state.js").MapState} MapState
 * @typedef {import("../state/state.js").MapDot} MapDot
 * @typedef {import("../state/state.js").ClassView} ClassView
 */

/** With fewer examples the map is empty. */
const MIN_EXAMPLES = 2;
/** Between two layouts by PCA. */
const PCA_INTERVAL_MS = 1000;
/** A layout by UMAP begins after so long without a change. */
const UMAP_QUIET_MS = 2000;
/** Examples sent to the worker in one task. */
const CHUNK_SIZE = 64;

/** @returns {Worker} */
function makeMapWorker() {
	return new Worker(new URL("./map.worker.js", import.meta.url), { type: "module", name: "map" });
}

export class ExampleMap {
	#knn;
	#onMap;
	/** @type {WorkerOwner<Request, Reply>} */
	#owner;
	#placement;
	/** null: nobody looks at the map. @type {Method|null} */
	#method = null;
	/** What should be on the map. @type {string[]} */
	#ids = [];
	/** Ids of the examples that the worker has. @type {Set<string>} */
	#sentIds = new Set();
	/** Of the layout that is under way: 0..1; null: none is, or it takes no time. @type {number|null} */
	#progress = null;
	/** The newest layout's number; replies to older ones are ignored. */
	#layoutId = 0;
	/** When the newest layout began, ms as of performance.now. */
	#layoutStartedAt = Number.NEGATIVE_INFINITY;
	/** Until the next layout. @type {ReturnType<typeof setTimeout>|null} */
	#timer = null;

	/**
	 * @param {object} options
	 * @param {import("../knn/knn.js").KNN} options.knn
	 * @param {(map: MapState|null) => void} options.onMap
	 * @param {() => Worker} [options.makeWorker]
	 */
	constructor({ knn, onMap, makeWorker = makeMapWorker }) {
		this.#knn = knn;
		this.#onMap = onMap;
		this.#placement = new MapPlacement(knn);
		this.#owner = new WorkerOwner({
			makeWorker,
			onMessage: (reply) => this.#receive(reply),
			onLost: ({ message }) => this.#recover(message),
		});
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
			this.#ids = sampleIds(classes);
			void this.#requestLayout();
		}
	}

	/**
	 * Follows a change of the examples, if there is one.
	 * @param {readonly ClassView[]} classes
	 */
	update(classes) {
		if (this.#method === null) return;
		const oldIds = new Set(this.#ids);
		this.#ids = sampleIds(classes);
		if (this.#ids.length === oldIds.size && this.#ids.every((id) => oldIds.has(id))) return;
		this.#show();
		if (this.#method === "pca" || this.#placement.layout?.method !== "umap") {
			const elapsed = performance.now() - this.#layoutStartedAt;
			this.#scheduleLayout(PCA_INTERVAL_MS - elapsed, { isPutOff: false });
		} else this.#scheduleLayout(UMAP_QUIET_MS, { isPutOff: true });
	}

	/**
	 * Where a frame lies: by PCA's projection where PCA laid out the examples; by UMAP in the middle of its neighbours.
	 * @param {Float32Array} embedding float32, (d,)
	 * @param {readonly {id: string}[]} neighbours the answer's
	 * @returns {MapDot|null} null: there is no map, or nothing near is on it
	 */
	place(embedding, neighbours) {
		const ids = neighbours.map(({ id }) => id);
		const point = this.#placement.layout && this.#placement.place(embedding, ids);
		return point ? { x: point[0], y: point[1], neighbours: ids } : null;
	}

	close() {
		this.#clearTimer();
		this.#owner.stop();
		this.#method = null;
		this.#sentIds.clear();
		this.#placement.layout = null;
		this.#progress = null;
		this.#layoutId += 1;
		this.#onMap(null);
	}

	/**
	 * @param {number} ms
	 * @param {{isPutOff: boolean}} options whether a layout that is scheduled already is put off
	 */
	#scheduleLayout(ms, { isPutOff }) {
		if (this.#timer !== null && !isPutOff) return;
		this.#clearTimer();
		this.#timer = setTimeout(() => void this.#requestLayout(), Math.max(0, ms));
	}

	#clearTimer() {
		if (this.#timer !== null) clearTimeout(this.#timer);
		this.#timer = null;
	}

	/** Sends the examples that the worker lacks, in short tasks, and requests a layout. */
	async #requestLayout() {
		this.#clearTimer();
		this.#layoutId += 1;
		this.#layoutStartedAt = performance.now();
		const layoutId = this.#layoutId;
		const method = /** @type {Method} */ (this.#method);
		const ids = this.#ids;
		if (ids.length < MIN_EXAMPLES) {
			this.#placement.layout = null;
			this.#progress = null;
			this.#onMap({ method, ids: [], points: new Float32Array(), progress: null });
			return;
		}
		if (!this.#owner.start()) return;
		const unsentIds = ids.filter((id) => !this.#sentIds.has(id));
		for (let from = 0; from < unsentIds.length; from += CHUNK_SIZE) {
			if (from > 0) await new Promise((resolve) => setTimeout(resolve));
			if (layoutId !== this.#layoutId) return;
			this.#sendExamples(unsentIds.slice(from, from + CHUNK_SIZE).filter((id) => this.#knn.has(id)));
		}
		// An example may have been removed meanwhile; update() then schedules another layout.
		const sentIds = ids.filter((id) => this.#sentIds.has(id));
		if (sentIds.length < MIN_EXAMPLES) return;
		this.#sentIds = new Set(sentIds);
		this.#progress = method === "umap" && sentIds.length >= MIN_FOR_UMAP ? 0 : null;
		this.#show();
		this.#owner.post({ type: "computeLayout", layoutId, method, ids: sentIds });
	}

	/** @param {string[]} ids */
	#sendExamples(ids) {
		if (ids.length === 0) return;
		const d = /** @type {number} */ (this.#knn.dimension);
		const embeddings = new Float32Array(ids.length * d);
		for (const [i, id] of ids.entries()) {
			embeddings.set(this.#knn.getExample(id).embedding, i * d);
			this.#sentIds.add(id);
		}
		this.#owner.post({ type: "examples", ids, embeddings }, [embeddings.buffer]);
	}

	/**
	 * Keeps the map as it is; the next change starts another worker.
	 * @param {string} message
	 */
	#recover(message) {
		console.warn(`The map's worker: ${message}`);
		// Examples that are being sent in chunks are not sent on.
		this.#layoutId += 1;
		this.#sentIds.clear();
		this.#progress = null;
		this.#show();
	}

	/** @param {Reply} reply */
	#receive(reply) {
		if (reply.layoutId !== this.#layoutId) return;
		if (reply.type === "progress") this.#progress = reply.progress;
		else {
			const isFinal = reply.method === this.#method;
			if (isFinal) this.#progress = null;
			// A finished layout by UMAP is better than a newer one by PCA.
			if (!isFinal && this.#method === "umap" && this.#placement.layout?.method === "umap") return;
			this.#placement.layout = reply;
		}
		this.#show();
	}

	/** Shows the last layout, if there is one, with what came and went since. */
	#show() {
		if (!this.#placement.layout) return;
		const { ids, points } = this.#placement.update(this.#ids);
		this.#onMap({ method: /** @type {Method} */ (this.#method), ids, points, progress: this.#progress });
	}
}

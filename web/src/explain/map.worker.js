// Lays out the map of the examples, off the main thread. map.js owns it and is the only module that sends it messages.

import { l2Norm } from "../knn/distance.js";
import { layOutByPca, layOutByUmap } from "./map-layout.js";
import { MIN_FOR_UMAP } from "./map-places.js";

/**
 * @typedef {import("./map-messages.js").ExamplesRequest} ExamplesRequest
 * @typedef {import("./map-messages.js").LayoutRequest} LayoutRequest
 * @typedef {import("./map-messages.js").Method} Method
 * @typedef {import("./map-messages.js").Request} Request
 * @typedef {import("./map-messages.js").Reply} Reply
 */

/** Messages are received this often while UMAP works. */
const SLICE_MS = 40;

/** Embeddings of norm 1, float32, (d,), by id. @type {Map<string, Float32Array>} */
const unitEmbeddings = new Map();
/** Each example's point in the last layout, by id. @type {Record<Method, Map<string, [number, number]>>} */
const lastPoints = { pca: new Map(), umap: new Map() };
let newestLayoutId = 0;

/** @param {Reply} reply */
function postReply(reply) {
	self.postMessage(reply);
}

/** Lets messages that wait be received. */
const pause = () => new Promise((resolve) => setTimeout(resolve));

/** @param {ExamplesRequest} request */
function storeExamples({ ids, embeddings }) {
	const d = embeddings.length / ids.length;
	for (const [i, id] of ids.entries()) {
		const embedding = embeddings.slice(i * d, (i + 1) * d);
		const embeddingNorm = l2Norm(embedding);
		for (let c = 0; c < d; c++) embedding[c] /= embeddingNorm;
		unitEmbeddings.set(id, embedding);
	}
}

/** @param {LayoutRequest} request */
async function computeLayout({ layoutId, method, ids }) {
	newestLayoutId = layoutId;
	// Before messages are received: examples that come now are for the next layout.
	const requestedIds = new Set(ids);
	for (const id of unitEmbeddings.keys()) if (!requestedIds.has(id)) unitEmbeddings.delete(id);
	const rows = ids.map((id) => /** @type {Float32Array} */ (unitEmbeddings.get(id)));
	await pause();
	if (newestLayoutId !== layoutId) return;
	const { points, projection } = layOutByPca(ids, rows, (id) => lastPoints.pca.get(id));
	lastPoints.pca = pointsById(ids, points);
	postReply({ type: "layout", layoutId, method: "pca", ids, points, projection });
	if (method === "pca" || ids.length < MIN_FOR_UMAP) return;
	const start = startingPoints(ids);
	const steps = layOutByUmap(
		rows,
		ids.map((id) => start.get(id)),
	);
	for (let pausedAt = performance.now(); ; ) {
		const step = steps.next();
		if (step.done) {
			lastPoints.umap = pointsById(ids, step.value);
			postReply({ type: "layout", layoutId, method: "umap", ids, points: step.value, projection: null });
			return;
		}
		if (performance.now() - pausedAt < SLICE_MS) continue;
		postReply({ type: "progress", layoutId, progress: step.value });
		await pause();
		if (newestLayoutId !== layoutId) return;
		pausedAt = performance.now();
	}
}

/**
 * Where UMAP starts from: its last layout, or PCA's where most of the examples are not in that.
 * @param {string[]} ids
 */
function startingPoints(ids) {
	const knownCount = ids.filter((id) => lastPoints.umap.has(id)).length;
	return knownCount >= ids.length / 2 ? lastPoints.umap : lastPoints.pca;
}

/**
 * @param {string[]} ids
 * @param {Float32Array} points (n, 2)
 * @returns {Map<string, [number, number]>}
 */
const pointsById = (ids, points) => new Map(ids.map((id, i) => [id, [points[2 * i], points[2 * i + 1]]]));

self.onmessage = ({ data }) => {
	const request = /** @type {Request} */ (data);
	if (request.type === "examples") storeExamples(request);
	else {
		computeLayout(request).catch((error) => {
			// Thrown again outside the promise: only then is it an error of the worker, which the page is told of.
			setTimeout(() => {
				throw error;
			});
		});
	}
};

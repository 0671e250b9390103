// The map of the examples, worked out off the main thread. map.js owns it and is the only one that speaks to it.

import { l2Norm } from "../knn/distance.js";
import { layOutByPca, layOutByUmap } from "./map-layout.js";
import { MIN_FOR_UMAP } from "./map-places.js";

/** @typedef {import("./map-places.js").Projection} Projection */

/**
 * @typedef {{type: "examples", ids: string[], embeddings: Float32Array}} ExamplesRequest (n, d): kept until a map leaves them out
 * @typedef {{type: "lay", n: number, method: "pca"|"umap", ids: string[]}} LayRequest a newer one cancels an older
 * @typedef {ExamplesRequest|LayRequest} Request
 *
 * @typedef {{type: "laid", n: number, method: "pca"|"umap", ids: string[], points: Float32Array, projection: Projection|null}} LaidReply
 *   before a map by UMAP comes the same by PCA
 * @typedef {{type: "progress", n: number, progress: number}} ProgressReply
 * @typedef {LaidReply|ProgressReply} Reply
 */

/** Between two looks at whether something newer was asked for. */
const SLICE_MS = 40;

/** Unit vectors. @type {Map<string, Float32Array>} */
const vectors = new Map();
/** Where each example lay last. @type {Record<"pca"|"umap", Map<string, [number, number]>>} */
const last = { pca: new Map(), umap: new Map() };
/** The newest request's number. */
let newest = 0;

/** @param {Reply} reply */
function say(reply) {
	self.postMessage(reply);
}

/** Lets messages in. */
const pause = () => new Promise((resolve) => setTimeout(resolve));

/** @param {ExamplesRequest} request */
function keep({ ids, embeddings }) {
	const d = embeddings.length / ids.length;
	for (const [i, id] of ids.entries()) {
		const vector = embeddings.slice(i * d, (i + 1) * d);
		const length = l2Norm(vector);
		for (let c = 0; c < d; c++) vector[c] /= length;
		vectors.set(id, vector);
	}
}

/** @param {LayRequest} request */
async function lay({ n, method, ids }) {
	newest = n;
	// Before others are let in: examples that come now are for the next map.
	const wanted = new Set(ids);
	for (const id of vectors.keys()) if (!wanted.has(id)) vectors.delete(id);
	const rows = ids.map((id) => /** @type {Float32Array} */ (vectors.get(id)));
	await pause();
	if (newest !== n) return;
	const { points, projection } = layOutByPca(ids, rows, (id) => last.pca.get(id));
	last.pca = placesOf(ids, points);
	say({ type: "laid", n, method: "pca", ids, points, projection });
	if (method === "pca" || ids.length < MIN_FOR_UMAP) return;
	// Where most are new, the old map says little.
	const old = ids.filter((id) => last.umap.has(id)).length >= ids.length / 2 ? last.umap : last.pca;
	const steps = layOutByUmap(
		rows,
		ids.map((id) => old.get(id)),
	);
	for (let pausedAt = performance.now(); ; ) {
		const step = steps.next();
		if (step.done) {
			last.umap = placesOf(ids, step.value);
			say({ type: "laid", n, method: "umap", ids, points: step.value, projection: null });
			return;
		}
		if (performance.now() - pausedAt < SLICE_MS) continue;
		say({ type: "progress", n, progress: step.value });
		await pause();
		if (newest !== n) return;
		pausedAt = performance.now();
	}
}

/**
 * @param {string[]} ids
 * @param {Float32Array} points (n, 2)
 * @returns {Map<string, [number, number]>}
 */
const placesOf = (ids, points) => new Map(ids.map((id, i) => [id, [points[2 * i], points[2 * i + 1]]]));

self.onmessage = ({ data }) => {
	const request = /** @type {Request} */ (data);
	if (request.type === "examples") keep(request);
	else {
		lay(request).catch((error) => {
			// Thrown once more where the page hears of it: nobody outside hears of a promise in here.
			setTimeout(() => {
				throw error;
			});
		});
	}
};

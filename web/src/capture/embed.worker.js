// From a frame to its embedding, off the main thread: the only user of TensorFlow.js, with its parts in embed-worker/.
// embedder.js owns it and is the only module that sends it messages.

import { crop } from "./crop.js";
import { isAvailable, reportThreadError, setUpBackend, watchLoss } from "./embed-worker/backends.js";
import { FrameCanvas } from "./embed-worker/frame-canvas.js";
import { isEmbedding, isRight } from "./embed-worker/golden.js";
import { EmbeddingModel } from "./embed-worker/model.js";
import { fetchGolden, fetchModel } from "./embed-worker/model-files.js";
import { measureQuality } from "./embed-worker/quality.js";
import { isWorthTrying, judge } from "./embed-worker/quick-start.js";

/**
 * @typedef {import("./embed-messages.js").Backend} Backend
 * @typedef {import("./embed-messages.js").LoadRequest} LoadRequest
 * @typedef {import("./embed-messages.js").EmbedRequest} EmbedRequest
 * @typedef {import("./embed-messages.js").Request} Request
 * @typedef {import("./embed-messages.js").Reply} Reply
 * @typedef {import("./embed-messages.js").UnaskedMessage} UnaskedMessage
 */

/** @type {EmbeddingModel|null} */
let model = null;
/** @type {FrameCanvas|null} */
let canvas = null;

/**
 * @param {Reply|UnaskedMessage} reply
 * @param {Transferable[]} [transfer]
 */
function postReply(reply, transfer = []) {
	self.postMessage(reply, { transfer });
}

/** @param {LoadRequest} request */
async function load({ requestId, base, manifest, candidates, quickMs }) {
	try {
		canvas = new FrameCanvas(manifest.input.size);
	} catch (error) {
		postReply({ type: "failed", requestId, stage: "backend", message: messageOf(error) });
		return;
	}
	/** @type {import("@tensorflow/tfjs-core").io.ModelArtifacts} */
	let artifacts;
	const preparing = prepare(candidates);
	const lookingForGpu = hasGpu(candidates);
	/** The one that is set up already. @type {Backend|null} */
	let prepared = null;
	/** @type {import("./embed-worker/golden.js").Golden|null} */
	let golden;
	const fetchingGolden = fetchGolden(base, manifest);
	fetchingGolden.catch(() => {});
	try {
		artifacts = await fetchModel(base, manifest, (loaded, total) => postReply({ type: "progress", loaded, total }));
		golden = await fetchingGolden;
		prepared = await preparing;
	} catch (error) {
		postReply({ type: "failed", requestId, stage: "fetch", message: messageOf(error) });
		return;
	}
	/** @type {Partial<Record<Backend, number>>} */
	const measured = {};
	/** @type {import("./embed-messages.js").Wrong} */
	const wrong = {};
	/** Of the current one. @type {number|null} */
	let cosine = null;
	let failure = "no backend is there";
	/** The one that the model is loaded on. @type {Backend|null} */
	let current = null;
	/**
	 * Loads the model on a backend, measures it, and compares its numbers with the model's own.
	 * @param {Backend} backend
	 * @returns {Promise<boolean>} false: this machine does not have it, it refused, or its numbers are wrong
	 */
	const tryBackend = async (backend) => {
		postReply({ type: "trying", backend });
		if (backend !== prepared && !(await isAvailable(backend))) return false;
		// Only one is ever in memory.
		current = null;
		model?.dispose();
		model = null;
		if (backend !== prepared && !(await setUpBackend(backend))) return false;
		prepared = null;
		model = await EmbeddingModel.load(artifacts, manifest);
		const trial = await model.measure(quickMs, golden);
		cosine = trial.cosine;
		if (cosine !== null && !isRight(cosine)) {
			wrong[backend] = cosine;
			delete measured[backend];
			return false;
		}
		measured[backend] = trial.ms;
		current = backend;
		return true;
	};
	let triedAll = true;
	for (const backend of candidates) {
		if (quickMs > 0 && !isWorthTrying(backend, measured)) {
			triedAll = false;
			continue;
		}
		await tryBackend(backend).catch((error) => {
			failure = messageOf(error);
		});
		if (quickMs === 0) continue;
		const { isEnough, isFinal } = judge(measured[backend], quickMs, await lookingForGpu);
		if (isEnough) {
			triedAll = isFinal;
			break;
		}
	}
	const fastestFirst = /** @type {[Backend, number][]} */ (Object.entries(measured)).sort(([, a], [, b]) => a - b);
	for (const [backend, ms] of fastestFirst) {
		try {
			if (backend === current || (await tryBackend(backend))) {
				watchLoss(backend, () => postReply({ type: "lost" }));
				postReply({ type: "ready", requestId, backend, ms, measured, triedAll, cosine, wrong });
				return;
			}
		} catch (error) {
			failure = messageOf(error);
		}
	}
	const stage = Object.keys(wrong).length > 0 ? "numbers" : "backend";
	postReply({ type: "failed", requestId, stage, message: failure, wrong });
}

/**
 * Sets up the first backend that this machine has, while the model's files come; only its code is fetched.
 * @param {Backend[]} candidates
 * @returns {Promise<Backend|null>} null: it refused, and says why when it is tried
 */
async function prepare(candidates) {
	try {
		for (const backend of candidates) {
			if (!(await isAvailable(backend))) continue;
			postReply({ type: "trying", backend });
			return (await setUpBackend(backend)) ? backend : null;
		}
		return null;
	} catch {
		return null;
	} finally {
		postReply({ type: "trying", backend: null });
	}
}

/**
 * @param {Backend[]} candidates
 * @returns {Promise<boolean>} whether one of them computes on a GPU that this machine has
 */
async function hasGpu(candidates) {
	for (const backend of /** @type {const} */ (["webgl", "webgpu"])) {
		if (candidates.includes(backend) && (await isAvailable(backend).catch(() => false))) return true;
	}
	return false;
}

/** @param {EmbedRequest} request */
async function embed({
	requestId,
	picture,
	square,
	features: withFeatures,
	spare,
	thumbnailSize,
	quality: withQuality,
}) {
	const start = performance.now();
	/** @type {import("./embed-messages.js").FailureReply["stage"]} */
	let stage = "frame";
	/** @type {ImageBitmap|null} */
	let cropped = null;
	try {
		if (!model || !canvas) throw new Error("the model is not loaded");
		stage = "crop";
		if (square) cropped = await crop(/** @type {VideoFrame} */ (picture), square, canvas.size);
		stage = "frame";
		const image = canvas.draw(cropped ?? /** @type {ImageBitmap} */ (picture));
		const running = model.run(image, { withFeatures, spare });
		const makingThumbnail = thumbnailSize > 0 ? canvas.makeThumbnail(thumbnailSize) : null;
		const quality = withQuality ? measureQuality(image) : null;
		const [{ embedding, features }, thumbnail] = await Promise.all([running, makingThumbnail]);
		if (!isEmbedding(embedding)) throw new Error("the graphics card has lost the model");
		const transfer = [embedding.buffer, ...(features ? [features.buffer] : [])];
		const ms = performance.now() - start;
		postReply({ type: "embedded", requestId, embedding, features, thumbnail, quality, ms }, transfer);
	} catch (error) {
		postReply({ type: "failed", requestId, stage, message: messageOf(error) });
	} finally {
		cropped?.close();
		picture.close();
	}
}

/** @param {unknown} error */
function messageOf(error) {
	return error instanceof Error ? error.message : String(/** @type {any} */ (error)?.message ?? error);
}

self.onerror = (event) => {
	// Only threads raise errors that belong to no call: one that can't start fails tryBackend, and one that dies later leaves
	// a frame without a reply, which times out on the page.
	const message = typeof event === "string" ? event : "a thread failed";
	console.warn(`The model's worker: ${message}`);
	reportThreadError(message);
	return true;
};

self.onmessage = ({ data }) => {
	const request = /** @type {Request} */ (data);
	if (request.type === "load") void load(request);
	else void embed(request);
};

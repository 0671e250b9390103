// From a frame to its embedding, off the main thread: the only user of TensorFlow.js. embedder.js
// owns it and is the only one that speaks to it.

import wasmUrl from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url";
import simdUrl from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";
import threadedUrl from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url";
import * as converter from "@tensorflow/tfjs-converter";
import * as tf from "@tensorflow/tfjs-core";

/** @typedef {"webgpu"|"webgl"|"wasm"|"wasm-threads"} Backend how the model is computed */

/**
 * @typedef {object} Manifest the parts of model/manifest.json that matter here
 * @property {string} id
 * @property {string} title
 * @property {string} model the graph model's file
 * @property {number} dimension
 * @property {{name: string, size: number, channels: number}} input
 * @property {{embedding: {name: string}, features?: {name: string, shape: number[]}}} outputs
 * @property {{name: string, size: number}[]} files
 */

/**
 * @typedef {{type: "load", base: string, manifest: Manifest, candidates: Backend[]}} LoadRequest
 * @typedef {{type: "embed", n: number, bitmap: ImageBitmap, features: boolean, thumbnailSize: number}} EmbedRequest
 * @typedef {{type: "count", n: number}} CountRequest
 * @typedef {LoadRequest|EmbedRequest|CountRequest} Request
 *
 * @typedef {{type: "progress", loaded: number, total: number}} ProgressReply
 * @typedef {{type: "trying", backend: Backend}} TryingReply
 * @typedef {{type: "ready", backend: Backend, ms: number, measured: Partial<Record<Backend, number>>}} ReadyReply
 * @typedef {{type: "embedded", n: number, embedding: Float32Array, features: Float32Array|null, thumbnail: Blob|null, ms: number}} EmbeddedReply
 * @typedef {{type: "counted", n: number, tensors: number, bytes: number}} CountedReply
 * @typedef {{type: "failed", n: number|null, stage: "fetch"|"backend"|"frame", message: string}} FailedReply
 * @typedef {ProgressReply|TryingReply|ReadyReply|EmbeddedReply|CountedReply|FailedReply} Reply
 */

const THUMBNAIL_QUALITY = 0.8;
/** GPUs that are a program: slower than WebAssembly, and slow to find that out. */
const SOFTWARE_GPU = /swiftshader|llvmpipe|softpipe|software|basic render|mesa offscreen/i;

const MAX_THREADS = 4;
/** Threads that can't start (a policy that forbids scripts from blobs) say so late or never. */
const THREADS_MS = 5000;

/** @type {converter.GraphModel|null} */
let model = null;
/** @type {Manifest|null} */
let manifest = null;
/** @type {OffscreenCanvasRenderingContext2D|null} */
let pixels = null;
/** Hears of errors that belong to no call: those of threads. @type {((message: string) => void)|null} */
let stray = null;

/**
 * @param {Reply} reply
 * @param {Transferable[]} [transfer]
 */
function say(reply, transfer = []) {
	self.postMessage(reply, { transfer });
}

/**
 * Fetches the model's files, telling how far it is.
 * @param {LoadRequest} request
 * @returns {Promise<tf.io.ModelArtifacts>}
 */
async function fetchModel({ base, manifest }) {
	const total = manifest.files.reduce((sum, { size }) => sum + size, 0);
	let loaded = 0;
	/**
	 * @param {string} name
	 * @returns {Promise<Uint8Array>}
	 */
	const fetchBytes = async (name) => {
		const answer = await fetch(new URL(name, base));
		if (!answer.ok || !answer.body) throw new Error(`${name}: ${answer.status} ${answer.statusText}`);
		const chunks = [];
		for (const reader = answer.body.getReader(); ; ) {
			const { done, value } = await reader.read();
			if (done) break;
			chunks.push(value);
			loaded += value.length;
			say({ type: "progress", loaded: Math.min(loaded, total), total });
		}
		return joined(chunks);
	};
	const graph = JSON.parse(new TextDecoder().decode(await fetchBytes(manifest.model)));
	/** @type {string[]} */
	const paths = graph.weightsManifest.flatMap((/** @type {{paths: string[]}} */ group) => group.paths);
	const weights = joined(await Promise.all(paths.map(fetchBytes)));
	return {
		modelTopology: graph.modelTopology,
		signature: graph.signature,
		format: graph.format,
		weightSpecs: graph.weightsManifest.flatMap((/** @type {{weights: unknown[]}} */ group) => group.weights),
		weightData: /** @type {ArrayBuffer} */ (weights.buffer),
	};
}

/** @param {Uint8Array[]} parts */
function joined(parts) {
	const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}

/**
 * @param {Backend} backend
 * @returns {Promise<boolean>} false: this machine has none, or only a program that plays a GPU
 */
async function isThere(backend) {
	if (backend === "wasm") return true;
	if (backend === "wasm-threads") return self.crossOriginIsolated && navigator.hardwareConcurrency > 1;
	if (backend === "webgl") {
		const gl = new OffscreenCanvas(1, 1).getContext("webgl2");
		const name = gl?.getExtension("WEBGL_debug_renderer_info");
		const renderer = gl?.getParameter(name ? name.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
		gl?.getExtension("WEBGL_lose_context")?.loseContext();
		return gl !== null && !SOFTWARE_GPU.test(String(renderer));
	}
	const gpu = /** @type {any} */ (navigator).gpu;
	const adapter = await gpu?.requestAdapter({ powerPreference: "high-performance" });
	const { vendor = "", architecture = "", description = "", isFallbackAdapter = false } = adapter?.info ?? {};
	const isProgram = isFallbackAdapter || SOFTWARE_GPU.test(`${vendor} ${architecture} ${description}`);
	return Boolean(adapter) && !adapter.isFallbackAdapter && !isProgram;
}

/**
 * Makes a backend ready.
 * @param {Backend} backend
 * @returns {Promise<boolean>} false: it refused
 */
async function setUp(backend) {
	if (backend === "wasm" || backend === "wasm-threads") return await setUpWasm(backend === "wasm-threads");
	if (backend === "webgl") await import("@tensorflow/tfjs-backend-webgl");
	else await import("@tensorflow/tfjs-backend-webgpu");
	return await tf.setBackend(backend);
}

/**
 * WebAssembly with or without threads: one backend to TensorFlow.js, made anew to change between them.
 * @param {boolean} withThreads
 */
async function setUpWasm(withThreads) {
	const wasm = await import("@tensorflow/tfjs-backend-wasm");
	const make = tf.findBackendFactory("wasm");
	if (tf.findBackend("wasm")) {
		tf.removeBackend("wasm");
		tf.registerBackend("wasm", make);
	}
	wasm.setWasmPaths({
		"tfjs-backend-wasm.wasm": wasmUrl,
		"tfjs-backend-wasm-simd.wasm": simdUrl,
		"tfjs-backend-wasm-threaded-simd.wasm": threadedUrl,
	});
	tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", withThreads);
	if (!withThreads) return await tf.setBackend("wasm");
	wasm.setThreadsCount(Math.min(MAX_THREADS, navigator.hardwareConcurrency));
	return await Promise.race([
		tf.setBackend("wasm"),
		new Promise((_, reject) => {
			stray = (message) => reject(new Error(message));
			setTimeout(() => reject(new Error("the threads did not start")), THREADS_MS);
		}),
	]);
}

/**
 * @param {LoadRequest} request
 */
async function load(request) {
	let size = 0;
	try {
		manifest = request.manifest;
		size = manifest.input.size;
		pixels = new OffscreenCanvas(size, size).getContext("2d", { willReadFrequently: true });
		if (!pixels) throw new Error("no canvas to read pixels from");
	} catch (error) {
		say({ type: "failed", n: null, stage: "backend", message: text(error) });
		return;
	}
	/** @type {tf.io.ModelArtifacts} */
	let artifacts;
	try {
		artifacts = await fetchModel(request);
	} catch (error) {
		say({ type: "failed", n: null, stage: "fetch", message: text(error) });
		return;
	}
	const handler = { load: async () => artifacts };
	/** @type {Partial<Record<Backend, number>>} */
	const measured = {};
	let why = "no backend is there";
	/** The one that is set up. @type {Backend|null} */
	let last = null;
	/** @param {Backend} backend */
	const attempt = async (backend) => {
		say({ type: "trying", backend });
		if (!(await isThere(backend))) return false;
		// Only one is ever in memory.
		last = null;
		model?.dispose();
		model = null;
		if (!(await setUp(backend))) return false;
		model = await converter.loadGraphModel(handler);
		measured[backend] = await measure(size);
		last = backend;
		return true;
	};
	for (const backend of request.candidates) {
		await attempt(backend).catch((error) => {
			why = text(error);
		});
		stray = null;
	}
	const ranked = /** @type {[Backend, number][]} */ (Object.entries(measured)).sort(([, a], [, b]) => a - b);
	for (const [backend, ms] of ranked) {
		try {
			if (backend === last || (await attempt(backend))) {
				say({ type: "ready", backend, ms, measured });
				return;
			}
		} catch (error) {
			why = text(error);
		}
	}
	say({ type: "failed", n: null, stage: "backend", message: why });
}

/**
 * One warm frame: the first compiles, the best of three more counts.
 * @param {number} size
 */
async function measure(size) {
	const grey = new ImageData(new Uint8ClampedArray(size * size * 4).fill(128), size, size);
	await run(grey, false);
	const times = [];
	for (let i = 0; i < 3; i += 1) {
		const start = performance.now();
		await run(grey, false);
		times.push(performance.now() - start);
	}
	return Math.min(...times);
}

/**
 * @param {ImageData} image (size, size), any contents
 * @param {boolean} withFeatures
 * @returns {Promise<{embedding: Float32Array, features: Float32Array|null}>} float32 (d,) and (h*w*c,)
 */
async function run(image, withFeatures) {
	const { outputs, input } = /** @type {Manifest} */ (manifest);
	const names = [outputs.embedding.name];
	if (withFeatures && outputs.features) names.push(outputs.features.name);
	const tensors = tf.tidy(() => {
		const frame = tf.expandDims(tf.cast(tf.browser.fromPixels(image), "float32"), 0);
		const made = /** @type {converter.GraphModel} */ (model).execute({ [input.name]: frame }, names);
		return Array.isArray(made) ? made : [made];
	});
	try {
		const [embedding, features] = await Promise.all(tensors.map((tensor) => tensor.data()));
		// A copy: the backend's own memory must not be transferred away.
		return {
			embedding: Float32Array.from(embedding),
			features: features ? Float32Array.from(features) : null,
		};
	} finally {
		tf.dispose(tensors);
	}
}

/** @param {EmbedRequest} request */
async function embed({ n, bitmap, features: withFeatures, thumbnailSize }) {
	const start = performance.now();
	const context = /** @type {OffscreenCanvasRenderingContext2D} */ (pixels);
	const { size } = /** @type {Manifest} */ (manifest).input;
	const side = Math.min(bitmap.width, bitmap.height);
	const left = (bitmap.width - side) / 2;
	const top = (bitmap.height - side) / 2;
	try {
		// What is seen through is white, as on a page.
		context.fillStyle = "#fff";
		context.fillRect(0, 0, size, size);
		context.drawImage(bitmap, left, top, side, side, 0, 0, size, size);
		const [{ embedding, features }, thumbnail] = await Promise.all([
			run(context.getImageData(0, 0, size, size), withFeatures),
			thumbnailSize > 0 ? makeThumbnail(context.canvas, thumbnailSize) : null,
		]);
		const transfer = [embedding.buffer, ...(features ? [features.buffer] : [])];
		say({ type: "embedded", n, embedding, features, thumbnail, ms: performance.now() - start }, transfer);
	} catch (error) {
		say({ type: "failed", n, stage: "frame", message: text(error) });
	} finally {
		bitmap.close();
	}
}

/**
 * @param {OffscreenCanvas} picture square
 * @param {number} size_px
 * @returns {Promise<Blob>} JPEG
 */
function makeThumbnail(picture, size_px) {
	const canvas = new OffscreenCanvas(size_px, size_px);
	const context = canvas.getContext("2d", { willReadFrequently: true });
	if (context) {
		context.imageSmoothingQuality = "high";
		context.drawImage(picture, 0, 0, size_px, size_px);
	}
	return canvas.convertToBlob({ type: "image/jpeg", quality: THUMBNAIL_QUALITY });
}

/** @param {unknown} error */
function text(error) {
	return error instanceof Error ? error.message : String(/** @type {any} */ (error)?.message ?? error);
}

self.onerror = (event) => {
	// Only threads raise errors that belong to no call: one that can't start fails the attempt above,
	// and one that dies later leaves its frame unanswered, which the page notices.
	const message = typeof event === "string" ? event : "a thread failed";
	console.warn(`The model's worker: ${message}`);
	stray?.(message);
	return true;
};

self.onmessage = ({ data }) => {
	const request = /** @type {Request} */ (data);
	if (request.type === "load") void load(request);
	else if (request.type === "embed") void embed(request);
	else {
		const { numTensors, numBytes } = tf.memory();
		say({ type: "counted", n: request.n, tensors: numTensors, bytes: numBytes });
	}
};

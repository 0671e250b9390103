// The ways in which TensorFlow.js can compute the model: which of them this machine has, and how each is set up. Part of
// embed.worker.js.

import wasmUrl from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url";
import simdUrl from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";
import threadedUrl from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url";
import * as tf from "@tensorflow/tfjs-core";

/** @typedef {import("../embed-messages.js").Backend} Backend */

/** GPUs that are emulated by a program: slower than WebAssembly, and slow to measure. */
const SOFTWARE_GPU = /swiftshader|llvmpipe|softpipe|software|basic render|mesa offscreen/i;
const MAX_THREADS = 4;
/** Threads that can't start (a policy forbids scripts from blobs) report it late or never. */
const THREADS_TIMEOUT_MS = 5000;

/**
 * @param {Backend} backend
 * @returns {Promise<boolean>} false: this machine has none, or only an emulated GPU
 */
export async function isAvailable(backend) {
	if (backend === "wasm") return true;
	if (backend === "wasm-threads") return self.crossOriginIsolated && navigator.hardwareConcurrency > 1;
	return backend === "webgl" ? hasWebGL() : await hasWebGPU();
}

function hasWebGL() {
	const gl = new OffscreenCanvas(1, 1).getContext("webgl2");
	const debugInfo = gl?.getExtension("WEBGL_debug_renderer_info");
	const renderer = gl?.getParameter(debugInfo ? debugInfo.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
	gl?.getExtension("WEBGL_lose_context")?.loseContext();
	return gl !== null && !SOFTWARE_GPU.test(String(renderer));
}

async function hasWebGPU() {
	const gpu = /** @type {any} */ (navigator).gpu;
	const adapter = await gpu?.requestAdapter({ powerPreference: "high-performance" });
	const { vendor = "", architecture = "", description = "", isFallbackAdapter = false } = adapter?.info ?? {};
	const isEmulated = isFallbackAdapter || SOFTWARE_GPU.test(`${vendor} ${architecture} ${description}`);
	return Boolean(adapter) && !adapter.isFallbackAdapter && !isEmulated;
}

/**
 * Makes a backend the one that TensorFlow.js uses.
 * @param {Backend} backend
 * @returns {Promise<boolean>} false: it refused
 */
export async function setUpBackend(backend) {
	if (backend === "wasm" || backend === "wasm-threads") return await setUpWasm(backend === "wasm-threads");
	if (backend === "webgl") await import("@tensorflow/tfjs-backend-webgl");
	else await import("@tensorflow/tfjs-backend-webgpu");
	return await tf.setBackend(backend);
}

/**
 * Calls back when the graphics card loses the model: its driver was restarted, the laptop slept, another page took its memory. A frame
 * that is on its way then never comes back.
 * @param {Backend} backend that is set up
 * @param {() => void} onLost called at most once
 */
export function watchLoss(backend, onLost) {
	const { gpgpu, device } = /** @type {any} */ (tf.backend());
	if (backend === "webgl") gpgpu?.gl?.canvas?.addEventListener("webglcontextlost", onLost, { once: true });
	if (backend === "webgpu") device?.lost?.then(onLost);
}

let isWasmSetUp = false;

/**
 * WebAssembly with or without threads: one backend to TensorFlow.js, registered again to change between them.
 * @param {boolean} withThreads
 */
async function setUpWasm(withThreads) {
	const wasm = await import("@tensorflow/tfjs-backend-wasm");
	// Not `tf.findBackend`, which starts a backend to find it, and would load a variant that nobody needs.
	if (isWasmSetUp) {
		const factory = tf.findBackendFactory("wasm");
		tf.removeBackend("wasm");
		tf.registerBackend("wasm", factory);
	}
	isWasmSetUp = true;
	wasm.setWasmPaths({
		"tfjs-backend-wasm.wasm": wasmUrl,
		"tfjs-backend-wasm-simd.wasm": simdUrl,
		"tfjs-backend-wasm-threaded-simd.wasm": threadedUrl,
	});
	tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", withThreads);
	if (!withThreads) return await tf.setBackend("wasm");
	wasm.setThreadsCount(Math.min(MAX_THREADS, navigator.hardwareConcurrency));
	return await Promise.race([tf.setBackend("wasm"), threadFailure()]);
}

/** Rejects the set-up of threads, while there is one. @type {((message: string) => void)|null} */
let rejectThreads = null;

/** @returns {Promise<never>} rejects when a thread raises an error, or the threads take too long to start */
function threadFailure() {
	return new Promise((_, reject) => {
		rejectThreads = (message) => reject(new Error(message));
		setTimeout(() => reject(new Error("the threads did not start")), THREADS_TIMEOUT_MS);
	});
}

/**
 * Fails the set-up of threads that is under way, if any: their errors belong to no call of ours.
 * @param {string} message
 */
export function reportThreadError(message) {
	rejectThreads?.(message);
}

// Fetches the model's files, with progress. Part of embed.worker.js.

import { readGolden } from "./golden.js";

/**
 * @typedef {import("../embed-messages.js").Manifest} Manifest
 * @typedef {import("@tensorflow/tfjs-core").io.ModelArtifacts} ModelArtifacts
 */

/**
 * @param {string} base the address of the files
 * @param {Manifest} manifest
 * @param {(loaded: number, total: number) => void} onProgress in bytes
 * @returns {Promise<ModelArtifacts>} the graph and its weights, for TensorFlow.js
 * @throws {Error} a file can't be fetched
 */
export async function fetchModel(base, manifest, onProgress) {
	const total = manifest.files.reduce((sum, { size }) => sum + size, 0);
	let loaded = 0;
	const fetchFile = (/** @type {string} */ name) =>
		fetchBytes(base, name, (count) => {
			loaded += count;
			onProgress(Math.min(loaded, total), total);
		});
	// All at once: the graph names the others, but so does the manifest.
	const files = new Map(manifest.files.map(({ name }) => [name, fetchFile(name)]));
	// One that fails ends the others' usefulness, not the worker.
	for (const file of files.values()) file.catch(() => {});
	const bytesOf = (/** @type {string} */ name) => files.get(name) ?? fetchFile(name);
	const graph = JSON.parse(new TextDecoder().decode(await bytesOf(manifest.model)));
	/** @type {string[]} */
	const paths = graph.weightsManifest.flatMap((/** @type {{paths: string[]}} */ group) => group.paths);
	const weights = concatenate(await Promise.all(paths.map(bytesOf)));
	return {
		modelTopology: graph.modelTopology,
		signature: graph.signature,
		format: graph.format,
		weightSpecs: graph.weightsManifest.flatMap((/** @type {{weights: unknown[]}} */ group) => group.weights),
		weightData: /** @type {ArrayBuffer} */ (weights.buffer),
	};
}

/**
 * @param {string} base the address of the files
 * @param {Manifest} manifest
 * @returns {Promise<import("./golden.js").Golden|null>} null: the model has none
 * @throws {Error} the file can't be fetched, or is not what the manifest says
 */
export async function fetchGolden(base, manifest) {
	const { golden, dimension } = manifest;
	return golden ? readGolden(await fetchBytes(base, golden.name), golden, dimension) : null;
}

/**
 * @param {string} base
 * @param {string} name
 * @param {(count: number) => void} [onBytes] called with the number of bytes of each chunk
 * @returns {Promise<Uint8Array>}
 */
async function fetchBytes(base, name, onBytes = () => {}) {
	const response = await fetch(new URL(name, base));
	if (!response.ok || !response.body) throw new Error(`${name}: ${response.status} ${response.statusText}`);
	const chunks = [];
	for (const reader = response.body.getReader(); ; ) {
		const { done, value: chunk } = await reader.read();
		if (done) break;
		chunks.push(chunk);
		onBytes(chunk.length);
	}
	return concatenate(chunks);
}

/** @param {Uint8Array[]} parts */
function concatenate(parts) {
	const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let offset = 0;
	for (const part of parts) {
		whole.set(part, offset);
		offset += part.length;
	}
	return whole;
}

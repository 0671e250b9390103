// The model in TensorFlow.js's memory: from pixels to an embedding. Part of embed.worker.js.

import * as converter from "@tensorflow/tfjs-converter";
import * as tf from "@tensorflow/tfjs-core";
import { asSeen, worstCosine } from "./golden.js";

/** @typedef {import("../embed-messages.js").Manifest} Manifest */

const MEASURED_FRAMES = 3;

/**
 * @param {Float32Array|null} target
 * @param {ArrayLike<number>} values
 * @returns {Float32Array} with the values: the target, if they fit
 */
function copyInto(target, values) {
	if (target?.length !== values.length) return Float32Array.from(values);
	target.set(values);
	return target;
}

export class EmbeddingModel {
	#graph;
	#manifest;

	/**
	 * @param {converter.GraphModel} graph
	 * @param {Manifest} manifest
	 */
	constructor(graph, manifest) {
		this.#graph = graph;
		this.#manifest = manifest;
	}

	/**
	 * Puts the model into the memory of the backend that is set up.
	 * @param {tf.io.ModelArtifacts} artifacts
	 * @param {Manifest} manifest
	 */
	static async load(artifacts, manifest) {
		return new EmbeddingModel(await converter.loadGraphModel({ load: async () => artifacts }), manifest);
	}

	/**
	 * @param {ImageData} image (size, size), any contents
	 * @param {object} [options]
	 * @param {boolean} [options.withFeatures]
	 * @param {Float32Array|null} [options.spare] float32 (h*w*c,): is filled with the features, where they fit
	 * @returns {Promise<{embedding: Float32Array, features: Float32Array|null}>} float32 (d,) and (h*w*c,)
	 */
	async run(image, { withFeatures = false, spare = null } = {}) {
		const { outputs, input } = this.#manifest;
		const names = [outputs.embedding.name];
		if (withFeatures && outputs.features) names.push(outputs.features.name);
		const tensors = tf.tidy(() => {
			const frame = tf.expandDims(tf.cast(tf.browser.fromPixels(image), "float32"), 0);
			const results = this.#graph.execute({ [input.name]: frame }, names);
			return Array.isArray(results) ? results : [results];
		});
		try {
			const [embedding, features] = await Promise.all(tensors.map((tensor) => tensor.data()));
			// A copy: the backend's own memory must not be transferred away.
			return {
				embedding: Float32Array.from(embedding),
				features: features ? copyInto(spare, features) : null,
			};
		} finally {
			tf.dispose(tensors);
		}
	}

	/**
	 * Measures how quick the backend is, and how far off: the frames that warm it up are the golden pictures, so that the check costs no
	 * time of its own.
	 * @param {number} quickMs so quick is quick enough: the first frame that is ends the measurement
	 * @param {import("./golden.js").Golden|null} golden null: the model has none
	 * @returns {Promise<{ms: number, cosine: number|null}>} ms for one warm frame: the first compiles, the best of three more counts;
	 *   cosine: of the golden embeddings, the smaller one; null: without `golden`
	 */
	async measure(quickMs, golden) {
		const { size } = this.#manifest.input;
		const pictures = golden
			? golden.pictures.map((picture) => asSeen(picture, golden.side, size))
			: [new Uint8ClampedArray(size * size * 4).fill(128)];
		const frames = pictures.map((picture) => new ImageData(picture, size, size));
		const embeddings = [(await this.run(frames[0])).embedding];
		const times = [];
		for (let i = 1; i <= Math.max(MEASURED_FRAMES, frames.length - 1); i += 1) {
			const start = performance.now();
			const { embedding } = await this.run(frames[i % frames.length]);
			times.push(performance.now() - start);
			if (i < frames.length) embeddings.push(embedding);
			if (times[i - 1] <= quickMs && i >= frames.length - 1) break;
		}
		return { ms: Math.min(...times), cosine: golden && worstCosine(embeddings, golden.embeddings) };
	}

	dispose() {
		this.#graph.dispose();
	}
}

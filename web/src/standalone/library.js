// What an exported sketch uses (show-and-tell.js in its folder): loads the project's file and the model, and classifies
// pictures. docs/exports.md describes it.

import { Embedder } from "../capture/embedder.js";
import { captureFrame, cropPicture } from "../capture/video-frames.js";
import { readShowandtell } from "../exchange/showandtell.js";
import { Slices } from "../exchange/slices.js";
import { fitExamples } from "../knn/adapted.js";
import { l2Norm } from "../knn/distance.js";
import { KNN } from "../knn/knn.js";

/** @typedef {import("../state/result.js").Result} Result */
/** @typedef {{elt?: HTMLVideoElement, canvas?: HTMLCanvasElement}} P5 an element or an image of p5 */

const UNKNOWN = "I don’t know";
/** A camera that has no picture yet is asked again after this. */
const WAIT_MS = 30;

export class ShowAndTell {
	#embedder;
	#knn;
	#settings;

	/**
	 * @param {Embedder} embedder
	 * @param {KNN} knn
	 * @param {import("../knn/options.js").ClassifyOptions} settings
	 */
	constructor(embedder, knn, settings) {
		this.#embedder = embedder;
		this.#knn = knn;
		this.#settings = settings;
	}

	/**
	 * Loads what was exported: `project.showandtell`, `answer.json` and `model/`.
	 * @param {string} [folder] its address, with a slash at the end
	 * @returns {Promise<ShowAndTell>}
	 * @throws {Error} a file is missing or broken
	 * @example
	 * const machine = await ShowAndTell.load("./");
	 * const { text } = await machine.classify(document.querySelector("video"));
	 */
	static async load(folder = "./") {
		const base = new URL(folder, document.baseURI).href;
		const embedder = new Embedder({ base, onModel: () => {}, onProblem: (error) => console.warn(error.message) });
		const [file, answer] = await Promise.all([
			fetched(new URL("project.showandtell", base)).then((response) => response.blob()),
			fetched(new URL("answer.json", base)).then((response) => response.json()),
			embedder.load(),
		]);
		const { classes, examples, embeddings, model } = await readShowandtell(file);
		if (!embeddings || model?.id !== embedder.manifest?.id) throw new Error("The project is of another model.");
		const knn = new KNN();
		for (const { label } of classes) knn.addLabel(label);
		const d = embeddings.length / examples.length;
		const rows = examples.map((_, i) => embeddings.subarray(i * d, (i + 1) * d));
		for (const [i, { id, label, group }] of examples.entries()) knn.addExample(rows[i], label, { id, group });
		const { k, metric, weights, unknownDistance } = answer;
		if (metric === "adapted") await adaptTo(knn, rows);
		return new ShowAndTell(embedder, knn, { k, metric, weights, unknownDistance });
	}

	/** The names of the classes. @example machine.labels; // ["cat", "dog"] */
	get labels() {
		return this.#knn.getLabels();
	}

	/**
	 * @param {HTMLVideoElement|HTMLImageElement|HTMLCanvasElement|ImageBitmap|Blob|P5} source its middle square counts
	 * @returns {Promise<Result & {text: string}>} text: the answer in words
	 */
	async classify(source) {
		const { embedding } = await this.#embedder.embed(await this.#pictureOf(source));
		const result = this.#knn.classify(embedding, this.#settings);
		const { certainty, label } = result;
		return { ...result, text: certainty === "unknown" ? UNKNOWN : certainty === "sure" ? label : `${label}?` };
	}

	/** @param {any} source */
	async #pictureOf(source) {
		const picture = source.elt ?? source.canvas ?? source;
		if (!(picture instanceof HTMLVideoElement)) {
			return await cropPicture(await createImageBitmap(picture, { imageOrientation: "from-image" }));
		}
		for (;;) {
			const frame = await captureFrame(picture, this.#embedder.manifest?.input.size ?? 1);
			if (frame) return frame;
			await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
		}
	}
}

/**
 * Fits the adapted metric, in slices: the page stays alive.
 * @param {KNN} knn
 * @param {Float32Array[]} embeddings
 */
async function adaptTo(knn, embeddings) {
	const outline = knn.outline();
	const labels = knn.getLabels();
	const steps = fitExamples({
		ids: outline.map(({ id }) => id),
		embeddings,
		norms: embeddings.map((embedding) => l2Norm(embedding)),
		classIndices: outline.map(({ label }) => labels.indexOf(label)),
	});
	const slices = new Slices(1);
	let step = steps.next();
	while (!step.done) {
		await slices.step(0);
		step = steps.next();
	}
	knn.adapt(step.value);
}

/** @param {URL} url */
async function fetched(url) {
	const response = await fetch(url);
	if (!response.ok) throw new Error(`${url.pathname}: ${response.status} ${response.statusText}`);
	return response;
}

// For scripts that are no modules, as p5's are.
Object.assign(globalThis, { ShowAndTell });

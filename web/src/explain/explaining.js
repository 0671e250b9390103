// Why an answer is what it is, while somebody looks: the map of the examples with the frame in it, and the heat map. Follows
// the examples and the answers. app/session.js owns it; app/frame-path.js tells it every answer.

import { effect } from "@preact/signals";
import { chooseSubject, heatMap } from "./heat-map.js";
import { ExampleMap } from "./map.js";

/**
 * @typedef {import("../state/state.js").State} State
 * @typedef {import("../state/state.js").Answer} Answer
 * @typedef {import("../knn/knn.js").KNN} KNN
 * @typedef {Pick<import("../capture/embedder.js").EmbeddedFrame, "embedding"|"features">} EmbeddedFrame float32, (d,) and (h*w*c,)
 */

export class Explaining {
	#state;
	#knn;
	#voters;
	#featuresShape;
	#makeWorker;
	/** @type {ExampleMap|null} */
	#map = null;
	/** @type {"pca"|"umap"|null} */
	#method = null;
	/** @type {{frame: EmbeddedFrame, answer: Answer}|null} */
	#last = null;
	#dispose;

	/**
	 * @param {object} options
	 * @param {State} options.state
	 * @param {KNN} options.knn all examples
	 * @param {() => KNN} [options.voters] those that answer; without it, all
	 * @param {() => number[]|null} options.featuresShape [h, w, c]; null: the model has no feature map
	 * @param {() => Worker} [options.makeWorker] the map's
	 */
	constructor({ state, knn, voters = () => knn, featuresShape, makeWorker }) {
		this.#state = state;
		this.#knn = knn;
		this.#voters = voters;
		this.#featuresShape = featuresShape;
		this.#makeWorker = makeWorker;
		this.#dispose = effect(() => {
			const classes = state.classes.value;
			if (!state.ready.value) return;
			this.#map?.update(classes.filter(({ isOff }) => !isOff));
			this.#follow();
		});
	}

	/** @returns {boolean} whether frames must be embedded with their feature map */
	get wantsFeatures() {
		return this.#state.heatMode.peek() !== "off";
	}

	/** @param {"pca"|"umap"|null} method null: nobody looks at the map */
	watch(method) {
		this.#method = method;
		this.#follow();
	}

	/** @param {import("../state/state.js").HeatMode} mode */
	setHeatMode(mode) {
		this.#state.heatMode.value = mode;
		this.#showHeat();
	}

	/**
	 * A frame was answered: shows it on the map and as a heat map, where they are looked at.
	 * @param {EmbeddedFrame} frame
	 * @param {Answer|null} answer null: there are no examples
	 */
	answered(frame, answer) {
		this.#last = answer && { frame, answer };
		this.#showDot();
		this.#showHeat();
	}

	/** Forgets the last answer: another picture comes. */
	forget() {
		this.#last = null;
		this.#state.heat.value = null;
	}

	/** Another project will be opened: forgets the map of this one. */
	reset() {
		this.#map?.close();
		this.#map = null;
		this.#state.mapDot.value = null;
		this.forget();
	}

	close() {
		this.#dispose();
		this.#method = null;
		this.#map?.close();
		this.forget();
	}

	#follow() {
		if (!this.#state.ready.peek() || (this.#method === null && !this.#map)) return;
		this.#map ??= new ExampleMap({
			knn: this.#knn,
			makeWorker: this.#makeWorker,
			onMap: (map) => {
				this.#state.map.value = map;
				this.#showDot();
			},
		});
		this.#map.watch(this.#method, this.#state.classes.peek());
	}

	#showDot() {
		const { mapDot } = this.#state;
		const dot = this.#last && (this.#map?.place(this.#last.frame.embedding, this.#last.answer.neighbours) ?? null);
		if (dot !== mapDot.peek()) mapDot.value = dot;
	}

	#showHeat() {
		const { heat } = this.#state;
		const shown = this.#last && this.#heat(this.#last);
		if (shown !== heat.peek()) heat.value = shown;
	}

	/**
	 * @param {{frame: EmbeddedFrame, answer: Answer}} last
	 * @returns {import("../state/state.js").HeatState|null}
	 */
	#heat({ frame, answer }) {
		const mode = this.#state.heatMode.peek();
		const shape = this.#featuresShape();
		if (mode === "off" || !frame.features || !shape) return null;
		const { weights } = this.#state.settings.peek();
		const { embedding, features } = frame;
		const picture = { embedding, features, shape };
		return computeHeat(picture, answer, { knn: this.#voters(), weights, isContrast: mode === "contrast" });
	}
}

/**
 * Computes the heat map of one picture.
 * @param {{embedding: Float32Array, features: Float32Array, shape: number[]}} picture shape: of the features, [h, w, c]
 * @param {Answer} answer
 * @param {object} options
 * @param {KNN} options.knn
 * @param {import("../state/result.js").Weights} options.weights
 * @param {boolean} [options.isContrast] whether to contrast with the runner-up
 * @returns {import("../state/state.js").HeatState}
 * @example
 * computeHeat({ embedding, features, shape: [7, 7, 1280] }, answer, { knn, weights: "uniform" }).label; // "cat"
 */
export function computeHeat({ embedding, features, shape }, answer, { knn, weights, isContrast = false }) {
	const [height, width] = shape;
	const { label, against, examples } = chooseSubject(answer, weights, isContrast, (excluded) =>
		knn.nearestOutside(embedding, excluded),
	);
	// An example may have been removed since the server answered.
	const weightedExamples = examples
		.filter(({ id }) => knn.has(id))
		.map(({ id, weight }) => ({ embedding: knn.getExample(id).embedding, weight }));
	const { values } = heatMap(features, height * width, weightedExamples);
	return { width, height, values, label, against };
}

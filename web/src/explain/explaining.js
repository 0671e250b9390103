// Why the classifier answered as it did: the map of the examples with the frame on it, and the heat map, each while it is
// shown. It follows the examples and the answers. session.js owns it.

import { effect } from "@preact/signals";
import { chooseSubject, heatMap } from "./heat-map.js";
import { ExampleMap } from "./map.js";

/**
 * @typedef {import("../state/state.js").State} State
 * @typedef {import("../state/state.js").Answer} Answer
 * @typedef {import("../knn/knn.js").KNN} KNN
 * @typedef {{embedding: Float32Array, features: Float32Array|null}} Seen an embedded frame: (d,) and (h*w*c,)
 */

export class Explaining {
	#state;
	#knn;
	#featuresShape;
	#makeWorker;
	/** @type {ExampleMap|null} */
	#map = null;
	/** @type {"pca"|"umap"|null} */
	#method = null;
	/** @type {{seen: Seen, answer: Answer}|null} */
	#last = null;
	#dispose;

	/**
	 * @param {object} options
	 * @param {State} options.state
	 * @param {() => KNN|null} options.knn null before the project is open
	 * @param {() => number[]|null} options.featuresShape [h, w, c]; null: the model has no feature map
	 * @param {() => Worker} [options.makeWorker] the map's
	 */
	constructor({ state, knn, featuresShape, makeWorker }) {
		this.#state = state;
		this.#knn = knn;
		this.#featuresShape = featuresShape;
		this.#makeWorker = makeWorker;
		this.#dispose = effect(() => {
			const classes = state.classes.value;
			if (!state.ready.value) return;
			this.#map?.update(classes);
			this.#follow();
		});
	}

	/** Whether frames are needed with their feature map. */
	get wantsFeatures() {
		return this.#state.heatMode.peek() !== "off";
	}

	/** @param {"pca"|"umap"|null} method null: the map is not shown */
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
	 * Explains a new answer.
	 * @param {Seen} seen
	 * @param {Answer|null} answer null: there was none
	 */
	answered(seen, answer) {
		this.#last = answer && { seen, answer };
		this.#showDot();
		this.#showHeat();
	}

	/** Forgets the last answer, before another picture is classified. */
	forget() {
		this.#last = null;
		this.#state.heat.value = null;
	}

	close() {
		this.#dispose();
		this.#method = null;
		this.#map?.close();
		this.forget();
	}

	#follow() {
		const knn = this.#knn();
		if (!knn || (this.#method === null && !this.#map)) return;
		this.#map ??= new ExampleMap({
			knn,
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
		const dot = this.#last && (this.#map?.place(this.#last.seen.embedding, this.#last.answer.neighbours) ?? null);
		if (dot !== mapDot.peek()) mapDot.value = dot;
	}

	#showHeat() {
		const { heat } = this.#state;
		const next = this.#last && this.#heat(this.#last);
		if (next !== heat.peek()) heat.value = next;
	}

	/**
	 * @param {{seen: Seen, answer: Answer}} last
	 * @returns {import("../state/state.js").HeatState|null}
	 */
	#heat({ seen, answer }) {
		const mode = this.#state.heatMode.peek();
		const knn = this.#knn();
		const shape = this.#featuresShape();
		if (mode === "off" || !seen.features || !knn || !shape) return null;
		const [height, width] = shape;
		const { weights } = this.#state.settings.peek();
		const { label, against, examples } = chooseSubject(answer, weights, mode === "contrast", (winner) =>
			knn.nearestOutside(seen.embedding, winner),
		);
		// An example may have been removed since the server answered.
		const weightedExamples = examples
			.filter(({ id }) => knn.has(id))
			.map(({ id, weight }) => ({ embedding: knn.getExample(id).embedding, weight }));
		const { values } = heatMap(seen.features, height * width, weightedExamples);
		return { width, height, values, label, against };
	}
}

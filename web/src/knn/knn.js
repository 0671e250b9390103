// The classifier: k nearest neighbours over embeddings, learning one example at a time.
//
// contract/README.md defines every method. The twin is server/knn/knn.py. Any room above knn may import it. It also has the
// names of @tensorflow-models/knn-classifier: see tensorflow-names.js.

import { ContractError } from "../contract/errors.js";
import { Adaptation } from "./adaptation.js";
import { AdaptedSearch } from "./adapted-search.js";
import { centredDistance, shareOf } from "./centre.js";
import { judge, unknownDistanceOf } from "./certainty.js";
import { asEmbedding } from "./checks.js";
import { rank, ZEROS } from "./distance.js";
import { Examples } from "./examples.js";
import { checkSettings } from "./options.js";
import { Search } from "./search.js";
import { isTensor, labelText, TensorFlowNames, tensorValues } from "./tensorflow-names.js";
import { countVotes } from "./votes.js";

/** @typedef {import("../state/result.js").Result} Result */
/** @typedef {import("./options.js").ClassifyOptions} ClassifyOptions */
/** @typedef {import("./tensorflow-names.js").TensorLike} TensorLike */

/**
 * K nearest neighbours over embeddings.
 *
 * With metric "adapted", it fits that metric itself at the first classification after a change, which takes seconds with a
 * thousand examples. The page fits it in a worker instead and installs it with `adapt`.
 * @example
 * const knn = new KNN();
 * knn.addExample(Float32Array.of(1, 0), "cat");
 * knn.addExample(Float32Array.of(0, 1), "dog");
 * knn.classify(Float32Array.of(0.9, 0.2), { k: 1 }).label; // "cat"
 */
export class KNN extends TensorFlowNames {
	#examples = new Examples();
	#adaptation = new Adaptation(this.#examples);

	/**
	 * Appends one example; an id that is there already changes nothing and succeeds.
	 * @param {Float32Array | TensorLike} embedding (d,), finite, not all zero
	 * @param {string | number | boolean} label its class; a new label makes a new class; a number becomes text, with a tensor a boolean too
	 * @param {{id?: string | null, group?: string | null, serial?: number}} [more] id: made up if absent; group: the recording it
	 *   belongs to; serial: the one that it had, where the same example was removed before
	 * @returns {string} the example's id
	 * @throws {ContractError} badEmbedding, dimension, notFinite, zeroVector, badLabel, emptyLabel, longLabel, badId or badGroup
	 * @example
	 * knn.addExample(embedding, "cat", { id: "a1", group: "recording 7" }); // "a1"
	 */
	addExample(embedding, label, { id, group, serial } = {}) {
		const text = labelText(label, isTensor(embedding));
		const added = this.#examples.add(tensorValues(embedding), text, id, group, serial);
		this.noteExample(text);
		return added;
	}

	/**
	 * Adds a class without examples; an existing one stays as it is.
	 * @param {string} label
	 * @throws {ContractError} badLabel, emptyLabel or longLabel
	 * @example
	 * knn.addLabel("bird");
	 */
	addLabel(label) {
		this.#examples.addLabel(label);
	}

	/**
	 * Removes one example; its class stays, even without examples.
	 * @param {string} id
	 * @returns {string} its label
	 * @throws {ContractError} noSuchExample
	 * @example
	 * knn.removeExample("a1"); // "cat"
	 */
	removeExample(id) {
		const label = this.#examples.remove(id);
		this.#adaptation.forget([id]);
		return label;
	}

	/**
	 * Removes many examples in one pass; unknown ids change nothing.
	 * @param {Iterable<string>} ids
	 * @example
	 * knn.removeExamples(["a1", "a2"]);
	 */
	removeExamples(ids) {
		const removed = [...ids];
		this.#examples.removeAll(removed);
		this.#adaptation.forget(removed);
	}

	/**
	 * Removes a class with its examples.
	 * @param {string} label
	 * @returns {string[]} the ids of the removed examples
	 * @throws {ContractError} noSuchLabel
	 * @example
	 * knn.clearLabel("cat"); // ["a1"]
	 */
	clearLabel(label) {
		const ids = this.#examples.clearLabel(label);
		this.#adaptation.forget(ids);
		return ids;
	}

	/** Removes everything, an installed metric too; any dimension may follow. @example knn.clearAllLabels(); */
	clearAllLabels() {
		this.replaceExamples(new Examples());
	}

	/**
	 * Renames a class; if the new label exists, the two merge.
	 * @param {string} from
	 * @param {string} to
	 * @throws {ContractError} noSuchLabel; badLabel, emptyLabel or longLabel
	 * @example
	 * knn.renameLabel("cat", "kitten");
	 */
	renameLabel(from, to) {
		this.#examples.renameLabel(from, to);
	}

	/**
	 * Puts the classes into this order; those not named follow in the order that they had.
	 * @param {string[]} labels
	 * @example
	 * knn.orderLabels(["dog"]); // "dog" is now the first class
	 */
	orderLabels(labels) {
		this.#examples.orderLabels(labels);
	}

	/** Returns the number of examples. @example knn.getCount(); // 2 */
	getCount() {
		return this.#examples.count;
	}

	/** Returns the number of examples of each class. @example knn.getCountByLabel(); // { cat: 1, dog: 1 } */
	getCountByLabel() {
		return this.#examples.countByLabel;
	}

	/** Returns the number of classes. @example knn.getNumLabels(); // 2 */
	getNumLabels() {
		return this.#examples.labels.length;
	}

	/** Returns the labels in class order. @example knn.getLabels(); // ["cat", "dog"] */
	getLabels() {
		return this.#examples.labels;
	}

	/** d, the length of an embedding; null before the first example. */
	get dimension() {
		return this.#examples.dimension;
	}

	/** @param {string} id @returns {boolean} whether there is such an example @example knn.has("a1"); // true */
	has(id) {
		return this.#examples.has(id);
	}

	/**
	 * Returns one example; its embedding is a copy.
	 * @param {string} id
	 * @throws {ContractError} noSuchExample
	 * @example
	 * knn.getExample("a1"); // { id: "a1", label: "cat", group: "recording 7", embedding: Float32Array (1280) }
	 */
	getExample(id) {
		return this.#examples.example(id);
	}

	/**
	 * Copies one example's embedding into an array, and nothing else.
	 * @param {string} id
	 * @param {Float32Array} target
	 * @param {number} at where it begins in target
	 * @throws {ContractError} noSuchExample
	 * @example
	 * const embeddings = new Float32Array(2 * 1280);
	 * knn.copyEmbedding("a2", embeddings, 1280);
	 */
	copyEmbedding(id, target, at) {
		const row = this.#examples.rowOf(id);
		const { values, d } = this.#examples.matrix;
		target.set(values.subarray(row * d, (row + 1) * d), at);
	}

	/**
	 * Returns all examples in order of arrival, without their embeddings.
	 * @example
	 * knn.outline(); // [{ id: "a1", label: "cat", group: "recording 7" }]
	 */
	outline() {
		return this.#examples.outline();
	}

	/**
	 * Returns a number for each example, in order of arrival. Two examples that have the same id one after the other have different
	 * numbers.
	 * @example
	 * knn.serials().length; // knn.getCount()
	 */
	serials() {
		return this.#examples.serials;
	}

	/** Iterates over the examples in order of arrival. @example for (const { id, embedding } of knn.examples()) {} */
	examples() {
		return this.#examples[Symbol.iterator]();
	}

	/** Returns everything that it holds, as copies. @example const { labels, embeddings } = knn.toDataset(); */
	toDataset() {
		return this.#examples.toDataset();
	}

	/**
	 * Builds a classifier from what toDataset returned.
	 * @param {import("./examples.js").Dataset} dataset
	 * @throws {ContractError} badDataset, or what adding one of the examples throws
	 * @example
	 * const copy = KNN.fromDataset(knn.toDataset());
	 */
	static fromDataset(dataset) {
		const knn = new KNN();
		knn.replaceExamples(Examples.fromDataset(dataset));
		return knn;
	}

	/**
	 * Installs an adapted metric that was fitted elsewhere. It serves through all later changes, until another one is installed or
	 * everything is removed. An example that it has not measured is measured at the next classification.
	 * @param {import("./adapted.js").Fitted | null} fitted to this classifier's examples, at any time; null: fits by itself again
	 * @param {number | null} [revision] when it was fitted, as the caller counts; see fittedAt
	 * @throws {ContractError} dimension
	 * @example
	 * knn.adapt(fitted, 41); // knn.unadapted is 0, knn.fittedAt is 41
	 */
	adapt(fitted, revision = null) {
		this.#adaptation.install(fitted, revision);
	}

	/** How many examples have been added since the installed metric was fitted; null: none is installed. */
	get unadapted() {
		return this.#adaptation.missing;
	}

	/** The revision that the installed metric was installed with; null: none is installed. */
	get fittedAt() {
		return this.#adaptation.revision;
	}

	/**
	 * Classifies one embedding.
	 * @param {Float32Array | TensorLike} embedding (d,), finite, not all zero
	 * @param {ClassifyOptions} [options]
	 * @returns {Result}
	 * @throws {ContractError} as asEmbedding and checkSettings do, or noExamples
	 * @example
	 * const { label, confidences, neighbours } = knn.classify(embedding, { k: 5, weights: "distance" });
	 */
	classify(embedding, options) {
		return this.classifyBatch([embedding], options)[0];
	}

	/**
	 * Classifies m embeddings.
	 * @param {(Float32Array | TensorLike)[]} embeddings m of (d,)
	 * @param {ClassifyOptions} [options]
	 * @returns {Result[]} m, in the order of the embeddings
	 * @throws {ContractError} as classify; then none is classified
	 * @example
	 * knn.classifyBatch([first, second]).map(({ label }) => label); // ["cat", "dog"]
	 */
	classifyBatch(embeddings, options = {}) {
		checkSettings(options);
		if (!Array.isArray(embeddings)) throw new ContractError("badEmbedding", { came: typeof embeddings });
		const { k = 3, weights = "uniform", unknownDistance = null } = options;
		const metric = /** @type {import("./distance.js").Metric} */ (options.metric ?? "cosine");
		const examples = this.#examples;
		const checked = embeddings.map((embedding) => asEmbedding(tensorValues(embedding), examples.dimension));
		if (!examples.count) throw new ContractError("noExamples");
		const fitted = metric === "adapted" ? this.#adaptation.metric : null;
		// If nothing varies within the classes, the adapted metric is the cosine.
		const plain = metric === "adapted" ? "cosine" : metric;
		const clampedK = Math.min(k, examples.count);
		const givenLimit = typeof unknownDistance === "object" ? unknownDistance : null;
		const hasSecond = givenLimit !== null && givenLimit.exponent > 0;
		const centre = givenLimit?.centre ?? null;
		return checked.map(({ embedding, norm }) => {
			const search = new Search(examples, embedding, norm);
			const { rows, distances } = fitted
				? new AdaptedSearch(examples, fitted, embedding, norm).nearest(clampedK)
				: search.nearest(clampedK, plain);
			const result = countVotes(examples, rows, distances, clampedK, fitted ? "adapted" : plain, weights);
			// Of those that count as equally near, the nearest need not come first.
			const near = fitted || plain !== "cosine" ? search.nearest(1, "cosine") : { rows, distances };
			const place = indexOfSmallest(near.distances);
			const novelty = near.distances[place];
			const recording = examples.recordingAt(near.rows[place]);
			const elsewhere = hasSecond
				? search.distanceToNearest((row) => examples.recordingAt(row) !== recording)
				: Number.POSITIVE_INFINITY;
			const second = elsewhere < Number.POSITIVE_INFINITY ? Math.max(novelty, elsewhere) : novelty;
			const centred = centre && this.#centredDistance(embedding, norm, near, centre);
			const nearness = { novelty, second, distance: result.distance, centred };
			const limit = unknownDistanceOf(unknownDistance, metric, nearness);
			const judgement = judge(result.confidences[result.label], novelty, limit);
			return { ...result, novelty, ...judgement, k: clampedK, count: examples.count };
		});
	}

	/**
	 * Returns the nearest example of any class but one, by cosine to float32, in one search however large that class is.
	 * @param {Float32Array | TensorLike} embedding (d,), finite, not all zero
	 * @param {string} label the class to leave out
	 * @returns {{id: string, label: string} | null} null: no other class has examples
	 * @throws {ContractError} as asEmbedding does
	 * @example
	 * knn.nearestOutside(embedding, "cat"); // { id: "b3", label: "dog" }
	 */
	nearestOutside(embedding, label) {
		const examples = this.#examples;
		const labels = examples.labels;
		const checked = asEmbedding(tensorValues(embedding), examples.dimension);
		if (!examples.count) return null;
		const search = new Search(examples, checked.embedding, checked.norm);
		const row = search.nearestOf((candidate) => labels[examples.classIndexAt(candidate)] !== label);
		return row < 0 ? null : { id: examples.idAt(row), label: labels[examples.classIndexAt(row)] };
	}

	/**
	 * Returns the centred distance to the nearest example by cosine: of those equally near, to the first in class order.
	 * @param {Float32Array} embedding
	 * @param {number} norm its
	 * @param {{rows: ArrayLike<number>, distances: Float64Array}} near candidates, the nearest among them
	 * @param {import("../state/result.js").Centre} centre
	 */
	#centredDistance(embedding, norm, { rows, distances }, centre) {
		const { norms, matrix } = this.#examples;
		const { values, d } = matrix;
		const classIndices = Array.from(rows, (row) => this.#examples.classIndexAt(row));
		const [place] = rank(distances, classIndices, 1, ZEROS.cosine);
		const row = rows[place];
		const asked = shareOf(centre, embedding, norm);
		const nearest = shareOf(centre, values.subarray(row * d, (row + 1) * d), norms[row]);
		return centredDistance(centre, distances[place], asked, nearest);
	}

	/** @param {Examples} examples instead of all that are there; an installed metric goes too */
	replaceExamples(examples) {
		this.#examples = examples;
		this.#adaptation = new Adaptation(examples);
	}
}

/** The class, by its name in @tensorflow-models/knn-classifier. */
export { KNN as KNNClassifier };

/** Creates a classifier, by the name in @tensorflow-models/knn-classifier. @example const classifier = create(); */
export function create() {
	return new KNN();
}

/** @param {Float64Array} values at least one */
function indexOfSmallest(values) {
	let smallest = 0;
	for (let i = 1; i < values.length; i++) if (values[i] < values[smallest]) smallest = i;
	return smallest;
}

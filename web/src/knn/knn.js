// The classifier: k nearest neighbours over embeddings, learning one example at a time.
//
// What every method means is in contract/README.md; its twin is server/knn/knn.py. It also has the names of
// @tensorflow-models/knn-classifier, so that a sketch written for that runs by changing the import.

import { TIE } from "../contract/constants.js";
import { ContractError } from "../contract/errors.js";
import { Adaptation } from "./adaptation.js";
import { AdaptedSearch } from "./adapted-search.js";
import { asEmbedding } from "./checks.js";
import { rank, Search } from "./distance.js";
import { Examples, tableOf } from "./examples.js";
import { checkSettings } from "./options.js";

/** @typedef {import("./adapted.js").Fitted} Fitted */
/** @typedef {import("./distance.js").Metric} Metric */
/** @typedef {import("./examples.js").Dataset} Dataset */
/** @typedef {import("./examples.js").Example} Example */
/** @typedef {{id: string, label: string, distance: number}} Neighbour */
/** @typedef {import("./options.js").ClassifyOptions} ClassifyOptions */
/**
 * @typedef {object} Result
 * @property {string} label the winner
 * @property {number} classIndex its position in class order
 * @property {Record<string, number>} confidences every class's share; they add up to 1
 * @property {Neighbour[]} neighbours k, nearest first
 * @property {number} distance the nearest neighbour's
 * @property {number} novelty the cosine distance to the nearest example, whatever the metric
 * @property {boolean} isUnknown whether novelty is beyond unknownDistance
 * @property {number} k the k used
 * @property {number} count the number of examples
 */
/** @typedef {{dataSync(): ArrayLike<number>, shape: number[]}} TensorLike */

/**
 * The neighbours' votes, of any sum: all equal, or 1 / distance. With weights "distance", neighbours at distance 0 (to
 * TIE) are the only ones that vote.
 * @param {number[]} distances k
 * @param {string} weights
 * @returns {number[]} k
 */
export function vote(distances, weights) {
	if (weights === "uniform") return distances.map(() => 1);
	if (distances.some((distance) => distance <= TIE)) return distances.map((distance) => (distance <= TIE ? 1 : 0));
	return distances.map((distance) => 1 / distance);
}

/**
 * K nearest neighbours over embeddings.
 *
 * Asked for the metric "adapted", it fits that by itself at the first question after a change, which takes seconds where
 * there are a thousand examples. A page has it fitted elsewhere instead, and installs it: see adapt.
 */
export class KNN {
	#examples = new Examples();
	#adaptation = new Adaptation(this.#examples);

	/**
	 * Appends one example; the same id again changes nothing and succeeds.
	 * @param {Float32Array | TensorLike} embedding (d,), finite, not all zero
	 * @param {string | number} label its class; a new label makes a new class; a number becomes its text
	 * @param {{id?: string | null, group?: string | null}} [more] id: made up if absent; group: the recording it belongs to
	 * @returns {string} the example's id
	 * @throws {ContractError} for a bad embedding, label, id or group
	 */
	addExample(embedding, label, { id, group } = {}) {
		return this.#examples.add(numbersOf(embedding), textOf(label), id, group);
	}

	/**
	 * Adds a class without examples.
	 * @param {string} label
	 * @throws {ContractError} for a bad label
	 */
	addLabel(label) {
		this.#examples.addLabel(label);
	}

	/**
	 * @param {string} id
	 * @returns {string} its label
	 * @throws {ContractError} noSuchExample
	 */
	removeExample(id) {
		const label = this.#examples.remove(id);
		this.#adaptation.forget([id]);
		return label;
	}

	/**
	 * Removes many at once, in one pass; ids that are not there change nothing.
	 * @param {Iterable<string>} ids
	 */
	removeExamples(ids) {
		const gone = [...ids];
		this.#examples.removeAll(gone);
		this.#adaptation.forget(gone);
	}

	/**
	 * Removes a class with its examples.
	 * @param {string} label
	 * @returns {string[]} their ids
	 * @throws {ContractError} noSuchLabel
	 */
	clearLabel(label) {
		const ids = this.#examples.clearLabel(label);
		this.#adaptation.forget(ids);
		return ids;
	}

	/** Removes everything; the next example may have another dimension. An installed metric goes too. */
	clearAllLabels() {
		this.#replace(new Examples());
	}

	/**
	 * Renames a class; onto an existing label, the two merge.
	 * @param {string} from
	 * @param {string} to
	 * @throws {ContractError} noSuchLabel; badLabel, emptyLabel or longLabel
	 */
	renameLabel(from, to) {
		this.#examples.renameLabel(from, to);
	}

	/**
	 * Puts the classes into this order; those not named follow in the order they had.
	 * @param {string[]} labels
	 */
	orderLabels(labels) {
		this.#examples.orderLabels(labels);
	}

	/** The number of examples. */
	getCount() {
		return this.#examples.count;
	}

	/** The number of examples a class. */
	getCountByLabel() {
		return this.#examples.countByLabel;
	}

	/** The number of classes. */
	getNumLabels() {
		return this.#examples.labels.length;
	}

	/** The labels in class order. */
	getLabels() {
		return this.#examples.labels;
	}

	/** The length of an embedding; null before the first. */
	get dimension() {
		return this.#examples.dimension;
	}

	/** @param {string} id */
	has(id) {
		return this.#examples.has(id);
	}

	/**
	 * @param {string} id
	 * @throws {ContractError} noSuchExample
	 */
	getExample(id) {
		return this.#examples.example(id);
	}

	/** What the examples are, but for the embeddings, in order of arrival. */
	outline() {
		return this.#examples.outline();
	}

	/** The examples in order of arrival. */
	examples() {
		return this.#examples[Symbol.iterator]();
	}

	/** Everything it knows: vectors, labels, ids, groups and class order. */
	toDataset() {
		return this.#examples.toDataset();
	}

	/**
	 * Builds a classifier from what toDataset returned.
	 * @param {Dataset} dataset
	 * @throws {ContractError} badDataset
	 */
	static fromDataset(dataset) {
		const made = new KNN();
		made.#replace(Examples.fromDataset(dataset));
		return made;
	}

	/**
	 * Installs an adapted metric that was fitted elsewhere. It is used through all later changes, until another one is
	 * installed or everything is removed; an example that it has not measured is measured when it is first asked about.
	 * @param {Fitted | null} fitted of this classifier's examples, at some time; null: goes back to fitting by itself
	 * @param {number | null} [revision] when that was, by whatever the caller counts in; see fittedAt
	 * @throws {ContractError} dimension
	 */
	adapt(fitted, revision = null) {
		this.#adaptation.install(fitted, revision);
	}

	/** How many examples came since the installed metric was fitted; null where none is installed. */
	get unadapted() {
		return this.#adaptation.missing;
	}

	/** The revision that the installed metric came with; null where none is installed. */
	get fittedAt() {
		return this.#adaptation.revision;
	}

	/**
	 * Says which class an embedding belongs to, and why.
	 * @param {Float32Array | TensorLike} embedding (d,), finite, not all zero
	 * @param {ClassifyOptions} [question]
	 * @returns {Result}
	 * @throws {ContractError} for a bad argument, or noExamples
	 */
	classify(embedding, question) {
		return this.classifyBatch([embedding], question)[0];
	}

	/**
	 * Classifies m embeddings.
	 * @param {(Float32Array | TensorLike)[]} embeddings m of (d,)
	 * @param {ClassifyOptions} [question]
	 * @returns {Result[]} m, in the order of the embeddings
	 * @throws {ContractError} for a bad argument, or noExamples
	 */
	classifyBatch(embeddings, question = {}) {
		checkSettings(question);
		const { k = 3, metric = "cosine", weights = "uniform", unknownDistance = null } = question;
		const examples = this.#examples;
		const checked = embeddings.map((embedding) => asEmbedding(numbersOf(embedding), examples.dimension));
		if (!examples.count) throw new ContractError("noExamples");
		const fitted = metric === "adapted" ? this.#adaptation.metric : null;
		// Where nothing varies within the classes, the adapted metric is the cosine.
		const plain = /** @type {import("./distance.js").PlainMetric} */ (metric === "adapted" ? "cosine" : metric);
		const clamped = Math.min(k, examples.count);
		return checked.map(({ vector, length }) => {
			const search = new Search(examples, vector, length);
			const { rows, distances } = fitted
				? new AdaptedSearch(examples, fitted, vector, length).nearest(clamped)
				: search.nearest(clamped, plain);
			const nearest = this.#result(rows, distances, clamped, weights);
			const isCosine = !fitted && plain === "cosine";
			const novelty = isCosine ? nearest.distance : Math.min(...search.nearest(1, "cosine").distances);
			const isUnknown = unknownDistance !== null && novelty > unknownDistance + TIE;
			return { ...nearest, novelty, isUnknown, k: clamped, count: examples.count };
		});
	}

	/**
	 * The nearest example of any class but one, by cosine as float32 has it: in one look, however large that class is.
	 * @param {Float32Array | TensorLike} embedding (d,), finite, not all zero
	 * @param {string} label
	 * @returns {{id: string, label: string} | null} null: there is no other class with examples
	 * @throws {ContractError} for a bad embedding
	 */
	nearestOutside(embedding, label) {
		const examples = this.#examples;
		const labels = examples.labels;
		const { vector, length } = asEmbedding(numbersOf(embedding), examples.dimension);
		if (!examples.count) return null;
		const row = new Search(examples, vector, length).nearestOf((at) => labels[examples.classIndexAt(at)] !== label);
		return row < 0 ? null : { id: examples.idAt(row), label: labels[examples.classIndexAt(row)] };
	}

	/** @param {Examples} examples */
	#replace(examples) {
		this.#examples = examples;
		this.#adaptation = new Adaptation(examples);
	}

	/**
	 * @param {ArrayLike<number>} found rows
	 * @param {Float64Array} distances theirs
	 * @param {number} k
	 * @param {string} weights
	 * @returns {Pick<Result, "label" | "classIndex" | "confidences" | "neighbours" | "distance">}
	 */
	#result(found, distances, k, weights) {
		const examples = this.#examples;
		const order = rank(
			distances,
			Array.from(found, (row) => examples.classIndexAt(row)),
			k,
		);
		const rows = order.map((place) => found[place]);
		const measured = order.map((place) => distances[place]);
		const classes = rows.map((row) => examples.classIndexAt(row));
		const labels = examples.labels;
		const votes = vote(measured, weights);
		const total = votes.reduce((sum, v) => sum + v, 0);
		const shares = labels.map(() => 0);
		for (const [i, index] of classes.entries()) shares[index] += votes[i];
		for (const index of labels.keys()) shares[index] /= total;
		const largest = Math.max(...shares);
		// Equal shares go to the class whose member is nearest: the first neighbour of a class with the largest share.
		const winner = /** @type {number} */ (classes.find((index) => shares[index] >= largest - TIE));
		return {
			label: labels[winner],
			classIndex: winner,
			confidences: tableOf(labels.map((label, index) => [label, shares[index]])),
			neighbours: rows.map((row, i) => ({ id: examples.idAt(row), label: labels[classes[i]], distance: measured[i] })),
			distance: measured[0],
		};
	}

	// ---- the names of @tensorflow-models/knn-classifier

	/**
	 * @param {Float32Array | TensorLike} embedding (d,)
	 * @param {number} [k]
	 */
	async predictClass(embedding, k = 3) {
		return this.classify(embedding, { k });
	}

	/** @param {string | number} label */
	clearClass(label) {
		this.clearLabel(textOf(label));
	}

	clearAllClasses() {
		this.clearAllLabels();
	}

	/** The number of examples a class. */
	getClassExampleCount() {
		return this.getCountByLabel();
	}

	getNumClasses() {
		return this.getNumLabels();
	}

	/**
	 * The embeddings a class, each of shape (examples, d), readable as a tensor is: data(), dataSync(), shape, dtype.
	 * @returns {Record<string, TensorLike & {dtype: string, data(): Promise<Float32Array>, dispose(): void}>}
	 */
	getClassifierDataset() {
		const all = [...this.examples()];
		return tableOf(
			this.getLabels().map((label) => {
				const rows = all.filter((example) => example.label === label).map((example) => example.embedding);
				const d = this.dimension ?? 0;
				const values = new Float32Array(rows.length * d);
				for (const [i, row] of rows.entries()) values.set(row, i * d);
				const shape = [rows.length, d];
				const dataSync = () => values;
				return [label, { dtype: "float32", shape, dataSync, data: async () => values, dispose() {} }];
			}),
		);
	}

	/**
	 * Replaces everything by tensors of shape (examples, d), one a class; classes come in the table's order.
	 * @param {Record<string, TensorLike>} dataset
	 * @throws {ContractError} badDataset, and then nothing is changed
	 */
	setClassifierDataset(dataset) {
		const made = new Examples();
		for (const [label, tensor] of Object.entries(dataset)) {
			const values = Float32Array.from(tensor.dataSync());
			const [rows, d] = tensor.shape;
			if (values.length !== rows * d) {
				throw new ContractError("badDataset", { came: `${values.length} numbers`, expected: `${rows} times ${d}` });
			}
			made.addLabel(label);
			for (let row = 0; row < rows; row++) made.add(values.subarray(row * d, (row + 1) * d), label);
		}
		this.#replace(made);
	}

	dispose() {
		this.clearAllLabels();
	}
}

/** A new classifier, by the name that @tensorflow-models/knn-classifier gives the function. */
export function create() {
	return new KNN();
}

/**
 * An embedding as it came, or a tensor's numbers.
 * @param {unknown} value
 */
function numbersOf(value) {
	if (value !== null && typeof value === "object" && "dataSync" in value && typeof value.dataSync === "function") {
		return value.dataSync();
	}
	return value;
}

/**
 * @param {string | number} label
 * @returns {string}
 */
function textOf(label) {
	return typeof label === "number" ? String(label) : label;
}

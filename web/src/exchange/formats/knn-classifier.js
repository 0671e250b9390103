// The JSON that sketches with @tensorflow-models/knn-classifier save. The package itself saves nothing; the one that is
// written is what most of them write: a list of [label, numbers, shape]. The twin is knn_classifier.py.

import formats from "../../../../contract/formats.json" with { type: "json" };
import { asText, isFlat, isObject, rowsOf } from "./json-tensors.js";
import { Rows } from "./rows.js";
import { number } from "./write-numbers.js";

/** @typedef {{label: unknown, data: unknown, shape?: unknown}} Entry one class */

/** Numbers of one example in sketches that save no shape, where the page's own network has another. */
const { flatDimensions } = formats.knnClassifier;

/** @type {import("./format.js").Format} */
export const knnClassifier = {
	name: "knnClassifier",
	sniff: ({ json }) => entriesOf(json).length > 0,
	async read({ json, name }, { dimension = null } = {}) {
		const entries = entriesOf(json);
		const rows = new Rows(name);
		const flat = flatDimensionOf(entries, dimension);
		for (const { label, data, shape } of entries) {
			for (const row of rowsOf(data, shape, flat)) rows.add(/** @type {string} */ (asText(label)), row);
		}
		return { content: rows.content(), skipped: [] };
	},
	async *write({ classes, examples, embeddings, model }) {
		const d = model?.dimension ?? 0;
		let separator = "[";
		for (const { label } of classes) {
			const indices = examples.flatMap((example, i) => (example.label === label ? [i] : []));
			if (indices.length === 0) continue;
			yield `${separator}[${JSON.stringify(label)},[`;
			for (const [place, i] of indices.entries()) {
				const row = /** @type {Float32Array} */ (embeddings).subarray(i * d, (i + 1) * d);
				yield `${place ? "," : ""}${Array.from(row, number).join(",")}`;
			}
			yield `],[${indices.length},${d}]]`;
			separator = ",\n";
		}
		yield separator === "[" ? "[]" : "]";
	},
};

/**
 * The classes, in whichever of the ways they are written.
 * @param {unknown} json
 * @returns {Entry[]} none: it is something else
 */
function entriesOf(json) {
	if (Array.isArray(json)) return json.every(isEntry) ? json.map(asEntry) : [];
	if (!isObject(json) || "tensors" in json || "instances" in json) return [];
	const entries = Object.entries(json);
	return entries.every(([, data]) => Array.isArray(data) || isFlat(data) || hasData(data))
		? entries.map(([label, data]) => asEntry([label, data]))
		: [];
}

/** @param {unknown} value */
const hasData = (value) => isObject(value) && "data" in value && "shape" in value;

/** @param {unknown} value */
const isLabel = (value) => typeof value === "string" || typeof value === "number";

/** @param {unknown} value */
function isEntry(value) {
	if (Array.isArray(value)) return value.length >= 2 && isLabel(value[0]) && typeof value[1] === "object";
	return isObject(value) && hasData(value) && isLabel(value.label ?? value.classId);
}

/** @param {any} value @returns {Entry} */
function asEntry(value) {
	if (!Array.isArray(value)) return { label: value.label ?? value.classId, data: value.data, shape: value.shape };
	const [label, data, shape] = value;
	return hasData(data) ? { label, ...data } : { label, data, shape };
}

/**
 * How many numbers make one example, where the file doesn't say: those of the page's network if that divides all of them.
 * @param {Entry[]} entries
 * @param {number | null} dimension the network's
 * @returns {number | null} null: none fits
 */
function flatDimensionOf(entries, dimension) {
	const sizes = entries
		.filter(({ data, shape }) => !shape && isFlat(data))
		.map(({ data }) => Object.keys(Object(data)).length);
	const candidates = dimension === null ? flatDimensions : [dimension, ...flatDimensions];
	return candidates.find((d) => sizes.every((size) => size % d === 0)) ?? null;
}

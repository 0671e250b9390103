// What ml5's KNNClassifier saves and loads (ml5 0.x, src/KNNClassifier/index.js): {dataset, tensors}. dataset has a tensor's
// facts by class number, and the label where classes have names; tensors has the numbers, in the order of dataset's keys.
// The twin is ml5.py.

import { badFile } from "../bad-file.js";
import { isObject, rowsOf } from "./json-tensors.js";
import { Rows } from "./rows.js";
import { number } from "./write-numbers.js";

/** @type {import("./format.js").Format} */
export const ml5 = {
	name: "ml5",
	sniff: ({ json }) => isObject(json) && isObject(json.dataset) && Array.isArray(json.tensors),
	async read({ json, name }) {
		const { dataset, tensors } = /** @type {{dataset: Record<string, any>, tensors: unknown[]}} */ (json);
		const classes = Object.entries(dataset);
		if (classes.length !== tensors.length) {
			throw badFile(`tensors: ${tensors.length}`, String(classes.length));
		}
		const rows = new Rows(name);
		for (const [i, [key, facts]] of classes.entries()) {
			// A class whose examples were cleared.
			if (tensors[i] === null) continue;
			// The name is the label, never the number that stands for it; a class without a name is called by its number.
			const label = facts?.label ?? key;
			for (const row of rowsOf(tensors[i], facts?.shape)) rows.add(label, row);
		}
		return { content: rows.content(), skipped: [] };
	},
	async *write({ classes, examples, embeddings, model }) {
		const d = model?.dimension ?? 0;
		const indices = classes
			.map(({ label }) => examples.flatMap((example, i) => (example.label === label ? [i] : [])))
			.filter((of) => of.length > 0);
		const dataset = Object.fromEntries(
			indices.map((of, i) => [i, { shape: [of.length, d], dtype: "float32", label: examples[of[0]].label }]),
		);
		yield `{"dataset":${JSON.stringify(dataset)},\n"tensors":[`;
		for (const [i, of] of indices.entries()) {
			yield i ? ",\n[" : "[";
			for (const [place, row] of of.entries()) {
				const numbers = /** @type {Float32Array} */ (embeddings).subarray(row * d, (row + 1) * d);
				yield `${place ? "," : ""}${Array.from(numbers, number).join(",")}`;
			}
			yield "]";
		}
		yield "]}";
	},
};

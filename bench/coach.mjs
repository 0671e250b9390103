// Runs the page's evaluation and its coach on projects, for bench/coach.py: reads {embeddings, projects} as JSON from stdin, and
// writes what the coach shows of each project as one line of JSON.

import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { advise } from "../web/src/advice/advice-selector.js";
import { Evaluation } from "../web/src/evaluation/evaluation.js";

/**
 * @typedef {object} Project
 * @property {string[]} labels in class order
 * @property {[row: number, label: string, group: string|null][]} examples row: of the embeddings
 */

/** @type {{file: string, dimension: number, projects: Project[]}} file: float32, (n, dimension), row by row */
const { file, dimension, projects } = JSON.parse(await text(process.stdin));
const bytes = readFileSync(file);
const embeddings = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);

for (const { labels, examples: rows } of projects) {
	const examples = rows.map(([, label, group], i) => ({ id: String(i), label, group }));
	const evaluation = new Evaluation();
	const snapshot = {
		labels,
		examples,
		embeddingOf: (/** @type {string} */ id) => {
			const [row] = rows[Number(id)];
			return embeddings.subarray(row * dimension, (row + 1) * dimension);
		},
	};
	for (const _ of evaluation.update(snapshot));
	for (const _ of evaluation.measure("adapted"));
	const classes = labels.map((label) => ({ label, examples: examples.filter((example) => example.label === label) }));
	const advice = advise({ classes, nearest: evaluation.nearest(), squares: null });
	process.stdout.write(`${JSON.stringify(advice.map(({ key, labels, ids }) => [key, labels, ids.map(Number)]))}\n`);
}

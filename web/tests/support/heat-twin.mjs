// Heat maps for tests/convert/test_heat_map.py, by web/src/explain/heat-map.js: one JSON object per line in, one JSON list (the
// raw map) per line out. Arrays come as base64 of float32.

import { createInterface } from "node:readline";
import { heatMap } from "../../src/explain/heat-map.js";

/** @param {string} text */
const numbers = (text) => new Float32Array(Uint8Array.from(Buffer.from(text, "base64")).buffer);

for await (const line of createInterface({ input: process.stdin })) {
	const { features, cells, examples } = JSON.parse(line);
	const weightedExamples = examples.map(({ embedding, weight }) => ({ embedding: numbers(embedding), weight }));
	const { raw } = heatMap(numbers(features), cells, weightedExamples);
	process.stdout.write(`${JSON.stringify(Array.from(raw))}\n`);
}

// Heat maps for tests/convert/test_heat_map.py: one question a line in, one list of raw maps a line out, as JSON. Numbers
// come as base64 of float32.

import { createInterface } from "node:readline";
import { heatMap } from "../../src/explain/heat-map.js";

/** @param {string} text */
const numbers = (text) => new Float32Array(Uint8Array.from(Buffer.from(text, "base64")).buffer);

for await (const line of createInterface({ input: process.stdin })) {
	const { features, cells, pulls } = JSON.parse(line);
	const examples = pulls.map((pull) => ({ embedding: numbers(pull.embedding), weight: pull.weight }));
	const { raw } = heatMap(numbers(features), cells, examples);
	process.stdout.write(`${JSON.stringify(Array.from(raw))}\n`);
}

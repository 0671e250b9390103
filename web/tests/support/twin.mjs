// Plays steps on the classifier: one JSON list a line in, one JSON list a line out. tests/knn drives it from Python.

import { createInterface } from "node:readline";
import { play } from "./steps.js";

for await (const line of createInterface({ input: process.stdin })) {
	process.stdout.write(`${JSON.stringify(play(JSON.parse(line)))}\n`);
}

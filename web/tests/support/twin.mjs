// Plays steps on the classifier (web/src/knn/knn.js): one JSON list per line in, one JSON list per line out.
// tests/support/twin.py drives it for tests/knn.

import { createInterface } from "node:readline";
import { play } from "./steps.js";

for await (const line of createInterface({ input: process.stdin })) {
	process.stdout.write(`${JSON.stringify(play(JSON.parse(line)))}\n`);
}

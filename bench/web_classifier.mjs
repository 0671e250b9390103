// JavaScript's classifier against @tensorflow-models/knn-classifier on WASM. Prints rows of bench/table.py as JSON.

import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { KNN } from "../web/src/knn/knn.js";

const web = fileURLToPath(new URL("../web/", import.meta.url));
const require = createRequire(path.join(web, "package.json"));
const tf = require("@tensorflow/tfjs");
const wasm = require("@tensorflow/tfjs-backend-wasm");
const peerModule = require("@tensorflow-models/knn-classifier");
wasm.setWasmPaths(pathToFileURL(path.join(web, "node_modules/@tensorflow/tfjs-backend-wasm/dist/")).pathname);
await tf.setBackend("wasm");
if (tf.getBackend() !== "wasm") throw new Error(`the peer would run on ${tf.getBackend()}, not on wasm`);

const D = 1280;
const K = 10;
const EXAMPLE_COUNTS = [200, 2000, 10000];
const ROUNDS = 40;
const WARM_UP_ROUNDS = 5;
/** Examples that are added and classified in turn. */
const INTERLEAVED_COUNT = 1500;
const INTERLEAVED_ROUNDS = 3;

const randomEmbedding = () => Float32Array.from({ length: D }, () => Math.random() - 0.3);
/** @param {number[]} times */
const median = (times) => times.sort((a, b) => a - b)[times.length >> 1];
/** @param {() => unknown} call */
const timeMs = async (call) => {
	const start = performance.now();
	await call();
	return performance.now() - start;
};

const rows = [];
for (const n of EXAMPLE_COUNTS) {
	const knn = new KNN();
	for (let i = 0; i < n; i++) knn.addExample(randomEmbedding(), `class ${i % 5}`);
	const peer = peerModule.create();
	const tensors = Object.entries(knn.getClassifierDataset()).map(([label, t]) => [
		label,
		tf.tensor(t.dataSync(), t.shape),
	]);
	peer.setClassifierDataset(Object.fromEntries(tensors));
	const ours = [];
	const theirs = [];
	for (let round = 0; round < ROUNDS + WARM_UP_ROUNDS; round++) {
		const embedding = randomEmbedding();
		const ourMs = await timeMs(() => knn.classify(embedding, { k: K }));
		const tensor = tf.tensor(embedding);
		const theirMs = await timeMs(() => peer.predictClass(tensor, K));
		tensor.dispose();
		if (round < WARM_UP_ROUNDS) continue;
		ours.push(ourMs);
		theirs.push(theirMs);
	}
	rows.push({
		what: `JavaScript classify, n = ${n.toLocaleString("en")}`,
		ours: median(ours),
		against: "knn-classifier, warm, WASM",
		theirs: median(theirs),
		bound: n === 2000 ? "<= 1.5" : "",
	});
	peer.dispose();
}

const embeddings = Array.from({ length: INTERLEAVED_COUNT }, randomEmbedding);
const ours = [];
const theirs = [];
for (let round = 0; round < INTERLEAVED_ROUNDS; round++) {
	ours.push(
		await timeMs(() => {
			const knn = new KNN();
			for (const [i, embedding] of embeddings.entries()) {
				knn.addExample(embedding, `class ${i % 5}`);
				knn.classify(embedding, { k: K });
			}
		}),
	);
	theirs.push(
		await timeMs(async () => {
			const peer = peerModule.create();
			for (const [i, embedding] of embeddings.entries()) {
				const tensor = tf.tensor(embedding);
				peer.addExample(tensor, `class ${i % 5}`);
				await peer.predictClass(tensor, K);
				tensor.dispose();
			}
			peer.dispose();
		}),
	);
}
rows.push({
	what: `JavaScript ${INTERLEAVED_COUNT.toLocaleString("en")} x (add + classify)`,
	ours: median(ours),
	against: "knn-classifier, WASM",
	theirs: median(theirs),
	bound: "<= 0.2",
});
process.stdout.write(JSON.stringify(rows));

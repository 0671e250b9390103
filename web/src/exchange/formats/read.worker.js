// Reads a file of another tool beside the page: JSON of many examples takes seconds. app/read-file.js owns it.

import { asProblem } from "../../contract/problem.js";
import { openFile, readForeign } from "./registry.js";

/** Between two messages of how far it is. */
const PROGRESS_MS = 50;

self.onmessage = async (/** @type {MessageEvent} */ { data: { requestId, file, dimension } }) => {
	let toldAt = 0;
	/** @param {number} share */
	const onProgress = (share) => {
		if (performance.now() - toldAt < PROGRESS_MS) return;
		toldAt = performance.now();
		self.postMessage({ share });
	};
	try {
		const found = await readForeign(await openFile(file), { dimension, onProgress });
		const { embeddings } = found.content;
		self.postMessage({ requestId, found }, { transfer: embeddings ? [embeddings.buffer] : [] });
	} catch (error) {
		self.postMessage({ requestId, error: asProblem(error) });
	}
};

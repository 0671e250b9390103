// The project as a page of its own: a zip for any static host, with camera, model and project, and without a server.
// src/standalone/ is that page.

import { writeShowandtell } from "../showandtell.js";
import { Slices } from "../slices.js";
import { ZipWriter } from "../zip-writer.js";
import { listPageFiles, pageFile } from "./page-files.js";
import { loadWords } from "./words.js";

/** What gets clearly smaller. */
const LOOSE = /\.(html|js|css|json|svg|wasm|txt)$/;

/**
 * @param {import("./context.js").ExportContext} context
 * @param {import("../zip-writer.js").ByteSink} sink is written to in order, and not closed
 * @param {import("../slices.js").WorkOptions} [options]
 */
export async function writeStandalone({ content, base, title }, sink, options = {}) {
	const { signal } = options;
	const { entry, files } = await listPageFiles(base, signal);
	const embeddingBytes = content.embeddings?.byteLength ?? 0;
	const slices = new Slices(
		files.reduce((sum, { size }) => sum + size, embeddingBytes),
		options,
	);
	const zip = new ZipWriter(sink);
	for (const { path } of files) {
		const name = path === entry ? "index.html" : path;
		await zip.add(name, counted(pageFile(base, path, signal), slices), { deflate: LOOSE.test(path) });
	}
	await zip.add("project.showandtell", projectPieces(content, title, signal));
	await slices.step(embeddingBytes);
	const words = await loadWords();
	const readme = words("page.readme", { name: content.name || "Show & Tell", model: title });
	await zip.add("README.txt", [new TextEncoder().encode(`${readme}\n`)]);
	await zip.close();
}

/**
 * The project's own file, in pieces.
 * @param {import("../content.js").ProjectContent} content
 * @param {string} title the model's
 * @param {AbortSignal} [signal]
 */
export async function* projectPieces(content, title, signal) {
	/** @type {Uint8Array[]} */
	const pieces = [];
	await writeShowandtell(content, { write: (bytes) => void pieces.push(bytes.slice()) }, { title, signal });
	yield* pieces;
}

/**
 * @param {AsyncIterable<Uint8Array>} pieces
 * @param {Slices} slices
 */
export async function* counted(pieces, slices) {
	for await (const piece of pieces) {
		yield piece;
		await slices.step(piece.length);
	}
}

// The project as one HTML file that runs when it is opened from the disk: page, model and project as base64 in elements that the
// browser does not run. src/standalone/one-file.js, which is in it, reads them.

import { Slices } from "../slices.js";
import { listPageFiles, pageFile } from "./page-files.js";
import { projectPieces } from "./program.js";

const MARK = "<!--FILES-->";
/** So much becomes one element: a multiple of 3, so that its base64 has no end in the middle. */
const BLOCK_BYTES = 3 * 2 ** 20;
/** A call can't have more arguments than some ten thousand. */
const CALL_BYTES = 3 * 2 ** 12;

/** @type {import("./context.js").ExportWriter} */
export async function writeOneFile({ content, base, title }, sink, options = {}) {
	const { signal } = options;
	const { entry, files } = await listPageFiles(base, "file", signal);
	const embeddingBytes = content.embeddings?.byteLength ?? 0;
	const slices = new Slices(
		files.reduce((sum, { size }) => sum + size, embeddingBytes),
		options,
	);
	const write = (/** @type {string} */ text) => sink.write(new TextEncoder().encode(text));
	const html = new TextDecoder().decode(await gathered(pageFile(base, entry, signal)));
	const [before, after] = html.split(MARK);
	if (after === undefined) throw new Error(`${entry}: no ${MARK}`);
	/** @param {string} name @param {Uint8Array} bytes */
	const add = async (name, bytes) => {
		for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
			const block = bytes.subarray(at, at + BLOCK_BYTES);
			await write(`<script type="text/plain" data-file="${name}">${base64(block)}</script>\n`);
			await slices.step(block.length);
		}
	};
	await write(before);
	for (const { path } of files) {
		if (path === entry) continue;
		await add(path.split("/").pop() ?? "", await gathered(pageFile(base, path, signal)));
	}
	await add("project.showandtell", await gathered(projectPieces(content, title, signal)));
	await write(after);
}

/** @param {AsyncIterable<Uint8Array>} pieces */
async function gathered(pieces) {
	/** @type {Uint8Array<ArrayBuffer>[]} */
	const all = [];
	for await (const piece of pieces) all.push(/** @type {Uint8Array<ArrayBuffer>} */ (piece));
	return new Uint8Array(await new Blob(all).arrayBuffer());
}

/** @param {Uint8Array} bytes */
function base64(bytes) {
	const texts = [];
	for (let at = 0; at < bytes.length; at += CALL_BYTES) {
		texts.push(btoa(String.fromCharCode(...bytes.subarray(at, at + CALL_BYTES))));
	}
	return texts.join("");
}

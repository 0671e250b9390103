// What a sketch and a script have in common: a zip of files of the page, texts, the project's file, how it answers, and a README.

import {
	CENTRE_DECLINE,
	CENTRED_LENGTH,
	MAX_FITTED,
	NOVELTY_FLOOR,
	SECOND_RECORDING_WEIGHT,
	SURE_SHARE,
	UNKNOWN_SHARPNESS,
} from "../../contract/constants.js";
import { writeShowandtell } from "../showandtell.js";
import { Slices } from "../slices.js";
import { ZipWriter } from "../zip-writer.js";
import { listPageFiles, pageFile } from "./page-files.js";
import { loadWords } from "./words.js";

/** What gets clearly smaller. */
const LOOSE = /\.(html|js|css|json|svg|wasm)$/;

/**
 * @typedef {object} Program
 * @property {import("./page-files.js").Part} part whose files the build lists
 * @property {RegExp} [only] the paths that are needed of them
 * @property {string} readme the key of its words
 * @property {(zip: ZipWriter, sums: Map<string, number>) => Promise<void>} [addOwn] what is written besides; sums: CRC-32 of what is
 *   written already, by name
 * @property {import("../slices.js").WorkOptions} [options]
 */

/**
 * @param {import("./context.js").ExportContext} context
 * @param {import("../zip-writer.js").ByteSink} sink is written to in order, and not closed
 * @param {Program} program
 */
export async function writeProgram(context, sink, { part, only = /./, readme, addOwn, options = {} }) {
	const { content, base, title, answer } = context;
	const { signal } = options;
	const { entry, files } = await listPageFiles(base, part, signal);
	const needed = files.filter(({ path }) => only.test(path));
	const embeddingBytes = content.embeddings?.byteLength ?? 0;
	const slices = new Slices(
		needed.reduce((sum, { size }) => sum + size, embeddingBytes),
		options,
	);
	const zip = new ZipWriter(sink);
	/** @type {Map<string, number>} */
	const sums = new Map();
	for (const { path } of needed) {
		const name = path === entry && path.endsWith(".html") ? "index.html" : path;
		sums.set(name, await zip.add(name, counted(pageFile(base, path, signal), slices), { deflate: LOOSE.test(path) }));
	}
	sums.set("project.showandtell", await zip.add("project.showandtell", projectPieces(content, title, signal)));
	await slices.step(embeddingBytes);
	await addOwn?.(zip, sums);
	const rules = {
		sureShare: SURE_SHARE,
		sharpness: UNKNOWN_SHARPNESS,
		noveltyFloor: NOVELTY_FLOOR,
		secondRecordingWeight: SECOND_RECORDING_WEIGHT,
		centreDecline: CENTRE_DECLINE,
		centredLength: CENTRED_LENGTH,
		maxFitted: MAX_FITTED,
	};
	const words = await loadWords();
	await addTexts(zip, {
		...(part === "page" ? {} : { "answer.json": `${JSON.stringify({ ...answer, ...rules }, null, "\t")}\n` }),
		"README.txt": `${words(readme, { name: content.name || "Show & Tell", model: title })}\n`,
	});
	await zip.close();
}

/**
 * @param {ZipWriter} zip
 * @param {Record<string, string>} texts by name
 */
export async function addTexts(zip, texts) {
	for (const [name, text] of Object.entries(texts)) await zip.add(name, [new TextEncoder().encode(text)]);
}

/**
 * @param {AsyncIterable<Uint8Array>} pieces
 * @param {Slices} slices
 */
async function* counted(pieces, slices) {
	for await (const piece of pieces) {
		yield piece;
		await slices.step(piece.length);
	}
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

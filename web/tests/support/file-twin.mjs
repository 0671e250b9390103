// Opens and saves project files (web/src/exchange/showandtell.js): one JSON request per line in, one JSON answer per line out.
// tests/support/file_twin.py drives it.

import { openAsBlob } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { FILE_TYPES, fileKind } from "../../src/contract/actions.js";
import { PICTURE_TYPES, pictureKind } from "../../src/exchange/content.js";
import { readShowandtell, writeShowandtell } from "../../src/exchange/showandtell.js";

/** @param {string} text */
const bytesOf = (text) => new Uint8Array(Buffer.from(text, "base64"));

/** @param {any} content */
function decoded({ embeddings, examples, actions = [], ...content }) {
	return {
		...content,
		actions: actions.map((/** @type {any} */ row) => ({
			...row,
			actions: row.actions.map((/** @type {any} */ action) => {
				if (!action.file) return action;
				const bytes = bytesOf(action.file);
				return { ...action, file: new Blob([bytes], { type: FILE_TYPES[fileKind(bytes) ?? ""] }) };
			}),
		})),
		embeddings: embeddings === null ? null : new Float32Array(bytesOf(embeddings).buffer),
		examples: examples.map((/** @type {any} */ example) => {
			if (example.thumbnail === null) return example;
			const bytes = bytesOf(example.thumbnail);
			const kind = /** @type {"jpg"} */ (pictureKind(bytes));
			return { ...example, thumbnail: new Blob([bytes], { type: PICTURE_TYPES[kind] }) };
		}),
	};
}

/** @param {import("../../src/exchange/content.js").ProjectContent} content */
async function encoded({ name, model, settings, classes, examples, embeddings, actions = [] }) {
	const rows = [];
	for (const { label, actions: each } of actions) {
		const withFiles = [];
		for (const action of each) {
			const { file } = action;
			withFiles.push(file ? { ...action, file: Buffer.from(await file.arrayBuffer()).toString("base64") } : action);
		}
		rows.push({ label, actions: withFiles });
	}
	const withPictures = [];
	for (const example of examples) {
		const bytes = example.thumbnail && Buffer.from(await example.thumbnail.arrayBuffer());
		withPictures.push({ ...example, thumbnail: bytes?.toString("base64") ?? null });
	}
	const numbers = embeddings && Buffer.from(embeddings.buffer).toString("base64");
	return { name, model, settings, classes, examples: withPictures, embeddings: numbers, actions: rows };
}

/** @param {any} request {open: path} or {save: content, path} */
async function answer({ open, save, path }) {
	try {
		if (open !== undefined) return { content: await encoded(await readShowandtell(await openAsBlob(open))) };
		/** @type {Uint8Array[]} */
		const pieces = [];
		await writeShowandtell(decoded(save), { write: (bytes) => void pieces.push(bytes.slice()) });
		await writeFile(path, Buffer.concat(pieces));
		return {};
	} catch (error) {
		const { code, came, expected } = /** @type {{code?: string, came?: string, expected?: string}} */ (error);
		return { code: code ?? String(error), came, expected };
	}
}

for await (const line of createInterface({ input: process.stdin })) {
	process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
}

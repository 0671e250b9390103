// All formats of other tools: which one a file is, what it holds, reading and writing it. The facts that both languages share
// are in contract/formats.json, and docs/formats.md shows them. The twin is registry.py.

import formats from "../../../../contract/formats.json" with { type: "json" };
import limits from "../../../../contract/limits.json" with { type: "json" };
import { ContractError } from "../../contract/errors.js";
import { ZipReader } from "../zip-reader.js";
import { ZipWriter } from "../zip-writer.js";
import { csv } from "./csv-table.js";
import { folders } from "./folders.js";
import { knnClassifier } from "./knn-classifier.js";
import { marcelle } from "./marcelle.js";
import { ml5 } from "./ml5.js";
import { teachableMachine } from "./teachable-machine.js";

/**
 * @typedef {import("./format.js").ProjectContent} ProjectContent
 * @typedef {import("./format.js").FormatName} FormatName
 * @typedef {import("./format.js").Format} Format
 * @typedef {import("./format.js").Opened} Opened
 * @typedef {import("./format.js").Piece} Piece
 * @typedef {import("./format.js").ReadOptions} ReadOptions
 * @typedef {import("./format.js").Imported} Imported
 */

/** In the order in which they are asked: the first one that knows a file reads it. @type {readonly Format[]} */
export const FORMATS = [ml5, marcelle, knnClassifier, teachableMachine, folders, csv];

/** The longest text that a browser holds. */
const MAX_JSON_BYTES = 2 ** 29 - 2 ** 20;
/** What Excel writes as CSV in western Europe and America. */
const WINDOWS = "windows-1252";
const START_BYTES = 2 ** 16;
const JSON_START = /^\s*[[{]/;

/** In the order in which a person is shown them. */
export const FORMAT_NAMES = /** @type {FormatName[]} */ (Object.keys(formats));

/** @param {FormatName} name */
export const factsOf = (name) => formats[name];

/**
 * @param {FormatName} name
 * @param {string} what "embeddings", "pictures", "ids", "groups", "order" or "classOrder"
 */
export const holds = (name, what) => formats[name].holds.includes(what);

/**
 * Reads a file or a folder of another tool.
 * @param {Opened} opened
 * @param {ReadOptions} [options]
 * @returns {Promise<Imported & {format: FormatName}>} content without embeddings: its pictures are to be embedded; with
 *   embeddings: of the model "unknown"
 * @throws {ContractError} unknownFormat, badFile, decimalComma, unevenRows, soundProject, …; as checkContent
 * @example
 * const { content, skipped } = await readForeign(await openFile(file), { dimension: 1280 });
 */
export async function readForeign(opened, options) {
	const format = FORMATS.find((each) => each.sniff(opened));
	if (!format) throw new ContractError("unknownFormat", { came: opened.name });
	return { ...(await format.read(opened, options)), format: format.name };
}

/**
 * @param {File} file
 * @returns {Promise<Opened>}
 * @throws {ContractError} badFile, unknownFormat
 */
export async function openFile(file) {
	const name = stemOf(file.name);
	const start = await startOf(file);
	const closed = { name, json: undefined, entries: null, text: null, pieces: () => pieces(file, "utf-8") };
	if (start[0] === 0x50 && start[1] === 0x4b) {
		const zip = await ZipReader.open(file, { isForeign: true });
		if (zip.entries.has("project.json")) throw new ContractError("unknownFormat", { came: file.name });
		const entries = [...zip.entries.values()].map((entry) => ({
			path: entry.name,
			size: entry.size,
			blob: async () => new Blob([await zip.read(entry)]),
		}));
		return { ...closed, entries };
	}
	const { text, encoding } = decode(start);
	// A picture, a program or any other file has bytes that no text has.
	if (text.includes("\u0000") || start.length === 0) throw new ContractError("unknownFormat", { came: file.name });
	if (JSON_START.test(text)) return { ...closed, json: await readJson(file) };
	return {
		...closed,
		text,
		pieces: async function* () {
			yield* pieces(file, encoding !== "utf-8" || (await isUtf8(file)) ? encoding : WINDOWS);
		},
	};
}

/**
 * @param {File} file
 * @returns {Promise<boolean>} whether openFile takes it for JSON
 */
export async function isJson(file) {
	return JSON_START.test(decode(await startOf(file)).text);
}

/** @param {File} file */
const startOf = async (file) => new Uint8Array(await file.slice(0, START_BYTES).arrayBuffer());

/** @param {Uint8Array} start */
function decode(start) {
	const encoding = start[0] === 0xff && start[1] === 0xfe ? "utf-16le" : "utf-8";
	return { encoding, text: new TextDecoder(encoding).decode(start) };
}

/**
 * @param {{path: string, file: File}[]} files a folder's, with those in its folders
 * @param {string} name the folder's
 * @returns {Opened}
 */
export function openFolder(files, name) {
	const entries = files.map(({ path, file }) => ({ path, size: file.size, blob: async () => file }));
	return { name: shortened(name), json: undefined, entries, text: null, pieces: () => pieces(new Blob(), "utf-8") };
}

/**
 * Whether a format can hold anything of a project.
 * @param {FormatName} name
 * @param {ProjectContent} content
 * @returns {number} how many examples it would hold
 */
export function countHeld(name, { examples, embeddings }) {
	if (holds(name, "embeddings")) return embeddings ? examples.length : 0;
	return examples.filter(({ thumbnail }) => thumbnail !== null).length;
}

/**
 * @param {FormatName} name
 * @param {ProjectContent} content
 * @param {{onProgress?: (share: number) => Promise<void>|void}} [options]
 * @returns {Promise<Blob>}
 * @throws {ContractError} nothingToExport
 */
export async function writeForeign(name, content, { onProgress } = {}) {
	const format = /** @type {Format} */ (FORMATS.find((each) => each.name === name));
	if (countHeld(name, content) === 0) throw new ContractError("nothingToExport", { came: factsOf(name).title });
	/** @type {BlobPart[]} */
	const parts = [];
	const total = content.examples.length;
	if (format.entries) {
		const zip = new ZipWriter({ write: (bytes) => void parts.push(bytes.slice()) });
		let done = 0;
		for (const { path, blob } of format.entries(content)) {
			await zip.add(path, [new Uint8Array(await blob.arrayBuffer())]);
			await onProgress?.(done++ / total);
		}
		await zip.close();
		return new Blob(parts, { type: "application/zip" });
	}
	for await (const text of /** @type {NonNullable<Format["write"]>} */ (format.write)(content)) {
		parts.push(text);
		await onProgress?.(Math.min(1, parts.length / total));
	}
	return new Blob(parts, { type: name === "csv" ? "text/csv" : "application/json" });
}

/** @param {string} name of a file */
const stemOf = (name) => shortened(name.replace(/\.[a-z0-9]{1,12}$/i, ""));

/** @param {string} name as a project may have it */
const shortened = (name) => [...name].slice(0, limits.nameCharacters).join("").trim();

/** @param {Blob} file */
async function readJson(file) {
	if (file.size > MAX_JSON_BYTES)
		throw new ContractError("badFile", { came: "JSON", expected: `≤ ${MAX_JSON_BYTES} B` });
	try {
		return JSON.parse(await file.text());
	} catch (error) {
		if (error instanceof SyntaxError) throw new ContractError("badFile", { came: "JSON", expected: "JSON" });
		throw error;
	}
}

/**
 * @param {Blob} file
 * @returns {Promise<boolean>} whether all its bytes are UTF-8
 */
async function isUtf8(file) {
	const decoder = new TextDecoder("utf-8", { fatal: true });
	try {
		for (const reader = file.stream().getReader(); ; ) {
			const { value, done } = await reader.read();
			decoder.decode(value, { stream: !done });
			if (done) return true;
		}
	} catch (error) {
		if (error instanceof TypeError) return false;
		throw error;
	}
}

/**
 * @param {Blob} file
 * @param {string} encoding
 * @returns {AsyncGenerator<Piece>}
 */
async function* pieces(file, encoding) {
	const decoder = new TextDecoder(encoding);
	const reader = file.stream().getReader();
	let read = 0;
	for (;;) {
		const { value, done } = await reader.read();
		read += value?.length ?? 0;
		yield { text: decoder.decode(value, { stream: !done }), isLast: done, share: read / Math.max(1, file.size) };
		if (done) return;
	}
}

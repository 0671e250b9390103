// The two JSON files in a project's file: what they must be to be read at all. content.js checks what they say.
// docs/file.schema.json describes them. The twin is server/exchange/project_json.py.

import limits from "../../../contract/limits.json" with { type: "json" };
import { ContractError } from "../contract/errors.js";
import { DEFAULT_SETTINGS } from "../state/state.js";
import { readActionRows } from "./action-rows.js";
import { badFile } from "./bad-file.js";

export const FORMAT = "show-and-tell";
/** The version of the format that is written, and the newest that is read. */
export const VERSION = 1;
export const embeddingsName = "embeddings.npy";

const MAX_DEPTH = 32;
const PICTURE_NAME = /^thumbnails\/[0-9]{1,9}\.(?:jpg|png|webp)$/;

/**
 * @param {number} place of the example, from 0
 * @param {"jpg"|"png"|"webp"} kind
 * @returns {string}
 * @example
 * pictureName(7, "jpg"); // "thumbnails/7.jpg"
 */
export function pictureName(place, kind) {
	return `thumbnails/${place}.${kind}`;
}

/**
 * Reads JSON that is untrusted: UTF-8, an object, not nested deeply.
 * @param {Uint8Array} bytes
 * @param {string} name of the file, for the error
 * @returns {Record<string, any>}
 * @throws {ContractError} badFile
 * @example
 * readJson(new TextEncoder().encode('{"a": 1}'), "a.json"); // { a: 1 }
 */
export function readJson(bytes, name) {
	checkDepth(bytes, name);
	/** @type {unknown} */
	let value;
	try {
		value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
	} catch {
		throw badFile(name, "JSON, UTF-8");
	}
	if (!isObject(value)) throw badFile(name, "{…}");
	return value;
}

/**
 * @param {Uint8Array} bytes
 * @param {string} name
 */
function checkDepth(bytes, name) {
	let depth = 0;
	let isText = false;
	for (let i = 0; i < bytes.length; i++) {
		const byte = bytes[i];
		if (isText) {
			if (byte === 0x5c) i += 1;
			else if (byte === 0x22) isText = false;
		} else if (byte === 0x22) isText = true;
		else if (byte === 0x5b || byte === 0x7b) depth += 1;
		else if (byte === 0x5d || byte === 0x7d) depth -= 1;
		if (depth > MAX_DEPTH) throw badFile(name, `{{{… ≤ ${MAX_DEPTH}`);
	}
}

/**
 * Reads project.json. Keys that it doesn't know are ignored.
 * @param {Uint8Array} bytes
 * @returns {{name: string, settings: any, classes: any[], hasEmbeddings: boolean, actions: {label: string, actions: any[]}[],
 *   examples: {id: string, label: string, group: string|null, thumbnail: string|null}[]}} not checked yet: what is in them
 * @throws {ContractError} badFile, newerFile
 */
export function readProject(bytes) {
	const {
		format,
		version,
		name,
		settings = null,
		counts,
		embeddings,
		classes,
		examples,
		actions,
	} = readJson(bytes, "project.json");
	if (format !== FORMAT) throw badFile("project.json: format", FORMAT);
	if (!Number.isSafeInteger(version) || version < 1) throw badFile("project.json: version", `1–${VERSION}`);
	if (version > VERSION) throw new ContractError("newerFile", { came: version, expected: VERSION });
	if (!isList(classes, limits.classesPerRoom))
		throw badFile("project.json: classes", `[{…}] ≤ ${limits.classesPerRoom}`);
	if (!isList(examples, limits.examplesPerRoom)) {
		throw badFile("project.json: examples", `[{…}] ≤ ${limits.examplesPerRoom}`);
	}
	if (embeddings !== null && embeddings !== embeddingsName) throw badFile("project.json: embeddings", embeddingsName);
	if (settings !== null && !isObject(settings)) throw badFile("project.json: settings", "{…}");
	const pictures = picturesOf(examples);
	const found = { classes: classes.length, examples: examples.length, thumbnails: pictures.size };
	for (const [key, count] of Object.entries(found)) {
		if (!isObject(counts) || counts[key] !== count) throw badFile(`project.json: counts.${key}`, `${count}`);
	}
	return {
		name,
		settings: settings && settingsOf(settings),
		hasEmbeddings: embeddings !== null,
		classes: classes.map(({ label, colour = null, emoji = null, enabled = true }) => ({
			...{ label, colour, emoji, enabled },
		})),
		actions: readActionRows(actions),
		examples: examples.map(({ id, label, group = null, thumbnail = null }) => ({ id, label, group, thumbnail })),
	};
}

/** @param {Record<string, any>} settings */
function settingsOf(settings) {
	const { k, metric, weights, unknownDistance } = { ...DEFAULT_SETTINGS, ...settings };
	return { k, metric, weights, unknownDistance };
}

/** @param {any[]} examples */
function picturesOf(examples) {
	const names = new Set();
	for (const { thumbnail = null } of examples) {
		if (thumbnail === null) continue;
		const isName = typeof thumbnail === "string" && PICTURE_NAME.test(thumbnail);
		if (!isName || names.has(thumbnail)) throw badFile("project.json: thumbnail", "thumbnails/7.jpg");
		names.add(thumbnail);
	}
	return names;
}

/**
 * Reads model.json. Keys that it doesn't know are ignored.
 * @param {Uint8Array} bytes
 * @returns {{id: string, dimension: number, title: string|null}} id and dimension not checked yet
 * @throws {ContractError} badFile
 */
export function readModel(bytes) {
	const { id, dimension, title } = readJson(bytes, "model.json");
	const isModel =
		typeof id === "string" && Number.isInteger(dimension) && dimension >= 1 && dimension <= limits.dimension;
	if (!isModel) throw badFile("model.json", `id, dimension 1–${limits.dimension}`);
	return { id, dimension, title: typeof title === "string" ? title.slice(0, limits.modelIdCharacters) : null };
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, any>}
 */
function isObject(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * @param {unknown} value
 * @param {number} most
 * @returns {value is Record<string, any>[]}
 */
function isList(value, most) {
	return Array.isArray(value) && value.length <= most && value.every(isObject);
}

// The file of a project, `.showandtell`: docs/file.md describes it. Reading checks everything before it gives anything back. The
// twin is server/exchange/showandtell.py.

import limits from "../../../contract/limits.json" with { type: "json" };
import { ContractError } from "../contract/errors.js";
import { joinPictures, sourceOf, withThumbnail } from "../project/lazy-picture.js";
import { readActionFile } from "./action-file.js";
import { nameActionFiles } from "./action-rows.js";
import { badFile } from "./bad-file.js";
import { checkInSlices, PICTURE_TYPES, pictureKind } from "./content.js";
import { npyHeader, readNpyHeader } from "./npy.js";
import { pictureShape } from "./picture-shape.js";
import { embeddingsName, FORMAT, pictureName, readModel, readProject, VERSION } from "./project-json.js";
import { Slices } from "./slices.js";
import { ZipReader } from "./zip-reader.js";
import { ZipWriter } from "./zip-writer.js";

/**
 * @typedef {import("./content.js").ProjectContent} ProjectContent
 * @typedef {import("./slices.js").WorkOptions} WorkOptions
 * @typedef {import("./zip-writer.js").ByteSink} ByteSink
 */

const PIECE_NUMBERS = 2 ** 19;
/** So many pictures are fetched at once: each fetch takes its time, however small. */
const PICTURES = 256;
/** So many examples make one piece of project.json. */
const LINES = 500;

/**
 * Writes a project as a file, piece by piece.
 * @param {ProjectContent} content
 * @param {ByteSink} sink is written to in order, and not closed
 * @param {WorkOptions & {title?: string}} [options] title: the model's, for a person
 * @throws {ContractError} checkContent's, and badFile for what is too large; the signal's reason
 * @example
 * const stream = await handle.createWritable();
 * await writeShowandtell(content, stream, { onProgress, signal });
 * await stream.close();
 */
export async function writeShowandtell(content, sink, options = {}) {
	await checkInSlices(content, new Slices(0, { signal: options.signal }));
	const { model, examples, embeddings } = content;
	const pictures = examples.flatMap((example, i) => {
		const source = sourceOf(example);
		return source ? [{ source, i }] : [];
	});
	const actions = nameActionFiles(content.actions ?? []);
	const sizes = [...pictures.map(({ source }) => source.size), ...actions.files.map(({ blob }) => blob.size)];
	const total = sizes.reduce((sum, size) => sum + size, embeddings?.byteLength ?? 0);
	// A zip of the old kind, which everything reads, has no more than 4 GB. The rest of what a reader takes is for the JSON.
	const most = limits.fileBytes - limits.fileJsonBytes;
	if (total > most) throw badFile("zip", `≤ ${most} B`);
	const slices = new Slices(total + examples.length * 100, options);
	const zip = new ZipWriter(sink);
	await zip.add("project.json", projectLines(content, actions.rows, slices), { deflate: true });
	if (model) {
		const text = JSON.stringify(
			{ id: model.id, dimension: model.dimension, title: options.title ?? model.id },
			null,
			"\t",
		);
		await zip.add("model.json", [new TextEncoder().encode(`${text}\n`)]);
	}
	if (embeddings && model)
		await zip.add(embeddingsName, npyPieces(embeddings, examples.length, model.dimension, slices));
	for (let first = 0; first < pictures.length; first += PICTURES) {
		const some = pictures.slice(first, first + PICTURES);
		const bytes = new Uint8Array(await joinPictures(some.map(({ source }) => source)).arrayBuffer());
		let at = 0;
		for (const { source, i } of some) {
			const { size, type } = source;
			const picture = bytes.subarray(at, at + size);
			at += size;
			const kind = pictureKind(picture);
			if (kind === null || PICTURE_TYPES[kind] !== type) {
				throw new ContractError("badThumbnail", { came: "bytes of something else", expected: type });
			}
			await zip.add(pictureName(i, kind), [picture]);
			await slices.step(size);
		}
	}
	for (const { name, blob } of actions.files) {
		const bytes = new Uint8Array(await blob.arrayBuffer());
		readActionFile(bytes, name);
		await zip.add(name, [bytes]);
		await slices.step(bytes.length);
	}
	await zip.close();
}

/**
 * @param {ProjectContent} content
 * @param {{label: string, actions: any[]}[]} actions
 * @param {Slices} slices
 */
async function* projectLines({ name, settings, classes, examples, embeddings }, actions, slices) {
	const encoder = new TextEncoder();
	const pictures = examples.filter(sourceOf).length;
	const counts = { classes: classes.length, examples: examples.length, thumbnails: pictures };
	const head = {
		format: FORMAT,
		version: VERSION,
		name,
		createdAt: new Date().toISOString(),
		settings,
		counts,
		embeddings: embeddings ? embeddingsName : null,
		classes: classes.map(({ label, colour, emoji, enabled }) => ({
			...{ label, colour, emoji },
			...(enabled ? {} : { enabled }),
		})),
		...(actions.length > 0 ? { actions } : {}),
	};
	yield encoder.encode(`${JSON.stringify(head, null, "\t").slice(0, -2)},\n\t"examples": [`);
	for (let first = 0; first < examples.length; first += LINES) {
		const lines = examples.slice(first, first + LINES).map((example, i) => {
			const { id, label, group } = example;
			const kind = KINDS.get(sourceOf(example)?.type ?? "");
			const line = { id, label, group, thumbnail: kind ? pictureName(first + i, kind) : null };
			return `${first + i === 0 ? "" : ","}\n\t\t${JSON.stringify(line)}`;
		});
		yield encoder.encode(lines.join(""));
		await slices.step(100 * lines.length);
	}
	yield encoder.encode("\n\t]\n}\n");
}

/** @type {Map<string, "jpg"|"png"|"webp">} */
const KINDS = new Map(Object.entries(PICTURE_TYPES).map(([kind, type]) => [type, /** @type {"jpg"} */ (kind)]));

/**
 * @param {Float32Array} embeddings float32, (n, d)
 * @param {number} n
 * @param {number} d
 * @param {Slices} slices
 */
async function* npyPieces(embeddings, n, d, slices) {
	yield npyHeader(n, d);
	for (let at = 0; at < embeddings.length; at += PIECE_NUMBERS) {
		const piece = embeddings.subarray(at, at + PIECE_NUMBERS);
		yield new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
		await slices.step(piece.byteLength);
	}
}

/**
 * Opens a project's file. Whatever is wrong with it, nothing is given back.
 * @param {Blob} file untrusted
 * @param {WorkOptions} [options]
 * @returns {Promise<ProjectContent & {title: string|null}>} title: the model's, for a person
 * @throws {ContractError} badFile, newerFile; the signal's reason
 * @example
 * const content = await readShowandtell(file, { onProgress, signal });
 */
export async function readShowandtell(file, options = {}) {
	const slices = new Slices(file.size, options);
	const zip = await ZipReader.open(file);
	const project = readProject(await zip.read(theFile(zip, "project.json"), limits.fileJsonBytes));
	await slices.step(theFile(zip, "project.json").packed);
	const modelEntry = zip.entries.get("model.json");
	const model = modelEntry ? readModel(await zip.read(modelEntry, limits.fileJsonBytes)) : null;
	const { name, settings, classes, examples, hasEmbeddings } = project;
	const embeddings = hasEmbeddings ? await readEmbeddings(zip, examples.length, model?.dimension, slices) : null;
	const withPictures = await readPictures(zip, examples, embeddings !== null, slices);
	const named = model && { id: model.id, dimension: model.dimension };
	const actions = await readActions(zip, project.actions, slices);
	const content = { name, model: named, settings, classes, examples: withPictures, embeddings, ...actions };
	try {
		await checkInSlices(content, slices);
	} catch (error) {
		throw error instanceof ContractError ? badContent(error) : error;
	}
	await slices.step(0);
	return { ...content, title: model?.title ?? null };
}

/**
 * @param {ZipReader} zip
 * @param {{label: string, actions: any[]}[]} rows
 * @param {Slices} slices
 */
async function readActions(zip, rows, slices) {
	if (rows.length === 0) return {};
	const actions = [];
	for (const { label, actions: named } of rows) {
		const read = [];
		for (const action of named) {
			const { file = null } = action;
			if (file === null) read.push(action);
			else {
				const bytes = await zip.read(theFile(zip, file), limits.actionFileBytes);
				read.push({ ...action, file: readActionFile(bytes, file) });
				await slices.step(bytes.length);
			}
		}
		actions.push({ label, actions: read });
	}
	return { actions };
}

/** @param {ContractError} error why the content is refused */
function badContent({ code, came, expected }) {
	const isNumbers = code === "notFinite" || code === "zeroVector";
	const part = isNumbers ? embeddingsName : "project.json";
	return badFile(`${part}: ${code}`, [expected, came && `≠ ${came}`].filter(Boolean).join("; ") || "≠ NaN, ≠ 0");
}

/**
 * @param {ZipReader} zip
 * @param {string} name
 */
function theFile(zip, name) {
	const entry = zip.entries.get(name);
	if (!entry) throw badFile(name, name);
	return entry;
}

/**
 * @param {ZipReader} zip
 * @param {number} n
 * @param {number|undefined} d
 * @param {Slices} slices
 * @returns {Promise<Float32Array>} float32, (n, d)
 */
async function readEmbeddings(zip, n, d, slices) {
	const entry = theFile(zip, embeddingsName);
	if (d === undefined) throw badFile("model.json", "model.json");
	const shape = `float32 (${n}, ${d})`;
	if (entry.size < 4 * n * d) throw badFile(embeddingsName, shape);
	const bytes = new Uint8Array(4 * n * d);
	let head = new Uint8Array(0);
	let at = -1;
	for await (const chunk of zip.chunks(entry)) {
		let rest = chunk;
		if (at < 0) {
			head = joined(head, chunk);
			if (head.length < HEAD_BYTES && head.length < entry.size) continue;
			const header = readNpyHeader(head, embeddingsName);
			if (header.n !== n || header.d !== d || entry.size !== header.start + bytes.length) {
				throw badFile(embeddingsName, shape);
			}
			rest = head.subarray(header.start);
			at = 0;
		}
		bytes.set(rest, at);
		at += rest.length;
		await slices.step(chunk.length);
	}
	if (at !== bytes.length) throw badFile(embeddingsName, shape);
	return new Float32Array(bytes.buffer);
}

/** More than any header has. */
const HEAD_BYTES = 5000;

/**
 * @param {Uint8Array} first
 * @param {Uint8Array} second
 */
function joined(first, second) {
	const bytes = new Uint8Array(first.length + second.length);
	bytes.set(first);
	bytes.set(second, first.length);
	return bytes;
}

/**
 * Reads the examples' pictures, hundreds into one Blob.
 * @param {ZipReader} zip
 * @param {{id: string, label: string, group: string|null, thumbnail: string|null}[]} examples
 * @param {boolean} isSmall whether they are thumbnails
 * @param {Slices} slices
 * @returns {Promise<import("./content.js").ContentExample[]>}
 */
async function readPictures(zip, examples, isSmall, slices) {
	/** @type {import("./content.js").ContentExample[]} */
	const read = [];
	for (let first = 0; first < examples.length; first += PICTURES) {
		const some = examples.slice(first, first + PICTURES);
		const pictures = [];
		for (const { thumbnail } of some) {
			const picture = thumbnail === null ? null : await readPicture(zip, thumbnail, isSmall);
			pictures.push(picture);
			if (picture) await slices.step(picture.bytes.length);
		}
		const blob = new Blob(pictures.flatMap((picture) => picture?.bytes ?? []));
		let at = 0;
		for (const [i, { id, label, group }] of some.entries()) {
			const picture = pictures[i];
			const source = picture && { blob, at, size: picture.bytes.length, type: picture.type };
			read.push(withThumbnail({ id, label, group }, source));
			at += picture?.bytes.length ?? 0;
		}
	}
	return read;
}

/**
 * @param {ZipReader} zip
 * @param {string} name
 * @param {boolean} isSmall whether it is a thumbnail
 */
async function readPicture(zip, name, isSmall) {
	const bytes = await zip.read(theFile(zip, name), isSmall ? limits.thumbnailBytes : limits.pictureBytes);
	const kind = pictureKind(bytes);
	if (kind === null || !name.endsWith(`.${kind}`)) throw badFile(name, "JPEG, PNG, WebP");
	const most = isSmall ? limits.thumbnailPixels : limits.picturePixels;
	if (pictureShape(bytes).pixels > most) throw badFile(name, `≤ ${most} px`);
	return { bytes, type: PICTURE_TYPES[kind] };
}

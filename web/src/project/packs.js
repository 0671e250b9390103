// Many examples that come at once, from a file, are kept in packs: one row for the embeddings of hundreds of examples, and one
// for their thumbnails. A row of its own for each would take four times as long, and its Blob a file of its own on disk. Packs
// lie in the same object stores under numbers; ids are text. What belongs to an example that is deleted stays in its pack until
// the project goes: without its row in `examples` nothing finds it. A row of its own wins over a pack. store.js uses this.

import { joinPictures, sourceOf } from "./lazy-picture.js";

/** @typedef {import("./lazy-picture.js").PictureSource} PictureSource */

/**
 * @typedef {object} StoredExample as store.js has it
 * @property {string} id
 * @property {string} label
 * @property {string|null} group
 * @property {number} order of arrival
 * @property {Float32Array} embedding float32, (d,)
 * @property {Blob|null} thumbnail
 * @property {boolean} [mine] whether this browser taught it
 * @property {string|null} [contributor] id of who added it to the room
 * @typedef {import("./database.js").RowChange} RowChange
 */

/**
 * @typedef {object} EmbeddingPack
 * @property {number} id the pack's
 * @property {string[]} ids of its examples
 * @property {Float32Array} embeddings float32, (ids, d)
 */

/**
 * @typedef {object} ThumbnailPack
 * @property {number} id the pack's
 * @property {string[]} ids of its examples that have one
 * @property {Blob} blob all of them, one after another
 * @property {number[]} sizes bytes of each
 * @property {string[]} types of each
 */

/** Examples in one pack: with 1,280 numbers each they are 1.3 MB, which are written in some milliseconds. */
export const PACK_SIZE = 256;

/** The keys of a project's packs. @param {string} project */
export const packRange = (project) => IDBKeyRange.bound([project, 0], [project, Number.MAX_SAFE_INTEGER]);

/**
 * @param {string} project
 * @param {number} id the pack's
 * @param {StoredExample[]} examples PACK_SIZE at most
 * @param {Float32Array} [scratch] float32, (examples, d): where the embeddings are put together; may be used again when the
 *   rows are on disk
 * @returns {RowChange[]} to be written in one transaction
 * @example
 * store.write(packRows(project.id, 0, examples.slice(0, PACK_SIZE)));
 */
export function packRows(project, id, examples, scratch) {
	/** @param {string} store @param {string|number} part @param {Record<string, unknown>} row */
	const row = (store, part, row) => ({ store, key: [project, part], value: { project, id: part, ...row } });
	const changes = examples.map(({ id: example, label, group, order, mine, contributor }) =>
		row("examples", example, { label, group, order, mine, contributor }),
	);
	const d = examples[0]?.embedding.length ?? 0;
	const length = examples.length * d;
	const embeddings = scratch?.length === length ? scratch : new Float32Array(length);
	for (const [i, { embedding }] of examples.entries()) embeddings.set(embedding, i * d);
	changes.push(row("embeddings", id, { ids: examples.map((example) => example.id), embeddings }));
	const pictures = examples.flatMap((example) => {
		const source = sourceOf(example);
		return source ? [{ example: example.id, source }] : [];
	});
	if (pictures.length > 0) {
		changes.push(
			row("thumbnails", id, {
				ids: pictures.map(({ example }) => example),
				blob: joinPictures(pictures.map(({ source }) => source)),
				sizes: pictures.map(({ source }) => source.size),
				types: pictures.map(({ source }) => source.type),
			}),
		);
	}
	return changes;
}

/**
 * @param {({id: string, embedding: Float32Array} | EmbeddingPack)[]} rows
 * @returns {Map<string, Float32Array>} float32, (d,), by example
 * @example
 * embeddingsIn([{ id: 0, ids: ["a", "b"], embeddings }]).get("b");
 */
export function embeddingsIn(rows) {
	/** @type {Map<string, Float32Array>} */
	const found = new Map();
	for (const row of rows) {
		if (!("ids" in row)) continue;
		const d = row.embeddings.length / row.ids.length;
		for (const [i, id] of row.ids.entries()) found.set(id, row.embeddings.subarray(i * d, (i + 1) * d));
	}
	for (const row of rows) if (!("ids" in row)) found.set(row.id, row.embedding);
	return found;
}

/**
 * @param {({id: string, blob: Blob} | ThumbnailPack)[]} rows
 * @returns {Map<string, PictureSource>} by example
 */
export function thumbnailsIn(rows) {
	/** @type {Map<string, PictureSource>} */
	const found = new Map();
	for (const row of rows) {
		if (!("ids" in row)) continue;
		let at = 0;
		for (const [i, id] of row.ids.entries()) {
			found.set(id, { blob: row.blob, at, size: row.sizes[i], type: row.types[i] });
			at += row.sizes[i];
		}
	}
	for (const row of rows) {
		if ("ids" in row) continue;
		found.set(row.id, { blob: row.blob, at: 0, size: row.blob.size, type: row.blob.type });
	}
	return found;
}

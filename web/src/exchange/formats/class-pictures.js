// Pictures of classes as they come out of an archive or a folder: each is checked, and one that can't be used is named and
// passed over. The twin is class_pictures.py.

import limits from "../../../../contract/limits.json" with { type: "json" };
import { ContractError } from "../../contract/errors.js";
import { newId } from "../../knn/ids.js";
import { checkContent, PICTURE_TYPES, pictureKind } from "../content.js";
import { pictureShape } from "../picture-shape.js";

/**
 * @typedef {object} FoundPicture
 * @property {string} label
 * @property {string} path shown where it can't be used
 * @property {number} size in bytes
 * @property {() => Promise<Blob>} blob
 */

/**
 * @param {string} name the project's
 * @param {FoundPicture[]} found in the order of their classes
 * @param {import("./format.js").Skipped[]} skipped gets those that can't be used
 * @param {import("./format.js").ReadOptions} [options]
 * @returns {Promise<import("../content.js").ProjectContent>} checked, without embeddings
 * @throws {ContractError} noPictures; as checkContent, for too many before any is read
 */
export async function contentOfPictures(name, found, skipped, { onProgress } = {}) {
	if (found.length > limits.examplesPerRoom) {
		const came = `${found.length} pictures`;
		throw new ContractError("badDataset", { came, expected: `${limits.examplesPerRoom} at most` });
	}
	/** @type {import("../content.js").ContentExample[]} */
	const examples = [];
	for (const [i, { label, path, size, blob }] of found.entries()) {
		await onProgress?.(i / found.length);
		const picture = await checkedPicture(path, size, blob);
		if (picture instanceof Blob) examples.push({ id: newId(), label, group: null, thumbnail: picture });
		else skipped.push({ name: path, reason: picture });
	}
	if (examples.length === 0) {
		throw new ContractError("noPictures", { came: skipped[0]?.name ?? name });
	}
	const labels = [...new Set(examples.map(({ label }) => label))];
	const classes = labels.map((label) => ({ label, colour: null, emoji: null, enabled: true }));
	return checkContent({ name, model: null, settings: null, classes, examples, embeddings: null });
}

/**
 * @param {string} path stays its name: it is shown where the picture can't be embedded later
 * @param {number} size
 * @param {() => Promise<Blob>} blob
 * @returns {Promise<Blob | import("./format.js").SkipReason>}
 */
async function checkedPicture(path, size, blob) {
	if (size === 0) return "empty";
	if (size > limits.pictureBytes) return "big";
	/** @type {Uint8Array<ArrayBuffer>} */
	let bytes;
	try {
		bytes = new Uint8Array(await (await blob()).arrayBuffer());
	} catch {
		// The zip's sum of this one is wrong, or the file is gone.
		return "broken";
	}
	const kind = pictureKind(bytes);
	if (kind === null) return "notPicture";
	const { isWhole, pixels } = pictureShape(bytes);
	if (pixels > limits.picturePixels) return "big";
	return isWhole ? new File([bytes], path, { type: PICTURE_TYPES[kind] }) : "broken";
}

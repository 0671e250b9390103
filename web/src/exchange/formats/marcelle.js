// What Marcelle's datasets download and upload (@marcellejs/core, core/dataset/dataset.ts): {marcelleMeta, instances}. An
// instance has x (the features or the picture), y (the label) and a thumbnail as a data address. The twin is marcelle.py.

import limits from "../../../../contract/limits.json" with { type: "json" };
import { ContractError } from "../../contract/errors.js";
import { newId } from "../../knn/ids.js";
import { checkContent, PICTURE_TYPES, pictureKind } from "../content.js";
import { pictureShape } from "../picture-shape.js";
import { isFlat, isObject } from "./json-tensors.js";
import { Rows } from "./rows.js";
import { number } from "./write-numbers.js";

const DATA_ADDRESS = /^data:image\/[a-z+]{2,10};base64,/;

/** @type {import("./format.js").Format} */
export const marcelle = {
	name: "marcelle",
	sniff: ({ json }) => isObject(json) && Array.isArray(json.instances),
	async read({ json, name }) {
		const { instances } = /** @type {{instances: unknown[]}} */ (json);
		/** @type {import("./format.js").Skipped[]} */
		const skipped = [];
		const read = instances.flatMap((instance, i) => {
			const made = readInstance(instance);
			if (typeof made !== "string") return [{ ...made, place: `${i + 1}` }];
			skipped.push({ name: `${i + 1}`, reason: made });
			return [];
		});
		if (read.length === 0) throw new ContractError("noExamplesInFile", { came: name });
		if (read.every(({ numbers }) => numbers !== null)) return { content: contentOfNumbers(name, read), skipped };
		// Of those that have numbers alone, nothing could be made here.
		const pictured = read.filter(({ picture }) => picture !== null);
		for (const { place, picture } of read) if (picture === null) skipped.push({ name: place, reason: "notPicture" });
		return { content: contentOfPictures(name, pictured), skipped };
	},
	async *write({ examples, embeddings, model }) {
		const d = model?.dimension ?? 0;
		yield '{"marcelleMeta":{"type":"dataset"},\n"instances":[';
		for (const [i, { id, label, group, thumbnail }] of examples.entries()) {
			const row = Array.from(/** @type {Float32Array} */ (embeddings).subarray(i * d, (i + 1) * d), number);
			const facts = JSON.stringify({ id, y: label, thumbnail: thumbnail && (await dataAddress(thumbnail)), group });
			yield `${i ? ",\n" : ""}${facts.slice(0, -1)},"x":[[${row.join(",")}]]}`;
		}
		yield "]}";
	},
};

/** @typedef {{id: string|null, label: string, group: string|null, numbers: ArrayLike<number>|null, picture: Blob|null}} Instance */

/**
 * @param {any} instance
 * @returns {Instance | import("./format.js").SkipReason}
 */
function readInstance(instance) {
	if (!isObject(instance)) return "unlabelled";
	const { id, x, y, thumbnail, group } = instance;
	if (typeof y !== "string" && typeof y !== "number") return "unlabelled";
	const inner = Array.isArray(x) && x.length === 1 ? x[0] : x;
	const numbers = isFlat(inner) ? Array.from(Object.values(inner)) : isFlat(x) ? Array.from(Object.values(x)) : null;
	const picture = pictureOf(x) ?? pictureOf(thumbnail);
	if (numbers === null && picture === null) return "notPicture";
	if (picture && picture.pixels > (numbers ? limits.thumbnailPixels : limits.picturePixels)) return "big";
	return {
		id: typeof id === "string" && id !== "" ? id : null,
		label: String(y),
		group: typeof group === "string" && group !== "" ? group : null,
		numbers,
		picture: picture?.blob ?? null,
	};
}

/**
 * @param {unknown} address a data address
 * @returns {{blob: Blob, pixels: number} | null} null: no picture that can be kept
 */
function pictureOf(address) {
	if (typeof address !== "string" || !DATA_ADDRESS.test(address)) return null;
	try {
		const bytes = Uint8Array.from(atob(address.slice(address.indexOf(",") + 1)), (character) =>
			character.charCodeAt(0),
		);
		const kind = pictureKind(bytes);
		return kind && { blob: new Blob([bytes], { type: PICTURE_TYPES[kind] }), pixels: pictureShape(bytes).pixels };
	} catch {
		return null;
	}
}

/** @param {string} name @param {Instance[]} instances */
function contentOfNumbers(name, instances) {
	const rows = new Rows(name);
	for (const { id, label, group, numbers, picture } of instances) {
		rows.add(label, /** @type {ArrayLike<number>} */ (numbers), { id, group, thumbnail: picture });
	}
	return rows.content();
}

/** @param {string} name @param {Instance[]} instances */
function contentOfPictures(name, instances) {
	const labels = [...new Set(instances.map(({ label }) => label))];
	return checkContent({
		name,
		model: null,
		settings: null,
		classes: labels.map((label) => ({ label, colour: null, emoji: null, enabled: true })),
		examples: instances.map(({ id, label, group, picture }) => ({
			id: id ?? newId(),
			label,
			group,
			thumbnail: picture,
		})),
		embeddings: null,
	});
}

/** @param {Blob} picture */
async function dataAddress(picture) {
	const bytes = new Uint8Array(await picture.arrayBuffer());
	let text = "";
	for (const byte of bytes) text += String.fromCharCode(byte);
	return `data:${picture.type};base64,${btoa(text)}`;
}

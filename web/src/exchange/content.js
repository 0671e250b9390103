// What a file of a project holds, whatever its format, and which content is refused. Every format's module turns its file
// into a ProjectContent and back. The twin is server/exchange/content.py.

import limits from "../../../contract/limits.json" with { type: "json" };
import { isEmoji } from "../contract/emoji.js";
import { ContractError } from "../contract/errors.js";
import { asLabel, asName } from "../knn/checks.js";
import { checkSettings } from "../knn/options.js";
import { sourceOf } from "../project/lazy-picture.js";
import { checkActionRows } from "./action-rows.js";

/**
 * @typedef {object} ProjectContent
 * @property {string} name "" where none was given
 * @property {{id: string, dimension: number} | null} model whose embeddings it holds; null: pictures only
 * @property {import("../state/result.js").ClassifierSettings | null} settings null: the format has none
 * @property {ContentClass[]} classes in class order; some may have no examples
 * @property {ContentExample[]} examples in order of arrival
 * @property {Float32Array | null} embeddings float32, (n, d) in C order, finite, no row of zeros; null: pictures only, and
 *   every example has one
 * @property {import("./action-rows.js").ContentActions[]} [actions] what happens when a class has won
 */

/**
 * @typedef {object} ContentClass
 * @property {string} label
 * @property {number | null} colour palette slot; null: whichever is free
 * @property {string | null} emoji
 * @property {boolean} enabled false: it is switched off, and its examples have no vote
 */

/**
 * @typedef {object} ContentExample
 * @property {string} id
 * @property {string} label of one of the classes
 * @property {string | null} group the recording that it belongs to
 * @property {Blob | null} thumbnail a JPEG, PNG or WebP of at most thumbnailBytes; where there are no embeddings, the picture
 *   itself, of at most pictureBytes
 */

/** What a picture in a file may be. @type {Readonly<Record<"jpg" | "png" | "webp", string>>} */
export const PICTURE_TYPES = Object.freeze({ jpg: "image/jpeg", png: "image/png", webp: "image/webp" });

/**
 * Refuses content that no project could hold. Keys that it doesn't know are ignored.
 * @param {ProjectContent} content its types are checked too
 * @returns {ProjectContent} the same
 * @throws {ContractError} badDataset; badLabel, emptyLabel, longLabel, badId, badGroup, badThumbnail; notFinite, zeroVector; badK,
 *   unknownMetric, unknownWeights, badUnknownDistance; badAction
 * @example
 * checkContent({
 * 	name: "Pets", model: { id: "mobilenet", dimension: 2 }, settings: null,
 * 	classes: [{ label: "cat", colour: 0, emoji: null, enabled: true }],
 * 	examples: [{ id: "a", label: "cat", group: null, thumbnail: null }],
 * 	embeddings: Float32Array.of(1, 0),
 * });
 */
export function checkContent(content) {
	for (const _ of checks(content));
	return content;
}

/**
 * The same, in slices, so that the page stays alive.
 * @param {ProjectContent} content
 * @param {import("./slices.js").Slices} slices
 * @throws {ContractError} as checkContent; the signal's reason
 * @example
 * await checkInSlices(content, new Slices(0, { signal }));
 */
export async function checkInSlices(content, slices) {
	for (const _ of checks(content)) await slices.step(0);
}

/**
 * @param {ProjectContent} content
 * @returns {Generator<void>} after each example
 */
function* checks(content) {
	const { name, model, settings, classes, examples, embeddings, actions = [] } = content;
	// Half a character, which JSON can spell, could not be sent to anyone.
	if (!isText(name, 0, limits.nameCharacters) || /\p{Surrogate}/u.test(name)) {
		refuse("its name", `text of at most ${limits.nameCharacters} characters`);
	}
	if (
		model !== null &&
		!(isText(model?.id, 1, limits.modelIdCharacters) && isWhole(model.dimension, 1, limits.dimension))
	) {
		refuse("its model", `an id, and a dimension from 1 to ${limits.dimension}`);
	}
	if (settings !== null) checkProjectSettings(settings);
	checkClasses(classes);
	const labels = new Set(classes.map(({ label }) => label));
	checkActionRows(actions, labels);
	yield* checkExamples(examples, labels, embeddings ? limits.thumbnailBytes : limits.pictureBytes);
	if (embeddings !== null) yield* checkEmbeddings(embeddings, examples.length, model?.dimension);
	else if (examples.some((example) => sourceOf(example) === null)) {
		refuse("an example without an embedding and without a picture", "one of the two");
	}
}

/**
 * Checks settings as they travel: "auto" is allowed, a limit as an evaluation finds it is not.
 * @param {import("../state/result.js").ClassifierSettings} settings
 * @throws {ContractError} badDataset, badK, unknownMetric, unknownWeights or badUnknownDistance
 */
function checkProjectSettings(settings) {
	if (typeof settings !== "object" || Array.isArray(settings)) refuse("its settings", "an object");
	const { k, metric, weights, unknownDistance } = settings;
	if (typeof unknownDistance === "object" && unknownDistance !== null) {
		throw new ContractError("badUnknownDistance", { came: typeof unknownDistance });
	}
	checkSettings({
		k,
		metric: metric === "auto" ? "cosine" : metric,
		weights,
		unknownDistance: unknownDistance === "auto" ? null : unknownDistance,
	});
}

/** @param {ContentClass[]} classes */
function checkClasses(classes) {
	if (!Array.isArray(classes)) refuse("its classes", "a list");
	if (classes.length > limits.classesPerRoom) {
		refuse(`${classes.length} classes`, `${limits.classesPerRoom} at most`);
	}
	const labels = new Set();
	for (const each of classes) {
		const { label, colour, emoji, enabled } = each ?? {};
		if (labels.has(asLabel(label))) refuse("two classes of one name", "each name once");
		labels.add(label);
		if (colour !== null && !isWhole(colour, 0, limits.colours - 1)) {
			refuse("a class's colour", `nothing, or a number from 0 to ${limits.colours - 1}`);
		}
		if (emoji !== null && !(typeof emoji === "string" && isEmoji(emoji))) {
			refuse("a class's emoji", "nothing, or one single emoji");
		}
		if (typeof enabled !== "boolean") refuse("a class's enabled", "true or false");
	}
}

/**
 * @param {ContentExample[]} examples
 * @param {Set<string>} labels of the classes
 * @param {number} pictureBytes the most
 */
function* checkExamples(examples, labels, pictureBytes) {
	if (!Array.isArray(examples)) refuse("its examples", "a list");
	if (examples.length > limits.examplesPerRoom) {
		refuse(`${examples.length} examples`, `${limits.examplesPerRoom} at most`);
	}
	const ids = new Set();
	for (const each of examples) {
		const { id, label, group } = each ?? {};
		if (ids.has(asName(id, "badId"))) refuse("two examples of one id", "each id once");
		ids.add(id);
		if (!labels.has(label)) refuse("an example of no class", "the name of one of the classes");
		if (group !== null) asName(group, "badGroup");
		const source = sourceOf(each);
		if (source !== null) checkPicture(source, pictureBytes);
		yield;
	}
}

/**
 * @param {import("../project/lazy-picture.js").PictureSource} source
 * @param {number} pictureBytes the most
 */
function checkPicture({ blob, size, type }, pictureBytes) {
	if (!(blob instanceof Blob) || !Object.values(PICTURE_TYPES).includes(type)) {
		throw new ContractError("badThumbnail", { came: type ?? typeof blob, expected: pictureBytes });
	}
	if (size === 0 || size > pictureBytes) {
		throw new ContractError("badThumbnail", { came: `${size} B`, expected: pictureBytes });
	}
}

/**
 * @param {Float32Array} embeddings float32, (n, d)
 * @param {number} n
 * @param {number | undefined} d undefined: the content has no model
 */
function* checkEmbeddings(embeddings, n, d) {
	if (!(embeddings instanceof Float32Array)) refuse("its embeddings", "32-bit numbers");
	if (d === undefined) refuse("embeddings of no model", "the model's id and dimension");
	else if (embeddings.length !== n * d) refuse(`${embeddings.length} numbers`, `${n} embeddings of ${d} numbers`);
	else {
		for (let row = 0; row < n; row++) {
			checkRow(embeddings, row * d, d);
			yield;
		}
	}
}

/**
 * Checks one embedding of many.
 * @param {Float32Array} embeddings float32, (n, d)
 * @param {number} start the row's first number
 * @param {number} d
 * @throws {ContractError} notFinite with its position in the row, or zeroVector
 * @example
 * checkRow(Float32Array.of(1, 0, 0, 0), 2, 2); // throws ContractError "zeroVector"
 */
export function checkRow(embeddings, start, d) {
	let sum = 0;
	for (let i = start; i < start + d; i++) sum += embeddings[i] * embeddings[i];
	if (!Number.isFinite(sum)) {
		const came = embeddings.subarray(start, start + d).findIndex((number) => !Number.isFinite(number));
		throw new ContractError("notFinite", { came });
	}
	if (sum === 0) throw new ContractError("zeroVector");
}

/**
 * What a picture is, by its first bytes.
 * @param {Uint8Array} bytes 12 of them or more
 * @returns {"jpg" | "png" | "webp" | null} null: none of these
 * @example
 * pictureKind(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)); // "jpg"
 */
export function pictureKind(bytes) {
	/** @param {number} at @param {number[]} signature */
	const has = (at, signature) => signature.every((byte, i) => bytes[at + i] === byte);
	if (has(0, [0xff, 0xd8, 0xff])) return "jpg";
	if (has(0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return "png";
	if (has(0, [0x52, 0x49, 0x46, 0x46]) && has(8, [0x57, 0x45, 0x42, 0x50])) return "webp";
	return null;
}

/**
 * @param {unknown} value
 * @param {number} least characters
 * @param {number} most characters
 */
function isText(value, least, most) {
	if (typeof value !== "string") return false;
	const { length } = [...value];
	return length >= least && length <= most;
}

/**
 * @param {unknown} value
 * @param {number} least
 * @param {number} most
 */
function isWhole(value, least, most) {
	return Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
}

/**
 * @param {string} came
 * @param {string} expected
 * @returns {never}
 */
function refuse(came, expected) {
	throw new ContractError("badDataset", { came, expected });
}

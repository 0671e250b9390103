// An image project of Teachable Machine. Its file (.tm) is a zip: manifest.json, and one picture an example whose name is
// the class, "-!-" and a number. Projects of its open successor have samples/0_1.png, and the names in metadata.json.
// Google's own reader is in no package; this follows programs that read and write such files. The twin is
// teachable_machine.py.

import { ContractError } from "../../contract/errors.js";
import { badFile } from "../bad-file.js";
import { contentOfPictures } from "./class-pictures.js";
import { distinctNames, endingOf } from "./folders.js";
import { isObject } from "./json-tensors.js";

const NAMED = /^(?:.*\/)?([^/]*)-!-\d+\.([a-z0-9]+)$/is;
const NUMBERED = /^samples\/(\d{1,4})_\d{1,6}\.(png|jpe?g|webp)$/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: a label may hold anything
const NOT_IN_NAMES = /[/\\\u0000-\u001f\u007f]/g;
const MANIFEST = {
	type: "image",
	version: "2.4.10",
	appdata: { publishResult: {}, trainEpochs: 50, trainBatchSize: 16, trainLearningRate: 0.001 },
};
/** A manifest is some hundred bytes. */
const MAX_JSON_BYTES = 1 << 20;

/** @typedef {import("./format.js").Entry} Entry */

/** @type {import("./format.js").Format} */
export const teachableMachine = {
	name: "teachableMachine",
	sniff: ({ entries }) => entries?.some(({ path }) => NAMED.test(path) || NUMBERED.test(path)) ?? false,
	async read({ entries, name }, options) {
		const all = entries ?? [];
		const manifest = await readJson(all, "manifest.json");
		if (manifest?.type === "audio") throw new ContractError("soundProject");
		const named = all.flatMap((entry) => {
			const [, label, ending] = NAMED.exec(entry.path) ?? [];
			return label === undefined ? [] : [{ ...entry, label, ending: ending.toLowerCase() }];
		});
		if (named.some(({ ending }) => ending === "zip")) throw new ContractError("soundProject");
		const found = named.length > 0 ? named : await numbered(all);
		/** @type {import("./format.js").Skipped[]} */
		const skipped = [];
		return { content: await contentOfPictures(name, found, skipped, options), skipped };
	},
	*entries({ classes, examples }) {
		yield { path: "manifest.json", blob: new Blob([JSON.stringify(MANIFEST)], { type: "application/json" }) };
		// A slash would be a folder, and a zip's names hold no control characters.
		const names = distinctNames(
			classes.map(({ label }) => label),
			(label) => label.replaceAll(NOT_IN_NAMES, "_"),
		);
		for (const { label } of classes) {
			const pictures = examples.filter((example) => example.label === label && example.thumbnail);
			for (const [i, { thumbnail }] of pictures.entries()) {
				const picture = /** @type {Blob} */ (thumbnail);
				yield { path: `${names.get(label)}-!-${i}.${endingOf(picture)}`, blob: picture };
			}
		}
	},
};

/** @param {Entry[]} entries */
async function numbered(entries) {
	const metadata = await readJson(entries, "metadata.json");
	const labels = Array.isArray(metadata?.labels) ? metadata.labels : [];
	const found = entries.flatMap((entry) => {
		const [, index] = NUMBERED.exec(entry.path) ?? [];
		return index === undefined ? [] : [{ ...entry, index: Number(index) }];
	});
	return found
		.map((entry) => ({ ...entry, label: labels[entry.index] ?? `Class ${entry.index + 1}` }))
		.sort((one, other) => one.index - other.index);
}

/**
 * @param {Entry[]} entries
 * @param {string} path
 * @returns {Promise<Record<string, any> | null>} null: there is none
 * @throws {ContractError} badFile
 */
async function readJson(entries, path) {
	const entry = entries.find((each) => each.path === path);
	if (!entry) return null;
	if (entry.size > MAX_JSON_BYTES) throw badFile(path, `≤ ${MAX_JSON_BYTES} B`);
	try {
		const json = JSON.parse(await (await entry.blob()).text());
		return isObject(json) ? json : null;
	} catch (error) {
		if (error instanceof SyntaxError) throw badFile(path, "JSON");
		throw error;
	}
}

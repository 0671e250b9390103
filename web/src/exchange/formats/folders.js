// A zip or a folder of class folders. The twin is folders.py.

import { PICTURE_TYPES } from "../content.js";
import { contentOfPictures } from "./class-pictures.js";
import { planTree } from "./tree.js";

/** @type {import("./format.js").Format} */
export const folders = {
	name: "folders",
	sniff: ({ entries }) => entries !== null,
	async read({ entries, name }, options) {
		const byPath = new Map((entries ?? []).map((entry) => [entry.path, entry]));
		const plan = planTree([...byPath.keys()], name);
		/** @type {import("./format.js").Skipped[]} */
		const skipped = plan.loose.map((path) => ({ name: path, reason: "loose" }));
		const found = plan.classes.flatMap(({ label, paths }) =>
			paths.map((path) => {
				const { size, blob } = /** @type {import("./format.js").Entry} */ (byPath.get(path));
				return { label, path, size, blob };
			}),
		);
		return { content: await contentOfPictures(name, found, skipped, options), skipped };
	},
	*entries({ classes, examples }) {
		const names = folderNames(classes.map(({ label }) => label));
		for (const { label } of classes) {
			const pictures = examples.filter((example) => example.label === label && example.thumbnail);
			for (const [i, { thumbnail }] of pictures.entries()) {
				const picture = /** @type {Blob} */ (thumbnail);
				yield { path: `${names.get(label)}/${String(i + 1).padStart(5, "0")}.${endingOf(picture)}`, blob: picture };
			}
		}
	},
};

/** @param {Blob} picture */
export const endingOf = ({ type }) => Object.entries(PICTURE_TYPES).find(([, each]) => each === type)?.[0] ?? "jpg";

// biome-ignore lint/suspicious/noControlCharactersInRegex: they can't be in a file's name
const NOT_IN_NAMES = /[/\\:*?"<>|\u0000-\u001f\u007f]/g;
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d|train|training|val|valid|validation|test|testing)$/i;

/**
 * A folder's name for each class, as every system takes it, and no two the same.
 * @param {string[]} labels
 * @returns {Map<string, string>}
 * @example
 * folderNames(["AC/DC", "ac:dc"]); // Map { "AC/DC" => "AC_DC", "ac:dc" => "ac_dc (2)" }
 */
export function folderNames(labels) {
	const taken = new Set();
	return new Map(
		labels.map((label) => {
			// Hidden folders and such as Windows can't have get a line in front.
			const safe = label.replace(NOT_IN_NAMES, "_").replace(/[. ]+$/, "") || "_";
			const base = safe.startsWith(".") || RESERVED.test(safe) ? `_${safe}` : safe;
			let name = base;
			for (let n = 2; taken.has(name.normalize("NFC").toLowerCase()); n++) name = `${base} (${n})`;
			taken.add(name.normalize("NFC").toLowerCase());
			return [label, name];
		}),
	);
}

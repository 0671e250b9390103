// A zip or a folder of class folders. The twin is folders.py.

import limits from "../../../../contract/limits.json" with { type: "json" };
import { PICTURE_TYPES } from "../content.js";
import { contentOfPictures } from "./class-pictures.js";
import { LITTER, planTree, SPLITS } from "./tree.js";

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
/** Windows can't have such a folder, whatever its ending. */
const DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$/is;

/**
 * A folder's name for each class, as every system takes it, no two the same, and none too long for a label.
 * @param {string[]} labels
 * @returns {Map<string, string>}
 * @example
 * folderNames(["AC/DC", "ac:dc"]); // Map { "AC/DC" => "AC_DC", "ac:dc" => "ac_dc (2)" }
 */
export function folderNames(labels) {
	return distinctNames(labels, safeName, (name) => name.normalize("NFC").toLowerCase());
}

/**
 * A name for each class, no two with the same key, and none longer than a label.
 * @param {string[]} labels
 * @param {(label: string) => string} asSafe the name that a label should have
 * @param {(name: string) => string} [asKey] what two names must not share
 * @returns {Map<string, string>}
 * @example
 * distinctNames(["a", "A", "a "], (label) => label.trim()); // Map { "a" => "a", "A" => "A", "a " => "a (2)" }
 */
export function distinctNames(labels, asSafe, asKey = String) {
	const taken = new Set();
	return new Map(
		labels.map((label) => {
			const base = asSafe(label);
			let name = base;
			for (let n = 2; taken.has(asKey(name)); n++) {
				const end = ` (${n})`;
				name = `${cut(base, limits.labelCharacters - end.length)}${end}`;
			}
			taken.add(asKey(name));
			return [label, name];
		}),
	);
}

/** @param {string} label */
function safeName(label) {
	const name = withoutEnd(label.replace(NOT_IN_NAMES, "_").trimStart()) || "_";
	// Hidden folders, those that Windows can't have, and those that are no classes to the reader get a line in front.
	const isReserved = name.startsWith(".") || DEVICE.test(name) || [...LITTER, ...SPLITS].includes(name.toLowerCase());
	return isReserved ? withoutEnd(cut(`_${name}`, limits.labelCharacters)) : name;
}

/** @param {string} name Windows takes no points and spaces from its end */
const withoutEnd = (name) => name.replace(/[.\s]+$/, "");

/** @param {string} text @param {number} most code points */
const cut = (text, most) => [...text].slice(0, most).join("");

// Classes from a tree of folders: which folder is a class, and which files are its pictures. A dropped folder, a zip and a
// folder of Python's mean the same. The twin is tree.py.

/** @typedef {{label: string, paths: string[]}} PlannedClass paths: sorted */
/** @typedef {{classes: PlannedClass[], loose: string[]}} TreePlan loose: pictures that are in no class folder */

const PICTURE_NAME = /\.(avif|bmp|gif|heic|heif|jfif|jpe?g|png|svg|tiff?|webp)$/i;
/** Folders that programs leave behind. Names that begin with a dot are hidden: .thumbnails, ._cat.jpg, and "..", too. */
export const LITTER = ["__macosx", "@eadir", "$recycle.bin", "system volume information"];
/** Folders that split a data set and are no classes, where they have class folders inside. */
export const SPLITS = ["train", "training", "val", "valid", "validation", "test", "testing"];

/**
 * @param {string} path
 * @returns {boolean} whether this is a picture that a person put there
 */
export function isKept(path) {
	const parts = partsOf(path);
	return PICTURE_NAME.test(path) && !parts.some((part) => part.startsWith(".") || LITTER.includes(part.toLowerCase()));
}

/**
 * The first folder is the class. A folder around all of them is none, nor are train and test; folders inside a class
 * belong to it.
 * @param {string[]} paths of all files, with / or \ between the folders
 * @param {string} name of the one class where there are no folders
 * @returns {TreePlan} classes in the order of their names
 * @example
 * planTree(["pets/dog/1.jpg", "pets/cat/1.jpg", "pets/cat/.thumbnails/1.jpg"], "pets");
 * // { classes: [{ label: "cat", paths: ["pets/cat/1.jpg"] }, { label: "dog", paths: ["pets/dog/1.jpg"] }], loose: [] }
 */
export function planTree(paths, name) {
	let kept = paths
		.filter(isKept)
		.sort()
		.map((path) => ({
			path,
			folders: partsOf(path)
				.slice(0, -1)
				.filter((part) => part !== ""),
		}));
	while (isAround(kept)) kept = kept.map(({ path, folders }) => ({ path, folders: folders.slice(1) }));
	if (isSplit(kept)) kept = kept.map(({ path, folders }) => ({ path, folders: folders.slice(1) }));
	const isFlat = kept.every(({ folders }) => folders.length === 0);
	/** @type {Map<string, string[]>} */
	const classes = new Map();
	/** @type {string[]} */
	const loose = [];
	for (const { path, folders } of kept) {
		if (folders.length === 0 && !isFlat) {
			loose.push(path);
			continue;
		}
		// macOS writes é as two characters.
		const label = (isFlat ? name : folders[0]).normalize("NFC").trim();
		const known = classes.get(label);
		if (known) known.push(path);
		else classes.set(label, [path]);
	}
	const labels = [...classes.keys()].sort();
	return { classes: labels.map((label) => ({ label, paths: classes.get(label) ?? [] })), loose };
}

/** @param {string} path */
const partsOf = (path) => path.split(/[/\\]/);

/** @typedef {{path: string, folders: string[]}[]} Kept */

/** @param {Kept} kept whether one folder is around all, and has class folders */
function isAround(kept) {
	/** @type {Set<string|undefined>} */
	const first = new Set(kept.map(({ folders }) => folders[0]));
	if (first.size !== 1 || first.has(undefined)) return false;
	/** @type {Set<string|undefined>} */
	const inner = new Set(kept.map(({ folders }) => folders[1]));
	return !inner.has(undefined) || inner.size > 2;
}

/** @param {Kept} kept */
const isSplit = (kept) =>
	kept.length > 0 && kept.every(({ folders }) => folders.length > 1 && SPLITS.includes(folders[0].toLowerCase()));

// The files among dropped or pasted files and folders; folders with everything below them. What is passed over is told.

import { problem } from "../../contract/problem.js";

const PICTURE_NAME = /\.(avif|bmp|gif|heic|heif|jfif|jpe?g|png|svg|tiff?|webp)$/i;
/** Files of many examples. */
const COLLECTION_NAME = /\.(zip|tm|json|csv|tsv)$/i;
/** Hidden files and folders: thumbnails, and what macOS writes beside files. */
const HIDDEN_NAME = /^(\.|__MACOSX$)/;

/** @typedef {{path: string, file: File}} DroppedFile path: with the folders that were dropped */
/** @typedef {import("../../exchange/formats/format.js").FolderSource} DroppedTree */

/**
 * Some systems give files no type: their names decide then.
 * @param {File} file
 */
export const isPicture = (file) => file.type.startsWith("image/") || (file.type === "" && PICTURE_NAME.test(file.name));

/**
 * Whether a file is a project's. By its name: no system knows the type.
 * @param {File} file
 */
export const isProjectFile = (file) => file.name.toLowerCase().endsWith(".showandtell");

/**
 * @param {FileSystemEntry} entry
 * @param {string[]} unread gets the names of files and folders that can't be read
 * @param {string} [folder] with a slash at its end
 * @returns {Promise<DroppedFile[]>}
 */
async function readEntry(entry, unread, folder = "") {
	try {
		return await readFiles(entry, unread, folder);
	} catch {
		unread.push(entry.name);
		return [];
	}
}

/**
 * @param {FileSystemEntry} entry
 * @param {string[]} unread
 * @param {string} folder
 * @returns {Promise<DroppedFile[]>}
 */
async function readFiles(entry, unread, folder) {
	if (entry.isFile) {
		/** @type {File} */
		const file = await new Promise((resolve, reject) =>
			/** @type {FileSystemFileEntry} */ (entry).file(resolve, reject),
		);
		return [{ path: `${folder}${entry.name}`, file }];
	}
	const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
	/** @type {DroppedFile[]} */
	const files = [];
	// A reader returns at most a hundred entries at a time, and an empty list at the end.
	for (;;) {
		/** @type {FileSystemEntry[]} */
		const entries = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
		if (entries.length === 0) return files;
		for (const inner of entries) {
			if (!HIDDEN_NAME.test(inner.name)) {
				files.push(...(await readEntry(inner, unread, `${folder}${entry.name}/`)));
			}
		}
	}
}

/**
 * @typedef {object} Dropped
 * @property {File[]} pictures in the order of their folders; where there are none, the first file, so that the person is told
 *   why it can't be used
 * @property {File|DroppedTree|null} collection a file or folders that may hold several classes
 * @property {import("../../contract/errors.js").ErrorObject|null} passedOver what is in neither of them, and why; null: nothing
 */

/**
 * Must be called while the event is handled: afterwards the browser removes the items.
 * @param {DataTransfer|null} transfer
 * @returns {Promise<Dropped>}
 */
export async function readDropped(transfer) {
	if (!transfer) return { pictures: [], collection: null, passedOver: null };
	const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? null);
	// The page opens projects' files, wherever they are dropped: see page-files.js.
	const files = [...transfer.files].filter((file) => !isProjectFile(file));
	const folders = entries.filter((entry) => entry?.isDirectory);
	if (folders.length === 0) {
		const [only] = files;
		const isCollection = files.length === 1 && !isPicture(only) && COLLECTION_NAME.test(only.name);
		return { collection: isCollection ? only : null, ...selectUsable(files, []) };
	}
	/** @type {string[]} */
	const unread = [];
	const all = (await Promise.all(entries.map((entry) => (entry ? readEntry(entry, unread) : [])))).flat();
	const inFolders = new Set(all.filter(({ file }) => isPicture(file)).map(({ path }) => path.replace(/[^/]*$/, "")));
	const usable = selectUsable(
		all.map(({ file }) => file),
		unread,
	);
	if (inFolders.size < 2) return { collection: null, ...usable };
	// What is no picture is told where the tree is read.
	return {
		...usable,
		collection: { name: folders[0]?.name ?? "", files: all },
		passedOver: selectUsable([], unread).passedOver,
	};
}

/**
 * @param {File[]} files
 * @param {string[]} unread names of those that could not be read
 * @returns {Pick<Dropped, "pictures"|"passedOver">}
 */
function selectUsable(files, unread) {
	const pictures = files.filter(isPicture);
	if (pictures.length === 0) pictures.push(...files.slice(0, 1));
	const others = files.length - pictures.length;
	if (unread.length > 0) return { pictures, passedOver: problem("fileNotRead", { came: unread.join(", ") }).toJSON() };
	return { pictures, passedOver: others > 0 ? problem("passedOver", { came: others }).toJSON() : null };
}

/**
 * Whether a drag has files. Which files they are is known only when they are dropped.
 * @param {DragEvent} event
 */
export const hasFiles = (event) => event.dataTransfer?.types.includes("Files") ?? false;

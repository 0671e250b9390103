// The files among dropped or pasted files and folders; folders with everything below them.

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
 * @param {string} [folder] with a slash at its end
 * @returns {Promise<DroppedFile[]>}
 */
async function readFiles(entry, folder = "") {
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
			if (!HIDDEN_NAME.test(inner.name)) files.push(...(await readFiles(inner, `${folder}${entry.name}/`)));
		}
	}
}

/**
 * @param {File[]} files
 * @returns {File[]} the pictures; where there are none, the first file
 */
function selectUsable(files) {
	const pictures = files.filter(isPicture);
	return pictures.length > 0 ? pictures : files.slice(0, 1);
}

/**
 * Must be called while the event is handled: afterwards the browser removes the items.
 * @param {DataTransfer|null} transfer
 * @returns {Promise<{pictures: File[], collection: File|DroppedTree|null}>} pictures: in the order of their folders; where
 *   there are none, the first file, so that the person is told why it can't be used. collection: a file or folders that may
 *   hold several classes
 */
export async function readDropped(transfer) {
	if (!transfer) return { pictures: [], collection: null };
	const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? null);
	// The page opens projects' files, wherever they are dropped: see page-files.js.
	const files = [...transfer.files].filter((file) => !isProjectFile(file));
	const folders = entries.filter((entry) => entry?.isDirectory);
	if (folders.length === 0) {
		const [only] = files;
		const isCollection = files.length === 1 && !isPicture(only) && COLLECTION_NAME.test(only.name);
		return { pictures: selectUsable(files), collection: isCollection ? only : null };
	}
	const all = (await Promise.all(entries.map((entry) => (entry ? readFiles(entry) : [])))).flat();
	const pictures = selectUsable(all.map(({ file }) => file));
	const inFolders = new Set(all.filter(({ file }) => isPicture(file)).map(({ path }) => path.replace(/[^/]*$/, "")));
	const isTree = inFolders.size > 1;
	return { pictures, collection: isTree ? { name: folders[0]?.name ?? "", files: all } : null };
}

/**
 * @param {DataTransfer|null} transfer
 * @returns {Promise<File[]>} the pictures; where there are none, the first file
 */
export const readDroppedPictures = async (transfer) => (await readDropped(transfer)).pictures;

/**
 * Whether a drag has files. Which files they are is known only when they are dropped.
 * @param {DragEvent} event
 */
export const hasFiles = (event) => event.dataTransfer?.types.includes("Files") ?? false;

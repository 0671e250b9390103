// The pictures among dropped or pasted files and folders; folders with everything below them.

const PICTURE_NAME = /\.(avif|bmp|gif|heic|heif|jfif|jpe?g|png|svg|tiff?|webp)$/i;

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
 * @returns {Promise<File[]>}
 */
async function readFiles(entry) {
	if (entry.isFile) {
		return [await new Promise((resolve, reject) => /** @type {FileSystemFileEntry} */ (entry).file(resolve, reject))];
	}
	const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
	/** @type {File[]} */
	const files = [];
	// A reader returns at most a hundred entries at a time, and an empty list at the end.
	for (;;) {
		/** @type {FileSystemEntry[]} */
		const entries = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
		if (entries.length === 0) return files;
		for (const inner of entries) files.push(...(await readFiles(inner)));
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
 * @returns {Promise<File[]>} the pictures, in the order of their folders; where there are none, the first file, so that
 *   the person is told why it can't be used
 */
export async function readDroppedPictures(transfer) {
	if (!transfer) return [];
	const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? null);
	// The page opens projects' files, wherever they are dropped: see page-files.js.
	const files = [...transfer.files].filter((file) => !isProjectFile(file));
	const hasFolder = entries.some((entry) => entry?.isDirectory);
	if (!hasFolder) return selectUsable(files);
	const contents = await Promise.all(entries.map((entry) => (entry ? readFiles(entry) : [])));
	return selectUsable(contents.flat());
}

/**
 * Whether a drag has files. Which files they are is known only when they are dropped.
 * @param {DragEvent} event
 */
export const hasFiles = (event) => event.dataTransfer?.types.includes("Files") ?? false;

// The pictures in what was dropped or pasted: files, and whole folders with everything below them.

const PICTURE_NAME = /\.(avif|bmp|gif|heic|heif|jfif|jpe?g|png|svg|tiff?|webp)$/i;

/**
 * Some systems give no type, so the name counts too.
 * @param {File} file
 */
export const isPicture = (file) => file.type.startsWith("image/") || (file.type === "" && PICTURE_NAME.test(file.name));

/**
 * @param {FileSystemEntry} entry
 * @returns {Promise<File[]>}
 */
async function filesIn(entry) {
	if (entry.isFile) {
		return [await new Promise((resolve, reject) => /** @type {FileSystemFileEntry} */ (entry).file(resolve, reject))];
	}
	const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
	/** @type {File[]} */
	const files = [];
	// A reader gives at most a hundred entries at a time, and an empty list when it is done.
	for (;;) {
		/** @type {FileSystemEntry[]} */
		const entries = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
		if (entries.length === 0) return files;
		for (const inner of entries) files.push(...(await filesIn(inner)));
	}
}

/** @param {File[]} files */
function usable(files) {
	const pictures = files.filter(isPicture);
	return pictures.length > 0 ? pictures : files.slice(0, 1);
}

/**
 * Must be called while the event is being handled: afterwards the browser takes the items away.
 * @param {DataTransfer|null} transfer
 * @returns {Promise<File[]>} the pictures, in the order of their folders; where there is none, the first
 *   file: whoever takes it says why it can't be used
 */
export async function picturesOf(transfer) {
	if (!transfer) return [];
	const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? null);
	const plain = [...transfer.files];
	const hasFolder = entries.some((entry) => entry?.isDirectory);
	if (!hasFolder) return usable(plain);
	const found = await Promise.all(entries.map((entry) => (entry ? filesIn(entry) : [])));
	return usable(found.flat());
}

/**
 * Whether a drag carries files at all; what they are is only told on dropping.
 * @param {DragEvent} event
 */
export const carriesFiles = (event) => event.dataTransfer?.types.includes("Files") ?? false;

// How many bytes this page can still write, tried out. Chromium's estimate names 10 GB whatever is left, so that pages can't tell
// devices apart; but a file of the page's own that is made longer is refused beyond the true limit. Nothing is written for it.
// Loaded after the first load; storage-watch.js imports it.

const NAME = "storage-probe";
/** Halvings of the interval in which the limit lies. */
const STEPS = 5;

/**
 * @param {number[]} sizes bytes, growing
 * @returns {Promise<number|null>} the largest size that fits; below the first one, about as many bytes as fit; null: this browser
 *   has no such files
 * @example
 * await bytesLeft([50_000_000, 250_000_000]); // 250000000: at least so many
 */
export async function bytesLeft(sizes) {
	/** @type {FileSystemDirectoryHandle} */
	let folder;
	try {
		folder = await navigator.storage.getDirectory();
	} catch {
		return null;
	}
	try {
		const file = await folder.getFileHandle(NAME, { create: true });
		let left = 0;
		for (const size of sizes) {
			if (!(await fits(file, size))) break;
			left = size;
		}
		if (left > 0) return left;
		let above = sizes[0];
		for (let step = 0; step < STEPS; step += 1) {
			const middle = Math.floor((left + above) / 2);
			if (await fits(file, middle)) left = middle;
			else above = middle;
		}
		return left;
	} catch (error) {
		// Not even an empty file.
		return isFull(error) ? 0 : null;
	} finally {
		await folder.removeEntry(NAME).catch(() => {});
	}
}

/**
 * @param {FileSystemFileHandle} file
 * @param {number} size
 */
async function fits(file, size) {
	const writable = await file.createWritable();
	try {
		await writable.truncate(size);
		return true;
	} catch (error) {
		if (isFull(error)) return false;
		throw error;
	} finally {
		// What was begun is thrown away, and was never part of the file.
		await writable.abort().catch(() => {});
	}
}

/** @param {unknown} error */
const isFull = (error) => error instanceof Error && error.name === "QuotaExceededError";

// The files that exports contain, as the build lists them (scripts/standalone.js), fetched piece by piece.

/** @typedef {{path: string, size: number}} PageFile path: relative to the page, with slashes */
/** @typedef {"page"|"file"|"sketch"} Part */

const LIST = "standalone.json";

/** @param {string} path within a folder, and nothing that leaves it */
const isInside = (path) => /^[\w.-]+(\/[\w.-]+)*$/.test(path) && !path.split("/").some((part) => /^\.+$/.test(part));

/**
 * @param {string} base the page's address
 * @param {Part} part
 * @param {AbortSignal} [signal]
 * @returns {Promise<{entry: string, files: PageFile[]}>} entry: the path of the one that the others belong to
 * @throws {Error} there is no list, or no such list: the page is not built
 */
export async function listPageFiles(base, part, signal) {
	const response = await fetched(new URL(LIST, base), signal);
	const { [part]: list } = await response.json();
	const { entry, files } = list ?? {};
	if (!Array.isArray(files) || !files.every(({ path, size }) => isInside(path) && Number.isInteger(size))) {
		throw new Error(`${LIST}: expected a list of paths and sizes`);
	}
	return { entry, files };
}

/**
 * @param {string} base the page's address
 * @param {string} path
 * @param {AbortSignal} [signal]
 * @returns {AsyncGenerator<Uint8Array>}
 */
export async function* pageFile(base, path, signal) {
	const { body } = await fetched(new URL(path, base), signal);
	const reader = /** @type {ReadableStream<Uint8Array>} */ (body).getReader();
	for (;;) {
		const { value, done } = await reader.read();
		if (done) return;
		yield value;
	}
}

/**
 * @param {URL} url
 * @param {AbortSignal} [signal]
 */
async function fetched(url, signal) {
	const response = await fetch(url, { signal });
	if (!response.ok) throw new Error(`${url.pathname}: ${response.status} ${response.statusText}`);
	return response;
}

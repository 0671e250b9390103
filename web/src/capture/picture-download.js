// Fetches one picture from an address that a person gave. It runs in fetch-picture.worker.js, which alone may fetch from anywhere.

/** @typedef {{url: string, maxBytes: number}} DownloadRequest */
/**
 * @typedef {{ok: true, bytes: ArrayBuffer, type: string} | {ok: false, reason: "refused"|"large"}
 *   | {ok: false, reason: "status", status: number}} Download refused: by the server's rules or by the network; a browser doesn't
 *   tell which
 */

/**
 * @param {DownloadRequest} request
 * @param {typeof fetch} [get]
 * @returns {Promise<Download>} type: "" where the server names none of a picture's
 * @example
 * await downloadPicture({ url: "https://example.org/cat.jpg", maxBytes: 1000 }); // { ok: false, reason: "large" }
 */
export async function downloadPicture({ url, maxBytes }, get = fetch) {
	try {
		// Nothing of this person goes along: no cookies, and not where the question comes from.
		const response = await get(url, { mode: "cors", credentials: "omit", referrerPolicy: "no-referrer" });
		if (!response.ok) return { ok: false, reason: "status", status: response.status };
		const bytes = await readUpTo(response, maxBytes);
		if (!bytes) return { ok: false, reason: "large" };
		const type = response.headers.get("Content-Type") ?? "";
		return { ok: true, bytes, type: type.startsWith("image/") ? type : "" };
	} catch {
		return { ok: false, reason: "refused" };
	}
}

/**
 * A server may name another length than it sends, or none: what comes is counted.
 * @param {Response} response
 * @param {number} maxBytes
 * @returns {Promise<ArrayBuffer|null>} null: there are more; the rest is not fetched
 */
async function readUpTo(response, maxBytes) {
	const reader = response.body?.getReader();
	if (!reader) return new ArrayBuffer(0);
	/** @type {Uint8Array<ArrayBuffer>[]} */
	const chunks = [];
	let length = 0;
	for (;;) {
		const { done, value } = await reader.read();
		if (done) return await new Blob(chunks).arrayBuffer();
		length += value.length;
		if (length > maxBytes) {
			await reader.cancel();
			return null;
		}
		chunks.push(value);
	}
}

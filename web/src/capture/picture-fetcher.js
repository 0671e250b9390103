// Pictures from addresses. The addresses are checked here, and fetched by a worker that may do nothing else.

import { problem } from "../contract/problem.js";
import { WorkerOwner } from "../workers/worker-owner.js";
import { MAX_BYTES } from "./pictures.js";

/** @typedef {import("./picture-download.js").Download} Download */

const TIMEOUT_MS = 30_000;
/** Browsers let a page of an https address fetch from these by http all the same. */
const OWN_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * Checks an address.
 * @param {string} text
 * @param {string} [pageProtocol] with its colon
 * @returns {URL} http or https
 * @throws {import("../contract/problem.js").Problem} badAddress, insecureAddress
 * @example
 * checkAddress("https://example.org/cat.jpg").host; // "example.org"
 */
export function checkAddress(text, pageProtocol = location.protocol) {
	const url = URL.canParse(text) ? new URL(text) : null;
	const isWeb = url?.protocol === "https:" || url?.protocol === "http:";
	// An address with a password is refused by browsers, and is better not shown.
	if (!url || !isWeb || url.username || url.password) throw problem("badAddress", { came: text });
	if (pageProtocol === "https:" && url.protocol === "http:" && !OWN_HOST.test(url.hostname)) {
		throw problem("insecureAddress", { came: url.host });
	}
	return url;
}

/**
 * The name of a picture by its address.
 * @param {URL} url
 * @returns {string}
 * @example
 * nameOfAddress(new URL("https://example.org/a/my%20cat.jpg?size=2")); // "my cat.jpg"
 */
export function nameOfAddress({ pathname, host }) {
	const last = pathname.split("/").filter(Boolean).at(-1) ?? "";
	try {
		return decodeURIComponent(last) || host;
	} catch {
		return last;
	}
}

export class PictureFetcher {
	#owner;

	/** @param {() => Worker} [makeWorker] */
	constructor(
		makeWorker = () =>
			new Worker(new URL("./fetch-picture.worker.js", import.meta.url), { type: "module", name: "fetch-picture" }),
	) {
		this.#owner = new WorkerOwner({ makeWorker, onMessage: () => {}, onLost: () => {} });
	}

	/**
	 * @param {URL} url
	 * @returns {Promise<File>} whatever came: whether it is a picture, readPicture finds out
	 * @throws {import("../contract/problem.js").Problem} refusedAddress, failedAddress, hugePicture
	 * @example
	 * const file = await fetcher.fetch(checkAddress("https://example.org/cat.jpg"));
	 */
	async fetch(url) {
		const name = nameOfAddress(url);
		this.#owner.start();
		/** @type {Download} */
		const reply = await this.#owner
			.request({ url: url.href, maxBytes: MAX_BYTES }, { timeoutMs: TIMEOUT_MS })
			// It was stopped, or nothing came for too long.
			.catch(() => ({ ok: false, reason: "refused" }));
		if (reply.ok) return new File([reply.bytes], name, { type: reply.type });
		if (reply.reason === "large") throw problem("hugePicture", { came: name, expected: "40 MB" });
		if (reply.reason === "status")
			throw problem("failedAddress", { came: name, expected: `${url.host}: ${reply.status}` });
		throw problem("refusedAddress", { came: name, expected: url.host });
	}

	/** Ends what is under way. Another fetch can follow. */
	stop() {
		this.#owner.stop();
	}
}

// What the server at the page's own address says of its rooms, over HTTP: whether one exists, a new one's
// code, and the
// addresses that other devices reach it at; and the links that are made of them.

import { Problem } from "../contract/problem.js";

/** @typedef {{url: string, kind: string}} Address at which other devices reach the server */
/** @typedef {"exists"|"missing"|"unknown"} RoomPresence unknown: no server answers, or one that can't tell */

/** As server/rooms checks it: see badRoom in contract/errors.json. */
const ROOM_CODE = /^[A-Z0-9-]{3,24}$/;
const TIMEOUT_MS = 5000;

/**
 * @param {string} text as a person types it
 * @returns {string|null} the code; null: no room is called so
 * @example
 * asRoomCode(" Ocean tulip robot 427 "); // "OCEAN-TULIP-ROBOT-427"
 */
export function asRoomCode(text) {
	// Wide letters and other dashes come from keyboards, a space from a code that was said aloud.
	const code = text
		.normalize("NFKC")
		.trim()
		.toUpperCase()
		.replace(/[\s_\p{Pd}]+/gu, "-");
	return ROOM_CODE.test(code) ? code : null;
}

/**
 * @param {string} base the page's address
 * @param {string} code
 * @returns {Promise<RoomPresence>}
 * @throws {Problem} the server says why it does not tell: tooManyTries
 */
export async function askForRoom(base, code) {
	const answer = await ask(base, `api/rooms/${encodeURIComponent(code)}`);
	if (answer?.ok) return "exists";
	if (answer?.error?.code === "tooManyTries") throw new Problem(answer.error);
	return answer?.error?.code === "noSuchRoom" ? "missing" : "unknown";
}

/**
 * @param {string} base the page's address
 * @returns {Promise<{room: string, ownerSecret: string|null}|{error: import("../contract/errors.js").ErrorObject}|null>} a new room's code
 *   and its owner's secret, or why there is none; null: no server answers
 */
export async function makeRoom(base) {
	const answer = await ask(base, "api/rooms", { method: "POST" });
	if (answer?.ok) return { room: answer.room, ownerSecret: answer.ownerSecret ?? null };
	return answer?.error ? { error: answer.error } : null;
}

/**
 * @param {string} base the page's address
 * @returns {Promise<Address[]>} at which other devices reach the server, best first; none: it does not tell
 */
export async function askForAddresses(base) {
	const answer = await ask(base, "api/addresses");
	const addresses = answer?.ok && Array.isArray(answer.addresses) ? answer.addresses : [];
	return addresses.filter((/** @type {any} */ each) => typeof each?.url === "string");
}

/** @param {string} hostname @returns {boolean} whether other devices have no way to this address */
const isLoopback = (hostname) => /^(localhost|.*\.localhost|127\..*|\[::1\])$/.test(hostname);

/** @param {string} hostname @returns {boolean} false: a name like laptop or laptop.local, which not every device can look up */
const isKnownToAll = (hostname) => /[.:]/.test(hostname) && !hostname.endsWith(".local");

/**
 * @param {string} page the page's own address
 * @param {readonly Address[]} addresses the server's; none: it does not tell
 * @param {string} room
 * @returns {{links: string[], isOnlyHere: boolean}} the best first; isOnlyHere: there is one, which no other device can open
 * @example
 * joinLinks("http://127.0.0.1:8000/", [{ url: "https://192.168.1.20:8443/", kind: "lan" }], "KIWI-42");
 * // { links: ["https://192.168.1.20:8443/?room=KIWI-42"], isOnlyHere: false }
 */
export function joinLinks(page, addresses, room) {
	const own = asLink(page, room);
	const told = addresses.flatMap(({ url }) => asLink(url, room) ?? []);
	const links = [
		...new Map(told.filter(({ hostname }) => !isLoopback(hostname)).map((url) => [url.href, url])).values(),
	];
	if (own && !isLoopback(own.hostname) && !links.some(({ href }) => href === own.href)) {
		// A camera needs https. Otherwise the address that has already been used here is the surest.
		const isBetter = own.protocol === "https:" || links.every(({ protocol }) => protocol === "http:");
		if (isBetter && isKnownToAll(own.hostname)) links.unshift(own);
		else links.push(own);
	}
	if (links.length > 0) return { links: links.map(({ href }) => href), isOnlyHere: false };
	return { links: own ? [own.href] : [], isOnlyHere: true };
}

/**
 * @param {string} address
 * @param {string} room
 * @returns {URL|null} null: it is no address of a page
 */
function asLink(address, room) {
	const url = URL.canParse(address) ? new URL(address) : null;
	if (!url || !/^https?:$/.test(url.protocol)) return null;
	url.hash = "";
	url.search = "";
	url.searchParams.set("room", room);
	return url;
}

/**
 * @param {string} base
 * @param {string} path
 * @param {RequestInit} [options]
 * @returns {Promise<any>} what came as JSON; null: nothing did
 */
async function ask(base, path, options) {
	try {
		const signal = AbortSignal.timeout(TIMEOUT_MS);
		const response = await fetch(new URL(path, base), { ...options, signal, headers: { accept: "application/json" } });
		return await response.json();
	} catch {
		return null;
	}
}

// What the server at the page's own address says of its rooms, over HTTP: whether one exists, and a new one's code.

/** @typedef {"exists"|"missing"|"unknown"} RoomPresence unknown: no server answers, or one that can't tell */

/** As server/rooms checks it: see badRoom in contract/errors.json. */
const ROOM_CODE = /^[A-Z0-9-]{3,24}$/;
const TIMEOUT_MS = 5000;

/**
 * @param {string} text as a person types it
 * @returns {string|null} the code; null: no room is called so
 * @example
 * asRoomCode(" kiwi 42 "); // "KIWI-42"
 */
export function asRoomCode(text) {
	// Other dashes come from a phone's keyboard, a space from a code that was said aloud.
	const code = text
		.trim()
		.toUpperCase()
		.replace(/[\s_\p{Pd}]+/gu, "-");
	return ROOM_CODE.test(code) ? code : null;
}

/**
 * @param {string} base the page's address
 * @param {string} code
 * @returns {Promise<RoomPresence>}
 */
export async function askForRoom(base, code) {
	const answer = await ask(base, `api/rooms/${encodeURIComponent(code)}`);
	if (answer?.ok) return "exists";
	return answer?.error?.code === "noSuchRoom" ? "missing" : "unknown";
}

/**
 * @param {string} base the page's address
 * @returns {Promise<{room: string}|{error: import("../contract/errors.js").ErrorObject}|null>} a new room's code, or why there is
 *   none; null: no server answers
 */
export async function makeRoom(base) {
	const answer = await ask(base, "api/rooms", { method: "POST" });
	if (answer?.ok) return { room: answer.room };
	return answer?.error ? { error: answer.error } : null;
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

// Ids that nobody else will choose: of examples, groups (one recording each) and projects. A room's code is the server's.

/**
 * @returns {string} a random (version 4) UUID. `crypto.randomUUID` exists on securely served pages only; elsewhere the
 *   UUID is made from random bytes.
 * @example
 * newId(); // "3f0c8a52-…"
 */
export function newId() {
	if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	bytes[6] = (bytes[6] & 0x0f) | 0x40;
	bytes[8] = (bytes[8] & 0x3f) | 0x80;
	const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
	return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

// Random ids of examples and groups. examples.js makes them up where none is given; the project room makes its own by them.

/**
 * Returns a random (version 4) UUID. Pages that are not served securely have no crypto.randomUUID, and some programs have no
 * crypto at all; they get one too. Ids need not be hard to guess.
 * @returns {string}
 * @example
 * newId(); // "5f0c7a52-8d0e-4d6a-9a53-0a2f5f9b7c11"
 */
export function newId() {
	const source = globalThis.crypto;
	if (typeof source?.randomUUID === "function") return source.randomUUID();
	const bytes = new Uint8Array(16);
	if (typeof source?.getRandomValues === "function") source.getRandomValues(bytes);
	else for (let i = 0; i < bytes.length; i++) bytes[i] = Math.floor(Math.random() * 256);
	bytes[6] = (bytes[6] & 0x0f) | 0x40;
	bytes[8] = (bytes[8] & 0x3f) | 0x80;
	const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
	return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

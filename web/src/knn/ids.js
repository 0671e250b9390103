// Random ids of examples and groups. examples.js makes them up where none is given; the project room makes its own by them.

/**
 * Returns a random (version 4) UUID. crypto.randomUUID is missing on pages that are not served securely; they get one too.
 * @returns {string}
 * @example
 * newId(); // "5f0c7a52-8d0e-4d6a-9a53-0a2f5f9b7c11"
 */
export function newId() {
	if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	bytes[6] = (bytes[6] & 0x0f) | 0x40;
	bytes[8] = (bytes[8] & 0x3f) | 0x80;
	const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
	return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

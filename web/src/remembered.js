// What this browser remembers of a device's choices, as text by key. Where it may keep nothing, a choice is in use until the page
// is closed. Anything may import it.

/**
 * @param {string} key
 * @returns {string|null} null: nothing is remembered; anything may be in it, since other pages of this address can write it
 * @example
 * readRemembered("theme"); // "dark"
 */
export function readRemembered(key) {
	try {
		return localStorage.getItem(key);
	} catch {
		// Storage may be switched off.
		return null;
	}
}

/**
 * @param {string} key
 * @param {string|null} text null: it is forgotten
 * @example
 * remember("theme", "dark");
 */
export function remember(key, text) {
	try {
		if (text === null) localStorage.removeItem(key);
		else localStorage.setItem(key, text);
	} catch {
		// Not remembered, but in use.
	}
}

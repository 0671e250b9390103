// The key of the device that is this tab's camera, kept for a reload: the device goes on with it by itself.

const REMEMBERED = "phoneCamera";

/**
 * @param {string|null} room
 * @returns {{key: string, isUsed: boolean}|null} isUsed: the device was the camera when the page was left; null: the tab has none
 *   for this room
 */
export function recallPhone(room) {
	try {
		const kept = JSON.parse(sessionStorage.getItem(REMEMBERED) ?? "null");
		const isOurs = kept?.room === room && typeof kept.key === "string" && /^\w{16,64}$/.test(kept.key);
		return isOurs ? { key: kept.key, isUsed: kept.isUsed === true } : null;
	} catch {
		// Storage may be switched off, and what it holds is not certain to be ours.
		return null;
	}
}

/**
 * @param {string} room
 * @param {string} key
 * @param {boolean} isUsed
 */
export function rememberPhone(room, key, isUsed) {
	try {
		sessionStorage.setItem(REMEMBERED, JSON.stringify({ room, key, isUsed }));
	} catch {
		// A reload needs a new code then.
	}
}

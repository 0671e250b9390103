// What a screen reader announces of the answer: what it has come to rest at, at most once a second, and never twice in a row.
// Between two things, or right at a limit, the answer changes for some frames: to hear each of them would say nothing.

/** A text that has stayed for so long is announced. */
const SETTLE_MS = 500;
/** The shortest time between two announcements. */
const PAUSE_MS = 1000;
/** If no text stays, the newest is announced after so long. */
const PATIENCE_MS = 2500;

/**
 * @param {(text: string) => void} say
 * @example
 * const announcer = createAnnouncer(console.log);
 * announcer.announce("Mug");
 * announcer.announce("Cup"); // logs "Cup" half a second later
 */
export function createAnnouncer(say) {
	let announcedText = "";
	let newestText = "";
	let announcedMs = Number.NEGATIVE_INFINITY;
	/** Since when the newest text has been another than the announced one; null: it is not. @type {number|null} */
	let waitingSinceMs = null;
	/** @type {ReturnType<typeof setTimeout>|undefined} */
	let timer;
	const speak = () => {
		waitingSinceMs = null;
		announcedText = newestText;
		announcedMs = Date.now();
		say(announcedText);
	};
	return {
		/** @param {string} text */
		announce(text) {
			if (text === newestText) return;
			newestText = text;
			clearTimeout(timer);
			if (text === announcedText) {
				waitingSinceMs = null;
				return;
			}
			const nowMs = Date.now();
			waitingSinceMs ??= nowMs;
			const dueMs = Math.min(nowMs + SETTLE_MS, waitingSinceMs + PATIENCE_MS);
			timer = setTimeout(speak, Math.max(dueMs, announcedMs + PAUSE_MS) - nowMs);
		},
		stop() {
			clearTimeout(timer);
		},
	};
}

// What a screen reader announces of the answer: the newest text, at most once a second, and never twice in a row.

/**
 * @param {(text: string) => void} say
 * @param {number} pauseMs between two announcements
 * @example
 * const announcer = createAnnouncer(console.log);
 * announcer.announce("Mug"); // logs "Mug"
 * announcer.announce("Cup"); // logs "Cup" a second later
 */
export function createAnnouncer(say, pauseMs = 1000) {
	let announcedText = "";
	let newestText = "";
	/** @type {ReturnType<typeof setTimeout>|null} */
	let timer = null;
	const speak = () => {
		timer = null;
		if (newestText === announcedText) return;
		announcedText = newestText;
		say(announcedText);
		timer = setTimeout(speak, pauseMs);
	};
	return {
		/** @param {string} text */
		announce(text) {
			newestText = text;
			if (timer === null) speak();
		},
		stop() {
			if (timer !== null) clearTimeout(timer);
		},
	};
}

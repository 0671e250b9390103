// What a screen reader hears of the answer: the newest words, at most once a second, and nothing twice.

/**
 * @param {(text: string) => void} say
 * @param {number} pause_ms
 */
export function createAnnouncer(say, pause_ms = 1000) {
	let said = "";
	let wanted = "";
	/** @type {ReturnType<typeof setTimeout>|null} */
	let waiting = null;
	const speak = () => {
		waiting = null;
		if (wanted === said) return;
		said = wanted;
		say(said);
		waiting = setTimeout(speak, pause_ms);
	};
	return {
		/** @param {string} text */
		announce(text) {
			wanted = text;
			if (waiting === null) speak();
		},
		stop() {
			if (waiting !== null) clearTimeout(waiting);
		},
	};
}

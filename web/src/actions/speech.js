// Says a text aloud, one at a time: the newest takes the place of what is being said. The page's own words go the same way.

import { problem } from "../contract/problem.js";
import { language } from "../i18n/language.js";

/** Beyond it, a browser without any voice says nothing and tells nothing either. */
const START_MS = 4000;

/** @returns {boolean} whether this browser can say something */
export const canSpeak = () => "speechSynthesis" in globalThis && "SpeechSynthesisUtterance" in globalThis;

/**
 * Says it in the page's language, in place of what is being said.
 * @param {string} text
 * @returns {Promise<void>} when it begins
 * @throws {import("../contract/errors.js").ContractError} noSpeech, soundBlocked
 */
export async function speak(text) {
	if (!canSpeak()) throw problem("noSpeech");
	const { speechSynthesis: synthesis } = globalThis;
	const utterance = new SpeechSynthesisUtterance(text);
	utterance.lang = language.value;
	utterance.voice = chooseVoice(synthesis.getVoices(), language.value);
	synthesis.cancel();
	await new Promise((resolve, reject) => {
		const timer = setTimeout(() => reject(problem("noSpeech")), START_MS);
		utterance.addEventListener("start", resolve);
		utterance.addEventListener("end", resolve);
		utterance.addEventListener("error", ({ error }) => {
			// A newer one took its place.
			if (error === "canceled" || error === "interrupted") resolve(undefined);
			else reject(problem(error === "not-allowed" ? "soundBlocked" : "noSpeech"));
		});
		const settle = () => clearTimeout(timer);
		for (const name of ["start", "end", "error"]) utterance.addEventListener(name, settle);
		synthesis.speak(utterance);
	});
}

export class Speech {
	/** @param {import("./performance.js").Performance} performance */
	perform({ fill }) {
		return speak(fill(true));
	}

	close() {
		globalThis.speechSynthesis?.cancel();
	}
}

/**
 * @template {{lang: string, localService: boolean, default: boolean}} Voice
 * @param {readonly Voice[]} voices
 * @param {string} tag of the language
 * @returns {Voice|null} one of the language, on this device rather than elsewhere; null: the browser's choice
 * @example
 * chooseVoice(speechSynthesis.getVoices(), "de");
 */
export function chooseVoice(voices, tag) {
	const ofLanguage = voices.filter(({ lang }) => lang.toLowerCase().split(/[-_]/)[0] === tag);
	const [best] = ofLanguage.sort(
		(a, b) => Number(b.localService) - Number(a.localService) || Number(b.default) - Number(a.default),
	);
	return best ?? null;
}

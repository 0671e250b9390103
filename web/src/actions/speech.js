// Says a text aloud, one at a time: the newest takes the place of what is being said.

import { problem } from "../contract/problem.js";
import { language } from "../i18n/language.js";

/** Beyond it, a browser without any voice says nothing and tells nothing either. */
const START_MS = 4000;

export class Speech {
	/** @param {import("./performance.js").Performance} performance */
	async perform({ fill }) {
		const { speechSynthesis: synthesis } = globalThis;
		if (!synthesis) throw problem("noSpeech");
		const utterance = new SpeechSynthesisUtterance(fill(true));
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

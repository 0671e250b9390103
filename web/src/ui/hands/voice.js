// Spoken commands, by the browser's own recogniser: a class's name chooses it, "record" and "stop" do what they say. The browser may
// send the sound to its maker, so it is off until the person switches it on, in every visit anew.

import { signal } from "@preact/signals";
import { language } from "../../i18n/language.js";
import { t } from "../../i18n/words.js";
import { chooseClass, isListening, selectChosenClass } from "../context/hands-free.js";
import { record } from "../context/page-commands.js";

/** @typedef {import("../../app/session.js").Session} Session */
/** @typedef {{classes: readonly string[], record: readonly string[], stop: readonly string[]}} Vocabulary words of record and stop */
/** @typedef {{choose: string|null, action: "record"|"stop"|null}} Command choose: a label */

/**
 * @typedef {object} Recogniser what is used of the browser's SpeechRecognition
 * @property {string} lang
 * @property {boolean} continuous
 * @property {boolean} interimResults
 * @property {((event: {resultIndex: number, results: ArrayLike<ArrayLike<{transcript: string}> & {isFinal: boolean}>}) => void)|null} onresult
 * @property {((event: {error: string}) => void)|null} onerror
 * @property {(() => void)|null} onend
 * @property {() => void} start
 * @property {() => void} abort
 */

/** Why it does not listen; null: nothing is wrong. */
export const voiceProblem = signal(/** @type {"refused"|"failed"|null} */ (null));

/** After these, trying again ends the same way. */
const REFUSALS = ["not-allowed", "service-not-allowed", "audio-capture"];
/** A recogniser that ends sooner than this again and again does not work. */
const QUICK_MS = 1000;
const MAX_QUICK_ENDS = 3;

/** @returns {(new () => Recogniser)|undefined} undefined: this browser has none */
function findRecogniser() {
	const { SpeechRecognition, webkitSpeechRecognition } = /** @type {any} */ (globalThis);
	return SpeechRecognition ?? webkitSpeechRecognition;
}

/** Whether this browser can listen. */
export const canListen = () => findRecogniser() !== undefined;

/** @param {string} text without case, accents and punctuation, in spaces: "caf\u00e9!" is " cafe " */
function plain(text) {
	// By the language's own rules first: Turkish has an i without a dot. Vowel signs, as in Hindi, are no accents, and stay.
	const lower = text.toLocaleLowerCase(language.peek());
	const letters = lower.normalize("NFKD").replace(/[\u0300-\u036f]/gu, "");
	return ` ${letters.replace(/[^\p{L}\p{M}\p{N}]+/gu, " ").trim()} `;
}

/**
 * Chinese is written without spaces between words, so a word may stand anywhere in it.
 * @param {string} heard plain
 * @param {string} word
 */
function contains(heard, word) {
	const wanted = plain(word);
	if (wanted.trim() === "") return false;
	return /\p{Script=Han}/u.test(wanted) ? heard.replaceAll(" ", "").includes(wanted.trim()) : heard.includes(wanted);
}

/**
 * @param {string} transcript
 * @param {Vocabulary} vocabulary
 * @returns {Command} of several names the longest; "stop" is stronger than "record"
 * @example
 * understand("Record the red cup!", vocabulary); // { choose: "red cup", action: "record" }
 */
export function understand(transcript, vocabulary) {
	const heard = plain(transcript);
	/** @param {readonly string[]} words */
	const has = (words) => words.some((word) => contains(heard, word));
	const named = vocabulary.classes.filter((label) => contains(heard, label)).sort((a, b) => b.length - a.length);
	const action = has(vocabulary.stop) ? "stop" : has(vocabulary.record) ? "record" : null;
	return { choose: named[0] ?? null, action };
}

/** @param {string} words separated by commas */
const split = (words) => words.split(/[,，、]/).map((word) => word.trim());

/**
 * Listens until it is stopped.
 * @param {Session} session
 * @returns {() => void} stops
 */
export function listen(session) {
	const Found = findRecogniser();
	if (!Found) return () => {};
	const recogniser = new Found();
	let isStopped = false;
	let startedAt = 0;
	let quickEnds = 0;
	voiceProblem.value = null;

	/** @param {"refused"|"failed"} why */
	const giveUp = (why) => {
		voiceProblem.value = why;
		isListening.value = false;
	};
	const start = () => {
		startedAt = performance.now();
		recogniser.start();
	};
	/** @param {string} transcript */
	const obey = (transcript) => {
		const { choose, action } = understand(transcript, {
			classes: session.classes.value.map(({ label }) => label),
			record: split(t("voice.record")),
			stop: split(t("voice.stop")),
		});
		if (choose !== null) chooseClass(session, choose);
		if (action === "stop") session.stopRecording();
		const chosen = selectChosenClass(session);
		if (action === "record" && chosen) record(session, chosen.label, { isSpoken: true });
	};

	recogniser.lang = language.value;
	recogniser.continuous = true;
	recogniser.interimResults = false;
	recogniser.onresult = ({ resultIndex, results }) => {
		quickEnds = 0;
		for (let i = resultIndex; i < results.length; i += 1) if (results[i].isFinal) obey(results[i][0].transcript);
	};
	recogniser.onerror = ({ error }) => {
		if (REFUSALS.includes(error)) giveUp("refused");
	};
	// Browsers end it after some silence.
	recogniser.onend = () => {
		if (isStopped || !isListening.value) return;
		quickEnds = performance.now() - startedAt < QUICK_MS ? quickEnds + 1 : 0;
		if (quickEnds >= MAX_QUICK_ENDS) giveUp("failed");
		else start();
	};
	start();
	return () => {
		isStopped = true;
		recogniser.onend = null;
		recogniser.abort();
	};
}

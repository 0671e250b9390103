// Spoken commands: what is understood, and the life of the browser's recogniser.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createState } from "../../../src/state/state.js";
import { chosenKey, handsFree, isListening, setHandsFree } from "../../../src/ui/context/hands-free.js";
import { canListen, listen, understand, voiceProblem } from "../../../src/ui/hands/voice.js";
import "../../support/english.js";

const WORDS = { classes: ["cup", "red cup", "Café"], record: ["record", "go"], stop: ["stop"] };

test.each([
	["Cup!", "cup", null],
	["the red  CUP please", "red cup", null],
	["cafe", "Café", null],
	["record the cup", "cup", "record"],
	["stop, do not record", null, "stop"],
	// No part of a word.
	["cupboard", null, null],
	["recording", null, null],
	["", null, null],
])("“%s” chooses %s and does %s", (heard, choose, action) => {
	expect(understand(heard, WORDS)).toEqual({ choose, action });
});

test("Chinese has no spaces between its words", () => {
	const words = { classes: ["苹果"], record: ["录制"], stop: ["停止"] };
	expect(understand("请录制苹果。", words)).toEqual({ choose: "苹果", action: "record" });
});

test("vowel signs of Hindi are no accents", () => {
	const words = { classes: ["कली", "कला"], record: ["रिकॉर्ड"], stop: ["रुको"] };
	expect(understand("कला", words)).toEqual({ choose: "कला", action: null });
});

/** @type {any} */
let recogniser;
/** @type {string[]} */
let log;
/** @type {any} */
let session;

beforeEach(() => {
	log = [];
	vi.useFakeTimers();
	vi.stubGlobal(
		"SpeechRecognition",
		class {
			constructor() {
				recogniser = this;
			}
			start() {
				log.push("start");
			}
			abort() {
				log.push("abort");
			}
		},
	);
	const state = createState();
	state.classes.value = /** @type {any} */ ([
		{ key: 3, label: "cat" },
		{ key: 4, label: "dog" },
	]);
	session = {
		...state,
		/** @param {string} label @param {{way: string}} plan */
		startRecording: (label, { way }) => log.push(`record ${label} ${way}`),
		stopRecording: () => log.push("stop"),
	};
	isListening.value = true;
});
afterEach(() => {
	isListening.value = false;
	chosenKey.value = null;
	setHandsFree({ way: "hold" });
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

/** @param {string} transcript @param {boolean} [isFinal] */
const say = (transcript, isFinal = true) =>
	recogniser.onresult({ resultIndex: 0, results: [Object.assign([{ transcript }], { isFinal })] });

test("a browser without a recogniser offers none", () => {
	expect(canListen()).toBe(true);
	vi.stubGlobal("SpeechRecognition", undefined);
	expect(canListen()).toBe(false);
	expect(listen(session)).toBeTypeOf("function");
});

test("a name chooses, “record” records it until “stop”, and nothing is done before a sentence is over", () => {
	const stop = listen(session);
	expect(recogniser).toMatchObject({ lang: "en", continuous: true, interimResults: false });
	say("dog", false);
	expect(chosenKey.value).toBeNull();
	say("dog");
	expect(chosenKey.value).toBe(4);
	say("record");
	say("stop");
	// No release ends it: a spoken recording is a locked one, where the way is a hold.
	expect(log).toEqual(["start", "record dog lock", "stop"]);
	setHandsFree({ ...handsFree.value, way: "countdown" });
	say("record cat");
	expect(log.at(-1)).toBe("record cat burst");
	stop();
	expect(log.at(-1)).toBe("abort");
});

test("it goes on after a silence, and gives up where it is refused or ends at once again and again", () => {
	listen(session);
	vi.advanceTimersByTime(9000);
	recogniser.onend();
	expect([log, voiceProblem.value]).toEqual([["start", "start"], null]);
	for (let i = 0; i < 3; i += 1) recogniser.onend();
	expect([isListening.value, voiceProblem.value]).toEqual([false, "failed"]);
	isListening.value = true;
	listen(session);
	expect(voiceProblem.value).toBeNull();
	recogniser.onerror({ error: "no-speech" });
	expect(isListening.value).toBe(true);
	recogniser.onerror({ error: "not-allowed" });
	recogniser.onend();
	expect([isListening.value, voiceProblem.value]).toEqual([false, "refused"]);
});

// How this device records: the way, the foot switch, what is said aloud. Remembered on the device; not part of any project.

import { signal } from "@preact/signals";
import numbers from "../../../../contract/recording.json" with { type: "json" };
import { readRemembered, remember } from "../../remembered.js";

/** @typedef {import("../../app/session.js").Session} Session */

/** @typedef {typeof WAYS[number]} Way */

/** hold: while it is held; lock: from tap to tap; burst: so many pictures; countdown: the same, after 3-2-1. */
export const WAYS = /** @type {const} */ (["hold", "lock", "burst", "countdown"]);

const REMEMBERED = "handsFree";
const SECOND_MS = 1000;

/**
 * @typedef {object} HandsFree
 * @property {Way} way
 * @property {number} pictures of a burst
 * @property {number} seconds of a burst
 * @property {boolean} skipsCopies near-copies are counted, and not kept
 * @property {string|null} footKey the `code` of a key; null: none
 * @property {boolean} speaks whether it says aloud what the picture meter and the countdown show
 * @property {boolean} beeps
 */

/** @type {HandsFree} */
const DEFAULTS = {
	...{ way: "hold", pictures: numbers.burstPictures, seconds: numbers.burstSeconds, skipsCopies: false },
	...{ footKey: null, speaks: false, beeps: false },
};

/**
 * @param {unknown} number
 * @param {number} most
 * @param {number} otherwise
 */
const within = (number, most, otherwise) =>
	typeof number === "number" && Number.isInteger(number) && number >= 1 && number <= most ? number : otherwise;

/**
 * @param {string|null} remembered JSON; anything may be in it
 * @returns {HandsFree}
 * @example
 * restoreHandsFree('{"way":"lock"}').way; // "lock"
 */
export function restoreHandsFree(remembered) {
	/** @type {Record<string, unknown>} */
	let kept = {};
	try {
		kept = Object(JSON.parse(remembered ?? "{}"));
	} catch {
		// Not ours: the defaults are right then.
	}
	return {
		way: WAYS.find((way) => way === kept.way) ?? DEFAULTS.way,
		pictures: within(kept.pictures, numbers.mostPictures, DEFAULTS.pictures),
		seconds: within(kept.seconds, numbers.mostSeconds, DEFAULTS.seconds),
		skipsCopies: kept.skipsCopies === true,
		footKey: typeof kept.footKey === "string" && /^\w{1,30}$/.test(kept.footKey) ? kept.footKey : null,
		speaks: kept.speaks === true,
		beeps: kept.beeps === true,
	};
}

export const handsFree = signal(restoreHandsFree(readRemembered(REMEMBERED)));

/** @param {Partial<HandsFree>} patch */
export function setHandsFree(patch) {
	handsFree.value = { ...handsFree.value, ...patch };
	remember(REMEMBERED, JSON.stringify(handsFree.value));
}

/** Whether the browser listens for spoken commands. Not remembered: each visit, the person switches it on. */
export const isListening = signal(false);

/** What the foot switch and spoken commands record: the `key` of a class; null: none was chosen yet. */
export const chosenKey = signal(/** @type {number|null} */ (null));

/**
 * @param {Session} session
 * @param {string} label
 */
export function chooseClass(session, label) {
	const chosen = session.classes.peek().find((each) => each.label === label);
	if (chosen) chosenKey.value = chosen.key;
}

/**
 * @param {Session} session
 * @returns {import("../../app/session.js").ClassView|undefined} the class that was recorded or clicked last, else the first; reads
 *   signals
 */
export const selectChosenClass = (session) =>
	session.classes.value.find(({ key }) => key === chosenKey.value) ?? session.classes.value[0];

/** Whether a class is chosen for something: its ring would say nothing otherwise. */
export const showsChosen = () => isListening.value || handsFree.value.footKey !== null;

/**
 * @param {HandsFree} settings
 * @returns {import("../../app/recording.js").RecordingPlan}
 * @example
 * planOf({ ...handsFree.value, way: "burst", pictures: 20, seconds: 5 }).everyMs; // 250
 */
export function planOf({ way, pictures, seconds, skipsCopies }) {
	if (way === "hold") return { way, skipsCopies };
	if (way === "lock") {
		return { way, skipsCopies, pictures: numbers.lockPictures, ms: numbers.lockSeconds * SECOND_MS };
	}
	const burst = /** @type {const} */ ({
		way: "burst",
		skipsCopies,
		pictures,
		everyMs: (seconds * SECOND_MS) / pictures,
	});
	return way === "countdown" ? { ...burst, countdownSeconds: numbers.countdownSeconds } : burst;
}

/**
 * @param {Session} session
 * @returns {string|null} the class whose recording goes on, or is waited for, without a release that would end it; reads signals
 */
export function selectSelfGoing(session) {
	const { recordingWay, waitingToRecord, countdown, recording } = session;
	if (recordingWay.value === null || recordingWay.value === "hold") return null;
	return recording.value ?? waitingToRecord.value ?? countdown.value?.label ?? null;
}

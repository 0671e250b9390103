// A button that records, whatever it looks like: with a finger, the mouse, Space or Enter, in the way that the person chose. A
// recording that goes on by itself is stopped by it.

import { useEffect, useMemo, useRef } from "preact/hooks";
import { t } from "../../i18n/words.js";
import { handsFree, selectSelfGoing } from "../context/hands-free.js";
import { refusedLook, whyRefused } from "../context/refusal.js";
import { useSession } from "../context/session-context.js";
import { createHoldHandlers, listenToPageLeave } from "./hold.js";
import { createRecordHold } from "./record-hold.js";

/**
 * @param {string} label
 * @returns {ReturnType<typeof createHoldHandlers>}
 */
function useRecordHold(label) {
	const session = useSession();
	// The class may be renamed while the button is held: the hold must use the new name.
	const current = useRef(label);
	current.current = label;
	const hold = useMemo(() => createRecordHold(session, () => current.current), [session]);
	useEffect(() => {
		const stopListening = listenToPageLeave(() => hold.end());
		return () => {
			stopListening();
			hold.end();
		};
	}, [hold]);
	return useMemo(() => createHoldHandlers(hold), [hold]);
}

/**
 * The number of examples that the recording of a class has added so far.
 * @param {string} label
 * @param {number} count of the class now
 * @returns {number|null} null while it doesn't record
 */
function useRecordedCount(label, count) {
	const session = useSession();
	const recording = session.recording.value === label;
	const before = useRef(/** @type {number|null} */ (null));
	if (!recording) before.current = null;
	else if (before.current === null) before.current = count;
	return recording ? Math.max(0, count - /** @type {number} */ (before.current)) : null;
}

/** @returns {string} what a press on a record button does; reads a signal */
function getRecordWords() {
	const { way, pictures } = handsFree.value;
	if (way === "lock") return t("class.tap");
	if (way === "hold") return t("class.hold");
	return way === "burst" ? t("class.burst", { count: pictures }) : t("class.countdown", { count: pictures });
}

/**
 * @param {string} label
 * @returns {{isWaiting: boolean, isGoing: boolean}} isWaiting: for camera, model or the countdown; isGoing: until it is stopped
 */
function useRecordState(label) {
	const session = useSession();
	const isWaiting = session.waitingToRecord.value === label || session.countdown.value?.label === label;
	return { isWaiting, isGoing: selectSelfGoing(session) === label };
}

/**
 * @typedef {object} RecordButtonState
 * @property {Record<string, unknown>} attributes of the `button`: what it shows and what a press does
 * @property {number|null} recorded how many examples the recording has added so far; null: it doesn't record
 * @property {boolean} isWaiting for camera, model or the countdown
 * @property {boolean} isGoing it records by itself, until it is stopped
 * @property {string} words what a press does
 */

/**
 * @param {string} label
 * @param {number} count of the class now
 * @param {boolean} [isTip] the words are shown as a tip where nothing refuses the press, because the button shows none
 * @returns {RecordButtonState}
 */
export function useRecordButton(label, count, isTip = false) {
	const session = useSession();
	const handlers = useRecordHold(label);
	const recorded = useRecordedCount(label, count);
	const { isWaiting, isGoing } = useRecordState(label);
	const words = isGoing ? t("class.stop") : getRecordWords();
	const attributes = {
		type: "button",
		"data-waiting": isWaiting,
		"data-recording": recorded !== null,
		"data-going": isGoing,
		"aria-pressed": handsFree.value.way === "hold" ? undefined : isGoing,
		...refusedLook(whyRefused(session, "add"), isTip ? words : undefined),
		...handlers,
	};
	return { attributes, recorded, isWaiting, isGoing, words };
}

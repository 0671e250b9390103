// The button that records: with a finger, the mouse, Space or Enter, in the way that the person chose. While it records, it shows a
// count; a recording that goes on by itself is stopped by it.

import { useEffect, useMemo, useRef } from "preact/hooks";
import { isSimple } from "../../i18n/language.js";
import { t } from "../../i18n/words.js";
import { handsFree, selectSelfGoing } from "../context/hands-free.js";
import { refusedLook, whyRefused } from "../context/refusal.js";
import { useSession } from "../context/session-context.js";
import { Icon } from "../widgets/icons.jsx";
import { createHoldHandlers, listenToPageLeave } from "./hold.js";
import { createRecordHold } from "./record-hold.js";

/**
 * @param {string} label
 * @returns {ReturnType<typeof createHoldHandlers>}
 */
export function useRecordHold(label) {
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
export function useRecordedCount(label, count) {
	const session = useSession();
	const recording = session.recording.value === label;
	const before = useRef(/** @type {number|null} */ (null));
	if (!recording) before.current = null;
	else if (before.current === null) before.current = count;
	return recording ? Math.max(0, count - /** @type {number} */ (before.current)) : null;
}

/** @returns {string} what a press on a record button does; reads a signal */
export function getRecordWords() {
	const { way, pictures } = handsFree.value;
	if (way === "lock") return t("class.tap");
	if (way === "hold") return t("class.hold");
	return way === "burst" ? t("class.burst", { count: pictures }) : t("class.countdown", { count: pictures });
}

/**
 * @param {string} label
 * @returns {{isWaiting: boolean, isGoing: boolean}} isWaiting: for camera, model or the countdown; isGoing: until it is stopped
 */
export function useRecordState(label) {
	const session = useSession();
	const isWaiting = session.waitingToRecord.value === label || session.countdown.value?.label === label;
	return { isWaiting, isGoing: selectSelfGoing(session) === label };
}

/** @param {{label: string, count: number}} props */
export function RecordButton({ label, count }) {
	const handlers = useRecordHold(label);
	const recorded = useRecordedCount(label, count);
	const session = useSession();
	const { isWaiting, isGoing } = useRecordState(label);
	const words = recorded === null ? getRecordWords() : t("class.recording", { count: recorded });
	const stopWords = recorded === null ? t("class.stop") : t("class.stopAt", { count: recorded });
	return (
		<button
			type="button"
			class="hold"
			data-waiting={isWaiting}
			data-recording={recorded !== null}
			data-going={isGoing}
			aria-pressed={handsFree.value.way === "hold" ? undefined : isGoing}
			{...refusedLook(whyRefused(session, "add"))}
			{...handlers}
		>
			{isSimple.value && recorded === null ? <Icon name="record" size={28} /> : <span class="record-dot" />}
			<span>{isGoing ? stopWords : isWaiting ? t("class.starting") : words}</span>
			<span class="visually-hidden">{label}</span>
		</button>
	);
}

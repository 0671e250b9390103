// The button that records while it is held: with a finger, the mouse, Space or Enter. While it records, it shows a count.

import { useEffect, useMemo, useRef } from "preact/hooks";
import { t } from "../../i18n/words.js";
import { record } from "../context/page-commands.js";
import { refusedLook, whyRefused } from "../context/refusal.js";
import { useSession } from "../context/session-context.js";
import { createHold, createHoldHandlers, listenToPageLeave } from "./hold.js";

/**
 * @param {string} label
 * @returns {ReturnType<typeof createHoldHandlers>}
 */
export function useRecordHold(label) {
	const session = useSession();
	// The class may be renamed while the button is held: the hold must use the new name.
	const current = useRef(label);
	current.current = label;
	const hold = useMemo(
		() => createHold({ start: () => record(session, current.current), stop: () => session.stopRecording() }),
		[session],
	);
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

/** @param {{label: string, count: number}} props */
export function RecordButton({ label, count }) {
	const handlers = useRecordHold(label);
	const recorded = useRecordedCount(label, count);
	const session = useSession();
	const isWaiting = session.waitingToRecord.value === label;
	const words = recorded === null ? t("class.hold") : t("class.recording", { count: recorded });
	return (
		<button
			type="button"
			class="hold"
			data-waiting={isWaiting}
			data-recording={recorded !== null}
			{...refusedLook(whyRefused(session, "add"))}
			{...handlers}
		>
			<span class="record-dot" />
			<span>{isWaiting ? t("class.starting") : words}</span>
			<span class="visually-hidden">{label}</span>
		</button>
	);
}

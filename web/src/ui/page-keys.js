// Events of the whole page: digits and the foot switch that record, Escape that stops, undo and redo, pasted pictures, and drops beside a drop zone (the browser
// would leave the page and show the file).

import { listenToPageLeave } from "./classes/hold.js";
import { createRecordHold } from "./classes/record-hold.js";
import { handsFree, selectChosenClass, selectSelfGoing } from "./context/hands-free.js";
import { addPictures, showPicture } from "./context/page-commands.js";
import { isPicture } from "./widgets/dropped-files.js";

/** @typedef {import("../app/session.js").Session} Session */

/**
 * Whether keys belong to the element with the focus: a field for text, or an open panel.
 * @param {EventTarget|null} target
 */
function ownsKeys(target) {
	if (!(target instanceof Element)) return false;
	if (target.closest("dialog, select, textarea, [contenteditable]")) return true;
	const field = target.closest("input");
	return field !== null && !["range", "checkbox", "radio"].includes(field.type);
}

/**
 * @param {KeyboardEvent} event
 * @returns {"undo"|"redo"|null}
 */
function chooseStep({ ctrlKey, metaKey, altKey, shiftKey, key }) {
	if (altKey || !(ctrlKey || metaKey)) return null;
	if (key.toLowerCase() === "z") return shiftKey ? "redo" : "undo";
	return key.toLowerCase() === "y" && !shiftKey ? "redo" : null;
}

/** A digit's key by its place, since layouts differ: the French one types digits only with Shift. */
const DIGIT = /^(?:Digit|Numpad)([1-9])$/;

/**
 * @param {Session} session
 * @returns {() => void} stops listening
 */
export function listenToKeys(session) {
	let label = "";
	const hold = createRecordHold(session, () => label);

	/** @param {KeyboardEvent} event */
	const onKeyDown = (event) => {
		if (ownsKeys(event.target)) return;
		const step = chooseStep(event);
		if (step) {
			event.preventDefault();
			session[step]();
			return;
		}
		if (event.key === "Escape" && selectSelfGoing(session) !== null) session.stopRecording();
		if (event.ctrlKey || event.metaKey || event.altKey) return;
		if (event.code === handsFree.value.footKey) {
			// A pedal that sends PageDown must not scroll.
			event.preventDefault();
			label = selectChosenClass(session)?.label ?? "";
			if (!event.repeat && label !== "") hold.begin(event.code, event.timeStamp);
			return;
		}
		if (event.repeat) return;
		// Without Num Lock, the keypad's digits are arrows.
		if (event.key.length !== 1) return;
		const digit = DIGIT.exec(event.code)?.[1];
		const chosen = session.classes.value[Number(digit) - 1];
		const isHeld = session.recording.value !== null && selectSelfGoing(session) === null;
		if (!chosen || isHeld) return;
		label = chosen.label;
		hold.begin(event.code, event.timeStamp);
	};
	/** @param {KeyboardEvent} event */
	const onKeyUp = (event) => hold.end(event.code, event.timeStamp);

	/** @param {ClipboardEvent} event */
	const onPaste = (event) => {
		const pictures = [...(event.clipboardData?.files ?? [])].filter(isPicture);
		if (pictures.length === 0) return;
		event.preventDefault();
		const card = document.activeElement?.closest("[data-index]");
		const chosen = card instanceof HTMLElement ? session.classes.value[Number(card.dataset.index)] : undefined;
		if (chosen) addPictures(session, chosen.label, pictures);
		else showPicture(session, pictures[0]);
	};
	/** @param {Event} event */
	const stay = (event) => event.preventDefault();

	const stopAway = listenToPageLeave(() => hold.end());
	addEventListener("keydown", onKeyDown);
	addEventListener("keyup", onKeyUp);
	addEventListener("paste", onPaste);
	addEventListener("dragover", stay);
	addEventListener("drop", stay);
	return () => {
		stopAway();
		hold.end();
		removeEventListener("keydown", onKeyDown);
		removeEventListener("keyup", onKeyUp);
		removeEventListener("paste", onPaste);
		removeEventListener("dragover", stay);
		removeEventListener("drop", stay);
	};
}

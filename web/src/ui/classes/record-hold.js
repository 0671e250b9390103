// Presses that record, in the way that the person chose: a button, a digit, a foot switch. What a press means where recordings end
// by themselves is decided here, once for all of them.

import numbers from "../../../../contract/recording.json" with { type: "json" };
import { handsFree, selectSelfGoing } from "../context/hands-free.js";
import { record } from "../context/page-commands.js";
import { CLICK, createHold } from "./hold.js";

/**
 * @param {import("../../app/session.js").Session} session
 * @param {() => string|undefined} getLabel of the class to record; undefined: there is none
 * @param {() => number} [now] milliseconds
 * @returns {import("./hold.js").Hold}
 */
export function createRecordHold(session, getLabel, now = () => performance.now()) {
	let pressedAt = 0;
	return createHold({
		start(source, atMs = now()) {
			const label = getLabel();
			const going = selectSelfGoing(session);
			if (going !== null) session.stopRecording();
			// The second tap on a class ends its recording; a tap on another one goes on with that.
			if (label === undefined || going === label) return false;
			pressedAt = atMs;
			const { way } = handsFree.value;
			const isStarted = record(session, label);
			// A click has no release that could end a longer press: as a tap, it goes on when the focus moves.
			return isStarted && (way === "hold" || (way === "lock" && source !== CLICK));
		},
		stop(atMs = now()) {
			// A tap: it goes on until the next one. A longer press was a hold. On a busy device, a tap's release is handled late.
			const isTap = session.recordingWay.peek() === "lock" && atMs - pressedAt < numbers.tapMs;
			if (!isTap) session.stopRecording();
		},
	});
}

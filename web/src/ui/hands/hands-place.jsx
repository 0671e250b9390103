// The place of what goes on beside the page without hands; its code is loaded with the first recording.

import { useRef } from "preact/hooks";
import { isListening } from "../context/hands-free.js";
import { useSession } from "../context/session-context.js";
import { createLazyPart } from "../widgets/lazy-part.jsx";

const HandsWork = createLazyPart(async () => (await import("./hands-work.jsx")).HandsWork);

export function HandsPlace() {
	const session = useSession();
	const isUsed = useRef(false);
	// Once it is there it stays: a screen reader follows what changes in it.
	isUsed.current ||= session.recordingWay.value !== null || isListening.value;
	return isUsed.current ? <HandsWork /> : null;
}

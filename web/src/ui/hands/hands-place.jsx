// The place of what goes on beside the page without hands; its code is loaded with the first recording,
// or when the page is to listen.

import { useEffect, useState } from "preact/hooks";
import { isListening } from "../context/hands-free.js";
import { tellMissing } from "../context/page-commands.js";
import { useSession } from "../context/session-context.js";
import { createLazyPart } from "../widgets/lazy-part.jsx";

const HandsWork = createLazyPart(async () => (await import("./hands-work.jsx")).HandsWork);

export function HandsPlace() {
	const session = useSession();
	// Once it is there it stays: a screen reader follows what changes in it.
	const [isUsed, setUsed] = useState(false);
	const isRecording = session.recordingWay.value !== null;
	const listens = isListening.value;
	// Each by itself: where it could not be loaded, the next of either tries again, also while the other goes on.
	useEffect(() => {
		if (isRecording) setUsed(true);
	}, [isRecording]);
	useEffect(() => {
		if (listens) setUsed(true);
	}, [listens]);
	const onFailed = () => {
		isListening.value = false;
		setUsed(false);
		tellMissing(session);
	};
	return isUsed ? <HandsWork onFailed={onFailed} /> : null;
}

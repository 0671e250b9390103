// What is said of a class on its card, below its buttons: so the button that was just used stays where it is when a note comes.

import { useRef } from "preact/hooks";
import { useSession } from "../context/session-context.js";
import { MeterNote } from "../hands/meter-note.jsx";
import { createLazyPart } from "../widgets/lazy-part.jsx";
import { AdviceNote } from "./advice-note.jsx";

const UnreadNote = createLazyPart(async () => (await import("./unread-note.jsx")).UnreadNote);

/**
 * @param {object} props
 * @param {string} props.label
 * @param {boolean} props.isRecording
 * @param {import("../../state/state.js").Advice[]} props.advice
 */
export function CardNotes({ label, isRecording, advice }) {
	const session = useSession();
	const notes = useRef(/** @type {HTMLDivElement|null} */ (null));
	const kept = useRef(/** @type {number|null} */ (null));
	// What is said of the time before goes with a recording. Its room is kept: where the list is scrolled to its end, the button
	// would slide down under the finger that holds it.
	if (!isRecording) kept.current = null;
	else kept.current ??= notes.current?.offsetHeight ?? 0;
	return (
		<div ref={notes} class="class-notes" style={{ minHeight: kept.current ? `${kept.current}px` : undefined }}>
			<div role="alert" class="unread">
				{session.unreadFiles.value.some((file) => file.label === label) && <UnreadNote label={label} />}
			</div>
			<MeterNote label={label} />
			{!isRecording && advice.map((about) => <AdviceNote key={about.key} advice={about} />)}
		</div>
	);
}

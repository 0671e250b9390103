// On a class's card: what the picture meter found in its last recording, until the next one, or until examples of the class go.

import { useRef } from "preact/hooks";
import { isSimple } from "../../i18n/language.js";
import { useSession } from "../context/session-context.js";
import { getMeterAdvice, getMeterWords } from "./meter-words.js";

/** @typedef {{counts: import("../../state/state.js").MeterCounts, project: string, count: number}} Found count: examples of the class */

/** @param {{label: string}} props */
export function MeterNote({ label }) {
	const session = useSession();
	const meter = session.meter.value;
	const project = session.project.value.id;
	const count = session.classes.value.find((each) => each.label === label)?.count ?? 0;
	/** What was found here, also while another class is recorded: a note that goes would move that one's button. */
	const found = useRef(/** @type {Found|null} */ (null));
	if (meter?.label === label) {
		if (!meter.isOver) found.current = null;
		else if (found.current?.counts !== meter.counts) found.current = { counts: meter.counts, project, count };
	}
	// Undo, or a deletion, may have taken what it counted.
	if (found.current === null || found.current.project !== project || count < found.current.count) return null;
	const { counts } = found.current;
	const { copies, blurred, dark } = counts;
	// That all were good is what the count says.
	if (copies + blurred + dark === 0) return null;
	const advice = getMeterAdvice(counts);
	if (isSimple.value && !advice) return null;
	return (
		<p class="meter-note">
			{!isSimple.value && getMeterWords(counts).join(" · ")}
			{advice && <span> {advice}</span>}
		</p>
	);
}

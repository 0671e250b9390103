// On a class's card: what the picture meter found in its last recording, until the next one.

import { useRef } from "preact/hooks";
import { isSimple } from "../../i18n/language.js";
import { useSession } from "../context/session-context.js";
import { getMeterAdvice, getMeterWords } from "./meter-words.js";

/** @param {{label: string}} props */
export function MeterNote({ label }) {
	const session = useSession();
	const meter = session.meter.value;
	/** What was found here, also while another class is recorded: a note that goes would move that one's button. */
	const found = useRef(/** @type {import("../../state/state.js").MeterCounts|null} */ (null));
	if (meter?.label === label) found.current = meter.isOver ? meter.counts : null;
	if (found.current === null) return null;
	const { copies, blurred, dark } = found.current;
	// That all were good is what the count says.
	if (copies + blurred + dark === 0) return null;
	const advice = getMeterAdvice(found.current);
	if (isSimple.value && !advice) return null;
	return (
		<p class="meter-note">
			{!isSimple.value && getMeterWords(found.current).join(" · ")}
			{advice && <span> {advice}</span>}
		</p>
	);
}

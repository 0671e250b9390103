// On a class's card: what the picture meter found in its last recording, until the next one.

import { isSimple } from "../../i18n/language.js";
import { useSession } from "../context/session-context.js";
import { getMeterAdvice, getMeterWords } from "./meter-words.js";

/** @param {{label: string}} props */
export function MeterNote({ label }) {
	const session = useSession();
	const meter = session.meter.value;
	if (!meter?.isOver || meter.label !== label) return null;
	const { copies, blurred, dark } = meter.counts;
	// That all were good is what the count says.
	if (copies + blurred + dark === 0) return null;
	const advice = getMeterAdvice(meter.counts);
	if (isSimple.value && !advice) return null;
	return (
		<p class="meter-note">
			{!isSimple.value && getMeterWords(meter.counts).join(" · ")}
			{advice && <span> {advice}</span>}
		</p>
	);
}

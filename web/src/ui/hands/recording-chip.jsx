// On the stage: what is recorded now, how many examples it has, and how good the new pictures are; or the countdown to it.

import { isSimple } from "../../i18n/language.js";
import { number } from "../../i18n/numbers.js";
import { t } from "../../i18n/words.js";
import { useSession } from "../context/session-context.js";
import { Stars } from "../simple/stars.jsx";
import { getMeterWords } from "./meter-words.js";

export function RecordingChip() {
	const session = useSession();
	const recording = session.classes.value.find(({ label }) => label === session.recording.value);
	const countdown = session.countdown.value;
	if (countdown) return <Countdown {...countdown} />;
	if (!recording) return null;
	const meter = session.meter.value;
	const isMeasured = meter !== null && !meter.isOver && meter.label === recording.label;
	return (
		<div class="recording-chip" data-slot={recording.colour}>
			<span class="record-dot" />
			<span class="recording-words">
				<span class="recording-name">
					<bdi class="ellipsis">{recording.label}</bdi>{" "}
					{isSimple.value ? <Stars count={recording.count} /> : number(recording.count)}
				</span>
				{isMeasured && !isSimple.value && (
					<span class="recording-meter">{getMeterWords(meter.counts).join(" · ")}</span>
				)}
			</span>
		</div>
	);
}

/** @param {{label: string, left: number}} props left: seconds */
function Countdown({ label, left }) {
	return (
		<p class="countdown" role="timer" aria-live="assertive" aria-atomic="true">
			<span class="visually-hidden">{t("countdown.for", { label })}</span>
			{/* A new element each second: its animation begins anew. */}
			<span key={left} class="countdown-number">
				{isSimple.value ? "●".repeat(left) : number(left)}
			</span>
		</p>
	);
}

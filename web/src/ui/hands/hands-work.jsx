// What goes on beside the page while somebody works without hands: it listens, says what the picture meter found, and
// shows where a picture goes.

import { useEffect, useRef } from "preact/hooks";
import { speak } from "../../actions/speech.js";
import { isSimple, language } from "../../i18n/language.js";
import { number } from "../../i18n/numbers.js";
import { t } from "../../i18n/words.js";
import { handsFree, isListening } from "../context/hands-free.js";
import { useSession } from "../context/session-context.js";
import { beep } from "./beep.js";
import { showFlights } from "./flights.js";
import { getMeterAdvice, getMeterWords } from "./meter-words.js";
import { listen } from "./voice.js";

export function HandsWork() {
	const session = useSession();
	const meter = session.meter.value;
	const countdown = session.countdown.value;
	const tag = language.value;
	useEffect(() => showFlights(session), [session]);
	useEffect(() => (isListening.value ? listen(session) : undefined), [session, isListening.value, tag]);

	const left = countdown?.left ?? null;
	const before = useRef(left);
	useEffect(() => {
		const { speaks, beeps } = handsFree.peek();
		const isBegun = left === null && before.current === 1 && session.recording.peek() !== null;
		before.current = left;
		if (left === null && !isBegun) return;
		if (beeps) beep(isBegun);
		if (speaks && left !== null) sayIfPossible(number(left));
	}, [left]);

	const words = meter?.isOver ? describe(meter.counts) : "";
	useEffect(() => {
		if (words !== "" && handsFree.peek().speaks) sayIfPossible(words);
	}, [meter?.isOver, words]);
	return (
		<>
			<p class="visually-hidden" role="status">
				{words}
			</p>
			{isListening.value && (
				<p class="listening" role="status">
					<span class="record-dot" /> {t("voice.listening")}
					<button
						type="button"
						class="quiet"
						onClick={() => {
							isListening.value = false;
						}}
					>
						{t("voice.off")}
					</button>
				</p>
			)}
		</>
	);
}

/** @param {string} text that the page shows, too: nothing is lost where it can't be heard */
function sayIfPossible(text) {
	speak(text).catch(() => {});
}

/** @param {import("../../state/state.js").MeterCounts} counts */
function describe(counts) {
	const advice = getMeterAdvice(counts);
	if (isSimple.value) return advice ?? "";
	const words = getMeterWords(counts).join(", ");
	return advice ? `${words}. ${advice}` : words;
}

// A class on the rail: its colour or emoji, its name and count. A press records, in the way that the person chose.

import { number } from "../../i18n/numbers.js";
import { t } from "../../i18n/words.js";
import { chooseClass, handsFree, selectChosenClass, showsChosen } from "../context/hands-free.js";
import { refusedLook, whyRefused } from "../context/refusal.js";
import { useSession } from "../context/session-context.js";
import { getRecordWords, useRecordedCount, useRecordHold, useRecordState } from "./record-button.jsx";

/** @param {{label: string, index: number, colour: number, emoji: string|null, count: number, isOff: boolean}} props */
export function RailClass({ label, index, colour, emoji, count, isOff }) {
	const session = useSession();
	const handlers = useRecordHold(label);
	const recorded = useRecordedCount(label, count);
	const { isWaiting, isGoing } = useRecordState(label);
	const words = isGoing ? t("class.stop") : getRecordWords();
	return (
		<article
			class="rail-class"
			data-slot={colour}
			data-index={index}
			data-off={isOff}
			data-chosen={showsChosen() && selectChosenClass(session)?.label === label}
			aria-label={label}
			onFocusIn={() => chooseClass(session, label)}
		>
			<button
				type="button"
				class="rail-button"
				data-waiting={isWaiting}
				data-recording={recorded !== null}
				data-going={isGoing}
				aria-pressed={handsFree.value.way === "hold" ? undefined : isGoing}
				{...refusedLook(whyRefused(session, "add"), words)}
				{...handlers}
			>
				<span class="look-swatch" data-emoji={emoji !== null} aria-hidden="true">
					{emoji}
				</span>
				<span class="visually-hidden">{words}</span>
				<bdi class="rail-name" title={label}>
					{label}
				</bdi>
				<span class="rail-count">{recorded === null ? number(count) : `+${number(recorded)}`}</span>
			</button>
		</article>
	);
}

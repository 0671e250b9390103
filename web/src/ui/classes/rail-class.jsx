// A class on the rail: its colour or emoji, its name and count; held, it records.

import { number } from "../../i18n/numbers.js";
import { t } from "../../i18n/words.js";
import { refusedLook, whyRefused } from "../context/refusal.js";
import { useSession } from "../context/session-context.js";
import { useRecordedCount, useRecordHold } from "./record-button.jsx";

/** @param {{label: string, index: number, colour: number, emoji: string|null, count: number}} props */
export function RailClass({ label, index, colour, emoji, count }) {
	const session = useSession();
	const handlers = useRecordHold(label);
	const recorded = useRecordedCount(label, count);
	return (
		<article class="rail-class" data-slot={colour} data-index={index} aria-label={label}>
			<button
				type="button"
				class="rail-button"
				data-waiting={session.waitingToRecord.value === label}
				data-recording={recorded !== null}
				title={t("class.hold")}
				{...refusedLook(whyRefused(session, "add"))}
				{...handlers}
			>
				<span class="look-swatch" data-emoji={emoji !== null} aria-hidden="true">
					{emoji}
				</span>
				<span class="visually-hidden">{t("class.hold")}</span>
				<bdi class="rail-name" title={label}>
					{label}
				</bdi>
				<span class="rail-count">{recorded === null ? number(count) : `+${number(recorded)}`}</span>
			</button>
		</article>
	);
}

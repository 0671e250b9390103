// On a phone: a chip for each class below the picture, to hold while watching it.

import { number, t } from "../words.js";
import { Icon } from "./icons.jsx";
import { addClass } from "./page-state.js";
import { useRecordedCount, useRecordHold } from "./record-button.jsx";
import { useSession } from "./session-context.js";

export function RecordRow() {
	const session = useSession();
	const classes = session.classes.value;
	return (
		<section class="record-row" aria-label={t("record.row")}>
			{classes.map(({ label, index, colour, count }) => (
				<RecordChip key={index} {...{ label, colour, count }} />
			))}
			<button type="button" class="record-add" onClick={() => addClass(session)}>
				<Icon name="plus" /> {t("classes.add")}
			</button>
		</section>
	);
}

/** @param {{label: string, colour: number, count: number}} props */
function RecordChip({ label, colour, count }) {
	const handlers = useRecordHold(label);
	const recorded = useRecordedCount(label, count);
	return (
		<button type="button" class="record-chip" data-slot={colour} data-recording={recorded !== null} {...handlers}>
			<span class="record-dot" />
			<span class="visually-hidden">{t("class.hold")}</span>
			<bdi class="ellipsis">{label}</bdi>
			<span class="record-count">{recorded === null ? number(count) : `+${number(recorded)}`}</span>
		</button>
	);
}

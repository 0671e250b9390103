// On a phone: a chip for each class below the picture, to record while watching it.

import { isSimple } from "../../i18n/language.js";
import { number } from "../../i18n/numbers.js";
import { t } from "../../i18n/words.js";
import { addClass } from "../context/page-commands.js";
import { refusedLook, whyRefused } from "../context/refusal.js";
import { useSession } from "../context/session-context.js";
import { WayButton } from "../hands/way-button.jsx";
import { Icon } from "../widgets/icons.jsx";
import { SampleButton } from "../widgets/sample-button.jsx";
import { RoomNote } from "./room-note.jsx";
import { useRecordButton } from "./use-record-button.js";

/** More chips than this don't fit below the picture: they scroll, and a finger that scrolls must not record. */
const FEW = 8;

export function RecordRow() {
	const session = useSession();
	const classes = session.classes.value;
	return (
		<section class="record-row" aria-label={t("record.row")}>
			<div class="record-head">
				{classes.length === 0 ? <SampleButton /> : isSimple.value ? <span /> : <WayButton />}
				<button
					type="button"
					class="record-add"
					{...refusedLook(whyRefused(session, "add"))}
					onClick={() => addClass(session)}
				>
					<Icon name="plus" /> {t("classes.add")}
				</button>
			</div>
			<RoomNote />
			<div class="record-chips" data-many={classes.length > FEW}>
				{classes.map(({ label, index, colour, count }) => (
					<RecordChip key={index} {...{ label, colour, count }} />
				))}
			</div>
		</section>
	);
}

/** @param {{label: string, colour: number, count: number}} props */
function RecordChip({ label, colour, count }) {
	const { attributes, recorded, isWaiting, isGoing, words } = useRecordButton(label, count);
	const counted = recorded === null ? number(count) : `+${number(recorded)}`;
	return (
		<button class="record-chip" data-slot={colour} {...attributes}>
			<span class="record-dot" />
			<span class="visually-hidden">{words}</span>
			<bdi class="name">{label}</bdi>
			<span class="record-count">{isWaiting && !isGoing ? t("class.starting") : !isSimple.value && counted}</span>
		</button>
	);
}

// All classes, in order, and a way to add one.

import { t } from "../../i18n/words.js";
import { addClass, addClassOf, tellPage } from "../context/page-commands.js";
import { binAnchor, exchangeJob } from "../context/page-state.js";
import { refusedLook, whyRefused } from "../context/refusal.js";
import { useSession } from "../context/session-context.js";
import { WayButton } from "../hands/way-button.jsx";
import { useDropZone } from "../widgets/drop-zone.js";
import { Icon } from "../widgets/icons.jsx";
import { SampleButton } from "../widgets/sample-button.jsx";
import { AdviceNote } from "./advice-note.jsx";
import { selectAdviceAboveCards } from "./advice-place.js";
import { ClassCard } from "./class-card.jsx";
import { OpenLookPicker } from "./look-button.jsx";
import { RoomNote } from "./room-note.jsx";

export function ClassesColumn() {
	const session = useSession();
	const classes = session.classes.value;
	const advice = selectAdviceAboveCards(
		session.advice.value,
		classes.map(({ label }) => label),
	);
	const binned = session.binSize();
	const { over, handlers } = useDropZone(
		(pictures) => addClassOf(session, pictures),
		tellPage(session),
		(source) => {
			exchangeJob.value = { kind: "import", source, label: null };
		},
	);
	const empty = session.ready.value && classes.length === 0;
	return (
		<section class="column classes" aria-label={t("classes")} data-over={over} {...handlers}>
			<div class="class-list">
				<RoomNote />
				{empty && (
					<div class="classes-empty">
						<h2>{t("classes.emptyTitle")}</h2>
						<p>{t("classes.emptyText")}</p>
						<SampleButton />
					</div>
				)}
				{advice.map((about) => (
					<AdviceNote key={`${about.key} ${about.labels}`} advice={about} named />
				))}
				{classes.length > 0 && <WayButton />}
				{classes.map(({ key, ...shown }) => (
					<ClassCard key={key} {...shown} />
				))}
			</div>
			<button
				type="button"
				class={empty ? "add-class primary" : "add-class"}
				{...refusedLook(whyRefused(session, "add"))}
				onClick={() => addClass(session)}
			>
				<Icon name="plus" /> {t("classes.add")}
			</button>
			<OpenLookPicker />
			{binned > 0 && (
				<button
					type="button"
					class="quiet bin-button"
					aria-haspopup="dialog"
					onClick={(event) => {
						binAnchor.value = event.currentTarget;
					}}
				>
					<Icon name="trash" size={18} /> {t("bin.open", { count: binned })}
				</button>
			)}
		</section>
	);
}

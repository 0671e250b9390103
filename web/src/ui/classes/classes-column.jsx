// All classes, in order, and a way to add one.

import { isSimple } from "../../i18n/language.js";
import { t } from "../../i18n/words.js";
import { arrange, arrangement } from "../context/dock.js";
import { addClass, addClassOf, tellPage } from "../context/page-commands.js";
import { binAnchor, exchangeJob, hasEnoughClasses } from "../context/page-state.js";
import { selectCameraPhase } from "../context/phone.js";
import { refusedLook, whyRefused } from "../context/refusal.js";
import { useSession } from "../context/session-context.js";
import { isDesk, isTablet } from "../context/window-shape.js";
import { WayButton } from "../hands/way-button.jsx";
import { useDropZone } from "../widgets/drop-zone.js";
import { Icon } from "../widgets/icons.jsx";
import { SampleButton } from "../widgets/sample-button.jsx";
import { AdviceNote } from "./advice-note.jsx";
import { selectAdviceAboveCards } from "./advice-place.js";
import { ClassCard } from "./class-card.jsx";
import { OpenLookPicker } from "./look-button.jsx";
import { RailClass } from "./rail-class.jsx";
import { RoomNote } from "./room-note.jsx";

export function ClassesColumn() {
	const session = useSession();
	const classes = session.classes.value;
	const labels = classes.map(({ label }) => label);
	// With two classes the coach has a panel, except where the words are simple.
	const advice =
		hasEnoughClasses(session) && !isSimple.value ? [] : selectAdviceAboveCards(session.advice.value, labels);
	const canFold = (isDesk.value || isTablet.value) && classes.length > 0 && !isSimple.value;
	const isRail = canFold && arrangement.value.folded;
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
		<section class="column classes" aria-label={t("classes")} data-rail={isRail} data-over={over} {...handlers}>
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
				{classes.map(({ key, ...shown }) =>
					isRail ? <RailClass key={key} {...shown} /> : <ClassCard key={key} {...shown} />,
				)}
			</div>
			<div class="classes-foot">
				<button
					type="button"
					// The camera comes first, and one thing at a time is asked for.
					class={empty && selectCameraPhase(session) === "on" ? "add-class primary" : "add-class"}
					{...refusedLook(whyRefused(session, "add"))}
					onClick={() => {
						arrange({ folded: false });
						addClass(session);
					}}
				>
					<Icon name="plus" /> <span>{t("classes.add")}</span>
				</button>
				{classes.length > 0 && !isSimple.value && <WayButton compact />}
				{canFold && (
					<button
						type="button"
						class="quiet square fold"
						aria-label={t(isRail ? "classes.unfold" : "classes.fold")}
						title={t(isRail ? "classes.unfold" : "classes.fold")}
						aria-expanded={!isRail}
						onClick={() => arrange({ folded: !isRail })}
					>
						<Icon name={isRail ? "unfold" : "fold"} />
					</button>
				)}
			</div>
			<OpenLookPicker />
			{binned > 0 && !isSimple.value && (
				<button
					type="button"
					class="quiet bin-button"
					aria-haspopup="dialog"
					onClick={(event) => {
						binAnchor.value = event.currentTarget;
					}}
				>
					<Icon name="trash" size={18} /> <span>{t("bin.open", { count: binned })}</span>
				</button>
			)}
		</section>
	);
}

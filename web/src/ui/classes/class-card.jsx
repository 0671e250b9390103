// One class: its name and colour, its examples, and the ways to give it more.

import { isSimple } from "../../i18n/language.js";
import { t } from "../../i18n/words.js";
import { ActionsButton } from "../actions/actions-button.jsx";
import { chooseClass, selectChosenClass, showsChosen } from "../context/hands-free.js";
import { addPictures, tellPage } from "../context/page-commands.js";
import { exchangeJob, hasEnoughClasses } from "../context/page-state.js";
import { refusedLook, whyRefused } from "../context/refusal.js";
import { useSession } from "../context/session-context.js";
import { Stars } from "../simple/stars.jsx";
import { useDropZone } from "../widgets/drop-zone.js";
import { FileButton } from "../widgets/file-button.jsx";
import { Icon } from "../widgets/icons.jsx";
import { AdviceChip } from "./advice-chip.jsx";
import { selectAdviceForCard } from "./advice-place.js";
import { CardNotes } from "./card-notes.jsx";
import { ClassName } from "./class-name.jsx";
import { LookButton } from "./look-button.jsx";
import { OffSwitch } from "./off-switch.jsx";
import { RecordButton } from "./record-button.jsx";
import { Thumbnails } from "./thumbnails.jsx";

/**
 * @param {object} props
 * @param {string} props.label
 * @param {number} props.index
 * @param {number} props.colour
 * @param {string|null} props.emoji
 * @param {number} props.count
 * @param {boolean} props.isOff
 * @param {import("../../app/session.js").ExampleView[]} props.examples
 */
export function ClassCard({ label, index, colour, emoji, count, isOff, examples }) {
	const session = useSession();
	/** @param {File[]} files */
	const add = (files) => addPictures(session, label, files);
	const { over, handlers } = useDropZone(add, tellPage(session), (source) => {
		exchangeJob.value = { kind: "import", source, label };
	});
	const upload = session.upload.value?.label === label ? session.upload.value : null;
	const recording = session.recording.value === label;
	const advice = selectAdviceForCard(session.advice.value, label);
	const hasPanel = hasEnoughClasses(session) && !isSimple.value;
	return (
		<article
			class="card class-card"
			data-slot={colour}
			data-index={index}
			data-over={over}
			data-recording={recording}
			data-off={isOff}
			data-chosen={showsChosen() && selectChosenClass(session)?.label === label}
			aria-label={label}
			tabIndex={-1}
			onFocusIn={() => chooseClass(session, label)}
			{...handlers}
		>
			<header class="class-head">
				<LookButton label={label} emoji={emoji} />
				<ClassName label={label} />
				<span class="class-meta">
					{isSimple.value ? (
						<span class="class-count">
							<Stars count={count} />
						</span>
					) : (
						<>
							{index < 9 && <kbd title={t("class.keyHint", { key: String(index + 1) })}>{index + 1}</kbd>}
							<span class="class-count">{t("class.count", { count })}</span>
							{hasPanel && advice.length > 0 && <AdviceChip advice={advice} />}
							<ActionsButton label={label} />
							<OffSwitch label={label} isOff={isOff} />
						</>
					)}
					<button
						type="button"
						class="quiet square"
						aria-label={t("class.delete", { label })}
						{...refusedLook(whyRefused(session, "class", label), t("class.deleteShort"))}
						onClick={() => session.deleteClass(label)}
					>
						<Icon name="trash" size={18} />
					</button>
				</span>
			</header>
			{isOff && <p class="off-note">{t("class.isOff")}</p>}
			<Thumbnails label={label} examples={examples} />
			{upload ? (
				<div class="upload">
					<label>
						<span>{t("class.uploading", { done: upload.done, total: upload.total })}</span>
						<progress value={upload.done} max={upload.total} />
					</label>
					<button type="button" onClick={() => session.cancelUpload()}>
						{t("cancel")}
					</button>
				</div>
			) : (
				<div class="class-actions">
					<RecordButton label={label} count={count} />
					<FileButton
						kind="pictures"
						text={t("class.upload")}
						label={t("class.uploadFor", { label })}
						refused={whyRefused(session, "add")}
						onFiles={add}
					/>
				</div>
			)}
			<CardNotes label={label} isRecording={recording} advice={hasPanel ? [] : advice} />
			<p class="drop-hint" aria-hidden="true">
				<Icon name="upload" /> {t("class.dropHere", { label })}
			</p>
		</article>
	);
}

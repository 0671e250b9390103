// The tried photos: sorted, filtered, as a grid; and as a table to save.

import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useState } from "preact/hooks";
import { download } from "../../app/browser/download.js";
import { asProblem } from "../../contract/problem.js";
import { language } from "../../i18n/language.js";
import { errorWords, t } from "../../i18n/words.js";
import { useSession } from "../context/session-context.js";
import { Icon } from "../widgets/icons.jsx";
import { CorrectPopup } from "./correct-popup.jsx";
import { isWanted, PhotoReview } from "./photo-review.jsx";
import { isShown, KINDS, ORDERS, sortRows, writeTable } from "./try-table.js";
import { TryTile } from "./try-tile.jsx";

/** @typedef {import("../../app/try-photos.js").TriedPhoto} TriedPhoto */
/** @typedef {import("../../contract/errors.js").ErrorObject} ErrorObject */

/** @param {{tried: import("../../app/try-photos.js").TryPhotos}} props */
export function TryGrid({ tried }) {
	const session = useSession();
	const [order, setOrder] = useState(/** @type {typeof ORDERS[number]} */ ("added"));
	const [filter, setFilter] = useState(/** @type {import("./try-table.js").Filter} */ ({ kind: "all" }));
	const [correcting, setCorrecting] = useState(/** @type {{id: string, anchor: HTMLElement}|null} */ (null));
	const [error, setError] = useState(/** @type {ErrorObject|null} */ (null));
	const [isReviewing, setReviewing] = useState(false);
	/** The photo whose reasons are shown. */
	const looked = useSignal(/** @type {string|null} */ (null));
	const classes = session.classes.value;
	const photos = tried.photos.value;
	const isGone = filter.kind === "class" && !classes.some(({ label }) => label === filter.label);
	useEffect(() => {
		if (isGone) setFilter({ kind: "all" });
	}, [isGone]);
	if (photos.length === 0) return null;
	const shown = sortRows(photos, order, language.value).filter((photo) => isShown(photo, filter));
	const corrected = correcting && photos.find(({ id }) => id === correcting.id);
	const words = error && errorWords(error);
	const hasWanted = photos.some(isWanted);

	const save = () => {
		const certainties = {
			sure: t("try.table.sure"),
			notSure: t("try.table.notSure"),
			unknown: t("try.table.unknown"),
		};
		const head = {
			name: t("try.table.name"),
			answer: t("try.table.answer"),
			certainty: t("try.table.certainty"),
			somethingElse: t("answer.somethingElse"),
			distance: t("try.table.distance"),
			corrected: t("try.table.corrected"),
		};
		const labels = classes.map(({ label }) => label);
		const table = writeTable(sortRows(photos, order, language.value), labels, { ...head, certainties });
		download(new Blob([table], { type: "text/csv;charset=utf-8" }), `${t("try.button")}.csv`);
	};

	return (
		<>
			<div class="try-tools">
				<label>
					<span>{t("try.show")}</span>
					<select
						value={filter.kind === "class" ? `class ${filter.label}` : filter.kind}
						onChange={({ currentTarget: { value } }) => {
							const kind = KINDS.find((each) => each === value);
							setFilter(kind ? { kind } : { kind: "class", label: value.slice("class ".length) });
						}}
					>
						{KINDS.map((kind) => (
							<option key={kind} value={kind}>
								{t(`try.show.${kind}`)}
							</option>
						))}
						{classes.map(({ label }) => (
							<option key={label} value={`class ${label}`}>
								{label}
							</option>
						))}
					</select>
				</label>
				<label>
					<span>{t("try.sort")}</span>
					<select
						value={order}
						onChange={({ currentTarget: { value } }) => setOrder(ORDERS.find((each) => each === value) ?? "added")}
					>
						{ORDERS.map((each) => (
							<option key={each} value={each}>
								{t(`try.sort.${each}`)}
							</option>
						))}
					</select>
				</label>
				<button
					type="button"
					aria-haspopup="dialog"
					aria-disabled={!hasWanted}
					title={hasWanted ? undefined : t("review.noPhotos")}
					onClick={() => hasWanted && setReviewing(true)}
				>
					<Icon name="cards" /> {t("review.photos")}
				</button>
				<button type="button" onClick={save}>
					<Icon name="save" /> {t("try.csv")}
				</button>
				<button type="button" class="quiet" onClick={() => tried.clear()}>
					<Icon name="trash" /> {t("try.clear")}
				</button>
			</div>
			<div role="alert">
				{words && (
					<p class="try-note">
						<b>{words.message}</b> {words.hint}
					</p>
				)}
			</div>
			{shown.length === 0 && <p class="soft">{t("try.none")}</p>}
			<ul class="try-grid">
				{shown.map((photo) => (
					<Slot
						key={photo.id}
						{...{ tried, photo, classes, looked }}
						onCorrect={(anchor) => setCorrecting({ id: photo.id, anchor })}
					/>
				))}
			</ul>
			{isReviewing && <PhotoReview tried={tried} onClose={() => setReviewing(false)} />}
			{corrected && correcting && (
				<CorrectPopup
					photo={corrected}
					anchor={correcting.anchor}
					onClose={() => setCorrecting(null)}
					onChoose={(label) => {
						setError(null);
						tried.teach(corrected.id, label).catch((thrown) => setError(asProblem(thrown)));
					}}
				/>
			)}
		</>
	);
}

/**
 * One place of the grid. It is drawn again only when its photo or the classes change, not for each photo that is added.
 * @param {Parameters<typeof TryTile>[0]} props
 */
function Slot(props) {
	const { photo, classes } = props;
	return useMemo(() => <TryTile {...props} />, [photo, classes, language.value]);
}

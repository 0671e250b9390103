// Deleted classes and examples: their pictures, when they were deleted and by whom, and the ways to bring them back.

import { useEffect, useRef, useState } from "preact/hooks";
import { dateAndTime } from "../../i18n/dates.js";
import { t } from "../../i18n/words.js";
import { KEPT_DAYS } from "../../project/bin.js";
import { useSession } from "../context/session-context.js";
import { Picture } from "../examples/picture.jsx";

/** @typedef {import("../../project/bin.js").BinGroup} BinGroup */
/** @typedef {import("../../project/bin.js").BinRow} BinRow */

/** Pictures shown of one group. */
const SHOWN = 24;

export function BinPanel() {
	const session = useSession();
	const panel = useRef(/** @type {HTMLDivElement|null} */ (null));
	const [isAsked, setIsAsked] = useState(false);
	const groups = session.bin();
	/** @param {string[]} ids */
	const restore = (ids) => {
		session.restore(ids);
		// The button that was clicked may be gone.
		panel.current?.focus();
	};
	const empty = () => {
		session.emptyBin(groups.flatMap(({ rows }) => rows.map(({ id }) => id)));
		panel.current?.focus();
	};
	return (
		<div class="deleted" ref={panel} tabIndex={-1}>
			<p class="soft">{groups.length === 0 ? t("bin.isEmpty") : t("bin.text", { count: KEPT_DAYS })}</p>
			{groups.map((group) => (
				<Group key={group.key} group={group} restore={restore} />
			))}
			{groups.length > 0 && (
				<button
					type="button"
					class={isAsked ? "danger" : "quiet"}
					onClick={() => (isAsked ? empty() : setIsAsked(true))}
					onBlur={() => setIsAsked(false)}
				>
					{t(isAsked ? "bin.emptySure" : "bin.empty")}
				</button>
			)}
		</div>
	);
}

/** @param {{group: BinGroup, restore: (ids: string[]) => void}} props */
function Group({ group, restore }) {
	const { label, ofClass, deletedAt, by, byOther, rows } = group;
	const date = dateAndTime(deletedAt);
	const who = byOther ? by?.name || t("somebody") : null;
	return (
		<section class="deleted-group" data-slot={ofClass?.colour}>
			<h3>
				{ofClass && <i class="swatch" />}
				<bdi>{ofClass ? t("bin.ofClass", { label }) : label}</bdi>
			</h3>
			<p class="soft">
				{t("class.count", { count: rows.length })} · {who ? t("bin.whenBy", { date, who }) : t("bin.when", { date })}
			</p>
			<ul class="deleted-pictures">
				{rows.slice(0, SHOWN).map((row, place) => (
					<li key={row.id}>
						<button
							type="button"
							class="thumbnail"
							aria-label={t("bin.restoreOne", { number: place + 1, label })}
							title={t("loss.bringBack")}
							onClick={() => restore([row.id])}
						>
							<Thumbnail blob={row.thumbnail} />
						</button>
					</li>
				))}
			</ul>
			{rows.length > SHOWN && <p class="soft">{t("bin.more", { count: rows.length - SHOWN })}</p>}
			<button type="button" onClick={() => restore(rows.map(({ id }) => id))}>
				{t(ofClass ? "bin.restoreClass" : "bin.restoreAll")}
			</button>
		</section>
	);
}

/** @param {{blob: Blob|null}} props */
function Thumbnail({ blob }) {
	const [url, setUrl] = useState(/** @type {string|null} */ (null));
	useEffect(() => {
		if (!blob) return;
		const made = URL.createObjectURL(blob);
		setUrl(made);
		return () => URL.revokeObjectURL(made);
	}, [blob]);
	return <Picture url={url} />;
}

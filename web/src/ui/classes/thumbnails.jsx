// The examples of a class, newest first: one row, or all of them page by page. Only visible pictures are created, so that a
// class of a thousand costs as little as one of twenty.

import { useMemo, useState } from "preact/hooks";
import { t } from "../../i18n/words.js";
import { PictureList } from "../examples/picture-list.jsx";

/** @typedef {import("../../app/session.js").ExampleView} ExampleView */

const ROW = 24;
const PAGE = 96;
/** So many pictures fit in the row. */
const FITS = 5;

/** @param {{label: string, examples: ExampleView[]}} props */
export function Thumbnails({ label, examples }) {
	const [shown, setShown] = useState(ROW);
	const visible = useMemo(() => examples.slice(0, shown), [examples, shown]);
	const rest = examples.length - visible.length;
	const all = shown > ROW;

	if (examples.length === 0) return <p class="thumbnails-empty">{t("class.empty")}</p>;
	return (
		<div class="thumbnails" data-all={all}>
			<PictureList
				examples={visible}
				label={t("class.examplesOf", { label })}
				nameOf={(_, place) => t("example.number", { number: examples.length - place })}
			/>
			{(all || examples.length > FITS) && (
				<div class="thumbnail-pages">
					{!all && (
						<button type="button" class="quiet small" onClick={() => setShown(PAGE)}>
							{t("class.all", { count: examples.length })}
						</button>
					)}
					{all && rest > 0 && (
						<button type="button" class="quiet small" onClick={() => setShown(shown + PAGE)}>
							{t("class.more", { count: rest })}
						</button>
					)}
					{all && (
						<button type="button" class="quiet small" onClick={() => setShown(ROW)}>
							{t("class.fewer")}
						</button>
					)}
				</div>
			)}
		</div>
	);
}

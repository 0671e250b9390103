// The pictures of a popup: those of a cell of the confusion matrix, or of a piece of advice. A picture that is moved to another class
// or deleted leaves the list.

import { useMemo, useState } from "preact/hooks";
import { isSimple } from "../../i18n/language.js";
import { t } from "../../i18n/words.js";
import { canTeach, pictureSelection, reviewed } from "../context/page-state.js";
import { useSession } from "../context/session-context.js";
import { selectExamples } from "./find-example.js";
import { PictureList } from "./picture-list.jsx";

const PAGE = 48;

export function SelectedPictures() {
	const looking = pictureSelection.value;
	return looking && <Pictures looking={looking} />;
}

/** @param {{looking: import("../context/page-state.js").PictureSelection}} props */
function Pictures({ looking }) {
	const session = useSession();
	const [shown, setShown] = useState(PAGE);
	const classes = session.classes.value;
	const ids = looking.ids();
	const examples = useMemo(() => selectExamples(classes, ids, looking.label), [classes, ids, looking]);
	const visible = useMemo(() => examples.slice(0, shown), [examples, shown]);
	const rest = examples.length - visible.length;
	if (examples.length === 0) return <p class="looking-empty soft">{t("looking.empty")}</p>;
	return (
		<div class="looking">
			<p class="soft">{t("looking.hint")}</p>
			{canTeach(session) && !isSimple.value && (
				<button
					type="button"
					class="small"
					aria-haspopup="dialog"
					onClick={() => {
						reviewed.value = { ids: examples.map(({ id }) => id), anchor: looking.anchor };
						pictureSelection.value = null;
					}}
				>
					{t("review.start")}
				</button>
			)}
			<div class="thumbnails" data-all="true">
				<PictureList
					examples={visible}
					label={looking.title}
					nameOf={({ label }, place) => t("looking.picture", { number: place + 1, label })}
				/>
			</div>
			{rest > 0 && (
				<button type="button" class="quiet small" onClick={() => setShown(shown + PAGE)}>
					{t("class.more", { count: rest })}
				</button>
			)}
		</div>
	);
}

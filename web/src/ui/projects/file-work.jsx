// How far a file is that is saved or opened, and the button that stops it.

import { percent } from "../../i18n/numbers.js";
import { t } from "../../i18n/words.js";
import { useSession } from "../context/session-context.js";

export function FileWork() {
	const work = useSession().fileWork.value;
	if (!work) return null;
	const words = t(`file.${work.what}`, { name: work.name });
	return (
		<div class="file-work">
			<p id="file-work-words">{words}</p>
			<progress aria-labelledby="file-work-words" value={work.share} max={1} />
			<span class="file-work-share">{percent(work.share)}</span>
			<button type="button" onClick={work.cancel}>
				{t("cancel")}
			</button>
		</div>
	);
}

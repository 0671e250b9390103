// Says quietly that a new version of the page is ready. It is never taken without a click, and not offered while something
// is being recorded or uploaded.

import { useState } from "preact/hooks";
import { t } from "../i18n/words.js";
import { newVersion } from "../offline/new-version.js";
import { useSession } from "./context/session-context.js";
import { CloseButton } from "./widgets/close-button.jsx";

export function NewVersionToast() {
	const session = useSession();
	const offered = newVersion.value;
	const [dismissed, setDismissed] = useState(/** @type {typeof offered} */ (null));
	const isBusy = session.recording.value !== null || session.upload.value !== null;
	return (
		<div role="status">
			{offered !== null && offered !== dismissed && !isBusy && (
				<div class="toast">
					<p>{t("newVersion")}</p>
					<button type="button" class="toast-action" onClick={offered.take}>
						{t("newVersion.reload")}
					</button>
					<CloseButton onClick={() => setDismissed(offered)} />
				</div>
			)}
		</div>
	);
}

// The progress of loading the model, or the reason why it failed.

import { percent } from "../../i18n/numbers.js";
import { errorWords, t } from "../../i18n/words.js";
import { useSession } from "../context/session-context.js";

export function ModelProgress() {
	const session = useSession();
	const { state, progress, error } = session.model.value;
	// From the first paint on, so that it does not come into what can be pressed.
	if (state === "idle" || state === "loading") {
		return (
			<div class="model-progress">
				<label>
					<span>{t("model.loading")}</span>
					<span class="model-percent">{percent(progress)}</span>
					<progress value={progress} max={1} />
				</label>
			</div>
		);
	}
	if (state !== "failed") return null;
	const words = error && errorWords(error);
	return (
		<div class="model-progress failed" role="alert">
			<p>
				<b>{words?.message ?? t("model.failed")}</b> {words?.hint}
			</p>
			<button type="button" onClick={() => session.retryModel()}>
				{t("camera.again")}
			</button>
		</div>
	);
}

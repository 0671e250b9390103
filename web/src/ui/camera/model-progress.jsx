// The progress of loading the model, or the reason why it failed.

import { isSimple } from "../../i18n/language.js";
import { percent } from "../../i18n/numbers.js";
import { errorWords, t } from "../../i18n/words.js";
import { useSession } from "../context/session-context.js";

/** It is there from the first paint on, so that it does not come into what can be pressed. */
export function ModelProgress() {
	const session = useSession();
	const { state, progress } = session.model.value;
	if (state === "ready" || state === "failed") return null;
	// Without its project the page does not go on to load the model.
	if (session.problem.value && !session.ready.value) return null;
	return (
		<div class="model-progress">
			<label>
				<span>{t("model.loading")}</span>
				{!isSimple.value && <span class="model-percent">{percent(progress)}</span>}
				<progress value={progress} max={1} />
			</label>
		</div>
	);
}

export function ModelFailed() {
	const session = useSession();
	const { state, error } = session.model.value;
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

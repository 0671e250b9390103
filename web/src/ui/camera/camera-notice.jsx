// The notice on the stage while there is no camera picture: an invitation first; after a failure, its cause and what to do.
// Pictures from files work in every case.

import { cameraProblem } from "../../capture/camera-problem.js";
import { isSimple } from "../../i18n/language.js";
import { errorWords, t } from "../../i18n/words.js";
import { showPicture } from "../context/page-commands.js";
import { canTeach, canTryPhotos, isTrying } from "../context/page-state.js";
import { canUsePhone, isInvitingPhone } from "../context/phone.js";
import { useSession } from "../context/session-context.js";
import { FileButton } from "../widgets/file-button.jsx";
import { Icon } from "../widgets/icons.jsx";
import { Illustration } from "../widgets/illustration.jsx";
import { ModelProgress } from "./model-progress.jsx";

export function CameraNotice() {
	const session = useSession();
	const { state } = session.camera.value;
	const photo = (
		<>
			{canUsePhone(session) && !isSimple.value && (
				<button
					type="button"
					class="quiet"
					aria-haspopup="dialog"
					onClick={() => {
						isInvitingPhone.value = true;
					}}
				>
					<Icon name="phone" /> {t("phone.use")}
				</button>
			)}
			{canTryPhotos(session) && !isSimple.value && (
				<button
					type="button"
					class="quiet"
					aria-haspopup="dialog"
					onClick={() => {
						isTrying.value = true;
					}}
				>
					<Icon name="cards" /> {t("try.button")}
				</button>
			)}
			<FileButton class="quiet" text={t("camera.choosePhoto")} onFiles={(files) => showPicture(session, files[0])} />
		</>
	);
	if (state === "off") {
		return (
			<div class="notice">
				<Illustration />
				<ModelProgress />
				<h2>{t("camera.offTitle")}</h2>
				<p>{t(canTeach(session) ? "privacy" : "player.text")}</p>
				<div class="notice-actions">
					<button type="button" class="primary" onClick={() => session.startCamera()}>
						<Icon name="camera" /> {t("camera.start")}
					</button>
					{photo}
				</div>
			</div>
		);
	}
	const problem = cameraProblem(state);
	const words = problem ? errorWords(problem) : { message: t("camera.askingTitle"), hint: t("camera.askingText") };
	return (
		<div class="notice" role="status">
			<span class="notice-icon" data-state={state}>
				<Icon name={state === "asking" ? "camera" : "warning"} size={28} />
			</span>
			<ModelProgress />
			<h2>{words.message}</h2>
			<p>{words.hint}</p>
			<div class="notice-actions">
				{state !== "asking" && state !== "insecure" && (
					<button type="button" class="primary" onClick={() => session.startCamera()}>
						{t("camera.again")}
					</button>
				)}
				{photo}
			</div>
		</div>
	);
}

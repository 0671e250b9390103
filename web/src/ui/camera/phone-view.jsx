// The stage while another device is the camera: its small pictures where the room shows pictures, else a sign that it sends, and what
// to do when it does not.

import "../../style/camera/phone.css";
import { t } from "../../i18n/words.js";
import { selectPhone } from "../context/phone.js";
import { useSession } from "../context/session-context.js";
import { Icon } from "../widgets/icons.jsx";

export function PhoneView() {
	const session = useSession();
	const phone = selectPhone(session);
	if (!phone) return null;
	const { state, pictureUrl } = phone;
	const words = <PhoneWords state={state} />;
	const isLost = state === "lost";
	if (pictureUrl && !isLost) {
		return (
			<>
				<img class="still" src={pictureUrl} alt={t("camera.preview")} />
				<p class="chip" role="status">
					{words}
				</p>
			</>
		);
	}
	return (
		<div class="notice phone-view" data-state={state}>
			<span class="notice-icon" data-state={isLost ? "lost" : "phone"}>
				<Icon name="phone" size={28} />
			</span>
			<div role="status">
				<h2>{words}</h2>
			</div>
			<p>{isLost ? t("phone.wake") : t("phone.noPicture")}</p>
		</div>
	);
}

/** @param {{state: import("../../state/state.js").PhoneState["state"]}} props */
function PhoneWords({ state }) {
	return (
		<>
			<span class="phone-dot" data-state={state} /> {t(`phone.state.${state}`)}
		</>
	);
}

// The controls below the stage while another device is the camera: pause, its code, and back to this device.

import { useEffect, useRef } from "preact/hooks";
import { t } from "../../i18n/words.js";
import { isInvitingPhone, selectPhone } from "../context/phone.js";
import { useSession } from "../context/session-context.js";
import { Icon } from "../widgets/icons.jsx";

export function PhoneControls() {
	const session = useSession();
	const paused = selectPhone(session)?.state === "paused";
	const pause = useRef(/** @type {HTMLButtonElement|null} */ (null));
	useEffect(() => {
		// The sheet that brought the phone is closed, the button that opened it is removed, and with it the focus.
		if (document.activeElement === document.body) pause.current?.focus({ preventScroll: true });
	}, [isInvitingPhone.value]);
	return (
		<div class="camera-controls phone-controls">
			<button ref={pause} type="button" onClick={() => (paused ? session.resumeCamera() : session.pauseCamera())}>
				<Icon name={paused ? "play" : "pause"} /> <span>{t(paused ? "camera.resume" : "camera.pause")}</span>
			</button>
			<button
				type="button"
				title={t("phone.code")}
				aria-haspopup="dialog"
				onClick={() => {
					isInvitingPhone.value = true;
				}}
			>
				<Icon name="link" /> <span>{t("phone.code")}</span>
			</button>
			<button type="button" title={t("phone.stop")} onClick={() => session.stopCamera()}>
				<Icon name="off" /> <span>{t("phone.stop")}</span>
			</button>
		</div>
	);
}

// The controls of the camera: which camera, pause, mirror, heat map, a photo instead, off.

import { useEffect, useRef } from "preact/hooks";
import { isSimple } from "../../i18n/language.js";
import { t } from "../../i18n/words.js";
import { showPicture } from "../context/page-commands.js";
import { canTryPhotos, isTrying, stagePicture } from "../context/page-state.js";
import { canUsePhone, isInvitingPhone } from "../context/phone.js";
import { useSession } from "../context/session-context.js";
import { FileButton } from "../widgets/file-button.jsx";
import { Icon } from "../widgets/icons.jsx";

/** The value of the picker's last line, which is no camera's id. */
const PHONE = "phone";

export function RunningControls() {
	const session = useSession();
	const { state, devices, mirrored } = session.camera.value;
	const pause = useRef(/** @type {HTMLButtonElement|null} */ (null));
	useEffect(() => {
		// The button that started the camera is removed, and with it the focus.
		if (document.activeElement === document.body) pause.current?.focus({ preventScroll: true });
	}, []);
	const hasPhone = canUsePhone(session);
	const paused = state === "paused";
	const heat = session.heatMode.value !== "off";
	const simple = isSimple.value;
	return (
		<div class="camera-controls">
			{(devices.length > 1 || hasPhone) && (
				<>
					{!simple && <CameraPicker hasPhone={hasPhone} />}
					{devices.length > 1 && (
						<button type="button" onClick={() => session.flipCamera()} title={t("camera.flip")}>
							<Icon name="flip" /> <span>{t("camera.flip")}</span>
						</button>
					)}
				</>
			)}
			<button
				ref={pause}
				type="button"
				disabled={stagePicture.value !== null}
				title={t(paused ? "camera.resume" : "camera.pause")}
				onClick={() => (paused ? session.resumeCamera() : session.pauseCamera())}
			>
				<Icon name={paused ? "play" : "pause"} /> <span>{t(paused ? "camera.resume" : "camera.pause")}</span>
			</button>
			{!simple && (
				<button
					type="button"
					aria-pressed={mirrored}
					title={t("camera.mirror")}
					onClick={() => session.setMirrored(!mirrored)}
				>
					<Icon name="mirror" /> <span>{t("camera.mirror")}</span>
				</button>
			)}
			{/* A page that only answers has none. */}
			{!simple && session.setHeatMode && (
				<button
					type="button"
					aria-pressed={heat}
					title={t("heat.button")}
					onClick={() => session.setHeatMode(heat ? "off" : "winner")}
				>
					<Icon name="heat" /> <span>{t("heat.button")}</span>
				</button>
			)}
			<FileButton text={t("camera.choosePhoto")} onFiles={(files) => showPicture(session, files[0])} />
			{!simple && canTryPhotos(session) && (
				<button
					type="button"
					title={t("try.button")}
					aria-haspopup="dialog"
					onClick={() => {
						isTrying.value = true;
					}}
				>
					<Icon name="cards" /> <span>{t("try.button")}</span>
				</button>
			)}
			<button type="button" title={t("camera.off")} onClick={() => session.stopCamera()}>
				<Icon name="off" /> <span>{t("camera.off")}</span>
			</button>
		</div>
	);
}

/** @param {{hasPhone: boolean}} props hasPhone: whether a phone can be the camera */
function CameraPicker({ hasPhone }) {
	const session = useSession();
	const { devices, deviceId } = session.camera.value;
	// A browser may list no device, or not the one that runs: the picker is never empty.
	const isListed = devices.some(({ id }) => id === deviceId);
	return (
		<select
			class="camera-picker"
			aria-label={t("camera.which")}
			value={deviceId ?? ""}
			onChange={({ currentTarget }) => {
				if (currentTarget.value !== PHONE) return session.startCamera({ deviceId: currentTarget.value });
				// Until a phone has come, this camera goes on.
				currentTarget.value = deviceId ?? "";
				isInvitingPhone.value = true;
			}}
		>
			{devices.map(({ id, label }, place) => (
				<option key={id} value={id}>
					{label || t("camera.number", { number: place + 1 })}
				</option>
			))}
			{!isListed && <option value={deviceId ?? ""}>{t("camera.number", { number: devices.length + 1 })}</option>}
			{hasPhone && <option value={PHONE}>{t("phone.use")}</option>}
		</select>
	);
}

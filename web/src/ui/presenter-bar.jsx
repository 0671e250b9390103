// The presenter view's own bar: what can be changed while the page is on a projector, and the way back. The page is shown full
// screen where the browser allows it.

import { useEffect, useRef } from "preact/hooks";
import { isSimple } from "../i18n/language.js";
import { t } from "../i18n/words.js";
import { stagePicture } from "./context/page-state.js";
import { selectCameraPhase } from "./context/phone.js";
import { isPresenting } from "./context/presenting.js";
import { useSession } from "./context/session-context.js";
import { Icon } from "./widgets/icons.jsx";

/** Leaves the full screen, where this page has it. */
function leaveFullscreen() {
	// It may be gone already: the browser's own key ended it.
	if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
}

export function PresenterBar() {
	const session = useSession();
	const bar = useRef(/** @type {HTMLElement|null} */ (null));
	useEffect(() => {
		if (!isPresenting.value) return;
		/** @param {KeyboardEvent} event */
		const onKeyDown = (event) => {
			if (event.key === "Escape" && !document.querySelector("dialog[open]")) isPresenting.value = false;
		};
		const onFullscreenChange = () => {
			// Escape in full screen tells the page nothing but this.
			if (!document.fullscreenElement) isPresenting.value = false;
		};
		// What was pressed is out of sight now.
		bar.current?.querySelector("button")?.focus();
		addEventListener("keydown", onKeyDown);
		document.addEventListener("fullscreenchange", onFullscreenChange);
		return () => {
			removeEventListener("keydown", onKeyDown);
			document.removeEventListener("fullscreenchange", onFullscreenChange);
			leaveFullscreen();
			setTimeout(() => {
				const opener = document.querySelector(".present-button");
				// The button that ended it is gone, and with it the focus.
				if (document.activeElement === document.body && opener instanceof HTMLElement) opener.focus();
			});
		};
	}, [isPresenting.value]);
	if (!isPresenting.value) return null;
	const state = selectCameraPhase(session);
	const heat = session.heatMode.value !== "off";
	const isPaused = state === "paused";
	return (
		<nav ref={bar} class="presenter-bar" aria-label={t("present")}>
			{state === "off" && !stagePicture.value && (
				<button type="button" onClick={() => session.startCamera()}>
					<Icon name="camera" /> {t("camera.start")}
				</button>
			)}
			{(state === "on" || isPaused) && !stagePicture.value && (
				<button type="button" onClick={() => (isPaused ? session.resumeCamera() : session.pauseCamera())}>
					<Icon name={isPaused ? "play" : "pause"} /> {t(isPaused ? "camera.resume" : "camera.pause")}
				</button>
			)}
			{!isSimple.value && (
				<button type="button" aria-pressed={heat} onClick={() => session.setHeatMode(heat ? "off" : "winner")}>
					<Icon name="heat" /> {t("heat.button")}
				</button>
			)}
			<button
				type="button"
				onClick={() => {
					isPresenting.value = false;
				}}
			>
				<Icon name="small" /> {t("present.end")}
			</button>
		</nav>
	);
}

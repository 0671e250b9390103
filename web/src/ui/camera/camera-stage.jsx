// The stage: what the camera sees (mirrored, as in a mirror), or the picture that was dropped on it, or a notice how to get one.

import { useEffect, useRef, useState } from "preact/hooks";
import { milliseconds, number } from "../../i18n/numbers.js";
import { t } from "../../i18n/words.js";
import { addClassOfPicture, hidePicture, showPicture } from "../context/page-actions.js";
import { stagePicture } from "../context/page-state.js";
import { useSession } from "../context/session-context.js";
import { useDropZone } from "../widgets/drop-zone.js";
import { Icon } from "../widgets/icons.jsx";
import { CameraNotice } from "./camera-notice.jsx";
import { HeatOverlay } from "./heat-overlay.jsx";
import { ModelProgress } from "./model-progress.jsx";

export function CameraStage() {
	const session = useSession();
	const { state, fps, frameMs } = session.camera.value;
	const { over, handlers } = useDropZone((files) => showPicture(session, files[0]));
	const recording = session.classes.value.find(({ label }) => label === session.recording.value);
	const running = state === "on" || state === "paused";
	return (
		<div
			class="stage"
			data-state={stagePicture.value ? "picture" : state}
			data-slot={recording?.colour}
			data-over={over}
			{...handlers}
		>
			{running && <Preview />}
			{stagePicture.value ? <StillPicture url={stagePicture.value.url} /> : !running && <CameraNotice />}
			{state === "paused" && !stagePicture.value && (
				<button type="button" class="resume" onClick={() => session.resumeCamera()}>
					<Icon name="play" /> {t("camera.resume")}
				</button>
			)}
			{state === "on" && !stagePicture.value && fps !== null && (
				<p class="chip">
					{t("camera.speed", { count: Math.round(fps) })}
					{frameMs !== null && <> · {milliseconds(Math.max(frameMs, 1))}</>}
				</p>
			)}
			{recording && (
				<p class="recording-chip" data-slot={recording.colour}>
					<span class="record-dot" /> <bdi class="ellipsis">{recording.label}</bdi> {number(recording.count)}
				</p>
			)}
			<ModelProgress />
			<p class="drop-hint" aria-hidden="true">
				<Icon name="picture" /> {t("stage.dropHere")}
			</p>
		</div>
	);
}

function Preview() {
	const session = useSession();
	const video = useRef(/** @type {HTMLVideoElement|null} */ (null));
	const { state, stream, mirrored } = session.camera.value;
	const [size, setSize] = useState(/** @type {{width: number, height: number}|null} */ (null));
	useEffect(() => {
		const element = /** @type {HTMLVideoElement} */ (video.current);
		element.srcObject = stream;
		return () => {
			element.srcObject = null;
		};
	}, [stream]);
	useEffect(() => {
		const element = /** @type {HTMLVideoElement} */ (video.current);
		// The answer is about the picture that stays.
		if (state === "paused") element.pause();
		// Rejected only when the element is removed meanwhile: then there is nothing to play.
		else element.play().catch(() => {});
	}, [stream, state]);
	return (
		<>
			<video
				ref={video}
				class="preview"
				data-mirrored={mirrored}
				muted
				playsInline
				autoplay
				// Called too when a phone is turned.
				onResize={({ currentTarget }) =>
					setSize({ width: currentTarget.videoWidth, height: currentTarget.videoHeight })
				}
				aria-label={t("camera.preview")}
			/>
			{!stagePicture.value && <HeatOverlay size={size} mirrored={mirrored} fit="cover" />}
		</>
	);
}

/** @param {{url: string}} props */
function StillPicture({ url }) {
	const session = useSession();
	const [size, setSize] = useState(/** @type {{width: number, height: number}|null} */ (null));
	return (
		<>
			<img
				class="still"
				src={url}
				alt={t("stage.picture")}
				onLoad={({ currentTarget }) =>
					setSize({ width: currentTarget.naturalWidth, height: currentTarget.naturalHeight })
				}
			/>
			<HeatOverlay size={size} fit="contain" />
			<div class="stage-actions">
				{session.classes.value.length === 0 && (
					<button type="button" class="primary" onClick={() => addClassOfPicture(session)}>
						<Icon name="plus" /> {t("stage.addClass")}
					</button>
				)}
				<button type="button" class="resume" onClick={() => hidePicture(session)}>
					<Icon name="close" /> {t("stage.putAway")}
				</button>
			</div>
		</>
	);
}

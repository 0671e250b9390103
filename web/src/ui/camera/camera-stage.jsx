// The stage: what the camera sees (mirrored, as in a mirror), or the picture that was dropped on it, or a notice how to get one.
// It is square, and shows what the model sees and nothing else: the middle square.

import { useEffect, useRef } from "preact/hooks";
import { isSimple } from "../../i18n/language.js";
import { milliseconds } from "../../i18n/numbers.js";
import { t } from "../../i18n/words.js";
import { addClassOfPicture, hidePicture, takeOnStage, tellPage } from "../context/page-commands.js";
import { canTeach, exchangeJob, stagePicture } from "../context/page-state.js";
import { selectPhone } from "../context/phone.js";
import { useSession } from "../context/session-context.js";
import { FIRST_CROP } from "../hands/crop-geometry.js";
import { RecordingChip } from "../hands/recording-chip.jsx";
import { useDropZone } from "../widgets/drop-zone.js";
import { Icon } from "../widgets/icons.jsx";
import { createLazyPart } from "../widgets/lazy-part.jsx";
import { LiveText } from "../widgets/live-text.jsx";
import { CameraNotice } from "./camera-notice.jsx";
import { ModelFailed, ModelProgress } from "./model-progress.jsx";

const HeatOverlay = createLazyPart(async () => (await import("./heat-overlay.jsx")).HeatOverlay);
const PhoneView = createLazyPart(async () => (await import("./phone-view.jsx")).PhoneView);
const CropBox = createLazyPart(async () => (await import("../hands/crop-box.jsx")).CropBox);

export function CameraStage() {
	const session = useSession();
	const { state, fps, frameMs, mirrored, interrupted } = session.camera.value;
	const { over, handlers } = useDropZone(
		(files) => takeOnStage(session, files),
		tellPage(session),
		canTeach(session)
			? (source) => {
					exchangeJob.value = { kind: "import", source, label: null };
				}
			: undefined,
	);
	const recording = session.classes.value.find(({ label }) => label === session.recording.value);
	const running = state === "on" || state === "paused";
	const picture = stagePicture.value;
	const phone = selectPhone(session);
	const cropped = session.crop.value !== null;
	useEffect(() => {
		// The camera came while a picture is looked at.
		if (picture && (state === "on" || phone?.state === "on")) session.pauseCamera();
	}, [picture, state, phone?.state]);
	return (
		<div
			class="stage"
			data-state={picture ? "picture" : phone ? "phone" : state}
			data-slot={recording?.colour}
			data-over={over}
			data-cropped={cropped && !picture}
			{...handlers}
		>
			<Preview />
			{picture ? <StillPicture url={picture.url} /> : phone ? <PhoneView /> : !running && <CameraNotice />}
			{(picture || running) && session.heatMode.value !== "off" && !isSimple.value && (
				<HeatOverlay mirrored={!picture && mirrored} />
			)}
			{interrupted && !picture && (
				<p class="chip interrupted" role="status">
					<Icon name="warning" size={16} /> {t("camera.interrupted")}
				</p>
			)}
			{state === "paused" && !picture && (
				<button type="button" class="resume" onClick={() => session.resumeCamera()}>
					<Icon name="play" /> {t("camera.resume")}
				</button>
			)}
			{state === "on" && !interrupted && !picture && fps !== null && !isSimple.value && (
				<p class="chip">
					<LiveText text={describeSpeed(fps, frameMs)} />
				</p>
			)}
			{running && !picture && cropped && <CropBox mirrored={mirrored} />}
			{running && !picture && "setCrop" in session && !isSimple.value && <CropButton />}
			<RecordingChip />
			{(picture || running) && <ModelProgress />}
			<ModelFailed />
			<p class="drop-hint" aria-hidden="true">
				<Icon name="picture" /> {t("stage.dropHere")}
			</p>
		</div>
	);
}

/** @param {number} fps @param {number|null} frameMs */
function describeSpeed(fps, frameMs) {
	const speed = t("camera.speed", { count: Math.round(fps) });
	return frameMs === null ? speed : `${speed} · ${milliseconds(Math.max(frameMs, 1))}`;
}

/** Cuts the camera's picture to a box, or back to the whole; a page that only answers has none. */
function CropButton() {
	const session = useSession();
	const cropped = session.crop.value !== null;
	return (
		<button
			type="button"
			class="crop-button"
			aria-pressed={cropped}
			aria-label={t("crop.button")}
			title={t("crop.button")}
			onClick={() => session.setCrop(cropped ? null : FIRST_CROP)}
		>
			<Icon name="crop" />
		</button>
	);
}

/** The camera's own video: always in the page, since iOS freezes a video that is not, and taken out it would stop. */
function Preview() {
	const session = useSession();
	const holder = useRef(/** @type {HTMLDivElement|null} */ (null));
	const { state, video, mirrored } = session.camera.value;
	const isSeen = (state === "on" || state === "paused") && !stagePicture.value;
	useEffect(() => {
		if (video) holder.current?.append(video);
	}, [video]);
	useEffect(() => {
		video?.setAttribute("aria-label", t("camera.preview"));
		if (video) video.dataset.mirrored = String(mirrored);
	});
	return <div ref={holder} class="preview-holder" hidden={!isSeen} />;
}

/** @param {{url: string}} props */
function StillPicture({ url }) {
	const session = useSession();
	return (
		<>
			<img class="still" src={url} alt={t("stage.picture")} />
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

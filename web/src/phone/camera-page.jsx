// The page of a device that is a camera only: what it sees, what becomes of that on the other device, and the way back to the whole page.

import { useEffect, useRef } from "preact/hooks";
import "../style/camera/camera-page.css";
import { cameraProblem } from "../capture/camera-problem.js";
import { errorWords, t } from "../i18n/words.js";
import { ModelFailed, ModelProgress } from "../ui/camera/model-progress.jsx";
import { SessionContext } from "../ui/context/session-context.js";
import { Icon } from "../ui/widgets/icons.jsx";
import { describeSeen } from "./seen-words.js";

/** @typedef {{session: import("./camera-session.js").CameraSession}} Props */

/** @param {Props} props */
export function CameraPage({ session }) {
	const { state, devices } = session.camera.value;
	const isOn = state === "on" || state === "paused";
	return (
		<SessionContext.Provider value={/** @type {any} */ (session)}>
			<main class="camera-page" data-recording={session.asked.value?.recording === true}>
				<div class="camera-page-stage">
					<Preview session={session} />
					{!isOn && <Notice session={session} />}
					{isOn && <ModelProgress />}
					<ModelFailed />
				</div>
				<section class="camera-page-words">
					<Said session={session} />
					<p class="soft">{t(session.asked.value?.thumbnails ? "phone.leaves.pictures" : "phone.leaves.numbers")}</p>
					<div class="camera-page-actions">
						{isOn && devices.length > 1 && (
							<button type="button" onClick={() => session.flipCamera()}>
								<Icon name="flip" /> {t("camera.flip")}
							</button>
						)}
						{/* Without the key, the address opens the room as everywhere. */}
						<a class="camera-page-way" href={`${location.pathname}${location.search}`}>
							{t("phone.whole")}
						</a>
					</div>
				</section>
			</main>
		</SessionContext.Provider>
	);
}

/** The video: always in the page, since iOS freezes a video that is not. @param {Props} props */
function Preview({ session }) {
	const holder = useRef(/** @type {HTMLDivElement|null} */ (null));
	const { state, video, mirrored, facing } = session.camera.value;
	useEffect(() => {
		if (video) holder.current?.append(video);
	}, [video]);
	useEffect(() => {
		video?.setAttribute("aria-label", t("camera.preview"));
		if (video) video.dataset.mirrored = String(mirrored && facing !== "environment");
	});
	return <div ref={holder} class="preview-holder" hidden={state !== "on" && state !== "paused"} />;
}

/** @param {Props} props */
function Notice({ session }) {
	const { state } = session.camera.value;
	const problem = cameraProblem(state);
	const words = problem
		? errorWords(problem)
		: state === "asking"
			? { message: t("camera.askingTitle"), hint: t("camera.askingText") }
			: { message: t("phone.title"), hint: t("phone.begin") };
	return (
		<div class="notice" role="status">
			<span class="notice-icon" data-state={state === "off" ? "phone" : state}>
				<Icon name={problem ? "warning" : "camera"} size={28} />
			</span>
			<ModelProgress />
			<h2>{words.message}</h2>
			<p>{words.hint}</p>
			{state !== "asking" && state !== "insecure" && (
				<div class="notice-actions">
					<button type="button" class="primary" onClick={() => session.startCamera()}>
						<Icon name="camera" /> {t(problem ? "camera.again" : "camera.start")}
					</button>
				</div>
			)}
		</div>
	);
}

/** What the other device makes of it, in one line and a half. @param {Props} props */
function Said({ session }) {
	const asked = session.asked.value;
	const refusal = session.room === null ? null : session.refusal.value;
	const { title, text } = describe(session);
	if (refusal) return <Trouble error={refusal} />;
	return (
		<>
			<div role="status">
				{title !== "" && (
					<h1 data-recording={asked?.recording === true}>
						<span class="camera-page-dot" />
						<bdi>{title}</bdi>
					</h1>
				)}
			</div>
			<p class="camera-page-answer">{text}</p>
			{session.problem.value && <Trouble error={session.problem.value} />}
		</>
	);
}

/** @param {{error: import("../state/state.js").ErrorObject}} props */
function Trouble({ error }) {
	const words = errorWords(error);
	return (
		<p class="camera-page-trouble" role="alert">
			<b>{words.message}</b> {words.hint}
		</p>
	);
}

/**
 * @param {import("./camera-session.js").CameraSession} session
 * @returns {{title: string, text: string}}
 */
function describe(session) {
	const asked = session.asked.value;
	const room = session.room ?? "";
	const { state } = session.camera.value;
	if (session.room === null) return { title: t("phone.noRoom"), text: "" };
	if (!session.isJoined.value) return { title: t("phone.connecting"), text: t("phone.room", { room }) };
	if (state !== "on" && state !== "paused") return { title: "", text: t("phone.room", { room }) };
	if (asked === null) return { title: t("phone.unasked"), text: t("phone.room", { room }) };
	const { answer, label, recording } = asked;
	return {
		title: label !== null ? t(recording ? "phone.recording" : "phone.next", { label }) : t("phone.ready"),
		text: answer ? describeSeen(answer) : t("phone.room", { room }),
	};
}

// The whole page: classes, picture, answer and the dock with the open panel; on a phone three tabs. It is as high as the window,
// and its parts scroll by themselves: the picture and the answer stay in sight, and a message has a place of its own. The stage
// stays in its place in the tree whatever is arranged: the camera's video is put into it once.

import { useEffect } from "preact/hooks";
import { isSimple } from "../i18n/language.js";
import { t } from "../i18n/words.js";
import { ActionsPlace } from "./actions/actions-place.jsx";
import { AnswerAnnouncer } from "./answer/answer-announcer.jsx";
import { AnswerCard, getAnswerSlot } from "./answer/answer-card.jsx";
import { AnswerNote } from "./answer/answer-note.jsx";
import { chooseTextSize, describeAnswer } from "./answer/answer-words.js";
import { NeighbourStrip } from "./answer/neighbour-strip.jsx";
import { CameraControls } from "./camera/camera-controls.jsx";
import { CameraStage } from "./camera/camera-stage.jsx";
import { ClassesColumn } from "./classes/classes-column.jsx";
import { RecordRow } from "./classes/record-row.jsx";
import { arrangement, dockPlace, stripPlace } from "./context/dock.js";
import { hasEnoughClasses, tab } from "./context/page-state.js";
import { followPresented, isPresenting } from "./context/presenting.js";
import { SessionContext, useSession } from "./context/session-context.js";
import { selectSteadyAnswer } from "./context/steady.js";
import { isDesk, isLow, isPhone, isTablet } from "./context/window-shape.js";
import { DecideCard } from "./decide/decide-card.jsx";
import { ExamplesPopup } from "./examples/examples-popup.jsx";
import { HandsPlace } from "./hands/hands-place.jsx";
import { LessonPlace } from "./lessons/lesson-place.jsx";
import { listenToFiles } from "./page-files.js";
import { listenToKeys } from "./page-keys.js";
import { PhoneTabs } from "./phone-tabs.jsx";
import { PresenterBar } from "./presenter-bar.jsx";
import { BinPopup } from "./projects/bin-popup.jsx";
import { ExchangePlace } from "./projects/exchange-place.jsx";
import { NoticeBar } from "./projects/notice-bar.jsx";
import { PhonePlace } from "./projects/phone/phone-place.jsx";
import { SharePlace } from "./projects/share-place.jsx";
import { TabCover } from "./projects/tab-cover.jsx";
import { ReviewPlace } from "./review/review-place.jsx";
import { Separator } from "./separator.jsx";
import { Face } from "./simple/face.jsx";
import { Toasts } from "./toasts.jsx";
import { TopBar } from "./top/top-bar.jsx";
import { TryPlace } from "./try/try-place.jsx";

/** @param {{session: import("../app/session.js").Session}} props */
export function Page({ session }) {
	useEffect(() => listenToKeys(session), [session]);
	useEffect(() => listenToFiles(session), [session]);
	useEffect(() => followPresented(session), [session]);
	return (
		<SessionContext.Provider value={session}>
			<TopBar />
			<NoticeBar />
			<LessonPlace />
			<main
				class="page"
				data-tab={tab.value}
				data-dock={dockPlace.value}
				data-folded={arrangement.value.folded}
				data-presenting={isPresenting.value}
			>
				<Parts />
			</main>
			<PhoneTabs />
			<ExamplesPopup />
			<ReviewPlace />
			<BinPopup />
			<SharePlace />
			<PhonePlace />
			<ExchangePlace />
			<TryPlace />
			<ActionsPlace />
			<AnswerAnnouncer />
			<HandsPlace />
			<TabCover />
		</SessionContext.Provider>
	);
}

function Parts() {
	const session = useSession();
	const { picture, panel } = arrangement.value;
	const isAnswerBesideStage = isTablet.value && !isPresenting.value;
	const hasStrip = stripPlace.value === "answers" && hasEnoughClasses(session);
	return (
		<div class="page-parts" style={{ "--picture": picture, "--panel": panel }}>
			<section class="column camera" aria-label={t("camera")}>
				<div class="stage-row">
					<CameraStage />
					{isAnswerBesideStage ? <AnswerCard /> : <SmallAnswer />}
				</div>
				<CameraControls />
				{!isLow.value && <RecordRow />}
				{stripPlace.value === "camera" && hasEnoughClasses(session) && <NeighbourStrip />}
			</section>
			<Separator />
			{/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and on a phone may hold nothing that takes the focus */}
			<div class="rest" tabIndex={0}>
				<ClassesColumn />
				{/* With the neighbours in it, it may scroll, and holds nothing that takes the focus. */}
				<div class="column answers" tabIndex={hasStrip && (isDesk.value || isPresenting.value) ? 0 : undefined}>
					{!isAnswerBesideStage && <AnswerCard />}
					{isLow.value && <RecordRow />}
					{hasStrip && <NeighbourStrip />}
				</div>
				<div class="column dock">
					<DecideCard />
				</div>
			</div>
			<Toasts />
			<PresenterBar />
		</div>
	);
}

/** Beside or below a small stage: on a phone's other tabs, and in a low window. */
function SmallAnswer() {
	const session = useSession();
	const answer = selectSteadyAnswer(session, "words");
	if (answer === null) return <div class="small-answer" aria-hidden="true" />;
	const { title, verdict } = describeAnswer(answer);
	return (
		<div
			class="small-answer"
			aria-hidden="true"
			data-slot={getAnswerSlot(session, answer)}
			data-certainty={answer.certainty}
		>
			{isSimple.value && <Face certainty={answer.certainty} />}
			<span>{title}</span>
			<bdi data-size={chooseTextSize(verdict)} title={verdict}>
				{verdict}
			</bdi>
			{isPhone.value && tab.value !== "camera" && <AnswerNote answer={answer} />}
		</div>
	);
}

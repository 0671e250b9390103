// The whole page: three columns, or on a phone three tabs. It is as high as the window, and its parts scroll by themselves: the
// picture and the answer stay in sight, and a message has a place of its own.

import { useEffect } from "preact/hooks";
import { t } from "../i18n/words.js";
import { ActionsPlace } from "./actions/actions-place.jsx";
import { AnswerAnnouncer } from "./answer/answer-announcer.jsx";
import { AnswerCard, getAnswerSlot } from "./answer/answer-card.jsx";
import { chooseTextSize, describeAnswer } from "./answer/answer-words.js";
import { NeighbourStrip } from "./answer/neighbour-strip.jsx";
import { CameraControls } from "./camera/camera-controls.jsx";
import { CameraStage } from "./camera/camera-stage.jsx";
import { ClassesColumn } from "./classes/classes-column.jsx";
import { RecordRow } from "./classes/record-row.jsx";
import { selectAnswer, tab } from "./context/page-state.js";
import { SessionContext, useSession } from "./context/session-context.js";
import { isDesk, isTablet } from "./context/window-shape.js";
import { DecideCard } from "./decide/decide-card.jsx";
import { ExamplesPopup } from "./examples/examples-popup.jsx";
import { listenToFiles } from "./page-files.js";
import { listenToKeys } from "./page-keys.js";
import { PhoneTabs } from "./phone-tabs.jsx";
import { BinPopup } from "./projects/bin-popup.jsx";
import { ExchangePlace } from "./projects/exchange-place.jsx";
import { NoticeBar } from "./projects/notice-bar.jsx";
import { SharePlace } from "./projects/share-place.jsx";
import { TabCover } from "./projects/tab-cover.jsx";
import { ReviewPlace } from "./review/review-place.jsx";
import { Toasts } from "./toasts.jsx";
import { TopBar } from "./top/top-bar.jsx";
import { TryPlace } from "./try/try-place.jsx";

/** @param {{session: import("../app/session.js").Session}} props */
export function Page({ session }) {
	useEffect(() => listenToKeys(session), [session]);
	useEffect(() => listenToFiles(session), [session]);
	return (
		<SessionContext.Provider value={session}>
			<TopBar />
			<NoticeBar />
			<main class="page" data-tab={tab.value}>
				<div class="page-parts">
					<section class="column camera" aria-label={t("camera")}>
						<div class="stage-row">
							<CameraStage />
							{isTablet.value ? <AnswerCard /> : <SmallAnswer />}
						</div>
						<CameraControls />
						<RecordRow />
						{isDesk.value && <NeighbourStrip />}
					</section>
					{/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and on a phone may hold nothing that takes the focus */}
					<div class="rest" tabIndex={0}>
						<ClassesColumn />
						<div class="column answers">
							{!isTablet.value && <AnswerCard />}
							{!isDesk.value && <NeighbourStrip />}
							<DecideCard />
						</div>
					</div>
					<Toasts />
				</div>
			</main>
			<PhoneTabs />
			<ExamplesPopup />
			<ReviewPlace />
			<BinPopup />
			<SharePlace />
			<ExchangePlace />
			<TryPlace />
			<ActionsPlace />
			<AnswerAnnouncer />
			<TabCover />
		</SessionContext.Provider>
	);
}

/** Beside or below a small stage: on a phone's other tabs, and in a low window. */
function SmallAnswer() {
	const session = useSession();
	const answer = selectAnswer(session);
	if (answer === null) return <p class="small-answer" aria-hidden="true" />;
	const { title, verdict } = describeAnswer(answer);
	return (
		<p
			class="small-answer"
			aria-hidden="true"
			data-slot={getAnswerSlot(session, answer)}
			data-certainty={answer.certainty}
		>
			<span>{title}</span>
			<bdi data-size={chooseTextSize(verdict)} title={verdict}>
				{verdict}
			</bdi>
		</p>
	);
}

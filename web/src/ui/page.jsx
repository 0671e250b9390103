// The whole page: three columns, or on a phone three tabs.

import { useEffect } from "preact/hooks";
import { t } from "../i18n/words.js";
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
import { DecideCard } from "./decide/decide-card.jsx";
import { ExamplesPopup } from "./examples/examples-popup.jsx";
import { listenToFiles } from "./page-files.js";
import { listenToKeys } from "./page-keys.js";
import { PhoneTabs } from "./phone-tabs.jsx";
import { BinPopup } from "./projects/bin-popup.jsx";
import { ExchangePlace } from "./projects/exchange-place.jsx";
import { NoticeBar } from "./projects/notice-bar.jsx";
import { TabCover } from "./projects/tab-cover.jsx";
import { Toasts } from "./toasts.jsx";
import { TopBar } from "./top/top-bar.jsx";

/** @param {{session: import("../app/session.js").Session}} props */
export function Page({ session }) {
	useEffect(() => listenToKeys(session), [session]);
	useEffect(() => listenToFiles(session), [session]);
	return (
		<SessionContext.Provider value={session}>
			<TopBar />
			<NoticeBar />
			<main class="page" data-tab={tab.value}>
				<ClassesColumn />
				<section class="column camera" aria-label={t("camera")}>
					<div class="stage-row">
						<CameraStage />
						<SmallAnswer />
					</div>
					<CameraControls />
					<RecordRow />
					<DecideCard />
				</section>
				<div class="column answers">
					<AnswerCard />
					<NeighbourStrip />
				</div>
			</main>
			<PhoneTabs />
			<ExamplesPopup />
			<BinPopup />
			<ExchangePlace />
			<Toasts />
			<AnswerAnnouncer />
			<TabCover />
		</SessionContext.Provider>
	);
}

/** On a phone's other tabs the stage shrinks, and the answer stands beside it. */
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
			<bdi data-size={chooseTextSize(verdict)}>{verdict}</bdi>
		</p>
	);
}

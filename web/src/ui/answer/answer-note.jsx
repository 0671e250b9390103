// What to do about the answer, or the reason, below it. Room is kept for the longest note, so that one that changes moves nothing.

import { useRef } from "preact/hooks";
import { MAX_NEIGHBOURS } from "../../contract/constants.js";
import { decimalsApart } from "../../i18n/numbers.js";
import { t } from "../../i18n/words.js";
import { canTeach, stagePicture } from "../context/page-state.js";
import { whyRefused } from "../context/refusal.js";
import { useSession } from "../context/session-context.js";
import { LiveText } from "../widgets/live-text.jsx";
import { chooseWider, describeReason } from "./answer-words.js";
import { countRecordings } from "./recordings.js";

/**
 * @typedef {import("../../app/session.js").Session} Session
 * @typedef {import("../../state/state.js").ShownAnswer} ShownAnswer
 */

/** What is like nothing that was taught is like one class, then like another: a name in the note stays so long, to be read. */
const NAMED_MS = 1000;

/** @param {{answer: ShownAnswer}} props */
export function AnswerNote({ answer }) {
	return (
		<div class="note-room">
			<p class="verdict-note">
				<Note answer={answer} />
			</p>
			<LongestNotes />
		</div>
	);
}

/**
 * @param {Session} session
 * @returns {boolean} false: an exported page, or a room in which the person may add nothing; reads signals
 */
const mayTeach = (session) => canTeach(session) && whyRefused(session, "add") === null;

/** @param {{answer: ShownAnswer}} props */
function Note({ answer }) {
	const session = useSession();
	const classes = session.classes.value;
	const named = useRef({ label: "", at: Number.NEGATIVE_INFINITY });
	const isHeld =
		answer.certainty === "unknown" &&
		performance.now() - named.current.at < NAMED_MS &&
		classes.some(({ label }) => label === named.current.label);
	if (!isHeld) named.current = { label: answer.label, at: performance.now() };
	const { label } = named.current;
	const winner = classes.find((each) => each.label === label);
	const recordings = winner && mayTeach(session) ? countRecordings(winner.examples) : null;
	return <LiveText text={describeReason({ ...answer, label }, recordings, stagePicture.value !== null)} />;
}

function LongestNotes() {
	const session = useSession();
	const isTeaching = mayTeach(session);
	const classes = session.classes.value;
	const heldOnce = classes.filter(({ examples }) => countRecordings(examples) === 1);
	const [label, once] = [classes, heldOnce].map((some) => some.map(({ label }) => label).reduce(chooseWider, ""));
	// Figures that are all but equal are written with the most decimals.
	const [times] = decimalsApart(0, 0);
	const votes = { votes: MAX_NEIGHBOURS - 1, count: MAX_NEIGHBOURS };
	return (
		<div class="longest-notes" aria-hidden="true">
			{isTeaching && once !== "" && <p>{t("answer.oneSide", { label: once })}</p>}
			{isTeaching && once !== "" && <p>{t("answer.newOrOneSide", { label: once })}</p>}
			{isTeaching && <p>{t("answer.newOrKnown", { label })}</p>}
			{isTeaching && stagePicture.value && <p>{t("answer.newOrKnownPhoto", { label })}</p>}
			{!isTeaching && <p>{t("answer.tooFarTimes", { times })}</p>}
			<p>{t("answer.votes", votes)}</p>
		</div>
	);
}

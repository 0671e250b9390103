// The answer: the winner, large and in its colour, and a bar for each class. Heights are reserved, so that nothing moves
// while the camera runs.

import { decimal, percent } from "../../i18n/numbers.js";
import { t } from "../../i18n/words.js";
import { selectAnswer } from "../context/page-state.js";
import { useSession } from "../context/session-context.js";
import { FirstSteps } from "./first-steps.jsx";
import { getShare } from "./votes.js";

/** @typedef {import("../../app/session.js").Answer} Answer */

/**
 * The size of the type: a long name is set smaller, not cut off.
 * @param {string} text
 */
const chooseTextSize = (text) => {
	const length = [...text].length;
	return length > 22 ? "small" : length > 11 ? "medium" : "large";
};

/**
 * The palette slot of the winner's colour; undefined for "I don't know".
 * @param {import("../../app/session.js").Session} session
 * @param {Answer} answer
 */
export function getAnswerSlot(session, answer) {
	if (answer.isUnknown) return undefined;
	return session.classes.value.find(({ label }) => label === answer.label)?.colour;
}

export function AnswerCard() {
	const session = useSession();
	const answer = selectAnswer(session);
	if (answer === null) return <FirstSteps />;
	// The novelty is a cosine distance, whatever the neighbours' metric is.
	const cosine = answer.metric === "cosine";
	const text = answer.isUnknown ? t("answer.unknown") : answer.label;
	const votes = answer.neighbours.filter(({ label }) => label === answer.label).length;
	return (
		<section
			class="card answer"
			aria-label={t("answer")}
			data-slot={getAnswerSlot(session, answer)}
			data-unknown={answer.isUnknown}
		>
			<h2>{t(answer.isUnknown ? "answer.unknownTitle" : "answer.title")}</h2>
			<p class="verdict" data-size={chooseTextSize(text)} title={text}>
				<bdi>{text}</bdi>
			</p>
			<p class="verdict-note">
				{answer.isUnknown
					? t(cosine ? "answer.tooFar" : "answer.tooFarCosine", { distance: decimal(answer.novelty) })
					: t(votes === answer.neighbours.length ? "answer.unanimous" : "answer.votes", {
							votes,
							count: answer.neighbours.length,
						})}
			</p>
			<Bars answer={answer} />
		</section>
	);
}

/** @param {{answer: Answer}} props */
function Bars({ answer }) {
	const session = useSession();
	const classes = session.classes.value;
	return (
		<ul class="bars" tabIndex={classes.length > 8 ? 0 : undefined} aria-label={t("answer.bars")}>
			{classes.map(({ label, index, colour }) => {
				const share = getShare(answer.confidences, label);
				return (
					<li key={index} class="bar-row" data-slot={colour} data-wins={!answer.isUnknown && label === answer.label}>
						<bdi class="ellipsis" title={label}>
							{label}
						</bdi>
						<span class="track">
							<span class="bar" style={{ transform: `translateX(${(share - 1) * 100}%)` }} />
						</span>
						<span class="share">{percent(share)}</span>
					</li>
				);
			})}
		</ul>
	);
}

// The answer: what it is or may be, large and in its colour, and a bar for each class and for something else. Heights are
// reserved, so that nothing moves while the camera runs.

import { effect } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { isSimple } from "../../i18n/language.js";
import { t } from "../../i18n/words.js";
import { AnswerBellPlace } from "../actions/actions-place.jsx";
import { selectAnswer } from "../context/page-state.js";
import { useSession } from "../context/session-context.js";
import { selectSteadyAnswer } from "../context/steady.js";
import { Face } from "../simple/face.jsx";
import { restOfBar, ShareBar } from "../widgets/share-bar.jsx";
import { AnswerNote } from "./answer-note.jsx";
import { chooseTextSize, describeAnswer, measureText } from "./answer-words.js";
import { FirstSteps } from "./first-steps.jsx";
import { findLargest, showRows } from "./scrolled-bars.js";
import { computeShownShare, roundTogether } from "./shares.js";

/**
 * @typedef {import("../../app/session.js").Session} Session
 * @typedef {import("../../state/state.js").ShownAnswer} ShownAnswer
 */

/**
 * The palette slot of the winner's colour; undefined for "I don't know".
 * @param {Session} session
 * @param {ShownAnswer} answer
 */
export function getAnswerSlot(session, answer) {
	return getWinner(session, answer)?.colour;
}

/**
 * The winner's class; undefined for "I don't know".
 * @param {Session} session
 * @param {ShownAnswer} answer
 */
function getWinner(session, answer) {
	if (answer.isUnknown) return undefined;
	return session.classes.value.find(({ label }) => label === answer.label);
}

export function AnswerCard() {
	const session = useSession();
	const answer = selectSteadyAnswer(session, "words");
	if (answer === null) return <FirstSteps />;
	const { title, verdict } = describeAnswer(answer);
	const emoji = getWinner(session, answer)?.emoji;
	return (
		<section
			class="card answer"
			aria-label={t("answer")}
			data-slot={getAnswerSlot(session, answer)}
			data-certainty={answer.certainty}
		>
			<h2>{title}</h2>
			{isSimple.value && <Face certainty={answer.certainty} />}
			<div class="answer-parts">
				<div class="answer-words">
					<div class="verdict-room">
						<p
							class="verdict"
							data-size={chooseTextSize(verdict)}
							data-two={answer.certainty === "notSure"}
							title={verdict}
						>
							<bdi>
								{emoji && <span aria-hidden="true">{emoji} </span>}
								{verdict}
							</bdi>
						</p>
						<LongestVerdict />
					</div>
					<AnswerNote answer={answer} />
				</div>
				<Bars answer={answer} />
			</div>
			{!isSimple.value && (
				<>
					{/* Its line is kept while there is no mean. */}
					<p class="mean-of">{answer.meanOf > 1 && t("answer.meanOf", { count: answer.meanOf })}</p>
					<AnswerBellPlace />
				</>
			)}
		</section>
	);
}

/** Unseen: it keeps room for the longest of the answers, so that one that changes moves nothing. */
function LongestVerdict() {
	const session = useSession();
	const [label = "", other = label] = session.classes.value
		.map(({ label }) => label)
		.sort((a, b) => measureText(b) - measureText(a));
	const texts = [t("answer.unknown"), t("answer.between", { label, other })];
	return texts.map((text, place) => (
		<p key={text} class="longest-verdict" aria-hidden="true" data-size={chooseTextSize(text)} data-two={place === 1}>
			{text}
		</p>
	));
}

/**
 * @param {ShownAnswer} answer
 * @param {readonly import("../../state/state.js").ClassView[]} classes
 * @returns {number[]} of each class, then of something else
 */
const computeShares = (answer, classes) => [
	...classes.map(({ label }) => computeShownShare(answer, label)),
	answer.unknownShare,
];

/**
 * Draws the bars of every frame, without rendering the component.
 * @param {Session} session
 * @param {{current: HTMLUListElement|null}} list
 * @returns {() => void} stops
 */
const followShares = (session, list) => {
	/** The --rest that each bar was given last. @type {WeakMap<Element, string>} */
	const drawn = new WeakMap();
	return effect(() => {
		const answer = selectAnswer(session);
		if (!answer) return;
		const bars = list.current?.querySelectorAll(".bar") ?? [];
		for (const [place, share] of computeShares(answer, session.classes.value).entries()) {
			const bar = bars[place];
			const rest = restOfBar(share);
			if (!(bar instanceof HTMLElement) || drawn.get(bar) === rest) continue;
			bar.style.setProperty("--rest", rest);
			drawn.set(bar, rest);
		}
	});
};

/** @param {{answer: ShownAnswer}} props */
function Bars({ answer }) {
	const session = useSession();
	const classes = session.classes.value;
	const shares = computeShares(answer, classes);
	const written = roundTogether(shares);
	const { isUnknown } = answer;
	// Without a limit nothing is ever something else.
	const hasLimit = answer.unknownDistance !== null;
	const list = useRef(/** @type {HTMLUListElement|null} */ (null));
	useEffect(() => followShares(session, list), [session]);
	const [first, second] = findLargest(shares.slice(0, classes.length));
	useLayoutEffect(() => {
		// With the frame's own layout; a measure right here would cost another one.
		const due = requestAnimationFrame(() => {
			// Nobody's scrolling is disturbed.
			if (list.current && !list.current.matches(":hover, :focus-within")) showRows(list.current, [second, first]);
		});
		return () => cancelAnimationFrame(due);
	}, [first, second]);
	return (
		<ul ref={list} class="bars" tabIndex={classes.length > 3 ? 0 : undefined} aria-label={t("answer.bars")}>
			{classes.map(({ label, index, colour, emoji }, place) => (
				<li key={index} class="bar-row" data-slot={colour} data-wins={!isUnknown && label === answer.label}>
					<bdi class="name" title={label}>
						{emoji && <span aria-hidden="true">{emoji} </span>}
						{label}
					</bdi>
					<ShareBar share={shares[place]} written={written[place]} />
				</li>
			))}
			{hasLimit && (
				<li class="bar-row something-else" data-wins={isUnknown}>
					<span class="name">{t("answer.somethingElse")}</span>
					<ShareBar share={answer.unknownShare} written={written[classes.length]} />
				</li>
			)}
		</ul>
	);
}

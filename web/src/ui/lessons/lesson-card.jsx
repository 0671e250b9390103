// The open lesson: one step at a time, in a strip below the bar at the top. A step that can be noticed is ticked by itself; nothing
// moves on without the pupil.

import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { language } from "../../i18n/language.js";
import { t } from "../../i18n/words.js";
import { lessonFolder } from "../../lessons/lesson.js";
import { progressOf } from "../../lessons/progress.js";
import {
	beginLesson,
	closeLesson,
	finishStep,
	foldLesson,
	isJustBegun,
	lessonsProgress,
	showStep,
} from "../context/lessons-state.js";
import { tellMissing } from "../context/page-commands.js";
import { hasEnoughClasses } from "../context/page-state.js";
import { hasCamera, selectCameraPhase } from "../context/phone.js";
import { useSession } from "../context/session-context.js";
import { CloseButton } from "../widgets/close-button.jsx";
import { Icon } from "../widgets/icons.jsx";
import { findLasting, useKeepFocus } from "../widgets/keep-focus.js";
import { SampleButton } from "../widgets/sample-button.jsx";
import { followStep, forgetSteps, memoryOfStep } from "./follow-step.js";
import { useLesson } from "./lesson-files.js";
import { Runs } from "./runs.jsx";
import { TwoWays } from "./two-ways.jsx";
import "../../style/lessons/card.css";
import "../../style/lessons/link.css";
import "../../style/lessons/two-ways.css";

/** @typedef {import("../../lessons/lesson.js").Lesson} Lesson */
/** @typedef {import("../../lessons/lesson.js").ShownLesson} ShownLesson */

/** There are so many kind words: keys that begin with lessons.kind. */
const KIND_WORDS = 3;

/** @param {{name: string}} props */
export function LessonCard({ name }) {
	const session = useSession();
	const loaded = useLesson(name, () => {
		closeLesson();
		tellMissing(session);
	});
	return loaded && <Card lesson={loaded.lesson} entry={loaded.entry} following={loaded.next} />;
}

/** @param {{lesson: Lesson, entry: ShownLesson, following: ShownLesson|null}} props following: the lesson after it */
function Card({ lesson, entry, following }) {
	const session = useSession();
	const { name } = entry;
	const { step, done } = progressOf(lessonsProgress.value, name);
	const { folded } = lessonsProgress.value;
	const count = lesson.steps.length;
	const place = Math.min(step, count);
	// That the camera is on is no memory: after a reload it is off.
	const isOff =
		lesson.steps[place]?.check?.[0] === "camera" && !hasCamera(session) && selectCameraPhase(session) !== "asking";
	const isDone = done.includes(place) && !isOff;
	const card = useRef(/** @type {HTMLElement|null} */ (null));
	const text = useRef(/** @type {HTMLDivElement|null} */ (null));
	useKeepFocus(card, "#page", (page) => page?.querySelector(".lessons-button") ?? findLasting());
	useCheck(name, lesson, place, isDone);
	// Also while it is open: the list offers to go on with it, or to begin again.
	const begins = isJustBegun.value;
	useLayoutEffect(() => {
		if (!begins) return;
		isJustBegun.value = false;
		forgetSteps();
		// The list gives the focus back to its button as it closes.
		setTimeout(() => text.current?.focus());
	}, [begins]);
	/** @param {number} next */
	const go = (next) => {
		showStep(name, next);
		text.current?.focus();
	};
	const firstPixels = lesson.steps.findIndex(({ check }) => check?.[0] === "pixels");
	const showsWays = !folded && firstPixels >= 0 && place >= firstPixels && place < count;
	const isForeign = entry.language !== language.value;
	return (
		<section
			ref={card}
			class="lesson"
			aria-label={lesson.title}
			data-folded={folded}
			data-ways={showsWays}
			data-done={isDone}
		>
			<Head
				lesson={lesson}
				entry={entry}
				place={place}
				done={isDone ? done : done.filter((each) => each !== place)}
				folded={folded}
			/>
			<div class="lesson-main" hidden={folded}>
				<div
					class="lesson-text"
					ref={text}
					// biome-ignore lint/a11y/noNoninteractiveTabindex: a long step scrolls, also by keys
					tabIndex={0}
					lang={isForeign ? entry.language : undefined}
					dir={isForeign ? "ltr" : undefined}
				>
					{place < count ? (
						<StepText step={lesson.steps[place]} number={place + 1} />
					) : (
						<End lesson={lesson} entry={entry} />
					)}
				</div>
				{showsWays && <TwoWays />}
			</div>
			<div class="lesson-foot" hidden={folded}>
				<p class="lesson-state" role="status" data-done={isDone}>
					{isDone && <Icon name="check" size={18} />}
					{isDone && t(`lessons.kind.${place % KIND_WORDS}`)}
					{!isDone && place < count && lesson.steps[place].check && t("lessons.notices")}
				</p>
				<SampleOffer />
				{place < count ? (
					<StepButtons
						name={name}
						place={place}
						isDone={isDone}
						isNoticed={lesson.steps[place].check !== null}
						go={go}
					/>
				) : (
					<EndButtons following={following} onBack={() => go(place - 1)} />
				)}
			</div>
		</section>
	);
}

/**
 * Ticks the step when the page shows that it is done.
 * @param {string} name
 * @param {Lesson} lesson
 * @param {number} place
 * @param {boolean} isDone
 */
function useCheck(name, lesson, place, isDone) {
	const session = useSession();
	const words = lesson.steps[place]?.check ?? null;
	useEffect(() => {
		if (words === null || isDone) return;
		return followStep(session, words, () => finishStep(name, place), memoryOfStep(name, place));
	}, [session, name, words, place, isDone]);
}

/** @param {{lesson: Lesson, entry: ShownLesson, place: number, done: number[], folded: boolean}} props */
function Head({ lesson, entry, place, done, folded }) {
	const count = lesson.steps.length;
	const isForeign = entry.language !== language.value;
	const fold = t(folded ? "lessons.unfold" : "lessons.fold");
	return (
		<header class="lesson-head">
			<h2 lang={isForeign ? entry.language : undefined} dir={isForeign ? "ltr" : undefined}>
				{lesson.title}
			</h2>
			{place < count && <p class="lesson-where">{t("lessons.step", { number: place + 1, count })}</p>}
			<span class="lesson-dots" aria-hidden="true">
				{lesson.steps.map((_, each) => (
					<i key={each} data-done={done.includes(each)} data-now={each === place} />
				))}
			</span>
			<span class="lesson-tools">
				<button
					type="button"
					class="quiet square"
					aria-expanded={!folded}
					aria-label={fold}
					title={fold}
					onClick={() => foldLesson(!folded)}
				>
					<Icon name="down" />
				</button>
				<CloseButton words={t("lessons.close")} onClick={closeLesson} />
			</span>
		</header>
	);
}

/** @param {{step: import("../../lessons/lesson.js").LessonStep, number: number}} props */
const StepText = ({ step, number }) => (
	<>
		{step.part && <h3>{step.part}</h3>}
		<p>
			<span class="lesson-number">{number}.</span> <Runs runs={step.text} />
		</p>
	</>
);

/** @param {{lesson: Lesson, entry: ShownLesson}} props */
const End = ({ lesson, entry }) => (
	<>
		<h3>{t("lessons.finished")}</h3>
		{lesson.see.map((runs, place) => (
			<p key={place}>
				<Runs runs={runs} />
			</p>
		))}
		<a class="lesson-link" href={`${lessonFolder(entry.language)}${entry.name}.html`} target="_blank" rel="noopener">
			{t("lessons.whole")} <span class="visually-hidden">{t("decide.newTab")}</span>
			<Icon name="external" size={16} />
		</a>
	</>
);

/** The example, for a step that needs classes where there is no camera yet. */
function SampleOffer() {
	const session = useSession();
	return !hasEnoughClasses(session) && !hasCamera(session) ? <SampleButton /> : null;
}

/**
 * @param {object} props
 * @param {string} props.name
 * @param {number} props.place
 * @param {boolean} props.isDone
 * @param {boolean} props.isNoticed the page ticks the step
 * @param {(place: number) => void} props.go
 */
function StepButtons({ name, place, isDone, isNoticed, go }) {
	const skip = useRef(/** @type {HTMLButtonElement|null} */ (null));
	const next = useRef(/** @type {HTMLButtonElement|null} */ (null));
	const waitsForPupil = !isNoticed && !isDone;
	useLayoutEffect(() => {
		if (isDone && skip.current && document.activeElement === skip.current) next.current?.focus();
	}, [isDone]);
	return (
		<div class="lesson-buttons">
			<button type="button" class="quiet" disabled={place === 0} onClick={() => go(place - 1)}>
				{t("review.back")}
			</button>
			{/* Nothing is skipped that is done; its room is kept, since a step ticks itself. */}
			<button ref={skip} type="button" class="quiet lesson-skip" data-done={isDone} onClick={() => go(place + 1)}>
				{t("review.skip")}
			</button>
			<button
				ref={next}
				type="button"
				class="primary"
				disabled={isNoticed && !isDone}
				onClick={() => (waitsForPupil ? finishStep(name, place) : go(place + 1))}
			>
				{waitsForPupil ? t("lessons.done") : t("lessons.next")}
			</button>
		</div>
	);
}

/** @param {{following: ShownLesson|null, onBack: () => void}} props */
function EndButtons({ following, onBack }) {
	const begin = () => {
		if (!following) return;
		const { name, steps } = following;
		// One that was done to its end is begun again.
		beginLesson(name, progressOf(lessonsProgress.peek(), name).step >= steps);
	};
	return (
		<div class="lesson-buttons">
			<button type="button" class="quiet" onClick={onBack}>
				{t("review.back")}
			</button>
			<button type="button" class={following ? "quiet" : "primary"} onClick={closeLesson}>
				{t("lessons.finish")}
			</button>
			{following && (
				<button
					type="button"
					class="primary"
					aria-label={`${t("lessons.nextLesson")}: ${following.title}`}
					title={following.title}
					onClick={begin}
				>
					{t("lessons.nextLesson")}
				</button>
			)}
		</div>
	);
}

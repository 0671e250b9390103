// The place of the open lesson, below the bar at the top, and of the list of lessons. Their code is loaded when it is needed. A lesson
// is for who reads: it waits while the words are simple, as while the page is presented.

import { isSimple } from "../../i18n/language.js";
import { closeLesson, lessonsAnchor, lessonsProgress } from "../context/lessons-state.js";
import { tellMissing } from "../context/page-commands.js";
import { isPresenting } from "../context/presenting.js";
import { useSession } from "../context/session-context.js";
import { createLazyPart } from "../widgets/lazy-part.jsx";

const LessonCard = createLazyPart(async () => (await import("./lesson-card.jsx")).LessonCard);
const LessonList = createLazyPart(async () => (await import("./lesson-list.jsx")).LessonList);

export function LessonPlace() {
	const session = useSession();
	const { open } = lessonsProgress.value;
	const anchor = lessonsAnchor.value;
	return (
		<div class="lesson-place">
			{open !== null && !isPresenting.value && !isSimple.value && (
				<LessonCard
					key={open}
					name={open}
					onFailed={() => {
						closeLesson();
						tellMissing(session);
					}}
				/>
			)}
			{anchor && (
				<LessonList
					anchor={anchor}
					onFailed={() => {
						lessonsAnchor.value = null;
						tellMissing(session);
					}}
				/>
			)}
		</div>
	);
}

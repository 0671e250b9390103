// The list of lessons: what each is called, how far it has come, and the way into it; and the pages to read or to print.

import { language } from "../../i18n/language.js";
import { t } from "../../i18n/words.js";
import { lessonFolder } from "../../lessons/lesson.js";
import { progressOf } from "../../lessons/progress.js";
import { beginLesson, lessonsAnchor, lessonsProgress } from "../context/lessons-state.js";
import { tellMissing } from "../context/page-commands.js";
import { tab } from "../context/page-state.js";
import { useSession } from "../context/session-context.js";
import { Icon } from "../widgets/icons.jsx";
import { Popup } from "../widgets/popup.jsx";
import { useLessonList } from "./lesson-files.js";
import "../../style/lessons/link.css";
import "../../style/lessons/list.css";

const closeList = () => {
	lessonsAnchor.value = null;
};

/** @param {{anchor: HTMLElement}} props */
export function LessonList({ anchor }) {
	const session = useSession();
	const lessons = useLessonList(() => {
		closeList();
		tellMissing(session);
	});
	const hasOwn = lessons?.some((each) => each.language === language.value) ?? true;
	const tag = hasOwn ? language.value : "en";
	return (
		<Popup anchor={anchor} title={t("lessons")} wide onClose={closeList}>
			<p class="soft">{t("lessons.text")}</p>
			<ol class="lesson-list">
				{lessons?.map((lesson) => (
					<Entry key={lesson.name} lesson={lesson} />
				))}
			</ol>
			<PageLink href={lessonFolder(tag)} tag={tag} text={t("lessons.teacher")} />
		</Popup>
	);
}

/** @param {{href: string, tag: string, text: string, label?: string}} props */
const PageLink = ({ href, tag, text, label }) => (
	<a class="lesson-link" href={href} hreflang={tag} target="_blank" rel="noopener">
		{text} {label && <span class="visually-hidden">{label}</span>}{" "}
		<span class="visually-hidden">{t("decide.newTab")}</span>
		<Icon name="external" size={16} />
	</a>
);

/** @param {{lesson: import("../../lessons/lesson.js").ShownLesson}} props */
function Entry({ lesson: { name, title, steps, language: tag } }) {
	const progress = lessonsProgress.value;
	const { step, done } = progressOf(progress, name);
	const isBegun = step > 0 || done.length > 0;
	const isOver = step >= steps;
	/** @param {boolean} anew */
	const begin =
		(anew) =>
		(/** @type {Event} */ { currentTarget }) => {
			/** @type {HTMLElement} */ (currentTarget).closest("dialog")?.close();
			tab.value = "camera";
			beginLesson(name, anew);
		};
	return (
		<li class="lesson-entry" data-over={isOver}>
			<div class="lesson-entry-words">
				<h3 lang={tag === language.value ? undefined : tag} dir={tag === language.value ? undefined : "ltr"}>
					{title}
				</h3>
				{tag !== language.value && <p class="soft">{t("lessons.english")}</p>}
				{isBegun && (
					<p class="lesson-entry-done">
						{isOver && <Icon name="check" size={16} />}
						{t("lessons.progress", { done: done.length, count: steps })}
					</p>
				)}
				<PageLink href={`${lessonFolder(tag)}${name}.html`} tag={tag} text={t("lessons.whole")} label={title} />
			</div>
			<div class="lesson-entry-buttons">
				{!isOver && (
					<button
						type="button"
						class="primary"
						aria-label={`${t(isBegun ? "lessons.goOn" : "lessons.start")}: ${title}`}
						onClick={begin(false)}
					>
						{t(isBegun ? "lessons.goOn" : "lessons.start")}
					</button>
				)}
				{isBegun && (
					<button type="button" class="quiet" aria-label={`${t("lessons.again")}: ${title}`} onClick={begin(true)}>
						{t("lessons.again")}
					</button>
				)}
			</div>
		</li>
	);
}

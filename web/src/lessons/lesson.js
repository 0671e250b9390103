// The lessons as data: what web/scripts/lesson-steps.js makes of docs/lessons/, and the page fetches. Text comes in runs, never as
// HTML.

/**
 * @typedef {object} Run a piece of text
 * @property {string} text
 * @property {"strong"|"em"} [style] strong: words that stand on the page just like that
 */

/**
 * @typedef {object} LessonStep
 * @property {Run[]} text
 * @property {string[]|null} check the words of createCheck (checks.js); null: the pupil says when it is done
 * @property {string} [part] the heading that it stands under, where the lesson has several
 */

/**
 * @typedef {object} Lesson the part of one lesson that is done with the page
 * @property {string} title
 * @property {LessonStep[]} steps
 * @property {Run[][]} see paragraphs: what there was to see
 */

/** @typedef {{name: string, title: string, steps: number}} LessonEntry name: its file's, without the suffix */
/** @typedef {Record<string, LessonEntry[]>} LessonIndex by language; a language may have some of them only */

/** @typedef {LessonEntry & {language: string}} ShownLesson language: the one that it is written in */

export const ENGLISH = "en";

/**
 * Every lesson in a language; those that are not translated yet in English.
 * @param {LessonIndex} index
 * @param {string} language
 * @returns {ShownLesson[]}
 * @example
 * chooseLessons({ en: [{ name: "1-one", title: "One", steps: 3 }] }, "de")[0].language; // "en"
 */
export function chooseLessons(index, language) {
	const own = new Map((index[language] ?? []).map((entry) => [entry.name, entry]));
	return (index[ENGLISH] ?? []).map((english) => {
		const entry = own.get(english.name);
		return entry ? { ...entry, language } : { ...english, language: ENGLISH };
	});
}

/**
 * @param {string} language
 * @returns {string} the folder of its lessons, relative to the page
 */
export const lessonFolder = (language) => (language === ENGLISH ? "./lessons/" : `./lessons/${language}/`);

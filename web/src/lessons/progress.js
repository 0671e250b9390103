// How far the lessons have come in this browser: which one is open, at which step, and what is done. Pure: ui/context keeps it.

/**
 * @typedef {object} LessonProgress
 * @property {number} step from 0; as many as it has steps: at its end
 * @property {number[]} done the steps that are done, from 0, in order
 */

/**
 * @typedef {object} LessonsProgress
 * @property {string|null} open name of the lesson that the page shows
 * @property {boolean} folded only its head is shown
 * @property {Record<string, LessonProgress>} lessons by name
 */

/** More steps than any lesson has. */
const MOST = 50;
const NAME = /^[\w-]{1,80}$/;

/** @param {unknown} value @returns {value is number} */
const isStep = (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MOST;

/**
 * @param {string|null} remembered JSON; anything may be in it
 * @returns {LessonsProgress}
 * @example
 * restoreProgress(null); // { open: null, folded: false, lessons: {} }
 */
export function restoreProgress(remembered) {
	/** @type {Record<string, unknown>} */
	let kept = {};
	try {
		kept = Object(JSON.parse(remembered ?? "{}"));
	} catch {
		// Not ours: nothing is begun then.
	}
	/** @type {Record<string, LessonProgress>} */
	const lessons = {};
	for (const [name, value] of Object.entries(Object(kept.lessons))) {
		const { step, done } = Object(value);
		if (!NAME.test(name) || !isStep(step) || !Array.isArray(done)) continue;
		lessons[name] = { step, done: [...new Set(done.filter(isStep))].sort((a, b) => a - b) };
	}
	const open = typeof kept.open === "string" && Object.hasOwn(lessons, kept.open) ? kept.open : null;
	return { open, folded: kept.folded === true, lessons };
}

/** @type {LessonProgress} */
const BEGINNING = { step: 0, done: [] };

/**
 * @param {LessonsProgress} progress
 * @param {string} name
 * @returns {LessonProgress}
 */
export const progressOf = ({ lessons }, name) => (Object.hasOwn(lessons, name) ? lessons[name] : BEGINNING);

/**
 * @param {LessonsProgress} progress
 * @param {string} name
 * @param {boolean} [anew] from its first step, with nothing done
 * @returns {LessonsProgress} with the lesson open
 */
export const openLesson = (progress, name, anew = false) => ({
	open: name,
	folded: false,
	lessons: { ...progress.lessons, [name]: anew ? BEGINNING : progressOf(progress, name) },
});

/**
 * @param {LessonsProgress} progress
 * @param {string} name
 * @param {number} step
 * @returns {LessonsProgress}
 */
export const goToStep = (progress, name, step) => ({
	...progress,
	lessons: { ...progress.lessons, [name]: { ...progressOf(progress, name), step } },
});

/**
 * @param {LessonsProgress} progress
 * @param {string} name
 * @param {number} step
 * @returns {LessonsProgress} with that step done
 */
export function markDone(progress, name, step) {
	const { done, ...rest } = progressOf(progress, name);
	if (done.includes(step)) return progress;
	return {
		...progress,
		lessons: { ...progress.lessons, [name]: { ...rest, done: [...done, step].sort((a, b) => a - b) } },
	};
}

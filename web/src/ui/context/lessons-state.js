// Which lesson is open and how far each has come, remembered on this device; and the button that opened the list of lessons.

import { signal } from "@preact/signals";
import { goToStep, markDone, openLesson, restoreProgress } from "../../lessons/progress.js";
import { readRemembered, remember } from "../../remembered.js";

/** @typedef {import("../../lessons/progress.js").LessonsProgress} LessonsProgress */

const REMEMBERED = "lessons";

export const lessonsProgress = signal(restoreProgress(readRemembered(REMEMBERED)));

/** The button that opened the list; null: it is closed. */
export const lessonsAnchor = signal(/** @type {HTMLElement|null} */ (null));

/** Whether a person has just begun a lesson, so that the focus goes to its step; not after a reload. */
export const isJustBegun = signal(false);

/** @param {LessonsProgress} next */
function keep(next) {
	lessonsProgress.value = next;
	remember(REMEMBERED, JSON.stringify(next));
}

/**
 * @param {string} name
 * @param {boolean} anew
 */
export function beginLesson(name, anew) {
	isJustBegun.value = true;
	keep(openLesson(lessonsProgress.peek(), name, anew));
}

export const closeLesson = () => keep({ ...lessonsProgress.peek(), open: null });

/** @param {boolean} folded */
export const foldLesson = (folded) => keep({ ...lessonsProgress.peek(), folded });

/**
 * @param {string} name
 * @param {number} step
 */
export const showStep = (name, step) => keep(goToStep(lessonsProgress.peek(), name, step));

/**
 * @param {string} name
 * @param {number} step
 */
export const finishStep = (name, step) => keep(markDone(lessonsProgress.peek(), name, step));

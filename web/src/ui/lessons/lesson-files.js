// The lessons' data beside the page, which web/scripts/lessons.js built; fetched once each.

import { useEffect, useState } from "preact/hooks";
import { language } from "../../i18n/language.js";
import { chooseLessons, ENGLISH, lessonFolder } from "../../lessons/lesson.js";

/** @typedef {import("../../lessons/lesson.js").ShownLesson} ShownLesson */
/** @typedef {import("../../lessons/lesson.js").Lesson} Lesson */

/** What is fetched, by address. @type {Map<string, Promise<unknown>>} */
const fetched = new Map();

/** @param {string} address @returns {Promise<unknown>} rejects where it is not there; then it is fetched anew the next time */
function fetchOnce(address) {
	const known = fetched.get(address);
	if (known) return known;
	const coming = fetch(new URL(address, document.baseURI)).then((response) => {
		if (!response.ok) throw new Error(response.statusText);
		return response.json();
	});
	coming.catch(() => fetched.delete(address));
	fetched.set(address, coming);
	return coming;
}

/** @param {string} tag @returns {Promise<ShownLesson[]>} every lesson, in this language where it is translated */
async function fetchList(tag) {
	const index = await fetchOnce("./lessons/lessons.json");
	return chooseLessons(/** @type {import("../../lessons/lesson.js").LessonIndex} */ (index), tag);
}

/**
 * @param {string} tag
 * @param {string} name
 * @returns {Promise<{entry: ShownLesson, lesson: Lesson, next: ShownLesson|null}>} in English where the language's own can't be
 *   had: without a network there are only the lessons of languages that were in use before. next: null after the last lesson
 */
export async function fetchLesson(tag, name) {
	const list = await fetchList(tag);
	const place = list.findIndex((each) => each.name === name);
	const entry = list[place];
	if (!entry) throw new Error(`there is no lesson ${name}`);
	try {
		const lesson = await fetchOnce(`${lessonFolder(entry.language)}${name}.json`);
		return { entry, lesson: /** @type {Lesson} */ (lesson), next: list[place + 1] ?? null };
	} catch (error) {
		if (entry.language === ENGLISH) throw error;
		return await fetchLesson(ENGLISH, name);
	}
}

/**
 * @template T
 * @param {() => Promise<T>} load
 * @param {unknown[]} inputs what it depends on
 * @param {() => void} onFailed
 * @returns {T|null} null: it is coming
 */
function useFetched(load, inputs, onFailed) {
	const [value, setValue] = useState(/** @type {T|null} */ (null));
	useEffect(() => {
		let isOver = false;
		load().then(
			(loaded) => {
				if (!isOver) setValue(() => loaded);
			},
			() => {
				if (!isOver) onFailed();
			},
		);
		return () => {
			isOver = true;
		};
	}, inputs);
	return value;
}

/** @param {() => void} onFailed */
export const useLessonList = (onFailed) => useFetched(() => fetchList(language.value), [language.value], onFailed);

/**
 * @param {string} name
 * @param {() => void} onFailed
 */
export function useLesson(name, onFailed) {
	const [tries, setTries] = useState(0);
	useEffect(() => {
		// What could not be had without a network can be now.
		const tryAgain = () => setTries((count) => count + 1);
		addEventListener("online", tryAgain);
		return () => removeEventListener("online", tryAgain);
	}, []);
	return useFetched(() => fetchLesson(language.value, name), [language.value, name, tries], onFailed);
}

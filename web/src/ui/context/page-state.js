// What only the page itself needs to remember while it is open: which tab a phone shows, which class
// was just made, and the picture that stands on the stage instead of the camera.

import { signal } from "@preact/signals";

/** @typedef {import("../../app/session.js").Session} Session */

/** @type {readonly ["classes", "camera", "why"]} */
export const TABS = ["classes", "camera", "why"];

/** The tab a phone shows; wider windows show everything. */
export const tab = signal(/** @type {typeof TABS[number]} */ ("camera"));

/** @type {readonly ["neighbours", "map", "heat", "test"]} */
export const DECIDE_TABS = ["neighbours", "map", "heat", "test"];

/** @typedef {typeof DECIDE_TABS[number]} DecideTab */

const REMEMBERED_TAB = "decideTab";

/**
 * @param {string|null} remembered
 * @returns {DecideTab} the tab of "How it decides" to open first
 */
export const firstDecideTab = (remembered) => DECIDE_TABS.find((name) => name === remembered) ?? "neighbours";

/** @returns {string|null} */
function rememberedTab() {
	try {
		return localStorage.getItem(REMEMBERED_TAB);
	} catch {
		// Storage may be switched off: the first tab is right then.
		return null;
	}
}

/** The tab of "How it decides" that is open; remembered. */
export const decideTab = signal(firstDecideTab(rememberedTab()));

/** @param {DecideTab} name */
export function chooseDecideTab(name) {
	decideTab.value = name;
	try {
		localStorage.setItem(REMEMBERED_TAB, name);
	} catch {
		// Not remembered, but open.
	}
}

/**
 * Pictures that are looked at together, in a popup: those of a cell of the test, or what the coach means.
 * @typedef {object} Looking
 * @property {string} title
 * @property {() => readonly string[]} ids asked at every drawing, since the test goes on meanwhile
 * @property {HTMLElement} anchor
 * @property {string} [label] only those that are (still) of this class
 */

/** Kept by the page: what opened it may be gone before it is closed. */
export const lookingAt = signal(/** @type {Looking|null} */ (null));

/** The class whose name wants to be typed, because it was just added. */
export const freshClass = signal(/** @type {string|null} */ (null));

/** The picture on the stage, with an object URL to show it. */
export const stagePicture = signal(/** @type {{url: string, file: File}|null} */ (null));

/** Classes with examples: fewer, and there is nothing to tell apart. */
const CLASSES_NEEDED = 2;

/** @param {Session} session */
export const classesWithExamples = (session) => session.classes.value.filter(({ count }) => count > 0);

/**
 * @param {Session} session
 * @returns {boolean} whether an answer says anything: with one class it would be that class for whatever is shown
 */
export const canTellApart = (session) => classesWithExamples(session).length >= CLASSES_NEEDED;

/**
 * @param {Session} session
 * @returns {import("../../app/session.js").Answer|null} what the page shows of it
 */
export const shownAnswer = (session) => (canTellApart(session) ? session.answer.value : null);

/** @param {Session} session */
export function addClass(session) {
	const label = session.addClass();
	if (label !== null) {
		tab.value = "classes";
		freshClass.value = label;
	}
}

/**
 * Waits while the model is on its way, so that pictures given in the first seconds are not refused. The
 * progress on the stage says why nothing happens yet.
 * @param {Session} session
 * @returns {Promise<void>} when the model is ready, or has failed
 */
function modelSettled(session) {
	return new Promise((resolve) => {
		const stop = session.model.subscribe(({ state }) => {
			if (state === "idle" || state === "loading") return;
			resolve();
			// The first call comes before `stop` is there.
			queueMicrotask(() => stop());
		});
	});
}

/**
 * @param {Session} session
 * @param {string} label
 * @param {File[]} files
 */
export async function addPictures(session, label, files) {
	await modelSettled(session);
	await session.addFiles(label, files);
}

/**
 * Puts a picture on the stage and asks what it is.
 * @param {Session} session
 * @param {File} file
 */
export async function showPicture(session, file) {
	if (session.camera.value.state === "on") session.pauseCamera();
	if (stagePicture.value) URL.revokeObjectURL(stagePicture.value.url);
	const shown = { url: URL.createObjectURL(file), file };
	stagePicture.value = shown;
	await modelSettled(session);
	const answer = await session.classifyFile(file);
	// A file that can't be read leaves no empty frame behind; the problem says why.
	const refused = answer === null && session.problem.value !== null;
	if (refused && stagePicture.value === shown) hidePicture(session);
}

/** @param {Session} session */
export function hidePicture(session) {
	if (stagePicture.value) URL.revokeObjectURL(stagePicture.value.url);
	stagePicture.value = null;
	if (session.camera.value.state === "paused") session.resumeCamera();
}

/**
 * Makes a class of the picture on the stage, where there is none to compare it with.
 * @param {Session} session
 */
export async function addClassOfPicture(session) {
	const picture = stagePicture.value;
	const label = session.addClass();
	if (label === null || !picture) return;
	hidePicture(session);
	tab.value = "classes";
	await addPictures(session, label, [picture.file]);
	// Named once it holds the picture, so that the picture doesn't go to a name that was changed meanwhile.
	freshClass.value = label;
}

/**
 * Starts to record, or, where the camera isn't running, gets it running first: the next hold records.
 * @param {Session} session
 * @param {string} label
 * @returns {boolean} whether it records
 */
export function record(session, label) {
	const { state } = session.camera.value;
	if (stagePicture.value) hidePicture(session);
	else if (state === "paused") session.resumeCamera();
	if (state === "on" || state === "paused") {
		session.startRecording(label);
		return true;
	}
	tab.value = "camera";
	if (state !== "asking") session.startCamera();
	return false;
}

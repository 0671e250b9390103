// Actions of a person that change the session and the state of the user interface: classes, pictures, recording.

import { classToName, stagePicture, tab } from "./page-state.js";

/** @typedef {import("../../app/session.js").Session} Session */

/** @param {Session} session */
export function addClass(session) {
	const label = session.addClass();
	if (label !== null) {
		tab.value = "classes";
		classToName.value = label;
	}
}

/**
 * Waits while the model loads, so that pictures of the first seconds are not refused. The progress on the stage shows why
 * nothing happens yet.
 * @param {Session} session
 * @returns {Promise<void>} when the model is ready, or has failed
 */
export function waitForModel(session) {
	return new Promise((resolve) => {
		const stop = session.model.subscribe(({ state }) => {
			if (state === "idle" || state === "loading") return;
			resolve();
			// The first call comes before `stop` is assigned.
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
	await waitForModel(session);
	await session.addFiles(label, files);
}

/**
 * Adds a class with these pictures.
 * @param {Session} session
 * @param {File[]} files
 */
export async function addClassOf(session, files) {
	const label = session.addClass();
	if (label === null) return;
	await addPictures(session, label, files);
	// Only now: a name that is changed earlier would not get the pictures.
	classToName.value = label;
}

/**
 * @param {Session} session
 * @returns {(problem: import("../../app/session.js").ErrorObject) => void} shows it as the page's message
 */
export const tellPage = (session) => (problem) => {
	session.problem.value = problem;
};

/**
 * Puts a picture on the stage and classifies it.
 * @param {Session} session
 * @param {File} file
 */
export async function showPicture(session, file) {
	session.pauseCamera();
	if (stagePicture.value) URL.revokeObjectURL(stagePicture.value.url);
	const shown = { url: URL.createObjectURL(file), file };
	stagePicture.value = shown;
	await waitForModel(session);
	const answer = await session.classifyFile(file);
	// No empty frame for a file that can't be read; the problem on the page says why.
	const refused = answer === null && session.problem.value !== null;
	if (refused && stagePicture.value === shown) hidePicture(session);
}

/** @param {Session} session */
export function hidePicture(session) {
	if (stagePicture.value) URL.revokeObjectURL(stagePicture.value.url);
	stagePicture.value = null;
	if (session.camera.value.state === "paused") session.resumeCamera();
	// A camera brings the next picture at once; without one, the answer would be about nothing.
	else session.forgetPicture();
}

/**
 * Adds a class with the picture on the stage; offered while there are no classes.
 * @param {Session} session
 */
export async function addClassOfPicture(session) {
	const picture = stagePicture.value;
	const label = session.addClass();
	if (label === null || !picture) return;
	hidePicture(session);
	tab.value = "classes";
	await addPictures(session, label, [picture.file]);
	// Only now: a name that is changed earlier would not get the picture.
	classToName.value = label;
}

/**
 * Starts to record: at once, or as soon as the camera and the model are ready.
 * @param {Session} session
 * @param {string} label
 * @returns {boolean} false: another hold goes on
 */
export function record(session, label) {
	if (stagePicture.value) hidePicture(session);
	return session.startRecording(label) !== false;
}

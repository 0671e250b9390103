// What a person does that change the session and the state of the user interface: classes, pictures, recording.

import { problem } from "../../contract/problem.js";
import { chooseClass, handsFree, planOf } from "./hands-free.js";
import { canTeach, canTryPhotos, classToName, isTrying, photosToTry, stagePicture, tab } from "./page-state.js";

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
 * At once, also while the model loads: from now on the upload follows its class and ends with its project.
 * @param {Session} session
 * @param {string} label
 * @param {File[]} files
 */
export const addPictures = (session, label, files) => session.addFiles(label, files);

/**
 * Adds a class with these pictures.
 * @param {Session} session
 * @param {File[]} files
 */
export function addClassOf(session, files) {
	const label = session.addClass();
	if (label === null) return;
	classToName.value = label;
	void addPictures(session, label, files);
}

/**
 * @param {Session} session
 * @returns {(problem: import("../../app/session.js").ErrorObject) => void} shows it as the page's message
 */
export const tellPage = (session) => (problem) => {
	session.problem.value = problem;
};

/** Says that a part of the page could not be loaded. @param {Session} session */
export const tellMissing = (session) => tellPage(session)(problem("partMissing").toJSON());

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

/**
 * Takes what was dropped on the stage: one picture is shown there; several are tried at once or, as long as there are too few
 * classes for an answer, become a class.
 * @param {Session} session
 * @param {File[]} files
 */
export function takeOnStage(session, files) {
	if (files.length === 1 || !canTeach(session)) void showPicture(session, files[0]);
	else if (!canTryPhotos(session)) addClassOf(session, files);
	else {
		photosToTry.value = files;
		isTrying.value = true;
	}
}

/** @param {Session} session */
export function hidePicture(session) {
	if (stagePicture.value) URL.revokeObjectURL(stagePicture.value.url);
	stagePicture.value = null;
	if (session.camera.value.state === "paused" || session.phone.value?.state === "paused") session.resumeCamera();
	// A camera brings the next picture at once; without one, the answer would be about nothing.
	else session.forgetPicture();
}

/**
 * Adds a class with the picture on the stage; offered while there are no classes.
 * @param {Session} session
 */
export function addClassOfPicture(session) {
	const picture = stagePicture.value;
	const label = session.addClass();
	if (label === null || !picture) return;
	hidePicture(session);
	tab.value = "classes";
	classToName.value = label;
	void addPictures(session, label, [picture.file]);
}

/**
 * Starts to record, in the way that the person chose: at once, or as soon as the camera and the model are ready.
 * @param {Session} session
 * @param {string} label
 * @param {{isSpoken?: boolean}} [options] isSpoken: no release will follow
 * @returns {boolean} false: another recording goes on
 */
export function record(session, label, { isSpoken = false } = {}) {
	if (stagePicture.value) hidePicture(session);
	chooseClass(session, label);
	const settings = handsFree.value;
	const way = isSpoken && settings.way === "hold" ? "lock" : settings.way;
	return session.startRecording(label, planOf({ ...settings, way })) !== false;
}

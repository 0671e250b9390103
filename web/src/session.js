// The page's logic as one object: signals to show and actions to offer. The user interface knows
// only this module; this module is the only one that knows all the others.

import { createState } from "./state.js";

/**
 * @typedef {import("./state.js").State} State
 * @typedef {import("./state.js").Settings} Settings
 * @typedef {import("./state.js").Answer} Answer
 * @typedef {import("./state.js").ErrorObject} ErrorObject
 * @typedef {import("./state.js").ClassView} ClassView
 * @typedef {import("./state.js").ExampleView} ExampleView
 * @typedef {import("./state.js").EngineState} EngineState
 * @typedef {import("./state.js").ModelState} ModelState
 * @typedef {import("./state.js").CameraState} CameraState
 * @typedef {import("./state.js").Undoable} Undoable
 */

/**
 * @typedef {object} UploadReport
 * @property {number} added
 * @property {{name: string, error: ErrorObject}[]} failed files that could not be read
 * @property {boolean} cancelled
 */

/**
 * What a person can do. An action that is refused shows the reason in `problem` and changes nothing;
 * none of them throws.
 *
 * @typedef {object} Actions
 * @property {() => Promise<void>} start reads the store, loads the model, connects; resolves when `ready`
 * @property {() => Promise<void>} stop lets go of camera, worker, store and connection
 * @property {(label?: string) => string|null} addClass the label used ("Class 3" where none is given), null if refused
 * @property {(from: string, to: string) => boolean} renameClass onto an existing label: merges
 * @property {(label: string) => void} deleteClass
 * @property {(id: string) => void} deleteExample
 * @property {(id: string, label: string) => void} moveExample
 * @property {() => void} undo the last of: delete, move, rename, merge, add class, one recording, one upload
 * @property {(label: string) => void} startRecording one example an answered frame until stopRecording
 * @property {() => void} stopRecording a tap shorter than a frame still records one
 * @property {(label: string, files: Iterable<File>) => Promise<UploadReport>} addFiles
 * @property {() => void} cancelUpload what was added stays, and is one step of undo
 * @property {(patch: Partial<Settings>) => void} configure
 * @property {(choice?: {deviceId?: string, facing?: "user"|"environment"}) => Promise<void>} startCamera asks for permission: only after a click
 * @property {() => void} pauseCamera
 * @property {() => void} resumeCamera
 * @property {() => Promise<void>} flipCamera front to back and the other way
 * @property {() => void} stopCamera
 * @property {(mirrored: boolean) => void} setMirrored
 * @property {(name: string) => void} setProjectName
 * @property {(file: Blob) => Promise<Answer|null>} classifyFile also sets `answer`
 * @property {() => Promise<void>} retryModel after `model.state` "failed"
 * @property {() => void} dismissProblem
 */

/** @typedef {State & Actions} Session */

/**
 * @param {object} [options]
 * @param {string} [options.base] the page's address; model and server are found relative to it
 * @param {boolean} [options.server] false: never look for a server
 * @returns {Session}
 */
export function createSession(_options = {}) {
	const state = createState();
	const none = () => {};
	const later = async () => {};
	return {
		...state,
		start: later,
		stop: later,
		addClass: () => null,
		renameClass: () => false,
		deleteClass: none,
		deleteExample: none,
		moveExample: none,
		undo: none,
		startRecording: none,
		stopRecording: none,
		addFiles: async () => ({ added: 0, failed: [], cancelled: false }),
		cancelUpload: none,
		configure: none,
		startCamera: later,
		pauseCamera: none,
		resumeCamera: none,
		flipCamera: later,
		stopCamera: none,
		setMirrored: none,
		setProjectName: none,
		classifyFile: async () => null,
		retryModel: later,
		dismissProblem: none,
	};
}

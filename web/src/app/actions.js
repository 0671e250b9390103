// What a person can do on the page. Each action ends in one call of the module that does it. An action that is refused shows
// the reason in `problem`, changes nothing, and does not throw.

import { asProblem, problem } from "../contract/problem.js";
import { checkClassifierSettings } from "../evaluation/automatic.js";

/**
 * @typedef {import("../state/state.js").Answer} Answer
 * @typedef {import("../state/state.js").ClassifierSettings} ClassifierSettings
 * @typedef {import("../state/state.js").UploadReport} UploadReport
 */

/**
 * @typedef {object} Actions
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
 * @property {(patch: Partial<ClassifierSettings>) => void} configure
 * @property {(choice?: {deviceId?: string, facing?: "user"|"environment"}) => Promise<void>} startCamera asks for permission: only after a click
 * @property {() => void} pauseCamera
 * @property {() => void} resumeCamera
 * @property {() => Promise<void>} flipCamera front to back and the other way
 * @property {() => void} stopCamera
 * @property {(mirrored: boolean) => void} setMirrored
 * @property {(name: string) => void} setProjectName
 * @property {(file: Blob) => Promise<Answer|null>} classifyFile also sets `answer`
 * @property {() => void} forgetPicture clears `answer`: nothing is seen any more
 * @property {() => void} dismissProblem
 * @property {() => void} dismissNotice
 * @property {(watched: {test?: boolean, map?: "pca"|"umap"|null}) => void} watch what is looked at, and so worth working out
 *   while examples come: a part that is left out stays as it was
 * @property {(mode: import("../state/state.js").HeatMode) => void} setHeatMode
 * @property {(advice: import("../state/state.js").Advice) => void} dismissAdvice until it is about other classes
 */

/**
 * @param {object} parts
 * @param {import("../state/state.js").State} parts.state
 * @param {import("./workspace.js").Workspace} parts.workspace
 * @param {import("./frame-path.js").FramePath} parts.framePath
 * @param {import("../capture/vision.js").Vision} parts.vision
 * @param {import("../explain/explaining.js").Explaining} parts.explaining
 * @param {import("../project/recorder.js").Recorder} parts.recorder
 * @param {import("../project/uploads.js").Uploads} parts.uploads
 * @returns {Actions}
 */
export function createActions({ state, workspace, framePath, vision, explaining, recorder, uploads }) {
	const { replica, teaching, undoStack, insights } = workspace;

	/**
	 * Runs an action on the open project, and shows why it is refused.
	 * @template T
	 * @param {() => T} action
	 * @returns {T|undefined} undefined: refused, or no project is open
	 */
	const act = (action) => {
		if (!workspace.isOpen) return undefined;
		try {
			return action();
		} catch (error) {
			state.problem.value = asProblem(error);
			return undefined;
		}
	};

	return {
		addClass: (label) =>
			act(() => {
				const name = label === undefined ? freeLabel(replica.labels) : label.trim();
				teaching.addClass(name);
				return name;
			}) ?? null,
		renameClass: (from, to) =>
			act(() => {
				teaching.renameClass(from, to.trim());
				return true;
			}) ?? false,
		deleteClass: (label) => act(() => teaching.deleteClass(label)),
		deleteExample: (id) => act(() => teaching.deleteExample(id)),
		moveExample: (id, label) => act(() => teaching.moveExample(id, label)),
		undo: () => void act(() => undoStack.undo()),
		startRecording: (label) => {
			if (!workspace.isOpen || replica.colourOf(label) === undefined) return;
			if (state.camera.value.state !== "on") state.problem.value = problem("cameraOff").toJSON();
			else if (state.model.value.state !== "ready") state.problem.value = problem("notReadyYet").toJSON();
			else recorder.start(label);
		},
		stopRecording: () => recorder.stop(),
		addFiles: async (label, files) => {
			const report = await uploads.add(label, [...files]);
			if (report.failed.length > 0) state.problem.value = report.failed[0].error;
			return report;
		},
		cancelUpload: () => uploads.cancel(),
		configure: (patch) =>
			void act(() => {
				const settings = { ...state.settings.value, ...patch };
				checkClassifierSettings(settings);
				teaching.configure(settings);
				state.settings.value = settings;
			}),
		startCamera: (choice) => vision.camera.start(choice),
		pauseCamera: () => {
			recorder.stop();
			vision.camera.pause();
		},
		resumeCamera: () => {
			explaining.forget();
			vision.camera.resume();
		},
		flipCamera: () => vision.camera.flip(),
		stopCamera: () => {
			recorder.stop();
			vision.camera.stop();
		},
		setMirrored: (mirrored) => {
			state.camera.value = { ...state.camera.value, mirrored };
			workspace.store.setPreference("mirrored", mirrored);
		},
		setProjectName: (name) =>
			void act(() => {
				replica.setName(name.trim());
				state.project.value = { ...state.project.value, name: name.trim() };
			}),
		classifyFile: async (file) => {
			try {
				return await framePath.answerFile(file);
			} catch (error) {
				state.problem.value = asProblem(error);
				return null;
			}
		},
		forgetPicture: () => framePath.forgetPicture(),
		watch: ({ map, test }) => {
			if (map !== undefined) explaining.watch(map);
			if (test !== undefined) insights.watch(test);
		},
		setHeatMode: (mode) => {
			explaining.setHeatMode(mode);
			if (mode !== "off") framePath.embedFeatures();
		},
		dismissAdvice: (advice) => insights.dismiss(advice),
		dismissProblem: () => {
			state.problem.value = null;
		},
		dismissNotice: () => {
			state.notice.value = null;
		},
	};
}

/**
 * @param {readonly string[]} labels
 * @returns {string} the first free "Class n"
 */
function freeLabel(labels) {
	let n = labels.length + 1;
	while (labels.includes(`Class ${n}`)) n += 1;
	return `Class ${n}`;
}

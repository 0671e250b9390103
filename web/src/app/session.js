// The page's logic as one object: signals to show and actions to offer. This module creates the parts, connects them, and
// starts and stops them; it decides nothing else. The user interface acts through a session alone; it also imports types, and
// pure functions of lower rooms.

import { THUMBNAIL_PX, Vision } from "../capture/vision.js";
import { asProblem, problem } from "../contract/problem.js";
import { Explaining } from "../explain/explaining.js";
import { Recorder } from "../project/recorder.js";
import { Uploads } from "../project/uploads.js";
import { createState } from "../state/state.js";
import { createActions } from "./actions.js";
import { FramePath } from "./frame-path.js";
import { followProblems } from "./problem-causes.js";
import { ProjectOpener } from "./project-opener.js";
import { Recording } from "./recording.js";
import { ServerLink } from "./server-link.js";
import { Workspace } from "./workspace.js";

/**
 * @typedef {import("../state/state.js").State} State
 * @typedef {import("../state/state.js").ClassifierSettings} ClassifierSettings
 * @typedef {import("../state/state.js").Answer} Answer
 * @typedef {import("../state/state.js").ErrorObject} ErrorObject
 * @typedef {import("../state/state.js").ClassView} ClassView
 * @typedef {import("../state/state.js").ExampleView} ExampleView
 * @typedef {import("../state/state.js").EngineState} EngineState
 * @typedef {import("../state/state.js").ModelState} ModelState
 * @typedef {import("../state/state.js").CameraState} CameraState
 * @typedef {import("../state/state.js").Undoable} Undoable
 * @typedef {import("../state/state.js").UploadReport} UploadReport
 * @typedef {import("./actions.js").Actions} Actions
 */

/**
 * @typedef {object} Lifecycle
 * @property {() => Promise<void>} start reads the store, loads the model, connects; resolves when `ready`
 * @property {() => Promise<void>} stop releases camera, worker, store and connection; a stopped session stays stopped
 * @property {() => Promise<void>} retryModel after `model.state` "failed"
 */

/** @typedef {State & Actions & Lifecycle} Session */

/**
 * @param {object} [options]
 * @param {string} [options.base] the page's address; model and server are found relative to it
 * @param {boolean} [options.server] false: never look for a server
 * @returns {Session}
 * @example
 * const session = createSession();
 * await session.start();
 * session.addClass("cat");
 * session.classes.value; // [{ label: "cat", … }]
 */
export function createSession({ base = document.baseURI, server = true } = {}) {
	const state = createState();
	let isStopped = false;
	/** The start that is under way. @type {Promise<void>|null} */
	let starting = null;

	/** @param {unknown} error */
	const show = (error) => {
		const shown = asProblem(error);
		if (state.problem.value?.code !== shown.code) state.problem.value = shown;
	};

	const vision = new Vision({ base, state });
	const workspace = new Workspace({ state, onLearnt: () => framePath.answerAgain() });
	const { replica } = workspace;
	const explaining = new Explaining({
		state,
		knn: replica.knn,
		featuresShape: () => vision.embedder.manifest?.outputs.features?.shape ?? null,
	});
	const recorder = new Recorder({
		recording: state.recording,
		add: (example) => workspace.addExample(example),
		onDone: ({ label, ids }) => workspace.finished("recorded", label, ids),
	});
	const recording = new Recording({ state, camera: vision.camera, recorder });
	const uploads = new Uploads({
		embed: (file) => vision.embedFile(file, { thumbnailSize: THUMBNAIL_PX }),
		add: (example) => workspace.addExample(example),
		onState: (upload) => {
			state.upload.value = upload;
		},
		onUnread: (file) => {
			state.unreadFiles.value = [...state.unreadFiles.value, file];
		},
		onRefused: show,
		onDone: (label, ids) => workspace.finished("uploaded", label, ids),
	});
	const framePath = new FramePath({ state, vision, engine: workspace.engine, explaining, recorder, onError: show });
	const stopFollowingProblems = followProblems(state);
	const serverLink = new ServerLink({ base, state, workspace });
	const projectOpener = new ProjectOpener({ base, report: show, onTaken: () => giveWay() });

	replica.listener = {
		renamed: (from, to) => {
			recording.renamed(from, to);
			recorder.renamed(from, to);
			uploads.renamed(from, to);
			state.unreadFiles.value = state.unreadFiles.value.map((file) =>
				file.label === from ? { ...file, label: to } : file,
			);
		},
		cleared: (label) => {
			recording.cleared(label);
			recorder.cleared(label);
			uploads.cleared(label);
			state.unreadFiles.value = state.unreadFiles.value.filter((file) => file.label !== label);
		},
	};

	/** @returns {Promise<{id: string, dimension: number}|null>} the model; null: stopped, or there is no model */
	const openProject = async () => {
		const opened = await projectOpener.open(() => vision.embedder.readManifest());
		if (!opened) return null;
		const { manifest, project, mirrored, otherModel } = opened;
		workspace.open(opened);
		if (mirrored !== null) state.camera.value = { ...state.camera.value, mirrored };
		state.settings.value = { ...project.settings };
		state.project.value = { name: project.name, room: project.room, here: 0 };
		if (otherModel !== null) state.problem.value = problem("modelChanged", { came: otherModel }).toJSON();
		state.ready.value = true;
		// Asked once. A browser that declines keeps everything all the same, until it runs short of space.
		void navigator.storage?.persist?.().catch(() => false);
		return manifest;
	};

	const start = async () => {
		if (isStopped) return;
		// Without the model's name no project is opened; trying again begins here.
		if (!workspace.isOpen) {
			const model = await openProject();
			if (!model || isStopped) return;
			if (server) serverLink.connect(model).catch(show);
		}
		vision.embedder.load().catch(() => {});
	};

	const startOnce = () => {
		starting ??= start().finally(() => {
			starting = null;
		});
		return starting;
	};

	const stop = async () => {
		if (isStopped) return;
		isStopped = true;
		recording.close();
		recorder.cancel();
		uploads.cancel();
		framePath.close();
		vision.close();
		explaining.close();
		serverLink.close();
		workspace.close();
		stopFollowingProblems();
		await projectOpener.close();
	};

	/** Another tab goes on with what the browser keeps. */
	const giveWay = async () => {
		await stop();
		state.problem.value = problem("openElsewhere").toJSON();
	};

	const actions = createActions({ state, workspace, framePath, vision, explaining, recording, uploads });
	return { ...state, ...actions, start: startOnce, stop, retryModel: startOnce };
}

// The page's logic as one object: signals to show and commands to offer. This module creates the parts, connects them, and
// starts and stops them; it decides nothing else. The user interface acts through a session alone; it also imports types, and
// pure functions of lower rooms.

import recordingNumbers from "../../../contract/recording.json" with { type: "json" };
import { THUMBNAIL_PX, Vision } from "../capture/vision.js";
import { asProblem, problem } from "../contract/problem.js";
import { priorOf } from "../evaluation/limit.js";
import { Explaining } from "../explain/explaining.js";
import { Recorder } from "../project/recorder.js";
import { Uploads } from "../project/uploads.js";
import { createState } from "../state/state.js";
import { ActionRunner } from "./action-runner.js";
import { AnswerTeller } from "./answer-teller.js";
import { ScreenAwake } from "./browser/screen-awake.js";
import { StorageWatch } from "./browser/storage-watch.js";
import { createCommands } from "./commands.js";
import { FramePath } from "./frame-path.js";
import { loadOnce } from "./load-once.js";
import { followProblems } from "./problem-causes.js";
import { ProjectOpener } from "./projects/project-opener.js";
import { ProjectSwitch } from "./projects/project-switch.js";
import { Recording } from "./recording.js";
import { recallPhone } from "./room/phone-key.js";
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
 * @typedef {import("../state/state.js").Clash} Clash
 * @typedef {import("../state/state.js").Loss} Loss
 * @typedef {import("../project/bin.js").BinGroup} BinGroup
 * @typedef {import("../state/state.js").UploadReport} UploadReport
 * @typedef {import("./commands.js").Commands} Commands
 */

/**
 * @typedef {object} Lifecycle
 * @property {() => Promise<void>} start reads the store, loads the model, connects; resolves when `ready`
 * @property {() => Promise<void>} stop releases camera, worker, store and connection; a stopped session stays stopped
 * @property {() => Promise<void>} retryModel after `model.state` "failed"
 * @property {() => Promise<void>} measureStorage sets `storage`
 * @property {() => Promise<void>} continueHere takes the projects over from the other tab, after `isCovered`
 * @property {() => Promise<import("./projects/projects.js").Projects>} projects all projects, and the open one's room; once `ready`
 * @property {() => Promise<import("./room/people.js").People>} people who is in the open project's room; once `ready`
 * @property {() => Promise<import("./phone-camera.js").PhoneCamera>} phoneCamera another device as the camera
 * @property {(id: string) => void} askForPicture of an example whose box is shown without one, while `roomHasPictures`
 * @property {() => Promise<import("./projects/exchange.js").Exchange>} exchange files of other tools
 * @property {() => Promise<import("./projects/project-files.js").ProjectFiles>} files saves and opens files; once `ready`
 * @property {() => Promise<import("./projects/sample.js").Sample>} sample the project to try the page with; once `ready`
 * @property {() => Promise<import("../actions/performers.js").Performers>} performers what makes actions happen, and its devices; once `ready`
 * @property {() => Promise<import("./try-photos.js").TryPhotos>} tryPhotos many photos at once
 * @property {(id: string) => Promise<import("../explain/alike.js").AlikeExamples|null>} findAlike examples like one of them
 */

/** @typedef {State & Commands & Lifecycle} Session */

/**
 * @param {object} [options]
 * @param {string} [options.base] the page's address; model and server are found relative to it
 * @param {boolean} [options.server] false: never look for a server
 * @param {string|null} [options.ownerSecret] of the address's room, where an owner's link led here
 * @returns {Session}
 * @example
 * const session = createSession();
 * await session.start();
 * session.addClass("cat");
 * session.classes.value; // [{ label: "cat", … }]
 */
export function createSession({ base = document.baseURI, server = true, ownerSecret = null } = {}) {
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
		voters: () => replica.voters,
		featuresShape: () => vision.embedder.manifest?.outputs.features?.shape ?? null,
	});
	const recorder = new Recorder({
		recording: state.recording,
		add: (example) => workspace.addExample(example),
		onDone: ({ ids }) => workspace.finished(ids),
		onMeter: (meter) => {
			state.meter.value = meter;
		},
		copyDistance: () => recordingNumbers.copyShareOfPrior * priorOf(vision.embedder.manifest),
	});
	const recording = new Recording({ state, camera: vision.camera, recorder });
	const uploads = new Uploads({
		embed: (file) => vision.embedFile(file, { thumbnailSize: THUMBNAIL_PX }),
		add: (example, run) => workspace.addExample(example, run),
		onState: (upload) => {
			state.upload.value = upload;
		},
		onUnread: (file) => {
			state.unreadFiles.value = [...state.unreadFiles.value, file];
		},
		onRefused: show,
		onDone: (_, ids) => workspace.finished(ids),
	});
	const framePath = new FramePath({
		...{ state, vision, engine: workspace.engine, explaining, recorder, recording },
		onError: show,
	});
	const actionRunner = new ActionRunner({ state, workspace, onError: show });
	const stopFollowingProblems = followProblems(state);
	const serverLink = new ServerLink({
		...{ base, state, workspace },
		onCameraFrame: (frame) =>
			void phoneCamera.get().then(
				(loaded) => loaded.take(frame),
				() => {},
			),
		onOver: (key, room) =>
			void people
				.get()
				.then((loaded) => loaded.over(key, room))
				.catch(() => {}),
	});
	const answerTeller = new AnswerTeller({ state, request: (event, data) => serverLink.request(event, data) });
	const storageWatch = new StorageWatch(state);
	const screenAwake = new ScreenAwake(state);
	const projectOpener = new ProjectOpener({
		...{ base, ownerSecret },
		report: show,
		onTaken: (mustGo) => giveWay(mustGo),
		onRefused: () => {
			state.otherHasUnsaved.value = true;
			state.isCovered.value = true;
		},
		onUnsaved: (count) => storageWatch.noteUnsaved(count),
	});
	const projectSwitch = new ProjectSwitch({
		...{ state, workspace, explaining, recording, recorder, uploads, serverLink, server },
		onError: show,
	});

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

	const openProject = async () => {
		const { embedder } = vision;
		// The server that it came from may be gone by the time that another tab has given way.
		const readManifest = async () => embedder.manifest ?? (await embedder.readManifest());
		const opened = await projectOpener.open(readManifest, state.project.value.id);
		if (!opened) return;
		const { manifest, mirrored, mirroredBack, otherModel, notice, member } = opened;
		state.member.value = member;
		if (mirroredBack !== null) vision.camera.restoreBack(mirroredBack);
		const { facing } = state.camera.value;
		if (mirrored !== null && facing !== "environment") state.camera.value = { ...state.camera.value, mirrored };
		projectSwitch.manifest = manifest;
		projectSwitch.enter(opened, notice);
		if (otherModel !== null) state.problem.value = problem("modelChanged", { came: otherModel }).toJSON();
		state.ready.value = true;
		// The phone that was the camera before a reload goes on.
		if (recallPhone(state.project.value.room)?.isUsed) {
			phoneCamera.get().then(
				(loaded) => loaded.invite(),
				() => {},
			);
		}
		// What has been in the bin for long enough goes.
		if (opened.hasBin) projects.get().catch(() => {});
		// Asked once. A browser that declines keeps everything all the same, until it runs short of space.
		void navigator.storage?.persist?.().catch(() => false);
	};

	const start = async () => {
		if (isStopped) return;
		// Without the model's name no project is opened; trying again begins here.
		if (!workspace.isOpen) await openProject();
		if (!workspace.isOpen || isStopped) return;
		if (!vision.embedder.isRunning) vision.embedder.load().catch(() => {});
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
		actionRunner.close();
		answerTeller.close();
		storageWatch.close();
		screenAwake.close();
		state.phone.value = null;
		serverLink.close();
		workspace.close();
		stopFollowingProblems();
		await projectOpener.close();
	};

	/**
	 * Another tab goes on with what the browser keeps, unless something is in this one's memory only.
	 * @param {boolean} mustGo it goes on already
	 * @returns {Promise<boolean>} whether it can
	 */
	const giveWay = async (mustGo) => {
		if (!mustGo && (await projectOpener.hasUnsaved())) return false;
		state.otherHasUnsaved.value = false;
		state.isCovered.value = true;
		vision.camera.stop();
		await projectSwitch.leave();
		// The last that was taught here may be what finds the disk full.
		if (!mustGo && (await projectOpener.hasUnsaved())) {
			state.isCovered.value = false;
			projectSwitch.connect();
			return false;
		}
		workspace.pause();
		actionRunner.pause();
		projects.forget();
		await projectOpener.pause();
		return true;
	};

	const continueHere = async () => {
		if (!state.isCovered.value) return;
		await startOnce();
		state.isCovered.value = !workspace.isOpen;
	};

	const projects = loadOnce(async () => {
		const { Projects } = await import("./projects/projects.js");
		const loaded = new Projects({
			...{ base, state, workspace, projectSwitch },
			embed: async (picture) => (await vision.embedFile(picture)).embedding,
		});
		// Before anything else is done with projects. What it can't do is shown.
		loaded.sweep().catch(() => {});
		return loaded;
	}, show);
	const people = loadOnce(async () => {
		const { People } = await import("./room/people.js");
		return new People({ state, workspace, projectSwitch, serverLink, projects: projects.get });
	}, show);
	const phoneCamera = loadOnce(async () => {
		const { PhoneCamera } = await import("./phone-camera.js");
		return new PhoneCamera({
			state,
			request: (event, data) => serverLink.request(event, data),
			answerFrame: (frame) => framePath.answerRemote(frame),
			forgetPicture: () => framePath.forgetPicture(),
			stopCamera: () => vision.camera.stop(),
			onError: show,
		});
	}, show);
	const exchange = loadOnce(async () => {
		const { Exchange } = await import("./projects/exchange.js");
		return new Exchange({ base, workspace, vision, projects: projects.get, test: state.test });
	}, show);
	const files = loadOnce(async () => {
		const { ProjectFiles } = await import("./projects/project-files.js");
		return new ProjectFiles({ state, workspace, projects: projects.get });
	}, show);
	const sample = loadOnce(async () => {
		const { Sample } = await import("./projects/sample.js");
		return new Sample({ base, state, workspace, projects: projects.get });
	}, show);
	const tryPhotos = loadOnce(async () => {
		const { TryPhotos } = await import("./try-photos.js");
		return new TryPhotos({ state, workspace, vision });
	}, show);

	const alike = loadOnce(async () => (await import("../explain/alike.js")).findAlike, show);

	const commands = createCommands({ state, workspace, framePath, vision, explaining, recording, uploads });
	return {
		...state,
		...commands,
		start: startOnce,
		stop,
		retryModel: startOnce,
		continueHere,
		measureStorage: () => storageWatch.measure(),
		projects: projects.get,
		people: people.get,
		phoneCamera: phoneCamera.get,
		askForPicture: (id) => serverLink.askForPicture(id),
		exchange: exchange.get,
		files: files.get,
		sample: sample.get,
		performers: actionRunner.performers,
		tryPhotos: tryPhotos.get,
		findAlike: async (id) => (await alike.get())(replica.knn, id),
	};
}

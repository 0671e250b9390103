// What a person can do on the page. Each command ends in one call of the module that does it. One that is refused shows
// the reason in `problem`, changes nothing, and does not throw.

import { asProblem } from "../contract/problem.js";
import { checkClassifierSettings } from "../evaluation/automatic.js";

/**
 * @typedef {import("../state/state.js").Answer} Answer
 * @typedef {import("../state/state.js").ClassifierSettings} ClassifierSettings
 * @typedef {import("../state/state.js").UploadReport} UploadReport
 */

/**
 * @typedef {object} Commands
 * @property {(changed: import("../project/rights.js").Changed, thing?: string|readonly string[]) => import("../state/state.js").ErrorObject|null} refusal
 *   why the room does not let the person change it; null: it does; reads signals
 * @property {(label?: string) => string|null} addClass the label used ("Class 3" where none is given), null if refused
 * @property {(from: string, to: string) => boolean} renameClass onto an existing label: merges
 * @property {(label: string, style: {colour?: number, emoji?: string|null}) => void} styleClass what is left out stays
 * @property {(label: string, isOff: boolean) => void} switchOff a class keeps its examples, and they have no vote; on this device
 *   alone, also in a room
 * @property {(label: string, actions: import("../state/state.js").Action[]) => void} setActions what happens when a class has won
 * @property {(actionsSwitch: "on"|"off") => void} switchActions of the open project, on this device
 * @property {() => void} hideShownAction takes the full-screen picture or text away
 * @property {(id: string) => void} chooseMidiOutput where notes go from now on
 * @property {(isTelling: boolean) => void} tellAnswers whether the room is told what this device sees
 * @property {(label?: string) => void} resetTally of one class, or of all
 * @property {(label: string, by: number) => void} moveClass by so many places in the order of classes; negative: towards the
 *   first; it stops at the ends
 * @property {(label: string) => void} deleteClass
 * @property {(id: string) => void} deleteExample
 * @property {(ids: string[]) => boolean} deleteExamples in one step; false: refused
 * @property {(id: string, label: string) => void} moveExample
 * @property {(ids: string[], label: string) => boolean} moveExamples in one step; false: refused, and none is moved
 * @property {() => void} undo takes the last step back: anything that a person did to the project
 * @property {() => void} redo makes the step again that was undone last
 * @property {() => number} binSize how many examples were deleted and can come back; reads a signal
 * @property {() => import("../project/bin.js").BinGroup[]} bin they, the last deleted first; reads a signal
 * @property {(ids: string[]) => void} restore brings deleted examples back, with their classes
 * @property {(ids: string[]) => void} emptyBin deletes them for good
 * @property {() => void} dismissLosses
 * @property {(label: string, plan?: import("./recording.js").RecordingPlan) => boolean} startRecording one example an answered
 *   frame until stopRecording, or as the plan says; starts the camera where it is off, and waits until it and the model are
 *   ready; false: there is no such class, or another recording goes on
 * @property {() => void} stopRecording a tap shorter than a frame still records one
 * @property {(label: string, files: Iterable<File>) => Promise<UploadReport>} addFiles those that can't be read are in
 *   `unreadFiles` until dismissUnreadFiles
 * @property {(label: string) => void} dismissUnreadFiles those meant for this class
 * @property {() => void} cancelUpload what was added stays, and is one step of undo
 * @property {(patch: Partial<ClassifierSettings>) => void} configure
 * @property {(choice?: {deviceId?: string, facing?: "user"|"environment"}) => Promise<void>} startCamera asks for permission: only after a click
 * @property {() => void} pauseCamera also of another device that is the camera
 * @property {() => void} resumeCamera
 * @property {() => Promise<void>} flipCamera front to back and the other way
 * @property {() => void} stopCamera lets the camera go: its light goes off
 * @property {(mirrored: boolean) => void} setMirrored
 * @property {(crop: import("../state/state.js").Crop|null) => void} setCrop the part of the camera's picture that is taught and asked
 *   about, until the page is closed; null: all of it
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
 * @param {import("./recording.js").Recording} parts.recording
 * @param {import("../project/uploads.js").Uploads} parts.uploads
 * @returns {Commands}
 */
export function createCommands({ state, workspace, framePath, vision, explaining, recording, uploads }) {
	const { replica, teaching, undoStack, losses, insights } = workspace;

	/**
	 * Runs an action on the open project, and shows why it is refused.
	 * @template T
	 * @param {() => T} action
	 * @returns {T|undefined} undefined: refused, or no project is open
	 */
	const act = (action) => {
		if (!workspace.isOpen) return undefined;
		try {
			const result = action();
			showRefusal(null);
			return result;
		} catch (error) {
			showRefusal(asProblem(error));
			return undefined;
		}
	};

	/** Why the last action was refused; null: it was not. @type {import("../state/state.js").ErrorObject|null} */
	let refusal = null;
	/** @param {import("../state/state.js").ErrorObject|null} next null: an action succeeded, so the last refusal is over */
	const showRefusal = (next) => {
		if (next !== null || state.problem.value === refusal) state.problem.value = next;
		refusal = next;
	};

	/** @param {"on"|"paused"} next of another device that is the camera */
	const setPhone = (next) => {
		const phone = state.phone.peek();
		if (phone && phone.state !== "waiting") state.phone.value = { ...phone, state: next };
	};
	const endPhone = () => {
		state.phone.value = null;
	};

	return {
		refusal: (changed, thing) => {
			if (state.membership.value?.role !== "member") return null;
			// Whose the examples are changes with them.
			if (thing !== undefined) state.classes.value;
			return teaching.rights.refusal(changed, thing)?.toJSON() ?? null;
		},
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
		styleClass: (label, style) => void act(() => teaching.styleClass(label, style)),
		switchOff: (label, isOff) => void act(() => teaching.switchOff(label, isOff)),
		setActions: (label, actions) => void act(() => teaching.setActions(label, actions)),
		switchActions: (actionsSwitch) =>
			void act(() => {
				replica.switchActions(actionsSwitch);
				state.actionsSwitch.value = actionsSwitch;
			}),
		hideShownAction: () => {
			state.shownAction.value = null;
		},
		chooseMidiOutput: (chosen) => {
			state.midiOutputs.value = { ...state.midiOutputs.value, chosen };
		},
		tellAnswers: (isTelling) => {
			state.isTellingAnswers.value = isTelling;
		},
		resetTally: (label) => {
			state.tally.value = new Map([...state.tally.value].filter(([each]) => label !== undefined && each !== label));
		},
		moveClass: (label, by) =>
			void act(() => {
				const { labels } = replica;
				const from = labels.indexOf(label);
				if (from < 0) return;
				teaching.orderClasses(labels.toSpliced(from, 1).toSpliced(Math.max(from + by, 0), 0, label));
			}),
		deleteClass: (label) => act(() => teaching.deleteClass(label)),
		deleteExample: (id) => act(() => teaching.deleteExample(id)),
		deleteExamples: (ids) =>
			act(() => {
				teaching.deleteExamples(ids);
				return true;
			}) ?? false,
		moveExample: (id, label) => act(() => teaching.moveExample(id, label)),
		moveExamples: (ids, label) =>
			act(() => {
				teaching.moveExamples(ids, label);
				return true;
			}) ?? false,
		undo: () => void act(() => undoStack.undo()),
		redo: () => void act(() => undoStack.redo()),
		binSize: () => replica.bin.size.value,
		bin: () => replica.bin.groups(),
		restore: (ids) => void act(() => teaching.restore(ids)),
		emptyBin: (ids) => void act(() => undoStack.emptyBin(ids)),
		dismissLosses: () => losses.dismiss(),
		startRecording: (label, plan) =>
			act(() => {
				teaching.rights.check("add");
				return replica.colourOf(label) !== undefined && recording.start(label, plan);
			}) ?? false,
		stopRecording: () => recording.stop(),
		addFiles: async (label, files) => {
			// Before any of them is looked at.
			const refusal = teaching.rights.refusal("add");
			if (!refusal) return await uploads.add(label, [...files]);
			showRefusal(refusal.toJSON());
			return { added: 0, failed: [], cancelled: true };
		},
		dismissUnreadFiles: (label) => {
			state.unreadFiles.value = state.unreadFiles.value.filter((file) => file.label !== label);
		},
		cancelUpload: () => uploads.cancel(),
		configure: (patch) =>
			void act(() => {
				const settings = { ...state.settings.value, ...patch };
				checkClassifierSettings(settings);
				teaching.configure(settings);
			}),
		startCamera: async (choice) => {
			endPhone();
			await vision.camera.start(choice);
		},
		pauseCamera: () => {
			recording.cancel();
			setPhone("paused");
			vision.camera.pause();
		},
		resumeCamera: () => {
			explaining.forget();
			setPhone("on");
			vision.camera.resume();
		},
		flipCamera: () => vision.camera.flip(),
		stopCamera: () => {
			recording.cancel();
			endPhone();
			vision.camera.stop();
		},
		setMirrored: (mirrored) => {
			state.camera.value = { ...state.camera.value, mirrored };
			workspace.store.setPreference(
				state.camera.value.facing === "environment" ? "mirroredBack" : "mirrored",
				mirrored,
			);
		},
		setCrop: (crop) => {
			state.crop.value = crop;
			framePath.cropped();
		},
		setProjectName: (name) => void act(() => teaching.nameProject(name.trim())),
		classifyFile: async (file) => {
			try {
				const answer = await framePath.answerFile(file);
				showRefusal(null);
				return answer;
			} catch (error) {
				showRefusal(asProblem(error));
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

// The page's logic as one object: signals to show and actions to offer. The user interface knows
// only this module; this module is the only one that knows all the others.

import { effect } from "@preact/signals";
import { THUMBNAIL_PX, Vision } from "../capture/vision.js";
import { asProblem, problem } from "../contract/problem.js";
import { checkClassifierSettings } from "../evaluation/automatic.js";
import { Explaining } from "../explain/explaining.js";
import { Outbox } from "../project/outbox.js";
import { Recorder } from "../project/recorder.js";
import { Replica } from "../project/replica.js";
import { chooseProject, Store } from "../project/store.js";
import { Teaching } from "../project/teaching.js";
import { UndoStack } from "../project/undo-stack.js";
import { Uploads } from "../project/uploads.js";
import { createState } from "../state/state.js";
import { Connection } from "../sync/connection.js";
import { SyncClient } from "../sync/sync-client.js";
import { Engine } from "./engine.js";
import { findServer } from "./find-server.js";
import { Insights } from "./insights.js";
import { takeOver } from "./tabs.js";

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
 */

/** @typedef {import("../state/state.js").UploadReport} UploadReport */

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
 * @property {(patch: Partial<ClassifierSettings>) => void} configure
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
 * @property {(wanted: {test?: boolean, map?: "pca"|"umap"|null}) => void} watch what is looked at, and so worth working out
 *   while examples come: a part that is left out stays as it was
 * @property {(mode: import("../state/state.js").HeatMode) => void} setHeatMode
 * @property {(advice: import("../state/state.js").Advice) => void} dismissAdvice until it is about other classes
 */

/** @typedef {State & Actions} Session */

/**
 * @param {object} [options]
 * @param {string} [options.base] the page's address; model and server are found relative to it
 * @param {boolean} [options.server] false: never look for a server
 * @returns {Session}
 */
export function createSession({ base = document.baseURI, server } = {}) {
	const state = createState();
	const undoStack = new UndoStack(state.undoable);
	const outbox = new Outbox();
	/** @type {Store|null} */
	let store = null;
	/** @type {Replica|null} */
	let replica = null;
	/** @type {Teaching|null} */
	let teaching = null;
	/** @type {Engine|null} */
	let engine = null;
	/** @type {Connection|null} */
	let connection = null;
	/** @type {SyncClient|null} */
	let room = null;
	/** @type {Insights|null} */
	let insights = null;
	/** Somebody looks at the figures; perhaps since before there were any. */
	let watchesTest = false;
	/** What was seen last, to be judged again when something changed and no camera runs. */
	let seen = /** @type {import("../explain/explaining.js").Seen|null} */ (null);
	let stopped = false;
	/** Lets the next tab work; null until this one may. */
	let letGo = /** @type {(() => void)|null} */ (null);
	/** @type {Promise<void>|null} */
	let starting = null;
	/** @type {(() => void)[]} */
	const cleanup = [];

	/** @param {unknown} error */
	const show = (error) => {
		const shown = asProblem(error);
		if (state.problem.value?.code !== shown.code) state.problem.value = shown;
	};

	/**
	 * An action of a person: what it refuses is shown, not thrown.
	 * @template T
	 * @param {(teaching: Teaching, replica: Replica) => T} action
	 * @returns {T|undefined} undefined where it was refused
	 */
	const act = (action) => {
		if (!teaching || !replica) return undefined;
		try {
			return action(teaching, replica);
		} catch (error) {
			state.problem.value = asProblem(error);
			return undefined;
		}
	};

	/** @param {import("../explain/explaining.js").Seen} fresh */
	const judge = async (fresh) => {
		seen = fresh;
		const answer = (await engine?.classify(fresh.embedding, state.settings.value)) ?? null;
		if (seen === fresh) {
			state.answer.value = answer;
			explaining.answered(fresh, answer);
		}
		return answer;
	};

	/** Without a camera, what was seen last is judged by what is known now. */
	const judgeAgain = () => {
		if (seen && !vision.running) judge(seen).catch(show);
	};

	const lookAgain = async () => {
		const embedded = await vision.embedShown({ features: true });
		if (embedded) await judge(embedded);
	};

	const recorder = new Recorder({
		add: (example) => teaching?.addExample(example),
		onDone: ({ label, ids }) => {
			state.recording.value = recorder.label;
			teaching?.finished("recorded", label, ids);
		},
	});

	const vision = new Vision({
		base,
		state,
		onError: show,
		onHidden: () => stopRecording(),
		onFrame: async (frame) => {
			const hold = recorder.claim();
			let embedded = null;
			try {
				embedded = await vision.embedder.embed(frame, {
					features: explaining.wantsFeatures,
					thumbnailSize: hold ? THUMBNAIL_PX : 0,
				});
				await judge(embedded);
			} finally {
				if (hold && !embedded) recorder.release(hold);
			}
			if (hold) recorder.record(hold, embedded);
		},
	});

	const explaining = new Explaining({
		state,
		knn: () => replica?.knn ?? null,
		featuresShape: () => vision.embedder.manifest?.outputs.features?.shape ?? null,
	});

	const uploads = new Uploads({
		embed: (file) => vision.embedFile(file, { thumbnailSize: THUMBNAIL_PX }),
		add: (example) => teaching?.addExample(example),
		onState: (upload) => {
			state.upload.value = upload;
		},
		onDone: (label, ids) => teaching?.finished("uploaded", label, ids),
	});

	/** What is under way for a class follows it: whoever renames or deletes it. */
	const follower = {
		/** @param {string} from @param {string} to */
		renamed: (from, to) => {
			recorder.renamed(from, to);
			uploads.renamed(from, to);
			state.recording.value = recorder.label;
		},
		/** @param {string} label */
		cleared: (label) => {
			recorder.cleared(label);
			uploads.cleared(label);
			state.recording.value = recorder.label;
		},
	};

	const stopRecording = () => {
		recorder.stop();
		state.recording.value = null;
	};

	/** @param {import("../state/state.js").ClassifierSettings} settings */
	const useSettings = (settings) => {
		state.settings.value = { ...settings };
		if (!replica) return;
		replica.project.settings = { ...settings };
		replica.keep({});
	};

	/**
	 * Opens what the browser keeps, at the project of this model. The page may be stopped at every `await`:
	 * another tab works with the store from then on.
	 * @returns {Promise<import("../capture/embedder.js").Manifest|null>} null: stopped, or no model, and so no project
	 */
	const open = async () => {
		if (!letGo) {
			const release = await takeOver({ onTaken: giveWay });
			if (stopped) {
				release();
				return null;
			}
			letGo = release;
		}
		const [opened, manifest] = await Promise.all([
			store ?? Store.open({ report: (error) => show(error) }),
			vision.embedder.readManifest().catch(() => null),
		]);
		if (stopped) {
			await opened?.close();
			return null;
		}
		store = opened;
		if (!manifest) return null;
		const projects = (await store?.projects().catch(() => [])) ?? [];
		const { project, otherModel } = chooseProject(projects, { model: manifest.id, room: roomOf(base) });
		const [queued, examples, mirrored] = await Promise.all([
			store?.outbox(project.id).catch(() => []),
			store?.examples(project.id).catch(() => []),
			store?.preference("mirrored").catch(() => undefined),
		]);
		if (stopped) return null;
		project.usedAt = Date.now();
		replica = new Replica(project, store, state.classes);
		replica.listener = follower;
		teaching = new Teaching({ replica, outbox, undoStack, room: () => room });
		engine = new Engine({ replica, onState: (patch) => setEngine(patch), test: ownTest });
		outbox.load(queued ?? []);
		replica.load(examples ?? []);
		replica.keep({});
		if (typeof mirrored === "boolean") state.camera.value = { ...state.camera.value, mirrored };
		state.settings.value = { ...project.settings };
		state.project.value = { name: project.name, room: project.room, here: 0 };
		if (otherModel !== null) state.problem.value = problem("modelChanged", { came: otherModel }).toJSON();
		insights = new Insights({ state, replica, store, onLearnt: judgeAgain });
		insights.watch(watchesTest);
		state.ready.value = true;
		// Asked once; a browser that declines still keeps everything until it runs short of space.
		void navigator.storage?.persist?.().catch(() => false);
		return manifest;
	};

	/** @param {import("../capture/embedder.js").Manifest} manifest */
	const connect = async (manifest) => {
		if (server === false || !(await findServer(base, () => stopped)) || stopped || !replica) return;
		connection = new Connection(base);
		connection.listen({
			up: () => setEngine({ connected: true, everConnected: true }),
			down: () => {
				setEngine({ connected: false, where: "browser" });
				state.project.value = { ...state.project.value, here: 0 };
			},
		});
		room = new SyncClient({
			connection,
			replica,
			outbox,
			model: { id: manifest.id, dimension: manifest.dimension },
			onSettings: useSettings,
			onProblem: (error) => {
				state.problem.value = error;
			},
			onPresence: (here) => {
				state.project.value = { ...state.project.value, here };
			},
			onRoom: (code) => {
				state.project.value = { ...state.project.value, room: code };
			},
		});
		const joined = room;
		engine = new Engine({ replica, connection, room, onState: setEngine, test: ownTest });
		insights?.connect({ connection, room });
		cleanup.push(
			effect(() => {
				setEngine({ pending: outbox.size.value, syncing: joined.syncing.value, note: joined.note.value });
				// Before the first question too: who would answer it.
				if (joined.answers) setEngine({ where: "server" });
			}),
		);
		connection.open();
	};

	/** What this browser answers by: the server goes by its own. */
	const ownTest = () => insights?.own ?? { evaluation: null };

	/** @param {Partial<import("../state/state.js").EngineState>} patch */
	const setEngine = (patch) => {
		const old = state.engine.peek();
		const fresh = { ...old, ...patch };
		const keys = /** @type {(keyof typeof fresh)[]} */ (Object.keys(patch));
		if (keys.some((key) => old[key] !== fresh[key])) state.engine.value = fresh;
	};

	const stop = async () => {
		if (stopped) return;
		stopped = true;
		recorder.cancel();
		state.recording.value = null;
		uploads.cancel();
		vision.close();
		explaining.close();
		insights?.close();
		room?.close();
		connection?.close();
		for (const undoIt of cleanup.splice(0)) undoIt();
		teaching = null;
		await store?.close();
		replica?.close();
		// Only now: the next tab must not write before the last of this one is written.
		letGo?.();
	};

	/** Again after it failed: without the model's name no project was opened. */
	const start = async () => {
		if (stopped) return;
		if (!replica) {
			const manifest = await open();
			if (!manifest || stopped) return;
			connect(manifest).catch(show);
		}
		vision.embedder.load().catch(() => {});
	};

	const startOnce = () => {
		starting ??= start().finally(() => {
			starting = null;
		});
		return starting;
	};

	/** Another tab goes on with what the browser keeps. */
	const giveWay = async () => {
		await stop();
		state.problem.value = problem("openElsewhere").toJSON();
	};

	cleanup.push(
		effect(() => {
			void state.classes.value;
			void state.settings.value;
			judgeAgain();
		}),
	);

	return {
		...state,
		start: startOnce,
		stop,
		addClass: (label) =>
			act((teaching, replica) => {
				const name = label === undefined ? freeLabel(replica.labels) : label.trim();
				teaching.addClass(name);
				return name;
			}) ?? null,
		renameClass: (from, to) =>
			act((teaching) => {
				const name = to.trim();
				teaching.renameClass(from, name);
				return true;
			}) ?? false,
		deleteClass: (label) => act((teaching) => teaching.deleteClass(label)),
		deleteExample: (id) => act((teaching) => teaching.deleteExample(id)),
		moveExample: (id, label) => act((teaching) => teaching.moveExample(id, label)),
		undo: () => void act(() => undoStack.undo()),
		startRecording: (label) => {
			if (!replica || replica.colourOf(label) === undefined) return;
			if (state.camera.value.state !== "on") state.problem.value = problem("cameraOff").toJSON();
			else if (state.model.value.state !== "ready") state.problem.value = problem("notReadyYet").toJSON();
			else {
				recorder.start(label);
				state.recording.value = label;
			}
		},
		stopRecording,
		addFiles: async (label, files) => {
			const report = await uploads.add(label, [...files]);
			if (report.failed.length > 0) state.problem.value = report.failed[0].error;
			return report;
		},
		cancelUpload: () => uploads.cancel(),
		configure: (patch) =>
			void act((teaching) => {
				const settings = { ...state.settings.value, ...patch };
				checkClassifierSettings(settings);
				teaching.configure(settings);
				state.settings.value = settings;
			}),
		startCamera: (choice) => vision.camera.start(choice),
		pauseCamera: () => {
			stopRecording();
			vision.camera.pause();
		},
		resumeCamera: () => {
			explaining.forget();
			vision.camera.resume();
		},
		flipCamera: () => vision.camera.flip(),
		stopCamera: () => {
			stopRecording();
			vision.camera.stop();
		},
		setMirrored: (mirrored) => {
			state.camera.value = { ...state.camera.value, mirrored };
			store?.setPreference("mirrored", mirrored);
		},
		setProjectName: (name) =>
			void act((_, replica) => {
				replica.project.name = name.trim();
				state.project.value = { ...state.project.value, name: name.trim() };
				replica.keep({});
			}),
		classifyFile: async (file) => {
			try {
				explaining.forget();
				// Always with its features: no other frame follows that could bring them when a heat map is wanted.
				return await judge(await vision.embedFile(file, { features: true }));
			} catch (error) {
				state.problem.value = asProblem(error);
				return null;
			}
		},
		retryModel: startOnce,
		watch: ({ map, test }) => {
			if (map !== undefined) explaining.watch(map);
			if (test === undefined) return;
			watchesTest = test;
			insights?.watch(test);
		},
		setHeatMode: (mode) => {
			explaining.setHeatMode(mode);
			// A paused camera brings no frame with features: the one it stopped at is looked at again.
			if (mode !== "off" && seen && !seen.features && !vision.running) lookAgain().catch(show);
		},
		dismissAdvice: (advice) => insights?.dismiss(advice),
		dismissProblem: () => {
			state.problem.value = null;
		},
	};
}

/**
 * @param {readonly string[]} labels
 * @returns {string} the first "Class n" that is free
 */
function freeLabel(labels) {
	let n = labels.length + 1;
	while (labels.includes(`Class ${n}`)) n += 1;
	return `Class ${n}`;
}

/**
 * @param {string} base
 * @returns {string|null} the room that the page's address names
 */
function roomOf(base) {
	return new URL(base).searchParams.get("room")?.trim().toUpperCase() || null;
}

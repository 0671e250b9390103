// The logic of an exported page, from the page's own parts: project file, camera, model, classifier, answer. It is a session as
// far as what it shows needs one, without teaching, store and server.

import { FramePath } from "../app/frame-path.js";
import { Workspace } from "../app/workspace.js";
import { Vision } from "../capture/vision.js";
import { asProblem, problem } from "../contract/problem.js";
import { readShowandtell } from "../exchange/showandtell.js";
import { sourceOf, withThumbnail } from "../project/lazy-picture.js";
import { NO_STORE, newProject } from "../project/store.js";
import { createState } from "../state/state.js";

/** @typedef {import("../app/session.js").Session} Session */

/** Beside index.html; exchange/exports/standalone.js writes it. */
const FILE_NAME = "project.showandtell";

const NO_EXPLAINING = { wantsFeatures: false, answered: () => {}, forget: () => {} };
const NO_RECORDER = { claim: () => null, record: () => {}, release: () => {} };
const NO_RECORDING = { cancel: () => {} };

/**
 * @param {object} [options]
 * @param {string} [options.base] the page's address; project and model are found relative to it
 * @returns {Session} only what the player's page uses
 * @example
 * const player = createPlayer();
 * await player.start();
 * player.startCamera();
 */
export function createPlayer({ base = document.baseURI } = {}) {
	const state = createState();
	/** @param {unknown} error */
	const show = (error) => {
		state.problem.value = asProblem(error);
	};
	const vision = new Vision({ base, state });
	const workspace = new Workspace({ state, onLearnt: () => framePath.answerAgain() });
	const framePath = new FramePath({
		...{ state, vision, engine: workspace.engine, onError: show },
		explaining: NO_EXPLAINING,
		recorder: NO_RECORDER,
		recording: NO_RECORDING,
	});

	const openProject = async () => {
		const [response, manifest] = await Promise.all([
			fetch(new URL(FILE_NAME, base)),
			vision.embedder.manifest ?? vision.embedder.readManifest(),
		]);
		if (!response.ok) throw new Error(`${FILE_NAME}: ${response.status} ${response.statusText}`);
		const content = await readShowandtell(await response.blob());
		const { embeddings, model } = content;
		if (!embeddings || model?.id !== manifest.id || model.dimension !== manifest.dimension) {
			throw problem("modelChanged", { came: model?.id ?? "" });
		}
		const project = newProject(manifest.id);
		project.name = content.name;
		project.settings = { ...project.settings, ...content.settings };
		project.classes = content.classes.map(({ label, colour, emoji, enabled }, i) => ({
			...{ label, colour: colour ?? i, emoji, enabled },
		}));
		const { dimension } = model;
		const examples = content.examples.map((example, order) => {
			const { id, label, group } = example;
			const embedding = embeddings.subarray(order * dimension, (order + 1) * dimension);
			return withThumbnail({ id, label, group, order, embedding, mine: true }, sourceOf(example));
		});
		state.settings.value = project.settings;
		state.project.value = { ...state.project.value, name: project.name };
		workspace.open({ project, store: NO_STORE, examples, queued: [], manifest });
		state.ready.value = true;
	};

	const start = async () => {
		try {
			if (!workspace.isOpen) await openProject();
			// Without a network a photo needs its code, too.
			import("../capture/pictures.js").catch(() => {});
			await vision.embedder.load();
		} catch (error) {
			show(error);
		}
	};

	const player = {
		...state,
		start,
		retryModel: start,
		startCamera: (/** @type {any} */ choice) => vision.camera.start(choice),
		pauseCamera: () => vision.camera.pause(),
		resumeCamera: () => vision.camera.resume(),
		flipCamera: () => vision.camera.flip(),
		stopCamera: () => vision.camera.stop(),
		setMirrored: (/** @type {boolean} */ mirrored) => {
			state.camera.value = { ...state.camera.value, mirrored };
		},
		classifyFile: async (/** @type {Blob} */ file) => {
			try {
				state.problem.value = null;
				return await framePath.answerFile(file);
			} catch (error) {
				show(error);
				return null;
			}
		},
		forgetPicture: () => framePath.forgetPicture(),
	};
	return /** @type {Session} */ (/** @type {unknown} */ (player));
}

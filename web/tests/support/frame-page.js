// A frame's way through the real modules, for the tests of app/frame-path.js. Only the camera (a document without a page) and the
// embedding worker are stand-ins.

import { afterEach, beforeEach, vi } from "vitest";
import { FramePath } from "../../src/app/frame-path.js";
import { Recording } from "../../src/app/recording.js";
import { Workspace } from "../../src/app/workspace.js";
import { Vision } from "../../src/capture/vision.js";
import { Explaining } from "../../src/explain/explaining.js";
import { Recorder } from "../../src/project/recorder.js";
import { newProject } from "../../src/project/store.js";
import { createState } from "../../src/state/state.js";
import { embeddingOf, until } from "./client.js";

const MANIFEST = { id: "model", title: "Model", dimension: 3, input: { size: 8 }, outputs: {} };

/** The embeddings that the worker will answer with, one a frame; null: it fails. @type {(Float32Array|null)[]} */
export const embeddings = [];

class EmbeddingWorker {
	/** @type {(event: {data: any}) => void} */
	onmessage = () => {};

	/** @param {any} request */
	async postMessage({ type, requestId, square }) {
		await Promise.resolve();
		// As of a browser whose workers can't crop a video's frame.
		if (square) {
			this.#reply({ type: "failed", requestId, stage: "crop", message: "no way" });
			return;
		}
		if (type === "load") this.#reply({ type: "ready", requestId, backend: "wasm", ms: 1, measured: {} });
		const embedding = type === "embed" ? embeddings.shift() : undefined;
		if (embedding) this.#reply({ type: "embedded", requestId, embedding, features: null, thumbnail: null, ms: 1 });
		else if (embedding === null) this.#reply({ type: "failed", requestId, stage: "frame", message: "lost" });
	}

	terminate() {}

	/** @param {any} data */
	#reply(data) {
		this.onmessage({ data });
	}
}

/** @type {(() => void)[]} */
const cleanup = [];

/** Puts the stand-ins in their places for each test of a file, and takes them away after it. */
export function useStandIns() {
	beforeEach(() => {
		embeddings.length = 0;
		const video = { readyState: 4, videoWidth: 4, videoHeight: 2, play: async () => {}, pause: () => {} };
		const page = Object.assign(new EventTarget(), { hidden: false, createElement: () => video });
		vi.stubGlobal("document", page);
		vi.stubGlobal("navigator", { userAgent: "test" });
		vi.stubGlobal("HTMLMediaElement", { HAVE_CURRENT_DATA: 2 });
		vi.stubGlobal("createImageBitmap", async () => ({ close: () => {} }));
		vi.stubGlobal("fetch", async () => new Response(JSON.stringify(MANIFEST)));
		vi.stubGlobal("Worker", EmbeddingWorker);
		vi.spyOn(console, "warn").mockImplementation(() => {});
	});
	afterEach(() => {
		vi.useRealTimers();
		for (const close of cleanup.splice(0)) close();
		vi.unstubAllGlobals();
		vi.restoreAllMocks();
	});
}

/** A page with one class of one example, a ready model, and a camera whose frames the test announces. */
export async function setUp() {
	const state = createState();
	const vision = new Vision({ base: "http://page.test/", state });
	const workspace = new Workspace({ state, onLearnt: () => {} });
	const { replica, teaching, engine } = workspace;
	const saved = vi.fn();
	const store = /** @type {any} */ ({ save: saved, preference: async () => undefined });
	workspace.open({ project: newProject(MANIFEST.id), store, examples: [], queued: [] });
	teaching.addExample({ id: "first", label: "cat", group: null, embedding: embeddingOf(1, 0, 0), thumbnail: null });
	const explaining = new Explaining({ state, knn: replica.knn, featuresShape: () => null });
	const recorder = new Recorder({
		recording: state.recording,
		add: (example) => workspace.addExample(example),
		onDone: ({ ids }) => workspace.finished(ids),
	});
	const recording = new Recording({ state, camera: vision.camera, recorder });
	/** @type {unknown[]} */
	const errors = [];
	let announceFrame = () => {};
	const clock = { nowMs: 0 };
	const framePath = new FramePath({
		...{ state, vision, engine, explaining, recorder, recording },
		now: () => clock.nowMs,
		onError: (error) => errors.push(error),
		watch: (_, onFrame) => {
			announceFrame = onFrame;
			return () => {};
		},
	});
	cleanup.push(
		() => recording.close(),
		() => framePath.close(),
		() => explaining.close(),
		() => workspace.close(),
		() => vision.close(),
	);
	await vision.embedder.load();
	state.camera.value = { ...state.camera.value, state: "on" };

	/** @type {string[]} */
	const calls = [];
	/** The embedding that each call was given. @type {Record<string, unknown>} */
	const given = {};
	/**
	 * Writes down the calls of a method, and calls it.
	 * @param {any} target
	 * @param {string} method
	 * @param {(...args: any[]) => unknown} [embeddingOf] of its arguments
	 */
	const trace = (target, method, embeddingOf) => {
		const original = target[method].bind(target);
		const name = `${target.constructor.name}.${method}`;
		vi.spyOn(target, method).mockImplementation((/** @type {any[]} */ ...args) => {
			calls.push(name);
			if (embeddingOf) given[name] = embeddingOf(...args);
			return original(...args);
		});
	};
	trace(vision, "captureFrame");
	trace(recorder, "claim");
	trace(vision, "embed");
	trace(engine, "classify", (embedding) => embedding);
	trace(replica.knn, "classify", (embedding) => embedding);
	trace(explaining, "answered", (frame) => frame.embedding);
	trace(recorder, "record", (_, frame) => frame.embedding);
	trace(teaching, "addExample", (example) => example.embedding);
	trace(replica, "add", ([example]) => example.embedding);
	trace(replica.knn, "addExample", (embedding) => embedding);
	const stopPublishing = state.answer.subscribe((answer) => answer && calls.push("state.answer"));
	cleanup.push(stopPublishing);

	/** Announces a frame, and waits until its way is over. @param {Float32Array|null} embedding */
	const show = async (embedding) => {
		embeddings.push(embedding);
		const countAnswers = () => calls.filter((call) => call === "Explaining.answered").length;
		const before = { answers: countAnswers(), errors: errors.length };
		announceFrame();
		await until(
			() => errors.length > before.errors || countAnswers() > before.answers,
			"the frame is answered or lost",
		);
	};
	return { state, engine, workspace, framePath, vision, recorder, recording, errors, calls, given, saved, show, clock };
}

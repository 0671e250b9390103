// A frame's way through the real modules. Only the camera (a document without a page) and the embedding worker are stand-ins.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FramePath } from "../../src/app/frame-path.js";
import { Recording } from "../../src/app/recording.js";
import { Workspace } from "../../src/app/workspace.js";
import { Vision } from "../../src/capture/vision.js";
import { Explaining } from "../../src/explain/explaining.js";
import { Recorder } from "../../src/project/recorder.js";
import { newProject } from "../../src/project/store.js";
import { createState } from "../../src/state/state.js";
import { embeddingOf, until } from "../support/client.js";

const MANIFEST = { id: "model", title: "Model", dimension: 3, input: { size: 8 }, outputs: {} };

/** The embeddings that the worker will answer with, one a frame; null: it fails. @type {(Float32Array|null)[]} */
let embeddings = [];
/** @type {EventTarget & {hidden: boolean, createElement: () => object}} */
let page;

class EmbeddingWorker {
	/** @type {(event: {data: any}) => void} */
	onmessage = () => {};

	/** @param {any} request */
	async postMessage({ type, requestId }) {
		await Promise.resolve();
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

beforeEach(() => {
	embeddings = [];
	const video = { readyState: 4, videoWidth: 4, videoHeight: 2, play: async () => {}, pause: () => {} };
	page = Object.assign(new EventTarget(), { hidden: false, createElement: () => video });
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

/** A page with one class of one example, a ready model, and a camera whose frames the test announces. */
async function setUp() {
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
		const before = { frameMs: state.camera.value.frameMs, fps: state.camera.value.fps, errors: errors.length };
		announceFrame();
		await until(
			() =>
				errors.length > before.errors ||
				state.camera.value.frameMs !== before.frameMs ||
				state.camera.value.fps !== before.fps,
			"the frame is answered or lost",
		);
	};
	return { state, engine, workspace, framePath, vision, recorder, recording, errors, calls, given, saved, show, clock };
}

const ANSWERED = [
	"Vision.captureFrame",
	"Recorder.claim",
	"Vision.embed",
	"Engine.classify",
	"KNN.classify",
	"state.answer",
	"Explaining.answered",
];
const RECORDED = ["Recorder.record", "Teaching.addExample", "Replica.add", "KNN.addExample"];

test("a frame goes from camera to answer in one way, and its embedding is never copied", async () => {
	const { state, calls, given, show, errors } = await setUp();
	const embedding = embeddingOf(2, 1, 0);
	await show(embedding);
	expect(errors).toEqual([]);
	expect(calls).toEqual(ANSWERED);
	expect(Object.keys(given)).toEqual(["Engine.classify", "KNN.classify", "Explaining.answered"]);
	for (const [call, argument] of Object.entries(given)) expect(argument, call).toBe(embedding);
	expect(state.answer.value).toMatchObject({ label: "cat", where: "browser" });
});

test("a frame of a hold is answered first, and then recorded with the same embedding", async () => {
	const { workspace, recorder, calls, given, saved, show } = await setUp();
	const embedding = embeddingOf(0, 1, 0);
	recorder.start("cat");
	saved.mockClear();
	await show(embedding);
	expect(calls).toEqual([...ANSWERED, ...RECORDED]);
	for (const [call, argument] of Object.entries(given)) expect(argument, call).toBe(embedding);
	expect(saved).toHaveBeenCalledTimes(1);
	expect(saved.mock.calls[0][1].added[0].embedding).toBe(embedding);
	expect(workspace.replica.count).toBe(2);
});

test("a server that can answer gets the embedding itself, and the replica is not asked", async () => {
	const { state, workspace, calls, show } = await setUp();
	const answer = { label: "dog", confidences: { dog: 1 }, neighbours: [] };
	const request = vi.fn(async () => ({ ok: true, ...answer }));
	workspace.engine.connect({
		connection: /** @type {any} */ ({ connected: true, listen: () => {}, request }),
		syncClient: /** @type {any} */ ({ canAnswer: true, pacer: { take: () => true } }),
	});
	const embedding = embeddingOf(2, 1, 0);
	await show(embedding);
	expect(calls).toEqual(ANSWERED.filter((call) => call !== "KNN.classify"));
	const [event, , options] = /** @type {any[]} */ (request.mock.calls[0]);
	expect(event).toBe("classify");
	expect(options.embedding).toBe(embedding);
	expect(state.answer.value).toMatchObject({ label: "dog", where: "server" });
});

test("a frame that the worker loses is not recorded, and a tap gets the next frame", async () => {
	const { state, workspace, recorder, errors, show } = await setUp();
	recorder.start("cat");
	recorder.stop();
	await show(null);
	expect(errors).toHaveLength(1);
	expect(workspace.replica.count).toBe(1);
	await until(() => state.model.value.state === "ready", "the model is ready again");
	await show(embeddingOf(0, 1, 0));
	expect(workspace.replica.count).toBe(2);
});

test("a paused camera's frame is answered again when the examples change", async () => {
	const { state, workspace, calls, given, show } = await setUp();
	const embedding = embeddingOf(0, 1, 0);
	await show(embedding);
	state.camera.value = { ...state.camera.value, state: "paused" };
	// The picture that stays is answered by itself.
	await until(() => calls.filter((call) => call === "Explaining.answered").length === 2);
	calls.length = 0;
	workspace.teaching.addClass("dog");
	state.settings.value = { ...state.settings.value, k: 1 };
	await until(() => calls.filter((call) => call === "Explaining.answered").length === 2);
	calls.length = 0;
	const example = { id: "second", label: "dog", group: null, embedding: embeddingOf(0, 1, 0), thumbnail: null };
	workspace.teaching.addExample(example);
	await until(() => calls.includes("Explaining.answered"));
	expect(calls.filter((call) => call.endsWith(".classify"))).toEqual(["Engine.classify", "KNN.classify"]);
	expect(given["KNN.classify"]).toBe(embedding);
	expect(state.answer.value?.label).toBe("dog");
	expect(calls).not.toContain("Vision.captureFrame");
});

test("a question that is still open does not hide the answers to older ones about the same frame", async () => {
	const { state, engine, framePath, show } = await setUp();
	await show(embeddingOf(1, 0, 0));
	state.camera.value = { ...state.camera.value, state: "paused" };
	await until(() => state.answer.value?.meanOf === 1);
	/** @type {((answer: any) => void)[]} */
	const open = [];
	vi.spyOn(engine, "classify").mockImplementation(() => new Promise((resolve) => open.push(resolve)));
	for (let i = 0; i < 3; i += 1) framePath.answerAgain();
	await until(() => open.length === 3, "three questions");
	/** @param {number} question @param {string} label */
	const answer = async (question, label) => {
		open[question]({ label });
		await new Promise((resolve) => setTimeout(resolve));
		return state.answer.value?.label;
	};
	expect(await answer(1, "second")).toBe("second");
	expect(await answer(0, "first")).toBe("second");
	expect(await answer(2, "third")).toBe("third");
});

/** A page with two classes, and what it showed of every frame: "label of n". */
async function setUpTwoClasses() {
	const page = await setUp();
	page.workspace.teaching.addExample({
		...{ id: "other", label: "dog", group: null, thumbnail: null },
		embedding: embeddingOf(0, 1, 0),
	});
	page.state.settings.value = { ...page.state.settings.value, k: 1 };
	const [cat, dog] = [embeddingOf(1, 0, 0), embeddingOf(0, 1, 0)];
	/** @param {Float32Array[]} frames */
	const showAll = async (...frames) => {
		const shown = [];
		for (const frame of frames) {
			await page.show(Float32Array.from(frame));
			shown.push(`${page.state.answer.value?.label} of ${page.state.answer.value?.meanOf}`);
		}
		return shown;
	};
	return { ...page, cat, dog, showAll };
}

test("what the page shows of a video is the mean of the last frames; what is explained is the newest frame", async () => {
	const { showAll, cat, dog, state } = await setUpTwoClasses();
	expect(await showAll(cat, cat, cat, dog, cat, cat, dog, dog, dog)).toEqual([
		...["cat of 1", "cat of 2", "cat of 3", "cat of 4", "cat of 5", "cat of 5", "cat of 5"],
		...["dog of 5", "dog of 5"],
	]);
	await showAll(cat);
	expect(state.answer.value).toMatchObject({ label: "dog", distance: 0 });
	expect(state.answer.value?.neighbours[0].label).toBe("cat");
});

test("a mean begins anew with other examples, other settings, after a pause in the frames, and with another source", async () => {
	const { showAll, cat, dog, state, workspace, clock, framePath, vision } = await setUpTwoClasses();
	const begin = () => showAll(cat, cat, cat);
	await begin();
	workspace.teaching.addExample({
		...{ id: "third", label: "dog", group: null, thumbnail: null },
		embedding: embeddingOf(0, 1, 0),
	});
	expect(await showAll(dog)).toEqual(["dog of 1"]);
	await begin();
	state.settings.value = { ...state.settings.value, weights: "distance" };
	expect(await showAll(dog)).toEqual(["dog of 1"]);
	await begin();
	clock.nowMs += 1001;
	expect(await showAll(dog)).toEqual(["dog of 1"]);
	await begin();
	state.camera.value = { ...state.camera.value, state: "asking" };
	state.camera.value = { ...state.camera.value, state: "on" };
	expect(await showAll(dog)).toEqual(["dog of 1"]);
	await begin();
	vi.spyOn(vision, "embedFile").mockImplementation(async () => ({
		embedding: dog,
		features: null,
		thumbnail: null,
		ms: 1,
	}));
	await framePath.answerFile(new Blob());
	expect(state.answer.value).toMatchObject({ label: "dog", meanOf: 1 });
	expect(await showAll(dog)).toEqual(["dog of 1"]);
});

test("a picture that is put away has no answer, also one that was on its way", async () => {
	const { cat, state, vision, framePath, workspace } = await setUpTwoClasses();
	state.camera.value = { ...state.camera.value, state: "off" };
	/** @type {(() => void)[]} */
	const waiting = [];
	vi.spyOn(vision, "embedFile").mockImplementation(async () => {
		await new Promise((resolve) => waiting.push(() => resolve(null)));
		return { embedding: cat, features: null, thumbnail: null, ms: 1 };
	});
	const answered = framePath.answerFile(new Blob());
	waiting[0]();
	expect(await answered).toMatchObject({ label: "cat" });
	framePath.forgetPicture();
	expect(state.answer.value).toBeNull();
	// Nor does a change bring it back.
	state.settings.value = { ...state.settings.value, weights: "distance" };
	workspace.teaching.addExample({
		...{ id: "another", label: "dog", group: null, thumbnail: null },
		embedding: embeddingOf(0, 1, 0),
	});
	const late = framePath.answerFile(new Blob());
	framePath.forgetPicture();
	waiting[1]();
	expect(await late).toBeNull();
	expect(state.answer.value).toBeNull();
});

test("a paused picture is answered by itself, also the one that was on its way", async () => {
	const { showAll, cat, dog, state, engine } = await setUpTwoClasses();
	await showAll(cat, cat, cat, cat, dog);
	expect(state.answer.value).toMatchObject({ label: "cat", meanOf: 5 });
	state.camera.value = { ...state.camera.value, state: "paused" };
	await until(() => state.answer.value?.meanOf === 1);
	expect(state.answer.value?.label).toBe("dog");

	state.camera.value = { ...state.camera.value, state: "on" };
	await showAll(cat, cat);
	const classify = engine.classify.bind(engine);
	vi.spyOn(engine, "classify").mockImplementationOnce((...question) => {
		state.camera.value = { ...state.camera.value, state: "paused" };
		return classify(...question);
	});
	await showAll(dog);
	expect(state.answer.value).toMatchObject({ label: "dog", meanOf: 1 });
});

test("an answer that was asked for by other settings is in no mean", async () => {
	const { showAll, cat, dog, engine, state } = await setUpTwoClasses();
	await showAll(cat);
	const classify = engine.classify.bind(engine);
	vi.spyOn(engine, "classify").mockImplementationOnce(async (...question) => {
		const answer = await classify(...question);
		state.settings.value = { ...state.settings.value, weights: "distance" };
		return answer;
	});
	expect(await showAll(cat, dog, dog)).toEqual(["cat of 1", "dog of 1", "dog of 2"]);
});

test("what a camera saw that was switched off is not seen any more, and a photo's answer stays", async () => {
	const { showAll, cat, state, vision, framePath } = await setUpTwoClasses();
	await showAll(cat);
	state.camera.value = { ...state.camera.value, state: "paused" };
	expect(state.answer.value?.label).toBe("cat");
	state.camera.value = { ...state.camera.value, state: "off" };
	expect(state.answer.value).toBeNull();
	state.camera.value = { ...state.camera.value, state: "paused" };
	vi.spyOn(vision, "embedFile").mockImplementation(async () => ({
		...{ embedding: cat, features: null, thumbnail: null, ms: 1 },
	}));
	await framePath.answerFile(new Blob());
	state.camera.value = { ...state.camera.value, state: "off" };
	expect(state.answer.value?.label).toBe("cat");
});

test("an interrupted camera is not looked at", async () => {
	const { showAll, cat, state } = await setUpTwoClasses();
	await showAll(cat);
	// The loop stops, and the next frame begins a new mean.
	state.camera.value = { ...state.camera.value, interrupted: true };
	state.camera.value = { ...state.camera.value, interrupted: false };
	expect(await showAll(cat)).toEqual(["cat of 1"]);
});

test("a crop box that is dragged over a paused picture has one embedding at a time, and the last place is answered", async () => {
	const { state, vision, framePath, calls, errors, show } = await setUp();
	await show(embeddingOf(1, 0, 0));
	state.camera.value = { ...state.camera.value, state: "paused" };
	await until(() => state.answer.value?.meanOf === 1);
	calls.length = 0;
	/** @type {(() => void)[]} */
	const open = [];
	vi.spyOn(vision, "embed").mockImplementation(async () => {
		await new Promise((resolve) => open.push(() => resolve(null)));
		return { embedding: embeddingOf(1, 0, 0), features: null, thumbnail: null, ms: 1 };
	});
	/** @type {unknown[]} */
	const captured = [];
	const capture = vision.captureFrame.bind(vision);
	vi.spyOn(vision, "captureFrame").mockImplementation(() => {
		captured.push(state.crop.value);
		return capture();
	});
	for (let i = 1; i <= 10; i += 1) {
		state.crop.value = { left: i / 100, top: 0, side: 0.5 };
		framePath.cropped();
	}
	await until(() => open.length > 0);
	expect([open.length, captured.length]).toEqual([1, 1]);
	open[0]();
	await until(() => open.length === 2, "the last place is embedded");
	expect(captured.at(-1)).toEqual({ left: 0.1, top: 0, side: 0.5 });
	open[1]();
	await until(() => calls.filter((call) => call === "Explaining.answered").length === 2);
	expect([open.length, captured.length, errors]).toEqual([2, 2, []]);
});

test("a crop box that is moved while the model is loaded captures nothing until it is ready", async () => {
	const { state, framePath, calls, errors, show } = await setUp();
	await show(embeddingOf(1, 0, 0));
	state.camera.value = { ...state.camera.value, state: "paused" };
	await until(() => state.answer.value?.meanOf === 1);
	calls.length = 0;
	state.model.value = { ...state.model.value, state: "loading" };
	framePath.cropped();
	framePath.cropped();
	await new Promise((resolve) => setTimeout(resolve));
	expect([calls, errors]).toEqual([[], []]);
	embeddings.push(embeddingOf(1, 0, 0));
	state.model.value = { ...state.model.value, state: "ready" };
	await until(() => calls.includes("Explaining.answered"));
	expect(calls.filter((call) => call === "Vision.captureFrame")).toHaveLength(1);
	expect(errors).toEqual([]);
});

test.each([
	["counts down", "on", { way: "burst", countdownSeconds: 3 }],
	["records", "on", { way: "lock" }],
	["waits for the camera", "asking", { way: "lock" }],
])(
	"a recording that %s ends when the page is hidden, and does not go on when it is seen again",
	async (_, phase, plan) => {
		const { state, recording } = await setUp();
		state.camera.value = { ...state.camera.value, state: /** @type {"on"} */ (phase) };
		vi.useFakeTimers();
		recording.start("cat", /** @type {import("../../src/app/recording.js").RecordingPlan} */ (plan));
		for (const hidden of [true, false]) {
			page.hidden = hidden;
			page.dispatchEvent(new Event("visibilitychange"));
			vi.advanceTimersByTime(5000);
		}
		state.camera.value = { ...state.camera.value, state: "on" };
		const { waitingToRecord, countdown, recordingWay } = state;
		expect([waitingToRecord.value, countdown.value, state.recording.value, recordingWay.value]).toEqual(
			Array(4).fill(null),
		);
	},
);

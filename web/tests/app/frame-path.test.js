// A frame's way through the real modules. Only the camera (a document without a page) and the embedding worker are stand-ins.

import { expect, test, vi } from "vitest";
import { embeddingOf, until } from "../support/client.js";
import { setUp, useStandIns } from "../support/frame-page.js";

useStandIns();

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

test("a frame that the worker can't crop is captured once more, as are all after it", async () => {
	const { state, vision, calls, show, errors } = await setUp();
	const close = vi.fn();
	const taken = vi.fn(() => ({ displayWidth: 4, displayHeight: 2, close }));
	vi.stubGlobal("VideoFrame", taken);
	await show(embeddingOf(2, 1, 0));
	expect(errors).toEqual([]);
	expect(state.answer.value).toMatchObject({ label: "cat" });
	await show(embeddingOf(2, 1, 1));
	expect(calls.filter((call) => call === "Engine.classify")).toHaveLength(2);
	expect([taken, close].map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
	// The model is well, and was not started again.
	expect([state.model.value.state, state.problem.value, vision.embedder.isRunning]).toEqual(["ready", null, true]);
});

test("a frame that another device has embedded is answered and recorded, without camera and model", async () => {
	const { state, workspace, framePath, recorder, calls, given } = await setUp();
	const embedding = embeddingOf(0, 1, 0);
	await framePath.answerRemote({ embedding, thumbnail: null });
	expect(calls).toEqual(ANSWERED.filter((call) => !call.startsWith("Vision.")));
	expect(given["Engine.classify"]).toBe(embedding);
	expect(state.answer.value).toMatchObject({ label: "cat" });
	recorder.start("cat");
	const picture = new Blob(["jpeg"]);
	await framePath.answerRemote({ embedding: embeddingOf(0, 1, 1), thumbnail: picture });
	expect(workspace.replica.count).toBe(2);
	const [{ id }] = state.classes.value[0].examples;
	expect(workspace.replica.example(id).thumbnail).toStrictEqual(picture);
});

test("while another device brings the next frame, the last one is not answered again", async () => {
	const { state, workspace, framePath, calls } = await setUp();
	state.camera.value = { ...state.camera.value, state: "off" };
	state.phone.value = { state: "on", key: "", pictureUrl: null };
	await framePath.answerRemote({ embedding: embeddingOf(0, 1, 0), thumbnail: null });
	calls.length = 0;
	framePath.answerAgain();
	workspace.teaching.addClass("dog");
	await Promise.resolve();
	expect(calls).not.toContain("Engine.classify");
	state.phone.value = { ...state.phone.value, state: "paused" };
	framePath.answerAgain();
	expect(calls).toContain("Engine.classify");
});

test("the features of a frame are used up only when another frame is explained", async () => {
	const { show, vision, framePath, recorder } = await setUp();
	/** The features that were given away, and those that came of it, by the frame's number. @type {[number|null, Float32Array][]} */
	const embedded = [];
	const numberOf = (/** @type {Float32Array|null|undefined} */ features) => features?.[0] ?? null;
	vi.spyOn(vision, "embed").mockImplementation(async (_frame, options) => {
		const features = Float32Array.of(embedded.length + 1);
		embedded.push([numberOf(options?.spare), features]);
		return { embedding: embeddingOf(1, 0, 0), features, thumbnail: null, ms: 1 };
	});
	const given = () => embedded.map(([spare]) => spare);
	const wake = embeddingOf(1, 0, 0);
	await show(wake);
	await show(wake);
	// The last one is still looked at, and may be explained anew.
	expect(given()).toEqual([null, null]);
	framePath.answerAgain();
	await show(wake);
	await show(wake);
	expect(given()).toEqual([null, null, 1, 2]);
	// Also of a frame that is recorded: an example is its embedding.
	recorder.start("cat");
	await show(wake);
	await show(wake);
	recorder.stop();
	expect(given().slice(4)).toEqual([3, 4]);
	// A frame that no answer came of gives nothing away, and takes nothing twice.
	vi.spyOn(vision, "embed").mockImplementationOnce(async (_frame, options) => {
		embedded.push([numberOf(options?.spare), Float32Array.of(7)]);
		throw new Error("the model stopped");
	});
	await show(wake);
	await show(wake);
	await show(wake);
	expect(given().slice(6)).toEqual([5, null, 6]);
});

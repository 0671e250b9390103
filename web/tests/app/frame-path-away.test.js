// A paused picture whose crop box is moved, and a recording whose page is hidden.

import { expect, test, vi } from "vitest";
import { embeddingOf, until } from "../support/client.js";
import { embeddings, setUp, useStandIns } from "../support/frame-page.js";

useStandIns();

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
		const { state, recording, recorder } = await setUp();
		state.camera.value = { ...state.camera.value, state: /** @type {"on"} */ (phase) };
		vi.useFakeTimers();
		recording.start("cat", /** @type {import("../../src/app/recording.js").RecordingPlan} */ (plan));
		for (const hidden of [true, false]) {
			Object.assign(document, { hidden });
			document.dispatchEvent(new Event("visibilitychange"));
			vi.advanceTimersByTime(5000);
		}
		state.camera.value = { ...state.camera.value, state: "on" };
		const { waitingToRecord, countdown, recordingWay } = state;
		expect([waitingToRecord.value, countdown.value, state.recording.value, recordingWay.value]).toEqual(
			Array(4).fill(null),
		);
		expect(recorder.claim()).toBeNull();
	},
);

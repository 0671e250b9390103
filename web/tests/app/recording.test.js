// A hold from press to release: at once, or when camera and model are ready.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { followProblems } from "../../src/app/problem-causes.js";
import { Recording } from "../../src/app/recording.js";
import { problem } from "../../src/contract/problem.js";
import { Recorder } from "../../src/project/recorder.js";
import { createState } from "../../src/state/state.js";

/** @type {import("../../src/state/state.js").State} */
let state;
/** @type {Recording} */
let recording;
/** @type {Recorder} */
let recorder;
/** What the camera does when it is started. @type {import("../../src/state/state.js").CameraPhase} */
let startsAs;
/** @type {string[]} */
let calls;

/** @param {Partial<import("../../src/state/state.js").CameraState>} patch */
const setCamera = (patch) => {
	state.camera.value = { ...state.camera.value, ...patch };
};
/** @param {import("../../src/state/state.js").ModelState["state"]} phase */
const setModel = (phase) => {
	state.model.value = { ...state.model.value, state: phase };
};

beforeEach(() => {
	state = createState();
	calls = [];
	startsAs = "asking";
	recorder = new Recorder({ add: () => {}, onDone: () => {}, recording: state.recording });
	const camera = {
		start: async () => {
			calls.push("start");
			setCamera({ state: startsAs });
		},
		resume: () => {
			calls.push("resume");
			setCamera({ state: "on" });
		},
	};
	recording = new Recording({ state, camera, recorder });
	followProblems(state);
});

afterEach(() => vi.useRealTimers());

test("a hold while all is ready records at once", () => {
	setCamera({ state: "on" });
	setModel("ready");
	expect(recording.start("cat")).toBe(true);
	expect([state.recording.value, state.waitingToRecord.value]).toEqual(["cat", null]);
	recording.stop();
	expect(state.recording.value).toBeNull();
	expect(calls).toEqual([]);
});

test.each(["idle", "loading"])(
	"a hold while the model is %s waits, without a word, and records when it is ready",
	(phase) => {
		setCamera({ state: "on" });
		setModel(/** @type {"idle"|"loading"} */ (phase));
		recording.start("cat");
		expect([state.recording.value, state.waitingToRecord.value]).toEqual([null, "cat"]);
		setModel("ready");
		expect([state.recording.value, state.waitingToRecord.value]).toEqual(["cat", null]);
		expect(state.problem.value).toBeNull();
	},
);

test("a hold before the camera was started asks for it, and records when it comes", () => {
	setModel("loading");
	recording.start("cat");
	expect(calls).toEqual(["start"]);
	setModel("ready");
	expect(state.recording.value).toBeNull();
	setCamera({ state: "on" });
	expect(state.recording.value).toBe("cat");
});

test("a hold that begins while the camera is asked for does not ask again", () => {
	setModel("ready");
	setCamera({ state: "asking" });
	recording.start("cat");
	expect(calls).toEqual([]);
	setCamera({ state: "on" });
	expect(state.recording.value).toBe("cat");
});

test("a recording whose camera goes before it has a picture takes none when there is a camera again", () => {
	setModel("ready");
	setCamera({ state: "on" });
	recording.start("cat");
	setCamera({ state: "missing" });
	expect([state.recording.value, state.problem.value?.code]).toEqual([null, "cameraMissing"]);
	setCamera({ state: "on" });
	expect(recorder.claim()).toBeNull();
});

test("a hold that ends before all is ready records nothing", () => {
	setModel("loading");
	recording.start("cat");
	recording.stop();
	setCamera({ state: "on" });
	setModel("ready");
	expect([state.recording.value, state.waitingToRecord.value]).toEqual([null, null]);
});

test("a paused camera goes on, and an interrupted one is waited for", () => {
	setModel("ready");
	setCamera({ state: "paused", interrupted: true });
	recording.start("cat");
	expect(calls).toEqual(["resume"]);
	expect(state.recording.value).toBeNull();
	setCamera({ interrupted: false });
	expect(state.recording.value).toBe("cat");
});

test.each([
	["refused", "cameraRefused"],
	["missing", "cameraMissing"],
	["busy", "cameraBusy"],
	["insecure", "cameraInsecure"],
])("a hold that gets a camera that is %s ends with one sentence, which goes when there is a camera", (phase, code) => {
	setModel("ready");
	startsAs = /** @type {any} */ (phase);
	recording.start("cat");
	expect(state.waitingToRecord.value).toBeNull();
	expect(state.problem.value?.code).toBe(code);
	// The next hold tries again: the reason of last time is none now.
	startsAs = "asking";
	recording.stop();
	recording.start("cat");
	expect(state.waitingToRecord.value).toBe("cat");
	expect(state.problem.value).toBeNull();
	setCamera({ state: "on" });
	expect(state.recording.value).toBe("cat");
});

test("a hold says why there is no model", () => {
	setCamera({ state: "on" });
	state.model.value = { ...state.model.value, state: "failed", error: problem("noBackend", { came: "x" }).toJSON() };
	recording.start("cat");
	expect([state.waitingToRecord.value, state.problem.value?.code]).toEqual([null, "noBackend"]);
	setModel("ready");
	expect(state.problem.value).toBeNull();
});

test("a second hold changes nothing while the first waits or records", () => {
	setModel("ready");
	recording.start("cat");
	expect(recording.start("dog")).toBe(false);
	setCamera({ state: "on" });
	expect(recording.start("dog")).toBe(false);
	expect(state.recording.value).toBe("cat");
});

test("a class that is renamed or cleared meanwhile is not forgotten", () => {
	recording.start("cat");
	recording.renamed("cat", "lion");
	expect(state.waitingToRecord.value).toBe("lion");
	recording.cleared("lion");
	expect(state.waitingToRecord.value).toBeNull();
});

test("a camera that is switched off, or lost, in the middle of a hold ends it, and says so", () => {
	setModel("ready");
	setCamera({ state: "on" });
	recording.start("cat");
	setCamera({ state: "off" });
	expect([state.recording.value, state.problem.value?.code]).toEqual([null, "cameraOff"]);
	setCamera({ state: "on" });
	expect(state.problem.value).toBeNull();
	recording.start("cat");
	setCamera({ state: "missing" });
	expect([state.recording.value, state.problem.value?.code]).toEqual([null, "cameraMissing"]);
});

test("a countdown begins when camera and model are ready, and the recording when it is over", () => {
	vi.useFakeTimers();
	setModel("loading");
	recording.start("cat", { way: "burst", countdownSeconds: 3, pictures: 2 });
	expect([state.countdown.value, state.recordingWay.value]).toEqual([null, "burst"]);
	setCamera({ state: "on" });
	setModel("ready");
	expect([state.countdown.value, state.waitingToRecord.value]).toEqual([{ label: "cat", left: 3 }, null]);
	expect(recording.start("dog")).toBe(false);
	vi.advanceTimersByTime(1000);
	expect(state.countdown.value).toEqual({ label: "cat", left: 2 });
	recording.renamed("cat", "lion");
	vi.advanceTimersByTime(2000);
	expect([state.countdown.value, state.recording.value, state.recordingWay.value]).toEqual([null, "lion", "burst"]);
	// It has all its pictures.
	for (let i = 0; i < 2; i += 1) {
		const hold = recorder.claim();
		if (hold) recorder.record(hold, { embedding: Float32Array.of(1), thumbnail: null });
	}
	expect([state.recording.value, state.recordingWay.value]).toEqual([null, null]);
});

test.each([
	["is stopped", () => recording.stop()],
	["loses its class", () => recording.cleared("cat")],
	["loses its camera", () => setCamera({ state: "off" })],
])("a countdown that %s records nothing", (_, end) => {
	vi.useFakeTimers();
	setModel("ready");
	setCamera({ state: "on" });
	recording.start("cat", { way: "burst", countdownSeconds: 3 });
	vi.advanceTimersByTime(1500);
	end();
	vi.advanceTimersByTime(5000);
	expect([state.countdown.value, state.recording.value, state.recordingWay.value]).toEqual([null, null, null]);
});

test("another device is the camera: a hold needs neither camera nor model, and waits while that is away", () => {
	state.phone.value = { state: "on", key: "", pictureUrl: null };
	recording.start("cat");
	expect([state.recording.value, calls]).toEqual(["cat", []]);
	state.phone.value = { ...state.phone.value, state: "lost" };
	expect(state.recording.value).toBe("cat");
	recording.stop();
	expect(recorder.claim()).toBeNull();
	recording.start("dog");
	expect([state.recording.value, state.waitingToRecord.value]).toEqual([null, "dog"]);
	expect(state.problem.value).toBeNull();
	state.phone.value = { ...state.phone.value, state: "on" };
	expect([state.recording.value, state.waitingToRecord.value]).toEqual(["dog", null]);
	state.phone.value = null;
	expect([state.recording.value, state.problem.value?.code]).toEqual([null, "cameraOff"]);
});

test("a tap that another device sends no frame for takes none when that is back", () => {
	state.phone.value = { state: "on", key: "", pictureUrl: null };
	recording.start("cat");
	recording.stop();
	state.phone.value = { ...state.phone.value, state: "lost" };
	state.phone.value = { ...state.phone.value, state: "on" };
	expect(recorder.claim()).toBeNull();
	// One that it does send is taken.
	recording.start("cat");
	recording.stop();
	expect(recorder.claim()?.label).toBe("cat");
});

test("a hold goes on with a device that was paused, and one that nobody has brought yet is none", () => {
	state.phone.value = { state: "paused", key: "", pictureUrl: null };
	recording.start("cat");
	expect([state.phone.value?.state, state.recording.value]).toEqual(["on", "cat"]);
	recording.stop();
	state.phone.value = { state: "waiting", key: "", pictureUrl: null };
	recording.start("cat");
	expect([state.recording.value, calls]).toEqual([null, ["start"]]);
	// It would take over in the middle of the recording.
	expect(state.phone.value).toBeNull();
});

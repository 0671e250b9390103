// The camera, before a browser's devices that are stand-ins.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Camera } from "../../src/capture/camera.js";
import { readKeptCamera } from "../../src/capture/camera-choice.js";

class Track extends EventTarget {
	muted = false;
	readyState = "live";
	isStopped = false;
	/** @param {{deviceId: string, label: string, facingMode?: string}} device */
	constructor(device) {
		super();
		this.device = device;
		this.label = device.label;
	}
	getSettings() {
		return { deviceId: this.device.deviceId, facingMode: this.device.facingMode };
	}
	stop() {
		this.isStopped = true;
	}
	/** @param {string} type */
	tell(type) {
		this.dispatchEvent(new Event(type));
	}
}

const INNER = { deviceId: "inner", label: "Built-in", kind: "videoinput" };
const DESK = { deviceId: "desk", label: "Desk camera", kind: "videoinput" };
/** A phone's, which look at its person and away. */
const BOTH_SIDES = [
	{ ...INNER, facingMode: "user" },
	{ ...DESK, facingMode: "environment" },
];

/** @type {{deviceId: string, label: string, kind: string, facingMode?: string}[]} */
let devices;
/** @type {Track[]} */
let tracks;
/** @type {string|null} */
let refusal;
/** @type {EventTarget & {hidden: boolean, createElement: () => object}} */
let page;
/** @type {any} */
let video;
/** @type {EventTarget & object} */
let mediaDevices;

const failure = (/** @type {string} */ name) => Object.assign(new Error(name), { name });

beforeEach(() => {
	devices = [INNER, DESK];
	tracks = [];
	refusal = null;
	const kept = new Map();
	vi.stubGlobal("localStorage", {
		getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
		setItem: (/** @type {string} */ key, /** @type {string} */ value) => kept.set(key, value),
	});
	video = { paused: true, plays: 0 };
	video.play = async () => {
		video.paused = false;
		video.plays += 1;
	};
	video.pause = () => {
		video.paused = true;
		video.onpause();
	};
	page = Object.assign(new EventTarget(), { hidden: false, createElement: () => video });
	vi.stubGlobal("document", page);
	mediaDevices = Object.assign(new EventTarget(), {
		/** @param {any} request */
		getUserMedia: async ({ video: { deviceId, facingMode } }) => {
			if (refusal) throw failure(refusal);
			const wanted = deviceId
				? devices.find((device) => device.deviceId === deviceId.exact)
				: (devices.find((device) => device.facingMode === facingMode.ideal) ?? devices[0]);
			if (!wanted) throw failure(devices.length > 0 ? "OverconstrainedError" : "NotFoundError");
			const track = new Track(wanted);
			tracks.push(track);
			return { getTracks: () => [track], getVideoTracks: () => [track] };
		},
		enumerateDevices: async () => devices,
	});
	vi.stubGlobal("navigator", { mediaDevices });
});
afterEach(() => vi.unstubAllGlobals());

/** A camera, what it reported, and the sentences about another camera. */
function makeCamera() {
	/** @type {Partial<import("../../src/state/state.js").CameraState>} */
	const state = { mirrored: true };
	/** @type {string[]} */
	const others = [];
	const camera = new Camera({
		onChange: (patch) => Object.assign(state, patch),
		isMirrored: () => state.mirrored === true,
		onOther: (wanted, used) => others.push(`${wanted}: ${used}`),
	});
	return { camera, state, others };
}

const used = () => tracks.at(-1)?.device.deviceId;
const settle = () => new Promise((resolve) => setTimeout(resolve));

test("the camera that was chosen is started again after a reload", async () => {
	const first = makeCamera();
	await first.camera.start();
	expect(used()).toBe("inner");
	// Nobody chose it.
	expect(readKeptCamera()).toEqual({});
	await first.camera.start({ deviceId: "desk" });
	expect(readKeptCamera()).toEqual({ deviceId: "desk", label: "Desk camera" });
	first.camera.close();
	const again = makeCamera();
	await again.camera.start();
	expect([used(), again.state.deviceId, again.others]).toEqual(["desk", "desk", []]);
});

test("a camera that got another id is found by its name", async () => {
	const { camera, state, others } = makeCamera();
	await camera.start({ deviceId: "desk" });
	devices = [INNER, { ...DESK, deviceId: "desk-2" }];
	await camera.start();
	expect([state.state, used(), others]).toEqual(["on", "desk-2", []]);
});

test("where the chosen camera is not there, another is used and named, and the choice is kept", async () => {
	const { camera, state, others } = makeCamera();
	await camera.start({ deviceId: "desk" });
	devices = [INNER];
	await camera.start();
	expect([state.state, used(), others]).toEqual(["on", "inner", ["Desk camera: Built-in"]]);
	expect(readKeptCamera().label).toBe("Desk camera");
	devices = [INNER, DESK];
	await camera.start();
	expect(used()).toBe("desk");
});

test("a side that was chosen is kept, too", async () => {
	devices = BOTH_SIDES;
	const { camera, state } = makeCamera();
	await camera.start();
	await camera.flip();
	expect(state.facing).toBe("environment");
	camera.close();
	const again = makeCamera();
	await again.camera.start();
	expect(again.state.facing).toBe("environment");
});

test.each(["not JSON", "[]", '{"deviceId": 3, "facing": "up"}', "null"])(
	"what the browser keeps may be broken: %s",
	async (kept) => {
		localStorage.setItem("camera", kept);
		const { camera, state } = makeCamera();
		await camera.start();
		expect(state.state).toBe("on");
	},
);

test("a camera that is unplugged gives way to another, paused as it was", async () => {
	const { camera, state, others } = makeCamera();
	await camera.start({ deviceId: "desk" });
	devices = [INNER];
	tracks[0].tell("ended");
	await settle();
	expect([state.state, used(), others]).toEqual(["on", "inner", ["Desk camera: Built-in"]]);
	camera.pause();
	devices = [DESK];
	tracks[1].tell("ended");
	await settle();
	expect([state.state, used(), others.at(-1)]).toEqual(["paused", "desk", "Built-in: Desk camera"]);
});

test("where there is no other, it is missing, until one is plugged in", async () => {
	const { camera, state } = makeCamera();
	await camera.start();
	devices = [];
	tracks[0].tell("ended");
	await settle();
	expect([state.state, state.stream]).toEqual(["missing", null]);
	devices = [DESK];
	mediaDevices.dispatchEvent(new Event("devicechange"));
	await settle();
	expect(state.state).toBe("off");
});

test("a permission that is withdrawn is refused", async () => {
	const { camera, state } = makeCamera();
	await camera.start();
	refusal = "NotAllowedError";
	tracks[0].tell("ended");
	await settle();
	expect(state.state).toBe("refused");
});

test("off lets the camera go: its track is stopped", async () => {
	const { camera, state } = makeCamera();
	await camera.start();
	camera.stop();
	expect([tracks[0].isStopped, state.state, state.stream, video.srcObject]).toEqual([true, "off", null, null]);
});

test("a camera that comes after it was switched off is let go at once", async () => {
	const { camera, state } = makeCamera();
	const started = camera.start();
	camera.stop();
	await started;
	expect([tracks.every(({ isStopped }) => isStopped), state.state]).toEqual([true, "off"]);
});

test("while a call has the camera it is interrupted; then it plays again", async () => {
	const { camera, state } = makeCamera();
	await camera.start();
	expect(state.interrupted).toBe(false);
	tracks[0].muted = true;
	video.paused = true;
	tracks[0].tell("mute");
	expect(state.interrupted).toBe(true);
	tracks[0].muted = false;
	const plays = video.plays;
	tracks[0].tell("unmute");
	expect([state.interrupted, video.plays > plays]).toEqual([false, true]);
});

test("after another app was in front it plays again, but stays paused where it was", async () => {
	const { camera } = makeCamera();
	await camera.start();
	page.hidden = true;
	video.pause();
	page.dispatchEvent(new Event("visibilitychange"));
	expect(video.paused).toBe(true);
	page.hidden = false;
	page.dispatchEvent(new Event("visibilitychange"));
	expect(video.paused).toBe(false);
	camera.pause();
	page.dispatchEvent(new Event("visibilitychange"));
	expect(video.paused).toBe(true);
});

test("a phone that pauses the video does not freeze it", async () => {
	const { camera } = makeCamera();
	await camera.start();
	video.pause();
	expect(video.paused).toBe(false);
	camera.pause();
	expect(video.paused).toBe(true);
	camera.resume();
	expect(video.paused).toBe(false);
});

test("a phone begins with its back camera, which is no mirror; the side that is chosen is kept", async () => {
	vi.stubGlobal("matchMedia", () => ({ matches: true }));
	vi.stubGlobal("screen", { width: 390, height: 844 });
	devices = BOTH_SIDES;
	const { camera, state } = makeCamera();
	await camera.start();
	expect([used(), state.facing, state.mirrored]).toEqual(["desk", "environment", false]);
	await camera.flip();
	expect([used(), state.facing, state.mirrored]).toEqual(["inner", "user", true]);
	const again = makeCamera();
	await again.camera.start();
	// How the front camera is shown is the person's choice, which is kept elsewhere.
	again.state.mirrored = false;
	await again.camera.start();
	expect([used(), again.state.mirrored]).toEqual(["inner", false]);
});

test.each([true, false])("each side is shown as it was chosen for it: the front one mirrored %s", async (chosen) => {
	devices = BOTH_SIDES;
	const { camera, state } = makeCamera();
	await camera.start();
	state.mirrored = chosen;
	await camera.flip();
	expect([state.facing, state.mirrored]).toEqual(["environment", false]);
	// What is chosen for the back camera, or its start anew, is not the front camera's.
	state.mirrored = !chosen;
	await camera.start();
	await camera.flip();
	expect([state.facing, state.mirrored]).toEqual(["user", chosen]);
	await camera.flip();
	expect([state.facing, state.mirrored]).toEqual(["environment", !chosen]);
});

test("a tablet, which stands in front of its person, begins with the front camera", async () => {
	vi.stubGlobal("matchMedia", () => ({ matches: true }));
	vi.stubGlobal("screen", { width: 820, height: 1180 });
	devices = [
		{ ...DESK, facingMode: "environment" },
		{ ...INNER, facingMode: "user" },
	];
	const { camera } = makeCamera();
	await camera.start();
	expect(used()).toBe("inner");
});

test("a camera that ends while the page is hidden is started again when it is seen", async () => {
	const { camera, state } = makeCamera();
	await camera.start();
	page.hidden = true;
	// So does a browser that a hidden page asks.
	refusal = "NotAllowedError";
	tracks[0].readyState = "ended";
	tracks[0].tell("ended");
	await settle();
	expect([state.state, state.interrupted, tracks.length]).toEqual(["on", true, 1]);
	refusal = null;
	page.hidden = false;
	page.dispatchEvent(new Event("visibilitychange"));
	await settle();
	expect([state.state, state.interrupted, tracks.length]).toEqual(["on", false, 2]);
});

test("a camera that ended while the page was frozen, and told nobody, is started again when it is seen", async () => {
	const { camera, state } = makeCamera();
	await camera.start();
	tracks[0].readyState = "ended";
	page.dispatchEvent(new Event("visibilitychange"));
	await settle();
	expect([state.state, tracks.length, tracks[1].isStopped]).toEqual(["on", 2, false]);
});

test("a camera that is switched off while it waits to be seen stays off", async () => {
	const { camera, state } = makeCamera();
	await camera.start();
	page.hidden = true;
	tracks[0].tell("ended");
	camera.stop();
	page.hidden = false;
	page.dispatchEvent(new Event("visibilitychange"));
	await settle();
	expect([state.state, tracks.length]).toEqual(["off", 1]);
});

test("a camera that is paused during a call stays paused after it", async () => {
	const { camera, state } = makeCamera();
	await camera.start();
	tracks[0].muted = true;
	tracks[0].tell("mute");
	camera.pause();
	tracks[0].muted = false;
	tracks[0].tell("unmute");
	expect([state.state, state.interrupted, video.paused]).toEqual(["paused", false, true]);
});

test("a call that ends while the page is hidden leaves a camera that plays when it is seen", async () => {
	const { camera, state } = makeCamera();
	await camera.start();
	tracks[0].muted = true;
	tracks[0].tell("mute");
	page.hidden = true;
	video.pause();
	page.dispatchEvent(new Event("visibilitychange"));
	tracks[0].muted = false;
	tracks[0].tell("unmute");
	page.hidden = false;
	page.dispatchEvent(new Event("visibilitychange"));
	await settle();
	expect([state.state, state.interrupted, video.paused, tracks.length]).toEqual(["on", false, false, 1]);
});

test("the end of a camera that was changed for another is not the other's", async () => {
	devices = BOTH_SIDES;
	const { camera, state } = makeCamera();
	await camera.start();
	await camera.flip();
	const count = tracks.length;
	tracks[0].readyState = "ended";
	tracks[0].tell("ended");
	await settle();
	expect([state.state, tracks.length, tracks.at(-1)?.isStopped]).toEqual(["on", count, false]);
});

test("a paused camera that ended while the page was hidden is not shown as running when it is seen", async () => {
	const { camera, state } = makeCamera();
	await camera.start();
	camera.pause();
	page.hidden = true;
	refusal = "NotAllowedError";
	tracks[0].readyState = "ended";
	tracks[0].tell("ended");
	await settle();
	refusal = null;
	page.hidden = false;
	page.dispatchEvent(new Event("visibilitychange"));
	await settle();
	expect([state.state, video.paused]).toEqual(["paused", true]);
});

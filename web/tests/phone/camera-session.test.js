// A device that is a camera only: it sends what it sees while somebody asks for it, and nothing before or after.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Problem } from "../../src/contract/problem.js";
import { createCameraSession } from "../../src/phone/camera-session.js";
import { until } from "../support/client.js";

const KEY = "9f86d081884c7d659a2feaa0c55ad015";
/** @type {import("../../src/phone/camera-session.js").Asked} */
const ASKED = { label: null, recording: false, answer: null, thumbnails: false };
const MANIFEST = { id: "model", dimension: 3 };
const REFUSED = { code: "wrongModel", message: "Another model.", hint: "Reload.", came: "a", expected: "b" };

/** @type {any[]} */
const ANYTHING = [null, undefined, 7, { label: {}, recording: "yes", answer: { label: 7 }, thumbnails: 1 }];

/** What the server answers to `join`, one after the other; null: it lets the camera in. @type {(Problem|null)[]} */
let refusals;
/** @type {any[]} */
let requests;
/** @type {import("../../src/sync/connection.js").ConnectionListener} */
let listener;
let announceFrame = () => {};
/** @type {ReturnType<typeof createCameraSession>} */
let session;
/** @type {EventTarget & {hidden: boolean}} */
let page;

const connection = {
	connected: true,
	listen: (/** @type {typeof listener} */ given) => {
		listener = given;
	},
	open: vi.fn(),
	close: vi.fn(),
	request: async (/** @type {string} */ event, /** @type {any} */ data, /** @type {any} */ options = {}) => {
		requests.push({ event, data, ...options });
		const refusal = event === "join" ? (refusals.shift() ?? null) : null;
		if (refusal) throw refusal;
		return { ok: true };
	},
};
const vision = {
	camera: { video: {}, start: vi.fn(), flip: vi.fn() },
	embedder: {
		manifest: /** @type {typeof MANIFEST|null} */ (MANIFEST),
		isRunning: false,
		load: vi.fn(async () => {}),
		readManifest: vi.fn(async () => MANIFEST),
	},
	captureFrame: vi.fn(async () => ({ close: () => {} })),
	embed: async (/** @type {any} */ _, /** @type {any} */ { thumbnailSize }) => ({
		embedding: new Float32Array([1, 2, 3]),
		thumbnail: thumbnailSize ? new Blob(["jpeg"]) : null,
	}),
	close: vi.fn(),
};

beforeEach(() => {
	[refusals, requests] = [[], []];
	vi.clearAllMocks();
	vision.embedder.manifest = MANIFEST;
	connection.connected = true;
	page = Object.assign(new EventTarget(), { hidden: false, visibilityState: "visible" });
	vi.stubGlobal("document", page);
	vi.stubGlobal("navigator", {});
	session = createCameraSession({
		key: KEY,
		base: "https://school.example/?room=kiwi%2042",
		connection: /** @type {any} */ (connection),
		vision: /** @type {any} */ (vision),
		watch: (_, onFrame) => {
			announceFrame = onFrame;
			return () => {
				announceFrame = () => {};
			};
		},
	});
});
afterEach(() => {
	session.close();
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

/** The camera runs, the model is ready, and the room has let it in. */
async function begin() {
	session.camera.value = { ...session.camera.value, state: "on" };
	session.model.value = { ...session.model.value, state: "ready" };
	listener.onConnect?.();
	await until(() => session.isJoined.value, "it has joined");
	requests.length = 0;
}

/** @param {Partial<typeof ASKED>} [view] */
const ask = (view) => listener.onEvent?.({ event: "cameraAsked", data: { ...ASKED, ...view } });
const framesSent = () => requests.filter(({ event }) => event === "frame");

test("it joins the room of its address as a camera, by nobody's name", async () => {
	listener.onConnect?.();
	await until(() => session.isJoined.value, "it has joined");
	expect(requests).toEqual([
		{ event: "join", data: { room: "KIWI-42", model: { id: "model", dimension: 3 }, camera: KEY } },
	]);
});

test("a model whose first reading fails is loaded once the room is there", async () => {
	vision.embedder.manifest = null;
	vision.embedder.load.mockRejectedValueOnce(new Problem({ ...REFUSED, code: "modelMissing" }));
	await session.start();
	expect(vision.embedder.load).toHaveBeenCalledTimes(1);
	listener.onConnect?.();
	await until(() => session.isJoined.value, "it has joined");
	expect(vision.embedder.readManifest).toHaveBeenCalledTimes(1);
	expect(vision.embedder.load).toHaveBeenCalledTimes(2);
});

test("it sends frames while somebody asks, and only then", async () => {
	await begin();
	announceFrame();
	await Promise.resolve();
	expect(framesSent()).toEqual([]);
	// It does not even look: a phone lives on its battery.
	expect(vision.captureFrame).not.toHaveBeenCalled();
	ask();
	announceFrame();
	await until(() => framesSent().length === 1, "it sends one");
	expect(framesSent()[0]).toMatchObject({ data: {}, embedding: new Float32Array([1, 2, 3]) });
	listener.onDisconnect?.();
	announceFrame();
	await Promise.resolve();
	expect([framesSent().length, session.asked.value]).toEqual([1, null]);
});

test("what went wrong with one frame is said until another was sent", async () => {
	await begin();
	vision.captureFrame.mockRejectedValueOnce(new Problem({ ...REFUSED, code: "workerCrashed" }));
	ask();
	announceFrame();
	await until(() => session.problem.value?.code === "workerCrashed", "it is said");
	announceFrame();
	await until(() => session.problem.value === null, "it is over");
	expect(framesSent()).toHaveLength(1);
});

test("who says nothing for four seconds does not ask any more", async () => {
	await begin();
	vi.useFakeTimers();
	ask({ label: "cat" });
	vi.advanceTimersByTime(3900);
	ask({ label: "cat", recording: true });
	vi.advanceTimersByTime(3900);
	expect(session.asked.value).toMatchObject({ label: "cat", recording: true });
	vi.advanceTimersByTime(200);
	expect(session.asked.value).toBeNull();
});

test("no frame leaves while the page is hidden, or the camera is somebody else's", async () => {
	await begin();
	ask();
	page.hidden = true;
	page.dispatchEvent(new Event("visibilitychange"));
	announceFrame();
	page.hidden = false;
	session.camera.value = { ...session.camera.value, interrupted: true };
	announceFrame();
	await Promise.resolve();
	expect(framesSent()).toEqual([]);
	session.camera.value = { ...session.camera.value, interrupted: false };
	announceFrame();
	await until(() => framesSent().length === 1, "it goes on");
});

test("a small picture goes along with every frame where the room shows pictures, and with none elsewhere", async () => {
	await begin();
	/** @param {number} count */
	const sendUntil = (count) =>
		until(() => {
			announceFrame();
			return framesSent().length >= count;
		}, `it sends ${count}`);
	// Also before it hears that something is recorded.
	ask({ thumbnails: true, recording: false });
	await sendUntil(3);
	expect(framesSent().map(({ data }) => data.thumbnail?.byteLength)).toEqual([4, 4, 4]);
	ask({ thumbnails: false, recording: true });
	requests.length = 0;
	await sendUntil(1);
	expect(framesSent().at(-1).data).toEqual({});
});

test("a refusal is shown, and it tries again", async () => {
	refusals = [new Problem(REFUSED)];
	vi.useFakeTimers();
	listener.onConnect?.();
	await vi.advanceTimersByTimeAsync(100);
	expect(session.refusal.value?.code).toBe("wrongModel");
	await vi.advanceTimersByTimeAsync(2000);
	expect([session.isJoined.value, session.refusal.value]).toEqual([true, null]);
});

test("a room that does not exist is not asked for for ever, but again when somebody looks at the page", async () => {
	refusals = Array.from({ length: 20 }, () => new Problem({ ...REFUSED, code: "noSuchRoom" }));
	vi.useFakeTimers();
	const joins = () => requests.filter(({ event }) => event === "join").length;
	listener.onConnect?.();
	await vi.advanceTimersByTimeAsync(3_600_000);
	expect([joins(), session.refusal.value?.code]).toEqual([5, "noSuchRoom"]);
	page.dispatchEvent(new Event("visibilitychange"));
	await vi.advanceTimersByTimeAsync(100);
	expect(joins()).toBe(6);
	// While it tries, looking again is no other try.
	page.dispatchEvent(new Event("visibilitychange"));
	await vi.advanceTimersByTimeAsync(100);
	expect(joins()).toBe(6);
	refusals = [];
	listener.onConnect?.();
	await vi.advanceTimersByTimeAsync(100);
	expect([session.isJoined.value, session.refusal.value]).toEqual([true, null]);
});

test("a closed room is said, and not joined again", async () => {
	await begin();
	ask();
	listener.onEvent?.({ event: "roomClosed", data: { room: "KIWI-42" } });
	expect(session.refusal.value?.code).toBe("roomClosed");
	expect([session.asked.value, session.isJoined.value]).toEqual([null, false]);
	expect(connection.close).toHaveBeenCalled();
});

test.each(ANYTHING)("anything may come as what is asked: %j", async (data) => {
	await begin();
	listener.onEvent?.({ event: "cameraAsked", data });
	expect(session.asked.value).toMatchObject({ label: null, recording: false, thumbnails: false });
	expect(session.asked.value?.answer?.label ?? null).toBeNull();
});

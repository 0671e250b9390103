// Another device as the camera: what it is asked, what becomes of its frames, and what happens when it goes.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PhoneCamera } from "../../src/app/phone-camera.js";
import { recallPhone } from "../../src/app/room/phone-key.js";
import { createState } from "../../src/state/state.js";

/** @type {import("../../src/state/state.js").State} */
let state;
/** @type {PhoneCamera} */
let phone;
/** @type {any[]} */
let asked;
/** @type {{embedding: Float32Array, thumbnail: Blob|null}[]} */
let answered;
/** Lets the frame that is being answered go on. @type {(() => void)[]} */
let held;
/** @type {ReturnType<typeof vi.fn>} */
let forgotten;
/** @type {ReturnType<typeof vi.fn>} */
let stopCamera;
/** @type {EventTarget & {hidden: boolean}} */
let page;

beforeEach(() => {
	vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"] });
	page = Object.assign(new EventTarget(), { hidden: false });
	vi.stubGlobal("document", page);
	const kept = new Map();
	vi.stubGlobal("sessionStorage", {
		getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
		setItem: (/** @type {string} */ key, /** @type {string} */ value) => kept.set(key, value),
	});
	state = createState();
	state.project.value = { ...state.project.value, room: "KIWI-42" };
	[asked, answered, held] = [[], [], []];
	forgotten = vi.fn();
	stopCamera = vi.fn();
	phone = make();
});
afterEach(() => {
	phone.close();
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

function make() {
	return new PhoneCamera({
		state,
		request: async (event, data) => void asked.push([event, data]),
		answerFrame: (frame) => {
			answered.push(frame);
			return new Promise((resolve) => held.push(() => resolve(undefined)));
		},
		forgetPicture: forgotten,
		stopCamera,
		onError: (error) => {
			throw error;
		},
	});
}

/** @param {number} number of the frame @param {{camera?: string, thumbnail?: ArrayBuffer}} [more] */
const send = (number, more = {}) =>
	phone.take({ camera: "~phone", embedding: new Float32Array([number, 1]).buffer, ...more });

/** Lets all frames be answered. */
const answerAll = async () => {
	for (let i = 0; i < 5; i++) {
		for (const go of held.splice(0)) go();
		await Promise.resolve();
		await Promise.resolve();
	}
};

/** The phone has come. */
const begin = () => {
	phone.invite();
	send(0);
};

const numbers = () => answered.map(({ embedding }) => embedding[0]);

test("a project that works alone invites nobody", () => {
	state.project.value = { ...state.project.value, room: null };
	expect(phone.invite()).toBeNull();
	expect(state.phone.value).toBeNull();
});

test("it is asked every second, and told at once when a recording begins or ends", () => {
	const key = phone.invite();
	vi.advanceTimersByTime(2500);
	expect(asked.length).toBeGreaterThanOrEqual(2);
	expect(asked.at(-1)).toEqual(["askCamera", { camera: key, label: null, recording: false, answer: null }]);
	state.recording.value = "cat";
	vi.advanceTimersByTime(1);
	expect(asked.at(-1)[1]).toMatchObject({ label: "cat", recording: true });
	state.recording.value = null;
	vi.advanceTimersByTime(1);
	expect(asked.at(-1)[1]).toMatchObject({ label: null, recording: false });
	state.waitingToRecord.value = "dog";
	vi.advanceTimersByTime(300);
	expect(asked.at(-1)[1]).toMatchObject({ label: "dog", recording: false });
});

/** @param {number} count that have examples */
const setClasses = (count) => {
	state.classes.value = /** @type {any} */ (Array.from({ length: count }, () => ({ count: 1, isOff: false })));
};

test("it is told of no answer while there is one class, as the page shows none", () => {
	const answer = { label: "cat", certainty: "sure" };
	phone.invite();
	for (const [count, told] of /** @type {const} */ ([
		[1, null],
		[2, answer],
	])) {
		setClasses(count);
		state.answer.value = /** @type {any} */ ({ ...answer });
		vi.advanceTimersByTime(300);
		expect(asked.at(-1)[1].answer).toEqual(told);
	}
});

test("it is told of answers, four a second at most, and of an unknown one without its label", () => {
	setClasses(2);
	phone.invite();
	asked.length = 0;
	for (let i = 0; i < 20; i++) {
		state.answer.value = /** @type {any} */ ({ label: i % 2 ? "cat" : "dog", certainty: "sure" });
		vi.advanceTimersByTime(50);
	}
	expect(asked.length).toBeGreaterThan(2);
	expect(asked.length).toBeLessThanOrEqual(7);
	state.answer.value = /** @type {any} */ ({ label: "cat", certainty: "unknown" });
	vi.advanceTimersByTime(300);
	expect(asked.at(-1)[1].answer).toEqual({ label: null, certainty: "unknown" });
});

test("its first frame takes the place of the page's own camera and is not answered: a photo may be on the stage", async () => {
	phone.invite();
	expect([state.phone.value?.state, stopCamera.mock.calls.length]).toEqual(["waiting", 0]);
	send(1);
	expect([state.phone.value?.state, stopCamera.mock.calls.length]).toEqual(["on", 1]);
	if (state.phone.value) state.phone.value = { ...state.phone.value, state: "paused" };
	send(2);
	await answerAll();
	expect(answered).toEqual([]);
});

test("of frames that come too fast the newest is answered", async () => {
	begin();
	for (let number = 1; number <= 4; number++) send(number);
	await answerAll();
	expect(numbers()).toEqual([1, 4]);
});

test("the page's own camera is stopped when the phone is on already: a recording goes on", () => {
	stopCamera.mockImplementation(() => expect(state.phone.value?.state).toBe("on"));
	phone.invite();
	send(1);
	expect(stopCamera).toHaveBeenCalledTimes(1);
});

test("a small picture goes along, and is shown", async () => {
	const revoke = vi.spyOn(URL, "revokeObjectURL");
	begin();
	send(1, { thumbnail: new Uint8Array([1, 2, 3]).buffer });
	const url = state.phone.value?.pictureUrl;
	expect(url).toMatch(/^blob:/);
	expect(answered[0].thumbnail?.size).toBe(3);
	send(2, { thumbnail: new Uint8Array([4]).buffer });
	expect(revoke).toHaveBeenCalledWith(url);
	await answerAll();
});

test("no picture stays once the room shows none, also not of one that was on its way", async () => {
	const revoke = vi.spyOn(URL, "revokeObjectURL");
	/** @param {boolean} thumbnails */
	const showPictures = (thumbnails) => {
		const access = { level: /** @type {const} */ ("add"), locked: false, thumbnails };
		state.membership.value = { role: "owner", contributor: "~me", access, muted: false };
	};
	showPictures(true);
	begin();
	const thumbnail = new Uint8Array([1, 2, 3]).buffer;
	send(1, { thumbnail });
	const url = state.phone.value?.pictureUrl;
	expect(url).toMatch(/^blob:/);
	showPictures(false);
	expect(state.phone.value).toMatchObject({ state: "on", pictureUrl: null });
	expect(revoke).toHaveBeenCalledWith(url);
	await answerAll();
	send(2, { thumbnail });
	expect([state.phone.value?.pictureUrl, answered.at(-1)?.thumbnail]).toEqual([null, null]);
	await answerAll();
});

test("what is no frame is passed over", () => {
	phone.take(/** @type {any} */ ({ camera: "~phone", embedding: new ArrayBuffer(8) }));
	phone.invite();
	phone.take(/** @type {any} */ ({ camera: "~phone", embedding: "AAAA" }));
	phone.take(/** @type {any} */ ({ camera: "~phone" }));
	expect([state.phone.value?.state, answered]).toEqual(["waiting", []]);
});

test("one that falls silent is away, and comes back by itself", async () => {
	begin();
	send(1);
	await answerAll();
	vi.advanceTimersByTime(2000);
	expect(state.phone.value?.state).toBe("on");
	vi.advanceTimersByTime(3000);
	expect(state.phone.value?.state).toBe("lost");
	expect(forgotten).toHaveBeenCalledTimes(1);
	asked.length = 0;
	vi.advanceTimersByTime(1000);
	expect(asked).toHaveLength(1);
	send(2, { camera: "~phone again" });
	await answerAll();
	expect([state.phone.value?.state, numbers()]).toEqual(["on", [1, 2]]);
});

test("two with the same link do not mix: the second waits until the first is silent", async () => {
	begin();
	send(1);
	await answerAll();
	send(2, { camera: "~other" });
	await answerAll();
	expect(numbers()).toEqual([1]);
	vi.advanceTimersByTime(1600);
	send(3, { camera: "~other" });
	await answerAll();
	expect(numbers()).toEqual([1, 3]);
});

test("while it is paused, and while the page is hidden, nothing is answered, and it is not away afterwards", async () => {
	begin();
	send(1);
	await answerAll();
	if (state.phone.value) state.phone.value = { ...state.phone.value, state: "paused" };
	send(2);
	page.hidden = true;
	vi.advanceTimersByTime(10_000);
	if (state.phone.value) state.phone.value = { ...state.phone.value, state: "on" };
	asked.length = 0;
	send(3);
	vi.advanceTimersByTime(3000);
	expect([numbers(), asked]).toEqual([[1], []]);
	page.hidden = false;
	page.dispatchEvent(new Event("visibilitychange"));
	expect(asked).toHaveLength(1);
	vi.advanceTimersByTime(1000);
	expect(state.phone.value?.state).toBe("on");
});

test("while it is paused it is asked for nothing, and at once when that ends", async () => {
	/** @param {"on"|"paused"} next */
	const set = (next) => {
		if (state.phone.value) state.phone.value = { ...state.phone.value, state: next };
	};
	begin();
	send(1);
	await answerAll();
	set("paused");
	asked.length = 0;
	vi.advanceTimersByTime(3000);
	state.answer.value = /** @type {any} */ ({ label: "cat", certainty: "sure" });
	vi.advanceTimersByTime(3000);
	page.dispatchEvent(new Event("visibilitychange"));
	expect(asked).toEqual([]);
	set("on");
	expect(asked).toHaveLength(1);
	// It needs a moment to send again.
	vi.advanceTimersByTime(2000);
	expect(state.phone.value?.state).toBe("on");
});

test.each([
	[
		"it is put away",
		() => {
			state.phone.value = null;
		},
	],
	[
		"the project leaves its room",
		() => {
			state.project.value = { ...state.project.value, room: null };
		},
	],
])("when %s, nobody is asked any more", async (_, end) => {
	begin();
	send(1);
	await answerAll();
	end();
	expect(asked.at(-1)).toEqual(["askCamera", { camera: null }]);
	expect([state.phone.value, forgotten.mock.calls.length]).toEqual([null, 1]);
	asked.length = 0;
	vi.advanceTimersByTime(5000);
	send(2);
	expect([asked, numbers()]).toEqual([[], [1]]);
});

test("a reload keeps the key of the room and whether it was used; another room gets another", () => {
	const key = phone.invite();
	expect(recallPhone("KIWI-42")).toEqual({ key, isUsed: false });
	send(1);
	expect(recallPhone("KIWI-42")).toEqual({ key, isUsed: true });
	expect(recallPhone("LIME-7")).toBeNull();
	phone.close();
	expect(recallPhone("KIWI-42")).toEqual({ key, isUsed: false });
	phone = make();
	expect(phone.invite()).toBe(key);
	state.project.value = { ...state.project.value, room: "LIME-7" };
	expect(state.phone.value).toBeNull();
	expect(phone.invite()).not.toBe(key);
});

// The screen stays awake while the camera runs, and not a moment longer.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ScreenAwake } from "../../../src/app/browser/screen-awake.js";
import { createState } from "../../../src/state/state.js";

/** @type {EventTarget & {visibilityState: string}} */
let page;
/** @type {import("../../../src/state/state.js").State} */
let state;
/** @type {ScreenAwake} */
let screenAwake;
let held = 0;
let requests = 0;
/** @type {Promise<void>} what the browser does before it answers */
let answer = Promise.resolve();
/** @type {{release: () => Promise<void>}} */
let newest;

class Lock {
	released = false;
	async release() {
		if (!this.released) held -= 1;
		this.released = true;
	}
}

/** @param {import("../../../src/state/state.js").CameraPhase} phase */
const setCamera = (phase) => {
	state.camera.value = { ...state.camera.value, state: phase };
};

/** @param {string} visibility */
const show = async (visibility) => {
	page.visibilityState = visibility;
	// As the browser does, before it says so.
	if (visibility === "hidden") await newest?.release();
	page.dispatchEvent(new Event("visibilitychange"));
};

const settle = () => new Promise((resolve) => setTimeout(resolve));

beforeEach(() => {
	held = 0;
	requests = 0;
	answer = Promise.resolve();
	page = Object.assign(new EventTarget(), { visibilityState: "visible" });
	const request = async () => {
		requests += 1;
		await answer;
		held += 1;
		newest = new Lock();
		return newest;
	};
	vi.stubGlobal("document", page);
	vi.stubGlobal("navigator", { wakeLock: { request } });
	state = createState();
	screenAwake = new ScreenAwake(state);
});
afterEach(() => {
	screenAwake.close();
	vi.unstubAllGlobals();
});

test("it is kept awake while the camera runs", async () => {
	await settle();
	expect(requests).toBe(0);
	setCamera("on");
	await settle();
	state.camera.value = { ...state.camera.value, fps: 20 };
	await settle();
	expect([held, requests]).toEqual([1, 1]);
	setCamera("paused");
	await settle();
	expect(held).toBe(0);
	setCamera("on");
	await settle();
	expect(held).toBe(1);
	screenAwake.close();
	await settle();
	expect(held).toBe(0);
});

test("a page that is seen again asks again", async () => {
	setCamera("on");
	await settle();
	await show("hidden");
	await settle();
	expect(held).toBe(0);
	await show("visible");
	await settle();
	expect([held, requests]).toEqual([1, 2]);
});

test("a lock that comes after the camera has stopped is given back", async () => {
	let grant = () => {};
	answer = new Promise((resolve) => {
		grant = () => resolve(undefined);
	});
	setCamera("on");
	setCamera("off");
	grant();
	await settle();
	expect([held, requests]).toEqual([0, 1]);
});

test("a browser that refuses, or knows no such lock, is not asked for more", async () => {
	answer = Promise.reject(new DOMException("low battery", "NotAllowedError"));
	answer.catch(() => {});
	setCamera("on");
	await settle();
	expect([held, requests]).toEqual([0, 1]);
	setCamera("off");
	vi.stubGlobal("navigator", {});
	setCamera("on");
	await settle();
	expect(held).toBe(0);
});

// Little storage is said before anything is lost, and a page that holds what is not saved asks before it goes.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LOW_BYTES, StorageWatch } from "../../src/app/storage-watch.js";
import { problem } from "../../src/contract/problem.js";
import { createState } from "../../src/state/state.js";

let left = 0;
/** @type {EventTarget} */
let page;
/** @type {StorageWatch} */
let watch;
/** @type {import("../../src/state/state.js").State} */
let state;

beforeEach(() => {
	page = new EventTarget();
	vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
	vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
	vi.stubGlobal("navigator", { storage: { estimate: async () => ({ usage: 1000, quota: 1000 + left }) } });
	state = createState();
	watch = new StorageWatch(state);
});
afterEach(() => {
	watch.close();
	vi.unstubAllGlobals();
});

test("little storage is said once, until there is more again", async () => {
	left = LOW_BYTES;
	await watch.measure();
	expect(state.problem.value).toBeNull();
	expect(state.storage.value).toEqual({ used: 1000, left: LOW_BYTES, unsaved: 0 });
	left = LOW_BYTES - 1;
	await watch.measure();
	expect(state.problem.value).toMatchObject({ code: "storageLow", came: "49 MB" });
	state.problem.value = null;
	await watch.measure();
	expect(state.problem.value).toBeNull();
	left = LOW_BYTES;
	await watch.measure();
	left = 10;
	await watch.measure();
	expect(state.problem.value).toMatchObject({ code: "storageLow", came: "0 MB" });
	left = LOW_BYTES;
	await watch.measure();
	expect(state.problem.value).toBeNull();
});

test("a browser that does not tell is not asked for more", async () => {
	vi.stubGlobal("navigator", {});
	await watch.measure();
	expect(state.storage.value).toEqual({ used: null, left: null, unsaved: 0 });
});

test("while something is not saved the page asks before it goes; the message goes with its cause", () => {
	const leaves = () => page.dispatchEvent(new Event("beforeunload", { cancelable: true }));
	expect(leaves()).toBe(true);
	watch.noteUnsaved(3);
	state.problem.value = problem("storageFull").toJSON();
	expect(leaves()).toBe(false);
	watch.noteUnsaved(0);
	expect(leaves()).toBe(true);
	expect(state.problem.value).toBeNull();
	const other = problem("noServer").toJSON();
	state.problem.value = other;
	watch.noteUnsaved(1);
	watch.noteUnsaved(0);
	expect(state.problem.value).toEqual(other);
});

// Little storage is said before anything is lost, and a page that holds what is not saved asks before it goes.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LOW_BYTES, StorageWatch } from "../../src/app/browser/storage-watch.js";
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

test.each([
	["plenty", 400_000_000, 250_000_000, undefined],
	["some", 60_000_000, LOW_BYTES, undefined],
	["little", 20_000_000, 18_750_000, "storageLow"],
	["nothing", 0, 0, "storageLow"],
])("with %s left the true limit counts, whatever the browser's estimate says", async (_, limit, expected, code) => {
	left = 10_000_000_000;
	let files = 0;
	const writable = {
		truncate: async (/** @type {number} */ size) => {
			if (size > limit) throw new DOMException("full", "QuotaExceededError");
		},
		abort: async () => {},
	};
	const folder = {
		getFileHandle: async () => {
			files += 1;
			return { createWritable: async () => writable };
		},
		removeEntry: async () => {
			files -= 1;
		},
	};
	Object.assign(navigator.storage, { getDirectory: async () => folder });
	await watch.measure();
	expect(state.storage.value.left).toBe(expected);
	expect(state.problem.value?.code).toBe(code);
	expect(files).toBe(0);
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

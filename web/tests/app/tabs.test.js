// One tab at a time works with the store, also where the browser has no Web Locks: pages on http addresses.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { takeOver } from "../../src/app/browser/tabs.js";

/** @type {EventTarget} */
let events;
/** @type {Map<string, string>} */
let rows;
/** @type {(() => void)[]} */
let cleanup;

beforeEach(() => {
	vi.useFakeTimers();
	events = new EventTarget();
	rows = new Map();
	cleanup = [];
	vi.stubGlobal("navigator", {});
	vi.stubGlobal("BroadcastChannel", undefined);
	vi.stubGlobal("addEventListener", events.addEventListener.bind(events));
	vi.stubGlobal("removeEventListener", events.removeEventListener.bind(events));
	vi.stubGlobal("localStorage", {
		getItem: (/** @type {string} */ key) => rows.get(key) ?? null,
		setItem: (/** @type {string} */ key, /** @type {string} */ value) => rows.set(key, value),
		removeItem: (/** @type {string} */ key) => rows.delete(key),
	});
});
afterEach(() => {
	for (const close of cleanup) close();
	vi.unstubAllGlobals();
	vi.useRealTimers();
});

/** A tab that asks for its turn. */
function openTab() {
	const tab = { hasTurn: false, isTaken: false, release: () => {} };
	takeOver({
		onTaken: async () => {
			tab.isTaken = true;
			tab.hasTurn = false;
		},
	}).then((release) => {
		tab.hasTurn = true;
		tab.release = release;
		cleanup.push(release);
	});
	return tab;
}

/** @param {number} ms */
const wait = (ms) => vi.advanceTimersByTimeAsync(ms);

describe("without Web Locks", () => {
	test("the second tab waits until the first lets it work", async () => {
		const first = openTab();
		await vi.dynamicImportSettled();
		await wait(0);
		expect(first.hasTurn).toBe(true);
		const second = openTab();
		await wait(1500);
		expect(second.hasTurn).toBe(false);
		first.release();
		await wait(200);
		expect([second.hasTurn, first.isTaken]).toEqual([true, false]);
	});

	test("a tab that does not let go loses it, is told, and takes nothing back by itself", async () => {
		const first = openTab();
		await wait(0);
		const second = openTab();
		await wait(3200);
		expect(second.hasTurn).toBe(true);
		await wait(1100);
		expect([first.hasTurn, first.isTaken]).toEqual([false, true]);
		await wait(10_000);
		expect([second.hasTurn, second.isTaken]).toEqual([true, false]);
	});

	test("a tab that is left lets the next one work at once; it notices when it comes back", async () => {
		const first = openTab();
		await wait(0);
		events.dispatchEvent(new Event("pagehide"));
		const second = openTab();
		await wait(0);
		expect(second.hasTurn).toBe(true);
		events.dispatchEvent(new Event("pageshow"));
		expect(first.isTaken).toBe(true);
	});

	test.each([
		["of a tab that must be gone by now", JSON.stringify({ id: "dead", at: 0 })],
		["that nobody can read", "no JSON {"],
	])("a lock %s is not waited for", async (_, row) => {
		rows.set("lock:show-and-tell", row);
		const tab = openTab();
		await wait(0);
		expect(tab.hasTurn).toBe(true);
	});

	test("without storage there is nothing to overwrite: the tab works", async () => {
		vi.stubGlobal("localStorage", undefined);
		const tab = openTab();
		await wait(100);
		expect(tab.hasTurn).toBe(true);
	});
});

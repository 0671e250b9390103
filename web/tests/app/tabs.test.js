// One tab at a time works with the store, also where the browser has no Web Locks: pages on http addresses.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { takeOver } from "../../src/app/browser/tabs.js";
import { Channels, Locks } from "../support/tabs.js";

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
	const tab = {
		...{ hasTurn: false, isTaken: false, isRefused: false, hasUnsaved: false, wasAsked: false, answerMs: 0 },
		...{ release: () => {}, keep: (/** @type {boolean} */ _) => {} },
	};
	takeOver({
		onTaken: async (mustGo) => {
			tab.wasAsked = true;
			const isKept = tab.hasUnsaved && !mustGo;
			if (tab.answerMs > 0) await new Promise((wake) => setTimeout(wake, tab.answerMs));
			if (isKept) return false;
			tab.isTaken = true;
			tab.hasTurn = false;
			return true;
		},
	}).then((turn) => {
		tab.hasTurn = turn !== null;
		tab.isRefused = turn === null;
		if (!turn) return;
		tab.release = turn.release;
		tab.keep = (isUnsaved) => {
			tab.hasUnsaved = isUnsaved;
			turn.keep(isUnsaved);
		};
		cleanup.push(turn.release);
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

describe.each([
	["with Web Locks", true],
	["without Web Locks", false],
])("%s a tab with changes that could not be written", (_, hasLocks) => {
	beforeEach(() => {
		if (!hasLocks) return;
		vi.stubGlobal("navigator", { locks: new Locks() });
		vi.stubGlobal("AbortSignal", {
			timeout: (/** @type {number} */ ms) => {
				const controller = new AbortController();
				setTimeout(() => controller.abort(), ms);
				return controller.signal;
			},
		});
	});

	/** @param {boolean} [hears] */
	async function openKept(hears = true) {
		if (hears) vi.stubGlobal("BroadcastChannel", Channels);
		const first = openTab();
		await vi.dynamicImportSettled();
		await wait(0);
		first.keep(true);
		await wait(0);
		return first;
	}

	test("keeps its turn; the next tab is told soon, and gets it once all is written", async () => {
		const first = await openKept();
		const second = openTab();
		await wait(700);
		expect([first.wasAsked, first.hasTurn, first.isTaken]).toEqual([true, true, false]);
		expect([second.isRefused, second.hasTurn]).toEqual([true, false]);
		first.keep(false);
		const third = openTab();
		await wait(700);
		expect([third.hasTurn, first.isTaken, second.hasTurn]).toEqual([true, true, false]);
	});

	test("keeps it also while it can't answer, however often it is asked", async () => {
		const first = await openKept(false);
		for (let i = 0; i < 3; i += 1) {
			const next = openTab();
			await wait(10_000);
			expect([next.isRefused, next.hasTurn, first.isTaken]).toEqual([true, false, false]);
		}
	});

	test("that writes them while it is asked is waited for, as any other", async () => {
		const first = await openKept(false);
		const second = openTab();
		await wait(400);
		first.keep(false);
		await wait(600);
		expect([second.isRefused, second.hasTurn]).toEqual([false, false]);
		first.release();
		await wait(200);
		expect(second.hasTurn).toBe(true);
	});

	test("and loses its turn before it has answered that it keeps it is told so", async () => {
		const first = await openKept();
		first.keep(false);
		Object.assign(first, { hasUnsaved: true, answerMs: 4500 });
		const second = openTab();
		await wait(10_000);
		expect([second.hasTurn, first.isTaken]).toEqual([true, true]);
	});

	test("and is closed lets the next one work", async () => {
		const first = await openKept();
		first.release();
		const second = openTab();
		await wait(700);
		expect(second.hasTurn).toBe(true);
	});

	test("and lost its turn by force is told so, and marks nothing more", async () => {
		const first = await openKept(false);
		first.keep(false);
		first.hasUnsaved = true;
		const second = openTab();
		await wait(5000);
		expect([second.hasTurn, first.isTaken]).toEqual([true, true]);
		first.keep(true);
		await wait(0);
		const third = openTab();
		await wait(5000);
		expect([third.hasTurn, second.isTaken]).toEqual([true, true]);
	});
});

test("a tab that crashed with changes in memory is waited for no longer than its heartbeat says", async () => {
	const row = JSON.stringify({ id: "dead", at: Date.now() });
	for (const name of ["show-and-tell", "show-and-tell unsaved"]) rows.set(`lock:${name}`, row);
	const second = openTab();
	await vi.dynamicImportSettled();
	await wait(700);
	expect(second.isRefused).toBe(true);
	await wait(90_000);
	const again = openTab();
	await wait(0);
	expect(again.hasTurn).toBe(true);
});

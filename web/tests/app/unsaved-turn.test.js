// A full disk and two tabs: what is in one tab's memory only is not lost to the other.

import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ProjectSwitch } from "../../src/app/projects/project-switch.js";
import { createSession } from "../../src/app/session.js";
import { until } from "../support/client.js";
import { Channels, Locks } from "../support/tabs.js";

const MANIFEST = { id: "model", title: "Model", dimension: 2, input: { size: 8 } };
const { put } = IDBObjectStore.prototype;
/** Nothing more can be written. */
let isFull = false;
/** @type {import("../../src/app/session.js").Session[]} */
const sessions = [];

beforeEach(() => {
	isFull = false;
	IDBObjectStore.prototype.put = function (...args) {
		if (isFull) throw new DOMException("no space", "QuotaExceededError");
		return put.apply(this, args);
	};
	const element = () => ({ play: async () => {}, pause: () => {} });
	const ignore = () => {};
	for (const [name, value] of Object.entries({
		indexedDB: new IDBFactory(),
		navigator: { locks: new Locks(), userAgent: "test" },
		BroadcastChannel: Channels,
		fetch: async () => new Response(JSON.stringify(MANIFEST)),
		document: { hidden: false, addEventListener: ignore, removeEventListener: ignore, createElement: element },
		Worker: class {
			postMessage() {}
			terminate() {}
		},
	})) {
		vi.stubGlobal(name, value);
	}
});
afterEach(async () => {
	IDBObjectStore.prototype.put = put;
	for (const session of sessions.splice(0)) await session.stop();
	vi.restoreAllMocks();
	vi.unstubAllGlobals();
});

async function open() {
	const session = createSession({ base: "http://page.test/", server: false });
	sessions.push(session);
	await session.start();
	return session;
}

/** A tab with the class "cat" on the disk, and "cup" in memory only. */
async function openFull() {
	const me = await open();
	me.addClass("cat");
	isFull = true;
	me.addClass("cup");
	await until(() => me.storage.value.unsaved > 0, "the disk is full");
	return me;
}

/** @param {import("../../src/app/session.js").Session} session */
const labels = (session) => session.classes.value.map(({ label }) => label);

/** @param {import("../../src/app/session.js").Session} session */
const cover = ({ isCovered, otherHasUnsaved }) => [isCovered.value, otherHasUnsaved.value];

test("the tab with unsaved changes goes on, and the other is covered until all is written", async () => {
	const me = await openFull();
	expect(me.problem.value?.code).toBe("storageFull");
	const leave = vi.spyOn(ProjectSwitch.prototype, "leave");
	const other = await open();
	expect([...cover(me), ...cover(other)]).toEqual([false, false, true, true]);
	expect(leave).not.toHaveBeenCalled();
	expect(me.storage.value.unsaved).toBeGreaterThan(0);
	expect(other.addClass("dog")).toBeNull();
	me.addClass("cow");
	await other.continueHere();
	expect([...cover(me), ...cover(other)]).toEqual([false, false, true, true]);

	isFull = false;
	await other.continueHere();
	expect([me.isCovered.value, other.isCovered.value]).toEqual([true, false]);
	expect(labels(other)).toEqual(["cat", "cup", "cow"]);
	expect([me.storage.value.unsaved, me.problem.value]).toEqual([0, null]);
	// The cover no longer says what is over.
	await me.continueHere();
	expect([...cover(me), other.isCovered.value, other.otherHasUnsaved.value]).toEqual([false, false, true, false]);
	expect(labels(me)).toEqual(["cat", "cup", "cow"]);
});

test("once the tab with unsaved changes is closed the other goes on, with what is on the disk", async () => {
	const me = await openFull();
	const other = await open();
	await me.stop();
	isFull = false;
	await other.continueHere();
	expect(other.isCovered.value).toBe(false);
	expect(labels(other)).toEqual(["cat"]);
});

test("the disk that is found full only while a tab gives way keeps it where it is", async () => {
	const me = await open();
	me.addClass("cat");
	const { leave } = ProjectSwitch.prototype;
	vi.spyOn(ProjectSwitch.prototype, "leave").mockImplementationOnce(
		/** @this {ProjectSwitch} */ async function () {
			isFull = true;
			me.addClass("late");
			await leave.call(this);
		},
	);
	const other = await open();
	expect([...cover(me), ...cover(other)]).toEqual([false, false, true, true]);
	expect(me.addClass("later")).toBe("later");
	isFull = false;
	await other.continueHere();
	expect(labels(other)).toEqual(["cat", "late", "later"]);
});

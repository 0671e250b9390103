// The session's beginning and end, with a store and locks; the rest of a browser is not needed for them.

import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createSession } from "../../src/app/session.js";
import { newProject, Store } from "../../src/project/store.js";
import { until, vector } from "../support/client.js";

const MANIFEST = { id: "right-model", title: "Right", dimension: 2, input: { size: 8 } };

/** Locks as the browser has them: one holder, the others wait; what is done is written down. */
class Locks {
	/** @type {Promise<unknown>} */
	#last = Promise.resolve();
	held = 0;
	granted = 0;

	/**
	 * @param {string} _
	 * @param {LockOptions} __
	 * @param {() => Promise<void>} work
	 */
	request(_, __, work) {
		const done = this.#last.then(async () => {
			this.held += 1;
			this.granted += 1;
			await work();
			this.held -= 1;
		});
		this.#last = done;
		return done;
	}
}

/** @type {Locks} */
let locks;
/** @type {() => Promise<Response>} */
let fetchManifest;
/** @type {import("../../src/app/session.js").Session[]} */
const sessions = [];

const found = async () => new Response(JSON.stringify(MANIFEST));

function session() {
	const made = createSession({ base: "http://page.test/", server: false });
	sessions.push(made);
	return made;
}

beforeEach(() => {
	locks = new Locks();
	fetchManifest = found;
	vi.stubGlobal("indexedDB", new IDBFactory());
	vi.stubGlobal("navigator", { locks, userAgent: "test" });
	vi.stubGlobal("BroadcastChannel", undefined);
	vi.stubGlobal("fetch", () => fetchManifest());
	const element = () => ({ play: async () => {}, pause: () => {} });
	vi.stubGlobal("document", {
		hidden: false,
		addEventListener: () => {},
		removeEventListener: () => {},
		createElement: element,
	});
	vi.stubGlobal(
		"Worker",
		class {
			postMessage() {}
			terminate() {}
		},
	);
});
afterEach(async () => {
	for (const made of sessions.splice(0)) await made.stop();
	vi.unstubAllGlobals();
	vi.restoreAllMocks();
});

/** @returns {Promise<Record<string, string[]>>} the kept projects' classes by model */
async function kept() {
	const store = /** @type {Store} */ (await Store.open({ report: () => {} }));
	const projects = await store.projects();
	await store.close();
	return Object.fromEntries(projects.map(({ model, classes }) => [model, classes.map(({ label }) => label)]));
}

/** A project that another model taught is kept. */
async function keepOther() {
	const store = /** @type {Store} */ (await Store.open({ report: () => {} }));
	store.save(
		{ ...newProject("other-model"), classes: [{ label: "old", colour: 0 }] },
		{
			added: [{ id: "e", label: "old", group: null, embedding: vector(1, 2), thumbnail: null, order: 0 }],
		},
	);
	await store.close();
}

test("without its model's name no project is opened; trying again opens the model's own", async () => {
	await keepOther();
	fetchManifest = async () => new Response("", { status: 503 });
	const me = session();
	await me.start();
	expect(me.model.value.state).toBe("failed");
	expect(me.ready.value).toBe(false);
	expect(me.addClass("cat")).toBeNull();
	fetchManifest = found;
	await Promise.all([me.retryModel(), me.retryModel()]);
	expect(me.ready.value).toBe(true);
	expect(me.model.value.state).toBe("loading");
	expect(me.addClass("cat")).toBe("cat");
	await me.stop();
	expect(await kept()).toEqual({ "other-model": ["old"], "right-model": ["cat"] });
});

test("a page that is stopped while it opens writes nothing and lets the next one work", async () => {
	/** @type {(answer: Response) => void} */
	let answer = () => {};
	fetchManifest = () =>
		new Promise((resolve) => {
			answer = resolve;
		});
	const close = vi.spyOn(Store.prototype, "close");
	const me = session();
	const started = me.start();
	await until(() => me.model.value.state === "loading");
	expect(locks.held).toBe(1);
	await me.stop();
	await until(() => locks.held === 0);
	answer(await found());
	await started;
	expect(me.ready.value).toBe(false);
	expect(close).toHaveBeenCalledTimes(1);
	expect(await kept()).toEqual({});
});

test("a page that is stopped while it waits for its turn lets it pass", async () => {
	const first = session();
	await first.start();
	const second = session();
	const started = second.start();
	await second.stop();
	await first.stop();
	await started;
	const third = session();
	await third.start();
	expect(third.ready.value).toBe(true);
	expect(locks.held).toBe(1);
});

test("a page lets the next one work only when all is written", async () => {
	const me = session();
	await me.start();
	me.addClass("cat");
	const { close } = Store.prototype;
	vi.spyOn(Store.prototype, "close").mockImplementationOnce(
		/** @this {Store} */ async function () {
			await close.call(this);
			expect(locks.granted).toBe(1);
			written = true;
		},
	);
	let written = false;
	const stopped = me.stop();
	const next = session();
	await next.start();
	expect(next.classes.value.map(({ label }) => label)).toEqual(["cat"]);
	await stopped;
	expect(written).toBe(true);
});

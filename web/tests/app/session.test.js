// How a session starts and stops, with a store and locks; no other part of a browser is needed for that.

import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { openDB } from "idb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createSession } from "../../src/app/session.js";
import { Embedder } from "../../src/capture/embedder.js";
import { newProject, Store } from "../../src/project/store.js";
import { embeddingOf, until } from "../support/client.js";
import { Channels, Locks } from "../support/tabs.js";

const MANIFEST = { id: "right-model", title: "Right", dimension: 2, input: { size: 8 } };

/** @type {Locks} */
let locks;
/** @type {() => Promise<Response>} */
let fetchManifest;
/** @type {import("../../src/app/session.js").Session[]} */
const sessions = [];

const answerManifest = async () => new Response(JSON.stringify(MANIFEST));

function newSession() {
	const session = createSession({ base: "http://page.test/", server: false });
	sessions.push(session);
	return session;
}

beforeEach(() => {
	locks = new Locks();
	fetchManifest = answerManifest;
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
	for (const session of sessions.splice(0)) await session.stop();
	vi.unstubAllGlobals();
	vi.restoreAllMocks();
});

/** @returns {Promise<Record<string, string[]>>} the stored projects' classes by model */
async function storedClasses() {
	const store = /** @type {Store} */ (await Store.open({ report: () => {} }));
	const projects = await store.projects();
	await store.close();
	return Object.fromEntries(projects.map(({ model, classes }) => [model, classes.map(({ label }) => label)]));
}

/** Stores a project of another model. */
async function storeOtherProject() {
	const store = /** @type {Store} */ (await Store.open({ report: () => {} }));
	store.save(
		{ ...newProject("other-model"), classes: [{ label: "old", colour: 0 }] },
		{
			added: [{ id: "e", label: "old", group: null, embedding: embeddingOf(1, 2), thumbnail: null, order: 0 }],
		},
	);
	await store.close();
}

test("without the model's name no project is opened; trying again opens the model's project", async () => {
	await storeOtherProject();
	fetchManifest = async () => new Response("", { status: 503 });
	const me = newSession();
	await me.start();
	expect(me.model.value.state).toBe("failed");
	expect(me.ready.value).toBe(false);
	expect(me.addClass("cat")).toBeNull();
	fetchManifest = answerManifest;
	await Promise.all([me.retryModel(), me.retryModel()]);
	expect(me.ready.value).toBe(true);
	expect(me.model.value.state).toBe("loading");
	expect(me.addClass("cat")).toBe("cat");
	await me.stop();
	expect(await storedClasses()).toEqual({ "other-model": ["old"], "right-model": ["cat"] });
});

test("how each side of the camera is shown is kept for itself", async () => {
	const me = newSession();
	await me.start();
	me.setMirrored(false);
	me.camera.value = { ...me.camera.value, facing: "environment" };
	me.setMirrored(true);
	await me.stop();
	const again = newSession();
	await again.start();
	expect(again.camera.value.mirrored).toBe(false);
	await again.stop();
});

test("a page that is stopped while it opens writes nothing and lets the next one work", async () => {
	/** @type {(answer: Response) => void} */
	let answer = () => {};
	fetchManifest = () =>
		new Promise((resolve) => {
			answer = resolve;
		});
	const close = vi.spyOn(Store.prototype, "close");
	const me = newSession();
	const started = me.start();
	await until(() => me.model.value.state === "loading");
	expect(locks.held).toBe(1);
	await me.stop();
	await until(() => locks.held === 0);
	answer(await answerManifest());
	await started;
	expect(me.ready.value).toBe(false);
	expect(close).toHaveBeenCalledTimes(1);
	expect(await storedClasses()).toEqual({});
});

test("a page that is stopped while it waits for its turn lets the next one work", async () => {
	const first = newSession();
	await first.start();
	const second = newSession();
	const started = second.start();
	await second.stop();
	await first.stop();
	await started;
	const third = newSession();
	await third.start();
	expect(third.ready.value).toBe(true);
	expect(locks.held).toBe(1);
});

test("a page lets the next one work only after everything is written", async () => {
	const me = newSession();
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
	const next = newSession();
	await next.start();
	expect(next.classes.value.map(({ label }) => label)).toEqual(["cat"]);
	await stopped;
	expect(written).toBe(true);
});

test("a page whose projects another tab took is covered, changes nothing, and goes on with what the other taught", async () => {
	vi.stubGlobal("BroadcastChannel", Channels);
	const me = newSession();
	await me.start();
	me.addClass("cat");
	await (await me.projects()).create();
	me.addClass("cup");
	const { id } = me.project.value;
	const close = vi.spyOn(await me.performers(), "close");
	const other = newSession();
	await other.start();
	expect(me.isCovered.value).toBe(true);
	// The other tab may want the devices.
	expect(close).toHaveBeenCalledOnce();
	expect(other.classes.value.map(({ label }) => label)).toEqual(["cup"]);
	expect(me.addClass("lost")).toBeNull();
	other.addClass("dog");
	await (await other.projects()).create();
	other.addClass("elsewhere");
	await me.continueHere();
	expect([me.isCovered.value, other.isCovered.value]).toEqual([false, true]);
	expect(me.project.value.id).toBe(id);
	expect(me.classes.value.map(({ label }) => label)).toEqual(["cup", "dog"]);
	const projects = await me.projects();
	expect((await projects.list()).map(({ classes }) => classes.map(({ label }) => label))).toEqual([
		...[["cup", "dog"], ["elsewhere"], ["cat"]],
	]);
	await projects.create();
	expect(me.classes.value).toEqual([]);
	await me.stop();
	await other.stop();
	expect((await storedClasses())["right-model"]).toBeDefined();
});

test("what runs when another tab takes over goes on without the server that it came from", async () => {
	vi.stubGlobal("BroadcastChannel", Channels);
	const me = newSession();
	await me.start();
	me.addClass("cat");
	const other = newSession();
	await other.start();
	fetchManifest = () => Promise.reject(new TypeError("Failed to fetch"));
	const load = vi.spyOn(Embedder.prototype, "load");
	await me.continueHere();
	expect(me.isCovered.value).toBe(false);
	expect(me.classes.value.map(({ label }) => label)).toEqual(["cat"]);
	expect(load).not.toHaveBeenCalled();
});

test("a project that another tab deleted is not opened again, and that is said", async () => {
	vi.stubGlobal("BroadcastChannel", Channels);
	const me = newSession();
	await me.start();
	me.addClass("cat");
	me.setProjectName("Pets");
	const { id } = me.project.value;
	const other = newSession();
	await other.start();
	await (await other.projects()).bin(id);
	await me.continueHere();
	expect([me.classes.value, me.notice.value]).toEqual([[], { key: "deleted", name: "Pets", id }]);
});

test("a tab of an older version that has the projects open is told of, until it is closed", async () => {
	const stores = ["projects", "examples", "embeddings", "thumbnails", "outbox", "preferences"];
	const upgrade = (/** @type {any} */ db) => void stores.map((name) => db.createObjectStore(name));
	const older = await openDB("show-and-tell", 1, { upgrade });
	const me = newSession();
	const started = me.start();
	await until(() => me.problem.value?.code === "storageBlocked", "it is said");
	older.close();
	await started;
	expect([me.ready.value, me.problem.value]).toEqual([true, null]);
});

test("projects that can't be read are told of", async () => {
	vi.spyOn(Store.prototype, "examples").mockRejectedValue(new DOMException("Internal error", "UnknownError"));
	const me = newSession();
	await me.start();
	expect(me.problem.value).toMatchObject({ code: "storageBroken", came: "UnknownError: Internal error" });
});

test.each([
	["a room of this browser opens its project, and asks nobody", "?room=kiwi-42", null, "KIWI-42"],
	["a room of the server opens a new project", "?room=PLUM-1", "joined", "PLUM-1"],
	["a room that is nowhere opens one's own, and says so", "?room=NO-1", "noSuchRoom", null],
	["a code that is none opens one's own, and says so", "?room=%3C%3E", "badRoom", null],
	["a room that the server does not tell of opens one's own, and says why", "?room=MANY-1", "tooManyTries", null],
])("the address of %s", async (_, query, key, room) => {
	const store = /** @type {Store} */ (await Store.open({ report: () => {} }));
	const ownerSecrets = { "KIWI-42": "what its owner was given" };
	store.save({ ...newProject("right-model", "KIWI-42"), usedAt: 1, ownerSecrets });
	const own = { ...newProject("right-model"), name: "Own", usedAt: 2 };
	store.save(own);
	await store.close();
	/** @type {string[]} */
	const asked = [];
	vi.stubGlobal("fetch", async (/** @type {URL} */ url) => {
		if (!String(url).includes("api/rooms")) return answerManifest();
		asked.push(String(url));
		const code = String(url).endsWith("MANY-1") ? "tooManyTries" : "noSuchRoom";
		const error = { code, message: "", hint: "" };
		return new Response(JSON.stringify(String(url).endsWith("PLUM-1") ? { ok: true } : { ok: false, error }));
	});
	const ownerSecret = "a secret of an owner";
	const me = createSession({ base: `http://page.test/${query}`, server: false, ownerSecret });
	sessions.push(me);
	await me.start();
	expect(me.project.value.room).toBe(room);
	expect(me.notice.value?.key ?? me.problem.value?.code ?? null).toBe(key);
	expect(asked.length).toBe(key === null || key === "badRoom" ? 0 : 1);
	expect(me.project.value.cameFrom).toBe(key === "joined" ? own.id : null);
	if (room === null) expect(me.project.value.name).toBe("Own");
	await me.stop();
	const after = /** @type {Store} */ (await Store.open({ report: () => {} }));
	const all = await after.projects();
	const offered = all.flatMap(({ offeredSecrets }) => Object.entries(offeredSecrets ?? {}));
	expect(offered).toEqual(room === null ? [] : [[room, ownerSecret]]);
	// Nobody has proved the link's.
	expect(all.find((each) => each.room === "KIWI-42")?.ownerSecrets).toEqual(ownerSecrets);
	await after.close();
});

test("a refusal is shown until an action succeeds, and no longer", async () => {
	const me = newSession();
	await me.start();
	expect(me.addClass("  ")).toBeNull();
	expect(me.problem.value?.code).toBe("emptyLabel");
	expect(me.addClass("cat")).toBe("cat");
	expect(me.problem.value).toBeNull();
	// What another part says is not put away by an action.
	me.problem.value = { code: "modelChanged", message: "", hint: "" };
	me.addClass("dog");
	expect(me.problem.value?.code).toBe("modelChanged");
});

test("files that can't be read stay with their class until they are dismissed", async () => {
	const me = newSession();
	await me.start();
	for (const label of ["cat", "dog", "cow"]) {
		me.addClass(label);
		me.unreadFiles.value = [
			...me.unreadFiles.value,
			{ label, name: `${label}.jpg`, error: { code: "emptyFile", message: "", hint: "" } },
		];
	}
	me.renameClass("cat", "lion");
	me.deleteClass("dog");
	expect(me.unreadFiles.value.map(({ label, name }) => [label, name])).toEqual([
		["lion", "cat.jpg"],
		["cow", "cow.jpg"],
	]);
	me.dismissUnreadFiles("lion");
	expect(me.unreadFiles.value.map(({ label }) => label)).toEqual(["cow"]);
});

test("a class is moved by places, stops at the ends, is undone, and nothing happens where it stays or is not there", async () => {
	const me = newSession();
	await me.start();
	for (const label of ["a", "b", "c", "d"]) me.addClass(label);
	const order = () => me.classes.value.map(({ label }) => label).join("");
	for (const [label, by, expected] of /** @type {[string, number, string][]} */ ([
		["d", -1, "abdc"],
		["a", 2, "bdac"],
		["c", -9, "cbda"],
		["b", 9, "cdab"],
	])) {
		const before = order();
		me.moveClass(label, by);
		expect([label, by, order()]).toEqual([label, by, expected]);
		me.undo();
		expect(order()).toBe(before);
		me.redo();
		expect(order()).toBe(expected);
	}
	const { undo } = me.history.value;
	for (const [label, by] of /** @type {[string, number][]} */ ([
		["c", -1],
		["b", 1],
		["d", 0],
		["x", 1],
	]))
		me.moveClass(label, by);
	expect(order()).toBe("cdab");
	expect(me.history.value.undo).toEqual(undo);
	expect(me.problem.value).toBeNull();
});

test("a name is kept, cut to the contract's length, and is the same person's when it changes", async () => {
	const first = newSession();
	await first.start();
	const { id, secret } = first.member.value ?? {};
	const projects = await first.projects();
	await projects.setMemberName("  ");
	expect(first.member.value).toEqual({ id, name: "", secret });
	await projects.setMemberName(` ${"🦊".repeat(70)}`);
	expect([...(first.member.value?.name ?? "")]).toHaveLength(60);
	await projects.setMemberName("Mi\ud800a ");
	expect(first.member.value).toEqual({ id, name: "Mia", secret });
	await first.stop();
	const second = newSession();
	await second.start();
	expect(second.member.value).toEqual({ id, name: "Mia", secret });
	await (await second.projects()).setMemberName("");
	expect(second.member.value).toEqual({ id, name: "", secret });
});

test("what a crash left without its project is swept when projects are first asked for", async () => {
	const store = /** @type {Store} */ (await Store.open({ report: () => {} }));
	store.write([{ store: "examples", key: ["ghost", "a"], value: { project: "ghost", id: "a" } }]);
	await store.close();
	const me = newSession();
	await me.start();
	me.addClass("cat");
	await (await me.projects()).list();
	await me.stop();
	const again = /** @type {Store} */ (await Store.open({ report: () => {} }));
	expect(await again.owners("examples")).toEqual([]);
	expect((await again.projects()).map(({ classes }) => classes.map(({ label }) => label))).toEqual([["cat"]]);
	await again.close();
});

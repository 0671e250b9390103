// The sync client against a connection whose messages come in an order that the test chooses: a real server can't be timed.

import { afterEach, expect, test } from "vitest";
import { Replica } from "../../src/project/replica.js";
import { newProject } from "../../src/project/store.js";
import { Teaching } from "../../src/project/teaching.js";
import { DEFAULT_SETTINGS } from "../../src/state/state.js";
import { SyncClient } from "../../src/sync/sync-client.js";
import { embeddingOf, MODEL, until } from "../support/client.js";
import { Wire } from "../support/wire.js";

/** @type {SyncClient[]} */
const syncClients = [];
afterEach(() => {
	for (const syncClient of syncClients.splice(0)) syncClient.close();
});

const JOINED = { room: "KIWI-42", epoch: "one", labels: [], revision: 0, settings: { ...DEFAULT_SETTINGS } };

/** A client that was in the room before, up to revision 0. */
function setUp() {
	const wire = new Wire();
	const replica = new Replica({ ...newProject(MODEL.id, "KIWI-42"), epoch: "one" }, null);
	const { outbox } = replica;
	/** @type {string[]} */
	const problems = [];
	/** The k of the settings that the room had. @type {number[]} */
	const remoteK = [];
	const syncClient = new SyncClient({
		connection: /** @type {any} */ (wire),
		replica,
		model: MODEL,
		onSettings: ({ k }) => remoteK.push(k),
		onProblem: ({ code }) => problems.push(code),
	});
	syncClients.push(syncClient);
	/** @param {string} id @param {number} revision */
	const announceAdded = (id, revision) =>
		wire.tell("exampleAdded", {
			id,
			label: "cat",
			group: null,
			embedding: embeddingOf(1, 2, 3, 4).buffer,
			revision,
		});
	/** @param {string} id */
	const show = (id) => {
		const example = { id, label: "cat", group: null, embedding: embeddingOf(1, 2, 3, 4), thumbnail: null };
		replica.add([example], [{ op: "add", id, label: "cat" }]);
		syncClient.send();
	};
	return { wire, replica, outbox, syncClient, problems, remoteK, announceAdded, show };
}

test("events between joining and its answer are not lost", async () => {
	const { wire, replica, syncClient, announceAdded } = setUp();
	wire.listener.onConnect();
	const join = await wire.next("join");
	announceAdded("x", 1);
	expect(replica.ids()).toEqual([]);
	join.answer(JOINED);
	await until(() => syncClient.inSync.value);
	expect(replica.ids()).toEqual(["x"]);
	expect(replica.project.revision).toBe(1);
});

test("events that come during catching up, and are in its answer, are applied once", async () => {
	const { wire, replica, syncClient, announceAdded } = setUp();
	wire.listener.onConnect();
	(await wire.next("join")).answer({ ...JOINED, labels: [{ label: "cat", count: 1 }], revision: 1 });
	const sync = await wire.next("sync");
	announceAdded("y", 2);
	wire.tell("exampleRemoved", { id: "y", revision: 3 });
	announceAdded("z", 4);
	const example = { label: "cat", group: null, embedding: embeddingOf(1, 2, 3, 4).buffer };
	sync.answer({
		revision: 3,
		labels: [{ label: "cat", count: 1 }],
		examples: [{ id: "x", ...example }],
		removed: ["y"],
		full: false,
	});
	await until(() => syncClient.inSync.value);
	expect(replica.ids()).toEqual(["x", "z"]);
	expect(replica.project.revision).toBe(4);
});

test("a revision that stays missing is asked for", async () => {
	const { wire, replica, syncClient, announceAdded } = setUp();
	wire.listener.onConnect();
	(await wire.next("join")).answer(JOINED);
	await until(() => syncClient.inSync.value);
	announceAdded("late", 2);
	const sync = await wire.next("sync");
	expect(sync.data).toEqual({ since: 0, packed: true });
	const example = { label: "cat", group: null, embedding: embeddingOf(1, 2, 3, 4).buffer };
	sync.answer({
		revision: 2,
		labels: [{ label: "cat", count: 2 }],
		examples: [
			{ id: "lost", ...example },
			{ id: "late", ...example },
		],
		removed: [],
		full: false,
	});
	await until(() => syncClient.canAnswer);
	expect(replica.ids().sort()).toEqual(["late", "lost"]);
});

test("a room that changed without telling how is asked, once", async () => {
	const { wire, syncClient } = setUp();
	wire.listener.onConnect();
	(await wire.next("join")).answer(JOINED);
	await until(() => syncClient.inSync.value);
	const changed = (/** @type {number} */ revision) => wire.listener.onEvent({ event: "changed", data: { revision } });
	changed(1);
	(await wire.next("sync")).answer({ revision: 1, labels: [], examples: [], removed: [], full: false });
	await until(() => syncClient.canAnswer);
	changed(1);
	expect(syncClient.canAnswer).toBe(true);
});

test("the server can't answer while a change waits to be sent; it can while one is on its way", async () => {
	const { wire, syncClient, outbox, show } = setUp();
	wire.listener.onConnect();
	(await wire.next("join")).answer(JOINED);
	await until(() => syncClient.inSync.value);
	show("a");
	const first = await wire.next("addExample");
	expect(syncClient.canAnswer).toBe(true);
	show("b");
	expect(syncClient.canAnswer).toBe(false);
	first.answer({ revision: 1 });
	(await wire.next("addExample")).answer({ revision: 2 });
	await until(() => outbox.length === 0 && syncClient.canAnswer);
});

test("a refused addition is kept, and the page goes on without the server until something makes room", async () => {
	const { wire, replica, outbox, syncClient, problems, show } = setUp();
	/** Ids in the room, which is full while there is one. */
	const roomIds = new Set(["old"]);
	/** @param {string} id */
	const add = async (id) => {
		const request = await wire.next("addExample");
		expect(request.data.id).toBe(id);
		if (roomIds.size > 0) return request.refuse("tooManyExamples");
		roomIds.add(id);
		request.answer({ revision: 3 });
	};
	replica.add([{ id: "old", label: "cat", group: null, embedding: embeddingOf(1, 2, 3, 4), thumbnail: null }]);
	replica.project.revision = 1;
	wire.listener.onConnect();
	(await wire.next("join")).answer({ ...JOINED, revision: 1 });
	await until(() => syncClient.inSync.value);
	show("a");
	await add("a");
	await until(() => syncClient.note.value !== null);
	expect(syncClient.note.value?.code).toBe("roomRefused");
	expect(problems).toEqual(["roomRefused"]);
	expect([replica.ids(), outbox.length, syncClient.canAnswer]).toEqual([["old", "a"], 1, false]);
	replica.remove(["old"], [{ op: "remove", id: "old" }]);
	syncClient.send({ madeRoom: true });
	(await wire.next("join")).answer({ ...JOINED, revision: 1 });
	expect(syncClient.note.value).toBeNull();
	await add("a");
	const remove = await wire.next("removeExample");
	roomIds.delete(remove.data.id);
	remove.answer({ revision: 2 });
	await add("a");
	await until(() => syncClient.canAnswer);
	expect([outbox.length, [...roomIds]]).toEqual([0, ["a"]]);
});

test.each(["tooFast", "notSaved", "notOpened", "damagedStore"])("what is refused as %s is sent again", async (code) => {
	const { wire, outbox, syncClient, show } = setUp();
	wire.listener.onConnect();
	(await wire.next("join")).answer(JOINED);
	await until(() => syncClient.inSync.value);
	show("a");
	const first = await wire.next("addExample");
	expect(first.data).toMatchObject({ id: "a", label: "cat", change: { n: 1 } });
	first.refuse(code);
	const again = await wire.next("addExample");
	expect(again.data).toEqual(first.data);
	again.answer({ revision: 1 });
	await until(() => outbox.length === 0 && syncClient.canAnswer);
});

test("a server that can't keep what it gets is told of once, and sent to until it can", async () => {
	const { wire, outbox, syncClient, problems, show } = setUp();
	wire.listener.onConnect();
	(await wire.next("join")).answer(JOINED);
	await until(() => syncClient.inSync.value);
	show("a");
	for (let count = 0; count < 2; count += 1) {
		(await wire.next("addExample")).refuse("notSaved");
		await until(() => syncClient.note.value?.code === "notSaved");
		// Its answers would be without what it was sent.
		expect([outbox.length, syncClient.canAnswer]).toEqual([1, false]);
	}
	(await wire.next("addExample")).answer({ revision: 1 });
	await until(() => outbox.length === 0);
	await until(() => syncClient.note.value === null);
	expect(problems).toEqual(["notSaved"]);
});

test("a room that can't be opened or kept just now is told of, whatever asks, until it can", async () => {
	const { wire, syncClient, problems } = setUp();
	const isNoted = (/** @type {string} */ code) => until(() => syncClient.note.value?.code === code, code);
	const isOver = () => until(() => syncClient.note.value === null, "the note is gone");
	wire.listener.onConnect();
	(await wire.next("join")).refuse("damagedStore");
	await isNoted("damagedStore");
	(await wire.next("join")).answer({ ...JOINED, revision: 1 });
	const sync = await wire.next("sync");
	expect(syncClient.note.value).toBeNull();
	sync.refuse("notOpened");
	await isNoted("notOpened");
	(await wire.next("sync")).answer({ revision: 1, labels: [], examples: [], removed: [], full: false });
	await isOver();
	const asked = syncClient.request("setAccess", { locked: true });
	(await wire.next("setAccess")).refuse("notSaved");
	await isNoted("notSaved");
	(await wire.next("setAccess")).answer({});
	await asked;
	await isOver();
	expect(problems).toEqual(["damagedStore", "notOpened", "notSaved"]);
});

test("an example recorded into a class that another member clears is kept, and sent", async () => {
	const { wire, replica, outbox, syncClient, show } = setUp();
	wire.listener.onConnect();
	(await wire.next("join")).answer(JOINED);
	await until(() => syncClient.inSync.value);
	show("a");
	(await wire.next("addExample")).answer({ revision: 1 });
	await until(() => outbox.length === 0);
	show("b");
	const request = await wire.next("addExample");
	wire.tell("labelCleared", { label: "cat", revision: 2 });
	expect(replica.ids()).toEqual(["b"]);
	request.answer({ revision: 3 });
	// The two changes crossed: the room is asked what it holds.
	const sync = await wire.next("sync");
	expect(sync.data).toEqual({ since: 1, packed: true });
	const example = { label: "cat", group: null, embedding: embeddingOf(1, 2, 3, 4).buffer };
	const labels = [{ label: "cat", count: 1 }];
	sync.answer({ revision: 3, labels, examples: [{ id: "b", ...example }], removed: ["a"], full: false });
	await until(() => syncClient.canAnswer);
	expect(replica.ids()).toEqual(["b"]);
});

test("an example that was removed here does not come back by catching up", async () => {
	const { wire, replica, outbox, syncClient, show } = setUp();
	show("a");
	replica.remove(["a"]);
	outbox.load([{ n: 1, op: "remove", id: "a" }]);
	wire.listener.onConnect();
	const labels = [{ label: "cat", count: 1 }];
	(await wire.next("join")).answer({ ...JOINED, labels, revision: 1 });
	const example = { label: "cat", group: null, embedding: embeddingOf(1, 2, 3, 4).buffer };
	(await wire.next("sync")).answer({
		revision: 1,
		labels,
		examples: [{ id: "a", ...example }],
		removed: [],
		full: false,
	});
	await until(() => wire.requests.length > 0);
	expect(replica.ids()).toEqual([]);
	(await wire.next("removeExample")).answer({ revision: 2 });
	const empty = { labels: [{ label: "cat", count: 0 }], examples: [], removed: ["a"], full: false };
	(await wire.next("sync")).answer({ revision: 2, ...empty });
	await until(() => syncClient.canAnswer);
	expect(replica.ids()).toEqual([]);
});

test("changes are sent under the names of their time, so that the server makes the same classes in the same order", async () => {
	const { wire, replica, syncClient, show } = setUp();
	show("a");
	replica.rename("cat", "lion", [{ op: "rename", from: "cat", to: "lion" }]);
	wire.listener.onConnect();
	(await wire.next("join")).answer(JOINED);
	const add = await wire.next("addExample");
	expect(add.data).toMatchObject({ id: "a", label: "cat" });
	add.answer({ revision: 1 });
	const rename = await wire.next("renameLabel");
	expect(rename.data).toMatchObject({ from: "cat", to: "lion" });
	rename.answer({ revision: 2 });
	await until(() => syncClient.inSync.value || wire.requests.length > 0);
	expect(replica.example("a").label).toBe("lion");
});

test("a room in use keeps its settings when a client with a project of its own joins", async () => {
	const { wire, replica, outbox, syncClient, remoteK } = setUp();
	replica.project.epoch = null;
	replica.project.name = "Mine";
	wire.listener.onConnect();
	const labels = [{ label: "cat", count: 0 }];
	(await wire.next("join")).answer({ ...JOINED, labels, revision: 1, settings: { ...DEFAULT_SETTINGS, k: 7 } });
	(await wire.next("sync")).answer({ revision: 1, labels, examples: [], removed: [], full: true });
	expect(remoteK).toEqual([7]);
	expect(outbox.items.map(({ op }) => op)).not.toContain("configure");
	await until(() => syncClient.canAnswer);
	// The room has the class already.
	expect(wire.requests).toEqual([]);
});

test.each([
	["without a class keeps the settings that somebody gave it", { k: 7 }, [7], []],
	["that is new gets the settings of who comes first", {}, [], ["configure"]],
])("a room %s", async (_, ofRoom, remote, sent) => {
	const { wire, replica, outbox, remoteK } = setUp();
	replica.project.epoch = null;
	replica.project.settings = { ...DEFAULT_SETTINGS, k: 5 };
	wire.listener.onConnect();
	(await wire.next("join")).answer({ ...JOINED, settings: { ...DEFAULT_SETTINGS, ...ofRoom } });
	await until(() => remoteK.length + outbox.length > 0);
	expect(remoteK).toEqual(remote);
	expect(outbox.items.map(({ op }) => op)).toEqual(sent);
});

test("a class is sent with the colour that it got, not with that of a later class of its name", async () => {
	const { wire, replica, syncClient } = setUp();
	const teaching = new Teaching({ replica });
	teaching.connect(syncClient);
	teaching.addClass("dog");
	teaching.addClass("cat");
	teaching.deleteClass("dog");
	teaching.deleteClass("cat");
	teaching.addClass("cat");
	wire.listener.onConnect();
	(await wire.next("join")).answer(JOINED);
	for (const [event, data] of /** @type {[string, Record<string, unknown>][]} */ ([
		["addLabel", { label: "dog", colour: 0, emoji: null }],
		["addLabel", { label: "cat", colour: 1, emoji: null }],
		["clearLabel", { label: "dog" }],
		["clearLabel", { label: "cat" }],
		["addLabel", { label: "cat", colour: 0, emoji: null }],
	])) {
		const request = await wire.next(event);
		expect(request.data).toMatchObject(data);
		request.answer({ revision: replica.project.revision + 1, colour: request.data.colour, emoji: null });
	}
	await until(() => syncClient.canAnswer);
	expect(replica.colourOf("cat")).toBe(0);
});

test("a change is sent at once, in the call that follows it", async () => {
	const { wire, syncClient, show } = setUp();
	wire.listener.onConnect();
	(await wire.next("join")).answer(JOINED);
	await until(() => syncClient.inSync.value);
	show("a");
	expect(wire.requests.map(({ event, data }) => [event, data])).toMatchObject([
		["addExample", { id: "a", label: "cat" }],
	]);
});

test("a change whose answer comes after a rejoining is sent again, and the room is asked what it holds", async () => {
	const { wire, replica, syncClient, show } = setUp();
	wire.listener.onConnect();
	(await wire.next("join")).answer(JOINED);
	await until(() => syncClient.inSync.value);
	replica.addLabel("too long", [{ op: "label", label: "too long" }]);
	syncClient.send();
	(await wire.next("addLabel")).refuse("longLabel");
	await until(() => syncClient.note.value !== null);
	show("a");
	const first = await wire.next("addExample");
	syncClient.send({ madeRoom: true });
	first.answer({ revision: 1 });
	const labels = [{ label: "cat", count: 1 }];
	(await wire.next("join")).answer({ ...JOINED, labels, revision: 1 });
	const { embedding } = replica.example("a");
	const examples = [{ id: "a", label: "cat", group: null, embedding: embedding.slice().buffer }];
	(await wire.next("sync")).answer({ revision: 1, labels, examples, removed: [], full: false });
	(await wire.next("addLabel")).refuse("longLabel");
	// Another member changed something in between: the server answers the second arrival with its newest revision.
	(await wire.next("addExample")).answer({ revision: 2 });
	const sync = await wire.next("sync");
	expect(sync.data).toEqual({ since: 1, packed: true });
});

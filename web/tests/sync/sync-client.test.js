// What can't be timed with a real server: messages in an order that the test chooses.

import { afterEach, expect, test } from "vitest";
import { Problem } from "../../src/contract/problem.js";
import { Replica } from "../../src/project/replica.js";
import { newProject } from "../../src/project/store.js";
import { DEFAULT_SETTINGS } from "../../src/state/state.js";
import { SyncClient } from "../../src/sync/sync-client.js";
import { MODEL, until, vector } from "../support/client.js";

/** A connection whose other end is the test: it answers the requests and sends the events. */
class Wire {
	connected = true;
	/** @type {{event: string, data: any, answer: (ack: object) => void, refuse: (code: string) => void}[]} */
	asked = [];
	/** @type {any} */
	listener;

	/** @param {import("../../src/sync/connection.js").ConnectionListener} listener */
	listen(listener) {
		this.listener = listener;
	}

	/** @param {string} event @param {any} data */
	tell(event, data) {
		this.listener.onEvent({ event, data });
	}

	/**
	 * @param {string} event
	 * @param {Record<string, unknown>} data
	 */
	request(event, data) {
		return new Promise((resolve, reject) => {
			this.asked.push({
				event,
				data,
				answer: (ack) => resolve({ ok: true, ...ack }),
				refuse: (code) => reject(new Problem({ code, message: code, hint: "" })),
			});
		});
	}

	/** @param {string} event */
	async next(event) {
		await until(() => this.asked.length > 0, event);
		const asked = this.asked.shift();
		expect(asked?.event).toBe(event);
		return /** @type {NonNullable<typeof asked>} */ (asked);
	}
}

/** @type {SyncClient[]} */
const syncClients = [];
afterEach(() => {
	for (const syncClient of syncClients.splice(0)) syncClient.close();
});

const JOINED = { room: "KIWI-42", epoch: "one", labels: [], revision: 0, settings: { ...DEFAULT_SETTINGS } };

/** A page that was in the room before, up to revision 0. */
function bench() {
	const wire = new Wire();
	const replica = new Replica({ ...newProject(MODEL.id, "KIWI-42"), epoch: "one" }, null);
	const { outbox } = replica;
	/** @type {string[]} */
	const problems = [];
	/** @type {number[]} the rooms' k */
	const agreed = [];
	const syncClient = new SyncClient({
		connection: /** @type {any} */ (wire),
		replica,
		model: MODEL,
		onSettings: ({ k }) => agreed.push(k),
		onProblem: ({ code }) => problems.push(code),
	});
	syncClients.push(syncClient);
	/** @param {string} id @param {number} revision */
	const added = (id, revision) =>
		wire.tell("exampleAdded", {
			id,
			label: "cat",
			group: null,
			embedding: vector(1, 2, 3, 4).buffer,
			revision,
		});
	/** @param {string} id */
	const show = (id) => {
		const example = { id, label: "cat", group: null, embedding: vector(1, 2, 3, 4), thumbnail: null };
		replica.add([example], [{ op: "add", id, label: "cat" }]);
		syncClient.send();
	};
	return { wire, replica, outbox, syncClient, problems, agreed, added, show };
}

test("news between the joining and its answer are not lost", async () => {
	const { wire, replica, syncClient, added } = bench();
	wire.listener.onConnect();
	const join = await wire.next("join");
	added("x", 1);
	expect(replica.ids()).toEqual([]);
	join.answer(JOINED);
	await until(() => syncClient.inSync.value);
	expect(replica.ids()).toEqual(["x"]);
	expect(replica.project.revision).toBe(1);
});

test("news that came while the room was asked, and are in its answer, are taken once", async () => {
	const { wire, replica, syncClient, added } = bench();
	wire.listener.onConnect();
	(await wire.next("join")).answer({ ...JOINED, labels: [{ label: "cat", count: 1 }], revision: 1 });
	const sync = await wire.next("sync");
	added("y", 2);
	wire.tell("exampleRemoved", { id: "y", revision: 3 });
	added("z", 4);
	const example = { label: "cat", group: null, embedding: vector(1, 2, 3, 4).buffer };
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

test("a number that stays missing is asked for", async () => {
	const { wire, replica, syncClient, added } = bench();
	wire.listener.onConnect();
	(await wire.next("join")).answer(JOINED);
	await until(() => syncClient.inSync.value);
	added("late", 2);
	const sync = await wire.next("sync");
	expect(sync.data).toEqual({ since: 0 });
	const example = { label: "cat", group: null, embedding: vector(1, 2, 3, 4).buffer };
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

test("a change that waits for its confirmation keeps the server from being asked; one under way does not", async () => {
	const { wire, syncClient, outbox, show } = bench();
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

test("an addition that is refused is kept, and the page goes on by itself until something made room", async () => {
	const { wire, replica, outbox, syncClient, problems, show } = bench();
	/** The room is full while it holds one. */
	const held = new Set(["old"]);
	/** @param {string} id */
	const add = async (id) => {
		const asked = await wire.next("addExample");
		expect(asked.data.id).toBe(id);
		if (held.size > 0) return asked.refuse("tooManyExamples");
		held.add(id);
		asked.answer({ revision: 3 });
	};
	replica.add([{ id: "old", label: "cat", group: null, embedding: vector(1, 2, 3, 4), thumbnail: null }]);
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
	held.delete(remove.data.id);
	remove.answer({ revision: 2 });
	await add("a");
	await until(() => syncClient.canAnswer);
	expect([outbox.length, [...held]]).toEqual([0, ["a"]]);
});

test("a server that is asked too fast is given time, and nothing is lost", async () => {
	const { wire, outbox, syncClient, show } = bench();
	wire.listener.onConnect();
	(await wire.next("join")).answer(JOINED);
	await until(() => syncClient.inSync.value);
	show("a");
	(await wire.next("addExample")).refuse("tooFast");
	const again = await wire.next("addExample");
	expect(again.data).toEqual({ id: "a", label: "cat" });
	again.answer({ revision: 1 });
	await until(() => outbox.length === 0 && syncClient.canAnswer);
});

test("what is recorded into a class that another clears is kept, and sent", async () => {
	const { wire, replica, outbox, syncClient, show } = bench();
	wire.listener.onConnect();
	(await wire.next("join")).answer(JOINED);
	await until(() => syncClient.inSync.value);
	show("a");
	(await wire.next("addExample")).answer({ revision: 1 });
	await until(() => outbox.length === 0);
	show("b");
	const waiting = await wire.next("addExample");
	wire.tell("labelCleared", { label: "cat", revision: 2 });
	expect(replica.ids()).toEqual(["b"]);
	waiting.answer({ revision: 3 });
	// The two crossed: the room is asked what came of it.
	const sync = await wire.next("sync");
	expect(sync.data).toEqual({ since: 1 });
	const example = { label: "cat", group: null, embedding: vector(1, 2, 3, 4).buffer };
	const labels = [{ label: "cat", count: 1 }];
	sync.answer({ revision: 3, labels, examples: [{ id: "b", ...example }], removed: ["a"], full: false });
	await until(() => syncClient.canAnswer);
	expect(replica.ids()).toEqual(["b"]);
});

test("what was removed here does not come back with what the room still holds", async () => {
	const { wire, replica, outbox, syncClient, show } = bench();
	show("a");
	replica.remove(["a"]);
	outbox.load([{ n: 1, op: "remove", id: "a" }]);
	wire.listener.onConnect();
	const labels = [{ label: "cat", count: 1 }];
	(await wire.next("join")).answer({ ...JOINED, labels, revision: 1 });
	const example = { label: "cat", group: null, embedding: vector(1, 2, 3, 4).buffer };
	(await wire.next("sync")).answer({
		revision: 1,
		labels,
		examples: [{ id: "a", ...example }],
		removed: [],
		full: false,
	});
	await until(() => wire.asked.length > 0);
	expect(replica.ids()).toEqual([]);
	(await wire.next("removeExample")).answer({ revision: 2 });
	const empty = { labels: [{ label: "cat", count: 0 }], examples: [], removed: ["a"], full: false };
	(await wire.next("sync")).answer({ revision: 2, ...empty });
	await until(() => syncClient.canAnswer);
	expect(replica.ids()).toEqual([]);
});

test("changes are sent under the names of their time, so that the server makes the same classes in the same order", async () => {
	const { wire, replica, syncClient, show } = bench();
	show("a");
	replica.rename("cat", "lion", [{ op: "rename", from: "cat", to: "lion" }]);
	wire.listener.onConnect();
	(await wire.next("join")).answer(JOINED);
	const add = await wire.next("addExample");
	expect(add.data).toEqual({ id: "a", label: "cat" });
	add.answer({ revision: 1 });
	const rename = await wire.next("renameLabel");
	expect(rename.data).toEqual({ from: "cat", to: "lion" });
	rename.answer({ revision: 2 });
	await until(() => syncClient.inSync.value || wire.asked.length > 0);
	expect(replica.example("a").label).toBe("lion");
});

test("a room that others use keeps its settings when a visitor who named the project comes", async () => {
	const { wire, replica, outbox, syncClient, agreed } = bench();
	replica.project.epoch = null;
	replica.project.name = "Mine";
	wire.listener.onConnect();
	const labels = [{ label: "cat", count: 0 }];
	(await wire.next("join")).answer({ ...JOINED, labels, revision: 1, settings: { ...DEFAULT_SETTINGS, k: 7 } });
	(await wire.next("sync")).answer({ revision: 1, labels, examples: [], removed: [], full: true });
	expect(agreed).toEqual([7]);
	expect(outbox.items.map(({ op }) => op)).not.toContain("configure");
	(await wire.next("addLabel")).answer({ revision: 1 });
	await until(() => syncClient.canAnswer);
});

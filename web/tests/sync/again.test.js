// A change that the room had made before, and what others did since: another loss of the connection, or a reload, in any moment
// of it leaves nothing here that is not in the room.

import { afterEach, expect, test } from "vitest";
import { Replica } from "../../src/project/replica.js";
import { newProject } from "../../src/project/store.js";
import { DEFAULT_SETTINGS } from "../../src/state/state.js";
import { SyncClient } from "../../src/sync/sync-client.js";
import { embeddingOf, MODEL, until } from "../support/client.js";
import { Wire } from "../support/wire.js";

const LABELS = [{ label: "cat", count: 1, colour: 0, emoji: null }];
const JOINED = { room: "KIWI-42", epoch: "one", labels: LABELS, revision: 0, settings: { ...DEFAULT_SETTINGS } };

/** @type {SyncClient[]} */
const syncClients = [];

afterEach(() => {
	for (const each of syncClients.splice(0)) each.close();
});

/** A page that is opened, for the first time or after a reload. @param {Replica} replica */
function open(replica) {
	const wire = new Wire();
	const connection = /** @type {any} */ (wire);
	const nothing = () => {};
	const syncClient = new SyncClient({ connection, replica, model: MODEL, onSettings: nothing, onProblem: nothing });
	syncClients.push(syncClient);
	wire.listener.onConnect();
	return { wire, syncClient };
}

/** @param {Replica} replica @param {string} id */
const add = (replica, id) =>
	replica.add(
		[{ id, label: "cat", group: null, embedding: embeddingOf(1, 2, 3, 4), thumbnail: null }],
		[{ op: "add", id, label: "cat" }],
	);

/**
 * Answers as a room does in which "a" came with revision 1, and was removed with 2.
 * @param {Wire} wire
 * @param {SyncClient} syncClient
 * @param {number} revision the room's
 */
async function answerAll(wire, syncClient, revision) {
	const answers = {
		join: () => ({ ...JOINED, revision }),
		sync: (/** @type {any} */ { since }) => ({
			...{ revision, labels: LABELS, examples: [], full: false },
			removed: since < 2 ? ["a"] : [],
		}),
		addExample: (/** @type {any} */ { id }) => (id === "a" ? { revision, again: true } : { revision: ++revision }),
	};
	await until(() => {
		for (const { event, data, answer } of wire.requests.splice(0)) {
			answer(answers[/** @type {keyof typeof answers} */ (event)](data));
		}
		return syncClient.canAnswer;
	});
}

/** The answer to "a" was lost, another member removed it, and it is sent again. */
async function sendAgain() {
	const replica = new Replica({ ...newProject(MODEL.id, "KIWI-42"), epoch: "one" }, null);
	add(replica, "a");
	const { wire, syncClient } = open(replica);
	(await wire.next("join")).answer(JOINED);
	await wire.next("addExample");
	wire.drop();
	add(replica, "b");
	wire.listener.onConnect();
	(await wire.next("join")).answer({ ...JOINED, revision: 3 });
	const sync = await wire.next("sync");
	expect(sync.data.since).toBe(0);
	sync.answer({ revision: 3, labels: LABELS, examples: [], removed: ["a"], full: false });
	return { replica, wire, syncClient, request: await wire.next("addExample") };
}

const AGAIN = { revision: 3, again: true };

test.each([
	["nothing else happens", async () => {}],
	["the connection ends before the next change arrived", (/** @type {Wire} */ wire) => wire.next("addExample")],
	[
		"the connection ends while the room is asked what it holds",
		async (/** @type {Wire} */ wire) => {
			(await wire.next("addExample")).answer({ revision: 4 });
			expect((await wire.next("sync")).data.since).toBe(0);
		},
	],
])("what others removed goes here, too: %s", async (what, then) => {
	const { replica, wire, syncClient, request } = await sendAgain();
	request.answer(AGAIN);
	await then(wire);
	if (what.startsWith("the connection")) {
		wire.drop();
		wire.listener.onConnect();
	}
	await answerAll(wire, syncClient, 5);
	expect(replica.ids()).toEqual(["b"]);
	expect(replica.project.revision).toBeGreaterThan(3);
});

test.each(["before", "after"])("what others removed goes here, too: a reload %s the answer", async (when) => {
	const { replica, wire, syncClient, request } = await sendAgain();
	if (when === "after") {
		request.answer(AGAIN);
		await wire.next("addExample");
	}
	wire.drop();
	syncClient.close();
	const reloaded = open(replica);
	await answerAll(reloaded.wire, reloaded.syncClient, 3);
	expect(replica.ids()).toEqual(["b"]);
});

test("what the room kept of noted removals comes here, although the answer that said so was lost", async () => {
	const replica = new Replica({ ...newProject(MODEL.id, "KIWI-42"), epoch: "one", revision: 5 }, null);
	replica.removals.note(["x"], []);
	replica.queue([{ op: "removals" }]);
	const { wire, syncClient } = open(replica);
	(await wire.next("join")).answer({ ...JOINED, revision: 5 });
	await wire.next("noteRemovals");
	wire.drop();
	wire.listener.onConnect();
	(await wire.next("join")).answer({ ...JOINED, revision: 6 });
	const answer = { revision: 6, labels: LABELS, removed: [], full: false };
	const first = await wire.next("sync");
	expect(first.data.since).toBe(5);
	first.answer({ ...answer, examples: [] });
	(await wire.next("noteRemovals")).answer({ revision: 6, again: true });
	const sync = await wire.next("sync");
	expect(sync.data.since).toBe(0);
	const example = { id: "x", label: "cat", group: null, embedding: embeddingOf(1, 2, 3, 4).buffer };
	sync.answer({ ...answer, examples: [example] });
	await until(() => syncClient.canAnswer);
	expect(replica.ids()).toEqual(["x"]);
});

test("a change that made room, and was not answered, goes first", async () => {
	const replica = new Replica({ ...newProject(MODEL.id, "KIWI-42"), epoch: "one" }, null);
	replica.addLabel("dog", []);
	add(replica, "a");
	const { wire, syncClient } = open(replica);
	(await wire.next("join")).answer(JOINED);
	const full = await wire.next("addExample");
	replica.clear("dog", [{ op: "clear", label: "dog" }]);
	full.refuse("tooManyExamples");
	const clear = await wire.next("clearLabel");
	wire.drop();
	wire.listener.onConnect();
	(await wire.next("join")).answer(JOINED);
	const again = await wire.next("clearLabel");
	expect(again.data).toEqual(clear.data);
	again.answer({ revision: 1 });
	(await wire.next("addExample")).answer({ revision: 2 });
	await until(() => replica.outbox.length === 0);
	expect(syncClient.note.value).toBe(null);
});

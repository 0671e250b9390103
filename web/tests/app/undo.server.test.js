// Undo, the bin and the real server: what is undone and made again reaches the room, and what others delete can come back.

import fc from "fast-check";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { Losses } from "../../src/project/losses.js";
import { Connection, NoResponseError } from "../../src/sync/connection.js";
import { Client, contentsOf, embeddingOf, lookOf, until } from "../support/client.js";
import { TestServer } from "../support/server.js";
import { anyAct, perform } from "../support/undoing.js";

// A server takes seconds to start, and longer where the machine has other work.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const server = new TestServer();
/** @type {Client[]} */
const clients = [];
let rooms = 0;

/** @param {string} room @param {string} [name] */
function createClient(room, name = "Ada") {
	const created = new Client({ base: server.base, room, member: { id: name.toLowerCase(), name } });
	clients.push(created);
	return created;
}

/** @returns {string} a room's code */
function newRoom() {
	rooms += 1;
	return `UNDO-${rooms}`;
}

/**
 * @param {Client} client
 * @param {string} label
 * @param {number} n
 */
const showPicture = (client, label, n) =>
	client.teaching.addExample({
		...{ id: `${label}-${n}`, label, group: null, embedding: embeddingOf(n, 1, 0, 0) },
		thumbnail: new Blob([`picture ${n}`]),
	});

/** @param {Client} client */
const seenBy = ({ contents, look, replica }) => ({ ...contents, look, settings: replica.project.settings });

beforeAll(() => server.start());
afterAll(() => server.kill());
afterEach(() => {
	for (const each of clients.splice(0)) each.close();
});

test("any acts, undone and made again: the room and another member have the same, each time", async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(anyAct(["undo", "redo"]), { minLength: 5, maxLength: 20 }), async (acts) => {
			const room = newRoom();
			const [me, other] = [createClient(room), createClient(room, "Ben")];
			for (const one of [me, other]) await one.connect();
			let shown = 0;
			const show = (/** @type {string} */ label) => showPicture(me, label, ++shown);
			const agree = async () => {
				await me.settled();
				await until(() => JSON.stringify(seenBy(other)) === JSON.stringify(seenBy(me)), "the other has the same");
				expect(await contentsOf(server.base, room)).toEqual(me.contents);
				expect(await lookOf(server.base, room)).toEqual(me.look);
			};
			const start = seenBy(me);
			for (const act of acts) {
				if (act.what === "undo") me.undoStack.undo();
				else if (act.what === "redo") me.undoStack.redo();
				else perform({ replica: me.replica, teaching: me.teaching, show }, act);
			}
			const local = seenBy(me);
			await agree();
			expect(seenBy(me)).toEqual(local);
			const end = seenBy(me);
			const depth = me.undoStack.depth;
			while (me.undoStack.undo()) expect(me.undoStack.undoable.value?.clash).toBeUndefined();
			expect(seenBy(me)).toEqual(start);
			await agree();
			for (let i = 0; i < depth; i += 1) me.undoStack.redo();
			expect(seenBy(me)).toEqual(end);
			await agree();
			for (const one of [me, other]) {
				expect(one.problems).toEqual([]);
				one.close();
			}
		}),
		// A failure takes as long as the wait for it: it is not worth making smaller.
		{ numRuns: Number(process.env.RUNS ?? 20), endOnFailure: true },
	);
});

test("a guest deletes the owner's class: the owner is told by whom, and brings it back with its pictures", async () => {
	const room = newRoom();
	const [owner, guest] = [createClient(room, "Owner"), createClient(room, "Guest")];
	const losses = new Losses({ replica: owner.replica });
	for (const one of [owner, guest]) await one.connect();
	owner.teaching.addClass("cat");
	for (const n of [1, 2]) showPicture(owner, "cat", n);
	owner.teaching.styleClass("cat", { emoji: "🐱", colour: 7 });
	await owner.settled();
	await until(() => guest.replica.count === 2, "the guest has the examples");
	showPicture(guest, "cat", 3);
	await until(() => owner.replica.count === 3, "the owner has the guest's");
	const before = owner.look;

	guest.teaching.deleteClass("cat");
	await until(() => losses.list.length > 0, "the owner is told");
	expect(losses.list).toEqual([
		{ who: "Guest", label: "cat", isClass: true, isRefused: false, ids: ["cat-1", "cat-2"] },
	]);
	expect(owner.replica.labels).toEqual([]);
	owner.teaching.restore(losses.list[0].ids);
	expect(losses.list).toEqual([]);
	await until(() => guest.replica.count === 2, "the guest has them again");
	await owner.settled();
	expect(owner.look).toEqual(before);
	expect(await owner.replica.example("cat-1").thumbnail?.text()).toBe("picture 1");
	expect(await lookOf(server.base, room)).toEqual(before);

	// The guest's deletion is undone: only the guest's own example is missing.
	guest.undoStack.undo();
	await until(() => owner.replica.count === 3, "all three are back");
	guest.undoStack.undo();
	await until(() => owner.replica.count === 2, "the guest's own example is gone");
	await guest.settled();
	expect(guest.undoStack.undo()).toBe(false);
	expect(await contentsOf(server.base, room)).toEqual(owner.contents);
	losses.reset();
});

test("a guest who takes back the deletion gives the owner's pictures back, and nobody has to be told", async () => {
	const room = newRoom();
	const [owner, guest] = [createClient(room, "Owner"), createClient(room, "Guest")];
	const losses = new Losses({ replica: owner.replica });
	for (const one of [owner, guest]) await one.connect();
	for (const n of [1, 2]) showPicture(owner, "cat", n);
	await until(() => guest.replica.count === 2, "the guest has the examples");
	guest.teaching.deleteClass("cat");
	guest.undoStack.undo();
	guest.teaching.addClass("dog");
	guest.teaching.moveExample("cat-1", "dog");
	await guest.settled();
	await until(() => owner.replica.idsOf("dog").length === 1, "the owner has it all");
	for (const [id, picture] of [
		["cat-1", "picture 1"],
		["cat-2", "picture 2"],
	]) {
		expect(await owner.replica.example(id).thumbnail?.text()).toBe(picture);
	}
	expect(owner.replica.bin.size.value).toBe(0);
	await new Promise((resolve) => setTimeout(resolve, 1000));
	expect(losses.list).toEqual([]);
	losses.reset();
});

test("what others deleted while one was away can come back, too", async () => {
	const room = newRoom();
	const [owner, guest] = [createClient(room, "Owner"), createClient(room, "Guest")];
	const losses = new Losses({ replica: owner.replica });
	for (const one of [owner, guest]) await one.connect();
	for (const n of [1, 2]) showPicture(owner, "cat", n);
	await until(() => guest.replica.count === 2, "the guest has the examples");
	owner.connection.close();
	await until(() => guest.memberCount === 1, "the owner is away");
	guest.teaching.deleteClass("cat");
	await guest.settled();
	await owner.connect();
	await until(() => losses.list[0]?.ids.length === 2, "the owner is told of both");
	const ids = expect.arrayContaining(["cat-1", "cat-2"]);
	expect(losses.list).toEqual([{ who: null, label: "cat", isClass: false, isRefused: false, ids }]);
	owner.teaching.restore(losses.list[0].ids);
	await until(() => guest.replica.count === 2, "the guest has them again");
	expect(await owner.replica.example("cat-2").thumbnail?.text()).toBe("picture 2");
	losses.reset();
});

test.each(["cat-2", "nothing"])(
	"what was deleted before its confirmation came stays deleted; the confirmation that was lost: %s",
	async (lost) => {
		const room = newRoom();
		const [owner, guest] = [createClient(room, "Owner"), createClient(room, "Guest")];
		const losses = new Losses({ replica: owner.replica });
		for (const one of [owner, guest]) await one.connect();
		const request = vi.spyOn(owner.connection, "request");
		/** @type {(() => void)[]} */
		const losing = [];
		request.mockImplementation((event, data, options) => {
			const answer = Connection.prototype.request.call(owner.connection, event, data, options);
			if (data.id !== lost) return answer;
			answer.catch(() => {});
			return new Promise((_, reject) => losing.push(() => reject(new NoResponseError("disconnected"))));
		});
		for (const n of [1, 2]) showPicture(owner, "cat", n);
		await until(() => guest.replica.count === 2, "the guest has what was sent");
		if (lost === "nothing") await owner.settled();
		request.mockRestore();
		for (const lose of losing) lose();
		owner.connection.close();
		await until(() => guest.memberCount === 1, "the owner is away");
		guest.teaching.deleteClass("cat");
		// Somebody opens a class of that name: what is sent again does not touch it.
		showPicture(guest, "cat", 3);
		await guest.settled();
		await owner.connect();
		await until(() => losses.list[0]?.ids.length === 2, "the owner is told of both");
		expect(Object.keys(guest.contents.examples)).toEqual(["cat-3"]);
		expect(owner.contents).toEqual(guest.contents);
		losses.reset();
	},
);

test("a deletion whose confirmation was lost does not delete what others taught since", async () => {
	const room = newRoom();
	const [owner, guest] = [createClient(room, "Owner"), createClient(room, "Guest")];
	for (const one of [owner, guest]) await one.connect();
	showPicture(owner, "cat", 1);
	await until(() => guest.replica.count === 1, "the guest has it");
	await owner.settled();
	const request = vi.spyOn(owner.connection, "request");
	/** @type {(() => void)[]} */
	const losing = [];
	request.mockImplementation((event, data, options) => {
		Connection.prototype.request.call(owner.connection, event, data, options).catch(() => {});
		return new Promise((_, reject) => losing.push(() => reject(new NoResponseError("disconnected"))));
	});
	owner.teaching.deleteClass("cat");
	await until(() => guest.replica.labels.length === 0, "the deletion arrived");
	request.mockRestore();
	for (const lose of losing) lose();
	owner.connection.close();
	showPicture(guest, "cat", 2);
	await guest.settled();
	await owner.connect();
	expect(Object.keys(guest.contents.examples)).toEqual(["cat-2"]);
	expect(owner.contents).toEqual(guest.contents);
});

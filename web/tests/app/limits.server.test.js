// A server whose limits are below the contract's.

import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { Client, contentsOf, embeddingOf, until } from "../support/client.js";
import { TestServer } from "../support/server.js";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const server = new TestServer();
/** @type {Client[]} */
const clients = [];

/** @param {string} room */
function createClient(room) {
	const created = new Client({ base: server.base, room });
	clients.push(created);
	return created;
}

beforeAll(() =>
	server.start({
		SHOWTELL_EXAMPLES_PER_ROOM: "3",
		SHOWTELL_CLASSES_PER_ROOM: "3",
		SHOWTELL_LABEL_CHARACTERS: "6",
	}),
);
afterAll(() => server.kill());
afterEach(() => {
	for (const each of clients.splice(0)) each.close();
});

test("examples beyond the room's limit wait until a removal makes room", async () => {
	const me = createClient("FULL-1");
	const ids = [1, 2, 3, 4].map((n) => me.show("cat", embeddingOf(n, 1, 0, 0)));
	me.connection.open();
	await until(() => me.syncClient.note.value?.code === "roomRefused");
	expect(me.replica.ids()).toEqual(ids);
	me.teaching.deleteExample(ids[0]);
	await me.settled();
	expect(me.syncClient.note.value).toBeNull();
	expect(await contentsOf(server.base, "FULL-1")).toEqual(me.contents);
	expect(me.replica.ids()).toEqual(ids.slice(1));
});

test("classes beyond the room's limit wait until one is cleared", async () => {
	const me = createClient("FULL-2");
	for (const label of ["a", "b", "c", "d"]) me.teaching.addClass(label);
	me.connection.open();
	await until(() => me.syncClient.note.value?.code === "roomRefused");
	me.teaching.deleteClass("b");
	await me.settled();
	expect(me.replica.labels).toEqual(["a", "c", "d"]);
	expect(await contentsOf(server.base, "FULL-2")).toEqual(me.contents);
});

test("the page refuses at once what the room would refuse, by the room's limits", async () => {
	const me = createClient("FULL-3");
	for (const label of ["a", "b", "c"]) me.show(label, embeddingOf(1, 0, 0, 0));
	await me.connect();
	/** @param {() => void} act @param {string} code @param {string} limit */
	const refuses = (act, code, limit) =>
		expect(act).toThrowError(expect.objectContaining({ code, message: expect.stringContaining(limit) }));
	refuses(() => me.show("a", embeddingOf(1, 0, 0, 0)), "tooManyExamples", "3");
	refuses(() => me.teaching.addClass("d"), "tooManyClasses", "3");
	refuses(() => me.teaching.renameClass("a", "elephant"), "longLabel", "6");
	expect([me.outbox.length, me.syncClient.note.value, me.problems]).toEqual([0, null, []]);
});

test("a label that the server never accepts holds up nothing else, and is sent under its next name", async () => {
	const me = createClient("FULL-4");
	me.show("elephant", embeddingOf(1, 0, 0, 0));
	me.show("dog", embeddingOf(0, 1, 0, 0));
	me.connection.open();
	await until(() => me.syncClient.inSync.value);
	expect(me.syncClient.note.value?.code).toBe("roomRefused");
	expect(me.problems).toHaveLength(1);
	expect((await contentsOf(server.base, "FULL-4")).labels).toEqual(["dog"]);
	expect(me.replica.labels).toEqual(["elephant", "dog"]);
	expect((await me.ask(embeddingOf(1, 0, 0, 0)))?.where).toBe("browser");
	me.teaching.addClass("cow");
	await until(() => me.outbox.items.every((item) => !("label" in item) || item.label === "elephant"));
	me.teaching.renameClass("elephant", "emu");
	await me.settled();
	expect(me.syncClient.note.value).toBeNull();
	expect([...me.replica.labels].sort()).toEqual(["cow", "dog", "emu"]);
	expect(await contentsOf(server.base, "FULL-4")).toEqual(me.contents);
});

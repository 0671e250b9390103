// A project that is shared for the first time brings its look; two members who choose at the same time end with the same.

import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { Client, embeddingOf, lookOf, until } from "../support/client.js";
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

beforeAll(() => server.start());
afterAll(() => server.kill());
afterEach(() => {
	for (const each of clients.splice(0)) each.close();
});

test("order, colours, emojis and name are sent with it", async () => {
	const me = createClient("FIRST-1");
	for (const label of ["cat", "dog", "cow"]) me.teaching.addClass(label);
	me.show("cow", embeddingOf(1, 0, 0, 0));
	me.order(2);
	me.teaching.styleClass("cat", { colour: 77, emoji: "🐱" });
	me.teaching.nameProject("Farm");
	const look = ["Farm", ["cow", 2, null], ["cat", 77, "🐱"], ["dog", 1, null]];
	expect(me.look).toEqual(look);
	await me.connect();
	expect(me.look).toEqual(look);
	expect(await lookOf(server.base, "FIRST-1")).toEqual(look);
});

test("who comes to a room that has a look takes it, and brings classes in colours that are free", async () => {
	const me = createClient("FIRST-2");
	me.teaching.addClass("cat");
	me.teaching.styleClass("cat", { emoji: "🐱" });
	me.teaching.nameProject("Farm");
	await me.connect();
	const other = createClient("FIRST-2");
	for (const label of ["hen", "cat"]) other.teaching.addClass(label);
	other.teaching.nameProject("Mine");
	await other.connect();
	await until(() => JSON.stringify(me.look) === JSON.stringify(other.look), "the same look");
	expect(other.look).toEqual(["Farm", ["cat", 0, "🐱"], ["hen", 1, null]]);
});

test("two who add, style, order and name at the same time end with the same", async () => {
	const pair = [createClient("FIRST-3"), createClient("FIRST-3")];
	for (const each of pair) await each.connect();
	for (const [i, each] of pair.entries()) {
		each.teaching.addClass(`only ${i}`);
		each.teaching.addClass("both");
		each.teaching.styleClass("both", { colour: 20 + i, emoji: "🐱🐶".slice(2 * i, 2 * i + 2) });
		each.order(1);
		each.teaching.nameProject(`Name ${i}`);
	}
	const [one, other] = pair;
	await until(
		() => pair.every((each) => each.syncClient.canAnswer) && JSON.stringify(one.look) === JSON.stringify(other.look),
		"the same look",
	);
	expect(one.look).toHaveLength(4);
	expect(new Set(one.replica.classes.value.map(({ colour }) => colour)).size).toBe(3);
	expect(await lookOf(server.base, "FIRST-3")).toEqual(one.look);
});

// What a member did while the server was away, and the server came back without its memory: it holds, whoever comes back first.

import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { Client, contentsOf, embeddingOf, lookOf, until } from "../support/client.js";
import { TestServer } from "../support/server.js";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const server = new TestServer();
/** @type {Client[]} */
const clients = [];

/** @param {Partial<ConstructorParameters<typeof Client>[0]>} options */
function createClient(options) {
	const created = new Client({ base: server.base, ...options });
	clients.push(created);
	return created;
}

beforeAll(() => {
	// Not one of those that the system gives to connections: the server comes back to it while clients look for it.
	server.port = 20_000 + (process.pid % 10_000);
	return server.start();
});
afterAll(() => server.kill());
afterEach(() => {
	for (const each of clients.splice(0)) each.close();
});

/**
 * Makes a room its owner's again, and lets all change everything: whose change comes first counts then, not who owns it.
 * @param {string} room
 * @param {Client} me who owned it
 */
async function own(room, me) {
	const owner = createClient({ room });
	owner.replica.keepOwnerSecret(room, me.replica.ownerSecret);
	await owner.connect();
	owner.close();
}

/** The ids of a room's examples, as they are taught below. @typedef {Record<"cat1"|"cat2"|"dog"|"cow", string>} Ids */

/** @type {Record<string, {change: (me: Client, ids: Ids) => void, labels: string[], gone?: (keyof Ids)[], isLook?: true}>} */
const CHANGES = {
	"a class is deleted": {
		change: (me) => me.teaching.deleteClass("cat"),
		labels: ["dog", "cow", "empty"],
		gone: ["cat1", "cat2"],
	},
	"an empty class is deleted": { change: (me) => me.teaching.deleteClass("empty"), labels: ["cat", "dog", "cow"] },
	"an example is deleted": {
		change: (me, { cat1 }) => me.teaching.deleteExample(cat1),
		labels: ["cat", "dog", "cow", "empty"],
		gone: ["cat1"],
	},
	"a class's only example is deleted": {
		change: (me, { dog }) => me.teaching.deleteExample(dog),
		labels: ["cat", "dog", "cow", "empty"],
		gone: ["dog"],
	},
	"a class is renamed": {
		change: (me) => me.teaching.renameClass("cat", "lion"),
		labels: ["lion", "dog", "cow", "empty"],
	},
	"two classes are merged": { change: (me) => me.teaching.renameClass("cat", "dog"), labels: ["dog", "cow", "empty"] },
	"an example is moved": {
		change: (me, { cat2 }) => me.teaching.moveExample(cat2, "cow"),
		labels: ["cat", "dog", "cow", "empty"],
	},
	"classes are put in another order": {
		change: (me) => me.order(2),
		labels: ["cow", "cat", "dog", "empty"],
		isLook: true,
	},
	"a class gets another look, and the project a name": {
		change: (me) => {
			me.teaching.styleClass("dog", { colour: 40, emoji: "🐶" });
			me.teaching.nameProject("Farm");
		},
		labels: ["cat", "dog", "cow", "empty"],
		isLook: true,
	},
	"a deletion is undone": {
		change: (me) => {
			me.teaching.deleteClass("cat");
			me.undoStack.undo();
		},
		labels: ["dog", "cow", "empty", "cat"],
	},
};

/** @param {string} room @param {Partial<ConstructorParameters<typeof Client>[0]>} [options] */
async function createPair(room, options = {}) {
	const [me, other] = [createClient({ room, ...options }), createClient({ room })];
	await me.connect();
	const ids = {
		cat1: me.show("cat", embeddingOf(1, 0, 0, 0)),
		cat2: me.show("cat", embeddingOf(1, 1, 0, 0)),
		dog: me.show("dog", embeddingOf(0, 1, 0, 0)),
		cow: me.show("cow", embeddingOf(0, 0, 1, 0)),
	};
	me.teaching.addClass("empty");
	await me.settled();
	await other.connect();
	return { me, other, ids, room };
}

/** @param {Client[]} pair */
const areSame = ([a, b]) =>
	[a, b].every((one) => one.syncClient.canAnswer && one.outbox.length === 0) &&
	JSON.stringify([a.contents, a.look]) === JSON.stringify([b.contents, b.look]);

test.each(["who made the change comes back first", "the other comes back first", "both come back at once"])(
	"%s",
	async (who) => {
		const rooms = await Promise.all(
			Object.entries(CHANGES).map(async ([name, expected], i) => ({
				...(await createPair(`LOST-${who.length}-${i}`)),
				...{ name, expected },
			})),
		);
		await server.kill();
		for (const { me, other } of rooms) for (const one of [me, other]) one.connection.close();
		for (const { me, ids, expected } of rooms) expected.change(me, ids);
		const wanted = rooms.map(({ me }) => ({ contents: me.contents, look: me.look }));
		await server.start();
		await Promise.all(
			rooms.map(async ({ me, other, room }) => {
				const order = who.startsWith("who") ? [me, other] : [other, me];
				if (who.startsWith("both")) {
					await own(room, me);
					for (const one of order) one.connection.open();
				} else for (const one of order) await one.connect();
			}),
		);
		for (const [i, { me, other, name, expected, ids, room }] of rooms.entries()) {
			await until(() => areSame([me, other]), name).catch((error) => {
				throw new Error(
					`${error.message}: ${JSON.stringify([me, other].map(({ contents, look }) => [contents, look]))}`,
				);
			});
			expect(other.contents.examples, name).toEqual(wanted[i].contents.examples);
			expect([...other.contents.labels].sort(), name).toEqual([...expected.labels].sort());
			for (const gone of expected.gone ?? []) expect(other.contents.examples, name).not.toHaveProperty(ids[gone]);
			if (expected.isLook) expect(other.look, name).toEqual(wanted[i].look);
			expect(await contentsOf(server.base, room), name).toEqual(other.contents);
			expect(await lookOf(server.base, room), name).toEqual(other.look);
			expect([...me.problems, ...other.problems], name).toEqual([]);
		}
	},
);

test("what the room had confirmed as deleted stays deleted, although a member missed it", async () => {
	const rooms = await Promise.all([0, 1, 2].map((i) => createPair(`CONFIRMED-${i}`)));
	for (const { me, other, ids } of rooms) {
		other.connection.close();
		me.teaching.deleteClass("cat");
		me.teaching.deleteExample(ids.cow);
		await me.settled();
	}
	await server.kill();
	for (const { me } of rooms) me.connection.close();
	await server.start();
	for (const [i, { me, other, ids, room }] of rooms.entries()) {
		const order = i === 0 ? [me, other] : [other, me];
		if (i === 2) {
			await own(room, me);
			for (const one of order) one.connection.open();
		} else for (const one of order) await one.connect();
		await until(() => areSame([me, other]), `both the same ${i}`);
		expect(other.contents, String(i)).toEqual({ labels: ["dog", "cow", "empty"], examples: { [ids.dog]: "dog" } });
		expect(await contentsOf(server.base, room), String(i)).toEqual(other.contents);
	}
});

test("a change that was made anew after the removal stays", async () => {
	const { me, other, ids, room } = await createPair("ANEW-1");
	other.teaching.deleteExample(ids.cow);
	await other.settled();
	await until(() => !me.replica.knn.has(ids.cow));
	await server.kill();
	for (const one of [me, other]) one.connection.close();
	me.replica.add(
		[{ id: ids.cow, label: "cow", group: null, embedding: embeddingOf(0, 0, 1, 0), thumbnail: null }],
		[{ op: "add", id: ids.cow, label: "cow" }],
	);
	await server.start();
	await me.connect();
	await other.connect();
	await until(() => areSame([me, other]), "both the same");
	expect(other.contents.examples).toHaveProperty(ids.cow);
	expect(await contentsOf(server.base, room)).toEqual(other.contents);
});

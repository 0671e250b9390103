// The page's logic against the real server: who answers, and that both sides end up with the same.

import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { Engine } from "../../src/app/engine.js";
import { agree } from "../support/agree.js";
import { Client, contentsOf, embeddingOf, lookOf, until } from "../support/client.js";
import { TestServer } from "../support/server.js";

// A server takes seconds to start, and longer where the machine has other work.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const server = new TestServer();
/** @type {Client[]} */
const clients = [];
let rooms = 0;

/** @param {Partial<ConstructorParameters<typeof Client>[0]>} [options] */
function createClient(options = {}) {
	const created = new Client({ base: server.base, ...options });
	clients.push(created);
	return created;
}

function newRoomCode() {
	rooms += 1;
	return `TEST-${rooms}`;
}

/** The key of the room that a client is in. @param {Client} client */
const roomOf = (client) => /** @type {string} */ (client.replica.project.room);

beforeAll(() => server.start());
afterAll(() => server.kill());
afterEach(() => {
	server.thaw();
	for (const each of clients.splice(0)) each.close();
});

describe("who answers", () => {
	test("the server, when it has everything that was taught; with the replica's answer", async () => {
		const me = createClient();
		me.show("cat", embeddingOf(1, 0, 0, 0));
		me.show("dog", embeddingOf(0, 1, 0, 0));
		await me.connect();
		const byServer = await me.ask(embeddingOf(1, 0.2, 0, 0));
		expect(byServer?.where).toBe("server");
		const { where: _, ms: __, ...result } = byServer ?? {};
		const byReplica = await new Engine({ replica: me.replica }).classify(
			embeddingOf(1, 0.2, 0, 0),
			me.replica.project.settings,
		);
		const { where: ___, ms: ____, ...expected } = /** @type {import("../../src/state/state.js").Answer} */ (byReplica);
		agree(result, expected, "the answer");
	});

	test("nobody, without examples", async () => {
		const me = createClient();
		await me.connect();
		expect(await me.ask(embeddingOf(1, 0, 0, 0))).toBeNull();
	});

	test("the replica, in the same frame, when the server dies before it answers", async () => {
		const me = createClient();
		me.show("cat", embeddingOf(1, 0, 0, 0));
		await me.connect();
		expect((await me.ask(embeddingOf(1, 0, 0, 0)))?.where).toBe("server");
		await server.freeze();
		const request = me.ask(embeddingOf(1, 0, 0, 0));
		await server.kill();
		const answer = await request;
		expect(answer?.where).toBe("browser");
		expect(answer?.label).toBe("cat");
		await server.start();
		await me.settled();
		expect((await me.ask(embeddingOf(1, 0, 0, 0)))?.where).toBe("server");
	});

	test("the replica, while the server owes an answer; the server again after it answered", async () => {
		const me = createClient();
		me.show("cat", embeddingOf(1, 0, 0, 0));
		await me.connect();
		await server.freeze();
		expect((await me.ask(embeddingOf(1, 0, 0, 0)))?.where).toBe("browser");
		const start = performance.now();
		expect((await me.ask(embeddingOf(1, 0, 0, 0)))?.where).toBe("browser");
		expect(performance.now() - start).toBeLessThan(me.engine.timeoutMs);
		server.thaw();
		let where = "";
		while (where !== "server") {
			await new Promise((resolve) => setImmediate(resolve));
			where = (await me.ask(embeddingOf(1, 0, 0, 0)))?.where ?? "";
		}
	});
});

describe("what the server missed", () => {
	test("arrives once when the server is back with its memory", async () => {
		const me = createClient();
		me.show("cat", embeddingOf(1, 0, 0, 0));
		await me.connect();
		me.connection.close();
		const deletedId = me.show("dog", embeddingOf(0, 1, 0, 0));
		me.show("dog", embeddingOf(0, 1, 1, 0));
		me.teaching.deleteExample(deletedId);
		me.teaching.renameClass("cat", "tiger");
		await me.connect();
		expect(await contentsOf(server.base, roomOf(me))).toEqual(me.contents);
	});

	test("arrives once, although its first arrival was not confirmed", async () => {
		const me = createClient();
		me.show("cat", embeddingOf(1, 0, 0, 0));
		await me.connect();
		await server.freeze();
		me.show("dog", embeddingOf(0, 1, 0, 0));
		// The message is on its way; its confirmation never arrives.
		await new Promise((resolve) => setImmediate(resolve));
		me.connection.close();
		server.thaw();
		await me.connect();
		const remote = await contentsOf(server.base, roomOf(me));
		expect(remote).toEqual(me.contents);
		expect(Object.values(remote.examples)).toEqual(expect.arrayContaining(["cat", "dog"]));
		expect(Object.keys(remote.examples)).toHaveLength(2);
	});

	test("is all sent to a server that lost its memory, in class order", async () => {
		const me = createClient();
		me.show("zebra", embeddingOf(1, 0, 0, 0));
		me.teaching.addClass("7");
		me.show("ant", embeddingOf(0, 1, 0, 0));
		me.show("zebra", embeddingOf(1, 1, 0, 0));
		await me.connect();
		me.teaching.configure({ k: 1, metric: "euclidean", weights: "distance", unknownDistance: 0.5 });
		await me.settled();
		await server.kill();
		me.show("bee", embeddingOf(0, 0, 1, 0));
		await server.start();
		await me.settled();
		const other = createClient({ room: roomOf(me) });
		await other.connect();
		expect(other.replica.labels).toEqual(["zebra", "7", "ant", "bee"]);
		expect(other.contents).toEqual(me.contents);
		expect(other.replica.project.settings).toEqual({
			k: 1,
			metric: "euclidean",
			weights: "distance",
			unknownDistance: 0.5,
		});
	});
});

describe("two clients of one room", () => {
	test("see each other's changes", async () => {
		const room = newRoomCode();
		const one = createClient({ room });
		const two = createClient({ room });
		await one.connect();
		await two.connect();
		const id = one.show("cat", embeddingOf(1, 0, 0, 0));
		one.show("dog", embeddingOf(0, 1, 0, 0));
		one.teaching.addClass("empty");
		one.teaching.renameClass("dog", "wolf");
		one.teaching.configure({ ...one.replica.project.settings, k: 7 });
		await one.settled();
		await until(() => two.replica.project.settings.k === 7 && two.replica.labels.includes("wolf"));
		expect(two.contents).toEqual(one.contents);
		two.teaching.deleteExample(id);
		two.teaching.deleteClass("wolf");
		await until(() => one.replica.count === 0 && one.replica.labels.length === 2);
		expect(one.contents).toEqual(two.contents);
		await until(() => one.memberCount === 2 && two.memberCount === 2);
		two.undoStack.undo();
		await until(() => one.replica.labels.includes("wolf") && one.replica.count === 1);
	});

	test("end up the same when one renames and clears the classes that the other adds to", async () => {
		const room = newRoomCode();
		const one = createClient({ room });
		const two = createClient({ room });
		await one.connect();
		one.show("cat", embeddingOf(1, 0, 0, 0));
		one.show("dog", embeddingOf(0, 1, 0, 0));
		await one.settled();
		await two.connect();
		two.connection.close();
		two.show("cat", embeddingOf(1, 1, 0, 0));
		two.teaching.renameClass("dog", "wolf");
		one.teaching.renameClass("cat", "lion");
		one.teaching.deleteClass("dog");
		await one.settled();
		await two.connect();
		await until(() => JSON.stringify(one.contents) === JSON.stringify(two.contents));
		expect(await contentsOf(server.base, room)).toEqual(two.contents);
	});
});

test("a request fails at once when its connection ends", async () => {
	const me = createClient();
	await me.connect();
	await server.freeze();
	const request = me.connection.request("getCountByLabel", {}, { timeoutMs: 1_000_000 });
	const refused = expect(request).rejects.toMatchObject({ name: "NoResponseError", reason: "disconnected" });
	await server.kill();
	await refused;
	await server.start();
});

test("a client of another model goes on without the server, and says why", async () => {
	const room = newRoomCode();
	const one = createClient({ room });
	one.show("cat", embeddingOf(1, 0, 0, 0));
	await one.connect();
	const other = createClient({ room, model: { id: "other-model", dimension: 2 } });
	other.show("dog", embeddingOf(1, 0));
	other.connection.open();
	await until(() => other.syncClient.note.value !== null);
	expect(other.syncClient.note.value?.code).toBe("wrongModel");
	expect((await other.ask(embeddingOf(1, 0)))?.where).toBe("browser");
	expect(Object.values(one.contents.examples)).toEqual(["cat"]);
});

test("any interleaving of changes and lost connections ends with both sides the same", {
	timeout: 120_000,
}, async () => {
	const LABELS = ["a", "b", "7", "__proto__"];
	const who = fc.nat(1);
	const label = fc.constantFrom(...LABELS);
	const step = fc.oneof(
		{ weight: 5, arbitrary: fc.record({ do: fc.constant("show"), who, label, x: fc.integer({ min: 1, max: 9 }) }) },
		{ weight: 2, arbitrary: fc.record({ do: fc.constant("delete"), who, x: fc.nat(20) }) },
		{ weight: 1, arbitrary: fc.record({ do: fc.constant("rename"), who, label, to: label }) },
		{ weight: 1, arbitrary: fc.record({ do: fc.constant("move"), who, label, x: fc.nat(20) }) },
		{ weight: 1, arbitrary: fc.record({ do: fc.constant("clear"), who, label }) },
		{ weight: 1, arbitrary: fc.record({ do: fc.constant("addClass"), who, label }) },
		{ weight: 1, arbitrary: fc.record({ do: fc.constant("undo"), who }) },
		{ weight: 1, arbitrary: fc.record({ do: fc.constant("redo"), who }) },
		{ weight: 1, arbitrary: fc.record({ do: fc.constant("style"), who, label, x: fc.nat(30) }) },
		{ weight: 1, arbitrary: fc.record({ do: fc.constant("order"), who, x: fc.nat(3) }) },
		{ weight: 1, arbitrary: fc.record({ do: fc.constant("name"), who, label }) },
		{ weight: 2, arbitrary: fc.record({ do: fc.constant("drop"), who }) },
		{ weight: 2, arbitrary: fc.record({ do: fc.constant("return"), who }) },
		{ weight: 2, arbitrary: fc.record({ do: fc.constant("wait"), who }) },
	);
	await fc.assert(
		fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
			const room = newRoomCode();
			const pair = [createClient({ room }), createClient({ room })];
			for (const one of pair) await one.connect();
			for (const step of /** @type {any[]} */ (steps)) {
				const me = pair[step.who];
				const ids = me.replica.ids();
				const id = ids[(step.x ?? 0) % Math.max(1, ids.length)];
				const hasClass = me.replica.colourOf(step.label) !== undefined;
				if (step.do === "show") me.show(step.label, embeddingOf(step.x, 1, 0, 0));
				else if (step.do === "delete" && id) me.teaching.deleteExample(id);
				else if (step.do === "move" && id) me.teaching.moveExample(id, step.label);
				else if (step.do === "rename" && hasClass) me.teaching.renameClass(step.label, step.to);
				else if (step.do === "clear") me.teaching.deleteClass(step.label);
				else if (step.do === "addClass") me.teaching.addClass(step.label);
				else if (step.do === "undo") me.undoStack.undo();
				else if (step.do === "redo") me.undoStack.redo();
				else if (step.do === "style")
					me.teaching.styleClass(step.label, { colour: step.x, emoji: step.x % 2 ? "🐱" : null });
				else if (step.do === "order") me.order(step.x);
				else if (step.do === "name") me.teaching.nameProject(step.label);
				else if (step.do === "drop") me.connection.close();
				else if (step.do === "return") me.connection.open();
				else if (step.do === "wait") await new Promise((resolve) => setImmediate(resolve));
			}
			for (const one of pair) one.connection.open();
			const describeBoth = () => JSON.stringify(pair.map(({ contents, look }) => [contents, look]));
			await until(() => {
				const [a, b] = pair;
				return (
					[a, b].every((one) => one.syncClient.canAnswer && one.outbox.length === 0) &&
					JSON.stringify([a.contents, a.look]) === JSON.stringify([b.contents, b.look])
				);
			}, "both the same").catch((error) => {
				throw new Error(`${error.message}: ${describeBoth()}`);
			});
			expect(await contentsOf(server.base, room)).toEqual(pair[0].contents);
			expect(await lookOf(server.base, room)).toEqual(pair[0].look);
			for (const one of pair) {
				expect(one.problems).toEqual([]);
				one.close();
			}
		}),
		// A failure takes as long as the wait for it: it is not worth making smaller.
		{ numRuns: Number(process.env.RUNS ?? 25), endOnFailure: true },
	);
});

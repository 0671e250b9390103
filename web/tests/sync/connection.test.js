// A server that is full says so, and the page comes in by itself as soon as it can.

import { createServer } from "node:http";
import { afterEach, expect, test, vi } from "vitest";
import { Connection } from "../../src/sync/connection.js";
import { until } from "../support/client.js";
import { TestServer } from "../support/server.js";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const FULL = {
	code: "tooManyConnections",
	message: "The server is full.",
	hint: "Wait.",
	came: "300",
	expected: "300",
};
/** @type {(() => unknown)[]} */
const cleanup = [];
afterEach(async () => {
	for (const close of cleanup.splice(0)) await close();
});

/**
 * A server that answers every request in the same way.
 * @param {number} port
 * @param {string} body
 * @param {() => void} [onRequest]
 */
async function answerAll(port, body, onRequest = () => {}) {
	const server = createServer((_, response) => {
		onRequest();
		response.writeHead(503).end(body);
	});
	await new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve(undefined)));
	const close = () => {
		server.closeAllConnections();
		return new Promise((resolve) => server.close(resolve));
	};
	cleanup.push(close);
	return close;
}

/** @param {number} port */
function open(port) {
	/** @type {(string|null)[]} */
	const refusals = [];
	const connection = new Connection(`http://127.0.0.1:${port}/`);
	cleanup.push(() => connection.close());
	connection.listen({ onRefusal: (refusal) => refusals.push(refusal?.message ?? null) });
	connection.open();
	return { connection, refusals };
}

test("the address of the socket names the room, by which a proxy finds the worker that has it", async () => {
	const addresses = /** @type {(string|undefined)[]} */ ([]);
	const server = createServer((request, response) => {
		addresses.push(request.url);
		response.writeHead(503).end();
	});
	await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
	cleanup.push(() => server.close());
	server.on("upgrade", (request, socket) => {
		addresses.push(request.url);
		socket.destroy();
	});
	const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
	const connection = new Connection(`http://127.0.0.1:${port}/`);
	cleanup.push(() => connection.close());
	connection.open("KIWI-42");
	await until(() => addresses.length > 1);
	expect(addresses.every((address) => address?.includes("room=KIWI-42"))).toBe(true);
});

test("a full server is asked again until it lets the page in", async () => {
	const server = new TestServer();
	server.port = 20_000 + (process.pid % 10_000);
	const stop = await answerAll(server.port, JSON.stringify({ ok: false, error: FULL }));
	const { connection, refusals } = open(server.port);
	await until(() => refusals.length > 0);
	expect(refusals).toEqual([FULL.message]);
	await stop();
	await server.start();
	cleanup.push(() => server.kill());
	await until(() => connection.connected);
	expect(refusals).toEqual([FULL.message, null]);
});

test("a server that stops is asked as one that does not answer, and nobody is told", async () => {
	const server = new TestServer();
	server.port = 30_000 + (process.pid % 10_000);
	let asked = 0;
	const body = JSON.stringify({ ok: false, error: { ...FULL, code: "stopping" } });
	const stop = await answerAll(server.port, body, () => {
		asked += 1;
	});
	const { connection, refusals } = open(server.port);
	await until(() => asked > 1);
	await stop();
	await server.start();
	cleanup.push(() => server.kill());
	await until(() => connection.connected);
	expect(refusals).toEqual([]);
});

test("a server of ours that serves one lets a second in when the first has left", async () => {
	const server = new TestServer();
	await server.start({ SHOWTELL_CONNECTIONS: "1" });
	cleanup.push(() => server.kill());
	const first = open(server.port);
	await until(() => first.connection.connected);
	const second = open(server.port);
	await until(() => second.refusals.length > 0);
	first.connection.close();
	await until(() => second.connection.connected);
	expect(second.refusals).toEqual([expect.stringContaining("1"), null]);
});

test.each([
	["a proxy without its server", "<h1>503 Service Unavailable</h1>"],
	["a server that has forgotten the connection", '{"code": 1, "message": "Session ID unknown"}'],
])("%s says nothing that a person could use", async (_, body) => {
	const port = 30_000 + (process.pid % 10_000);
	let asked = 0;
	await answerAll(port, body, () => {
		asked += 1;
	});
	const { refusals } = open(port);
	await until(() => asked > 4);
	expect(refusals).toEqual([]);
});

test("a page that wakes up connects again at once, and leaves a connection alone that is alive", async () => {
	const server = new TestServer();
	cleanup.push(() => server.kill());
	await server.start();
	const view = new EventTarget();
	vi.stubGlobal("window", view);
	cleanup.push(() => vi.unstubAllGlobals());
	const { connection } = open(server.port);
	let connects = 0;
	connection.listen({
		onConnect: () => {
			connects += 1;
		},
	});
	await until(() => connects === 1);
	view.dispatchEvent(new Event("online"));
	await new Promise((resolve) => setTimeout(resolve, 600));
	expect(connects).toBe(1);

	// As if the laptop had slept for an hour: the server gave no sign of life that this page heard.
	const now = Date.now();
	const clock = vi.spyOn(Date, "now").mockImplementation(() => now + 3_600_000);
	cleanup.push(() => clock.mockRestore());
	view.dispatchEvent(new Event("online"));
	await until(() => connects === 2);
	expect(connection.connected).toBe(true);
});

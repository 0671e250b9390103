// What a request comes to: an acknowledgement says so, and nothing else does. A change whose acknowledgement did not come is sent
// again, so a silence that counted as "done" would lose it.

import { beforeEach, expect, test, vi } from "vitest";

/** @type {((ack: unknown) => void)[]} */
let acknowledge = [];
const socket = {
	connected: true,
	on: () => {},
	io: { on: () => {}, opts: {} },
	connect: vi.fn(),
	disconnect: vi.fn(),
	/** @param {unknown[]} args */
	emit: (...args) => acknowledge.push(/** @type {(ack: unknown) => void} */ (args.at(-1))),
};
vi.mock("socket.io-client", () => ({ io: () => socket }));
const { Connection } = await import("../../src/sync/connection.js");

beforeEach(() => {
	acknowledge = [];
	vi.useFakeTimers();
	return () => vi.useRealTimers();
});

/** @param {Promise<unknown>} request */
const outcome = (request) =>
	request.then(
		(ack) => ({ ack }),
		(error) => ({ reason: error.reason, code: error.code }),
	);
const embedding = Float32Array.of(1, 0);

test("is what the server acknowledges, or why it refuses", async () => {
	const connection = new Connection("http://page.test/");
	const added = outcome(connection.request("addExample", { id: "a" }, { embedding }));
	const refused = outcome(connection.request("addExample", { id: "b" }, { embedding }));
	acknowledge[0]({ ok: true, revision: 7 });
	acknowledge[1]({ ok: false, error: { code: "dimension", message: "", hint: "", came: 3, expected: 2 } });
	expect(await added).toEqual({ ack: { ok: true, revision: 7 } });
	expect(await refused).toEqual({ reason: undefined, code: "dimension" });
});

test("is an error where no acknowledgement comes in time, or none that says ok; a late one is told", async () => {
	const connection = new Connection("http://page.test/");
	const onLateResponse = vi.fn();
	const silent = outcome(connection.request("addExample", { id: "a" }, { embedding, timeoutMs: 400, onLateResponse }));
	vi.advanceTimersByTime(400);
	expect(await silent).toEqual({ reason: "timeout", code: undefined });
	acknowledge[0]({ ok: true });
	expect(onLateResponse).toHaveBeenCalledTimes(1);
	const odd = connection.request("addExample", { id: "b" }, { embedding });
	acknowledge[1](undefined);
	await expect(odd).rejects.toThrow();
});

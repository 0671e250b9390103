import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { WorkerLost, WorkerOwner } from "../../src/workers/worker-owner.js";
import { FakeWorker } from "../support/fake-worker.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const TIMEOUT_MS = 1000;

/** @param {{maxRestarts?: number, onLost?: (owner: WorkerOwner<object, object>) => void}} [options] */
function setUp({ maxRestarts, onLost = () => {} } = {}) {
	/** @type {FakeWorker[]} */
	const workers = [];
	/** @type {object[]} */
	const received = [];
	/** @type {WorkerLost[]} */
	const losses = [];
	/** @type {WorkerOwner<object, object>} */
	const owner = new WorkerOwner({
		makeWorker: () => {
			const worker = new FakeWorker();
			workers.push(worker);
			return worker.asWorker;
		},
		onMessage: (message) => received.push(message),
		onLost: (lost) => {
			losses.push(lost);
			onLost(owner);
		},
		maxRestarts,
	});
	const request = (message = {}) => owner.request(message, { timeoutMs: TIMEOUT_MS });
	return { owner, workers, received, losses, request };
}

describe("start", () => {
	test("makes one worker, and another only after the first is gone", () => {
		const { owner, workers } = setUp();
		expect(owner.isRunning).toBe(false);
		expect([owner.start(), owner.start(), workers.length, owner.isRunning]).toEqual([true, true, 1, true]);
		owner.stop();
		expect([workers[0].isTerminated, owner.isRunning]).toEqual([true, false]);
		expect([owner.start(), workers.length]).toEqual([true, 2]);
	});

	test("counts a worker that can't be made as a crash", () => {
		/** @type {WorkerLost[]} */
		const losses = [];
		const owner = new WorkerOwner({
			makeWorker: () => {
				throw new Error("no workers here");
			},
			onMessage: () => {},
			onLost: (lost) => losses.push(lost),
			maxRestarts: 1,
		});
		expect([owner.start(), owner.hasGivenUp, owner.start(), owner.hasGivenUp]).toEqual([false, false, false, true]);
		expect(losses.map(({ reason, message }) => [reason, message])).toEqual(
			new Array(2).fill(["crashed", "no workers here"]),
		);
		expect([owner.start(), losses.length]).toEqual([false, 2]);
	});
});

describe("messages", () => {
	test("without a request's number are handed on; those posted without a worker are dropped", () => {
		const { owner, workers, received } = setUp();
		owner.post({ type: "early" });
		owner.start();
		owner.post({ type: "hello" });
		workers[0].reply({ type: "progress", progress: 0.5 });
		expect([workers[0].messages, received]).toEqual([[{ type: "hello" }], [{ type: "progress", progress: 0.5 }]]);
	});

	test("that can't be read count as a crash", () => {
		const { owner, workers, losses } = setUp();
		owner.start();
		workers[0].onmessageerror?.({});
		expect([losses.length, losses[0].reason, owner.isRunning]).toEqual([1, "crashed", false]);
	});
});

describe("requests", () => {
	test("get the reply with their number, in any order, and no other hears of it", async () => {
		const { owner, workers, received, request } = setUp();
		owner.start();
		const replies = [request({ type: "a" }), request({ type: "b" })];
		const [a, b] = workers[0].messages;
		expect(a.type + b.type).toBe("ab");
		workers[0].reply({ requestId: b.requestId, sum: 2 });
		workers[0].reply({ requestId: a.requestId, sum: 1 });
		expect((await Promise.all(replies)).map(({ sum }) => sum)).toEqual([1, 2]);
		expect(received).toEqual([]);
		await vi.advanceTimersByTimeAsync(2 * TIMEOUT_MS);
		expect(owner.isRunning).toBe(true);
	});

	test("without a worker are rejected", async () => {
		const { request } = setUp();
		await expect(request()).rejects.toMatchObject({ name: "WorkerLost", reason: "stopped" });
	});

	test("that can't be sent are rejected, and the worker goes on", async () => {
		const { owner, workers, losses, request } = setUp();
		owner.start();
		vi.spyOn(workers[0], "postMessage").mockImplementation(() => {
			throw new DOMException("it was closed", "DataCloneError");
		});
		await expect(request()).rejects.toMatchObject({ name: "DataCloneError" });
		await vi.advanceTimersByTimeAsync(2 * TIMEOUT_MS);
		expect([losses, owner.isRunning]).toEqual([[], true]);
	});

	test("time out: the worker is terminated, and all that wait are rejected", async () => {
		const { owner, workers, losses, request } = setUp();
		owner.start();
		const first = expect(request()).rejects.toMatchObject({ reason: "timedOut" });
		await vi.advanceTimersByTimeAsync(TIMEOUT_MS - 1);
		const second = expect(request()).rejects.toMatchObject({ reason: "timedOut" });
		expect(owner.isRunning).toBe(true);
		await vi.advanceTimersByTimeAsync(1);
		await Promise.all([first, second]);
		expect([workers[0].isTerminated, owner.isRunning]).toEqual([true, false]);
		await vi.advanceTimersByTimeAsync(2 * TIMEOUT_MS);
		expect(losses.map(({ reason }) => reason)).toEqual(["timedOut"]);
	});

	test("wait longer where a sign of life extends their time", async () => {
		const { owner, losses, request } = setUp();
		owner.start();
		const lost = expect(request()).rejects.toBeInstanceOf(WorkerLost);
		await vi.advanceTimersByTimeAsync(TIMEOUT_MS - 1);
		owner.extendTimeouts(3 * TIMEOUT_MS);
		await vi.advanceTimersByTimeAsync(3 * TIMEOUT_MS - 1);
		expect(losses).toEqual([]);
		await vi.advanceTimersByTimeAsync(1);
		await lost;
		owner.extendTimeouts(1);
		await vi.advanceTimersByTimeAsync(TIMEOUT_MS);
		expect(losses.length).toBe(1);
	});
});

describe("a crash", () => {
	test("before the first reply is told once, with the worker's message", () => {
		const { owner, workers, losses } = setUp();
		owner.start();
		workers[0].crash("out of memory");
		workers[0].crash("again");
		expect(losses.map(({ reason, message }) => [reason, message])).toEqual([["crashed", "out of memory"]]);
		expect([workers[0].isTerminated, owner.isRunning]).toEqual([true, false]);
	});

	test("of a script that can't be loaded has no message", () => {
		const { owner, workers, losses } = setUp();
		owner.start();
		workers[0].crash();
		expect(losses[0].message).toBe("");
	});

	test("rejects the requests that wait, and their timers are gone", async () => {
		const { owner, workers, losses, request } = setUp();
		owner.start();
		const lost = expect(request()).rejects.toMatchObject({ reason: "crashed", message: "out of memory" });
		workers[0].crash("out of memory");
		await lost;
		await vi.advanceTimersByTimeAsync(2 * TIMEOUT_MS);
		expect(losses.length).toBe(1);
	});

	test("can be reported by its user", async () => {
		const { owner, workers, losses, request } = setUp();
		owner.start();
		const lost = expect(request()).rejects.toMatchObject({ reason: "crashed" });
		owner.fail("broken");
		await lost;
		expect([workers[0].isTerminated, losses.map(({ message }) => message)]).toEqual([true, ["broken"]]);
	});

	test("may be followed by a restart at once; late replies of the old worker are dropped", async () => {
		const { owner, workers, received, request } = setUp({ onLost: (owner) => owner.start() });
		owner.start();
		const lost = expect(request()).rejects.toBeInstanceOf(WorkerLost);
		workers[0].crash("out of memory");
		await lost;
		expect([workers.length, owner.isRunning]).toEqual([2, true]);
		const reply = request();
		const [before] = workers[0].messages;
		const [after] = workers[1].messages;
		expect(after.requestId).not.toBe(before.requestId);
		workers[0].reply({ requestId: before.requestId, from: 0 });
		workers[0].reply({ requestId: after.requestId, from: 0 });
		workers[0].reply({ type: "progress" });
		workers[0].crash("again");
		workers[1].reply({ requestId: before.requestId, from: 1 });
		workers[1].reply({ requestId: after.requestId, from: 1 });
		expect((await reply).from).toBe(1);
		expect([received, owner.isRunning]).toEqual([[], true]);
	});

	test("is the last after as many restarts as are allowed", () => {
		const { owner, workers, losses } = setUp({ maxRestarts: 1, onLost: (owner) => owner.start() });
		owner.start();
		workers[0].crash("out of memory");
		expect(owner.hasGivenUp).toBe(false);
		workers[1].crash("out of memory");
		expect([owner.hasGivenUp, owner.start(), owner.isRunning]).toEqual([true, false, false]);
		expect([workers.length, losses.length]).toEqual([2, 2]);
	});
});

describe("stop", () => {
	test("rejects the requests that wait, and is no crash", async () => {
		const { owner, workers, losses, request } = setUp({ maxRestarts: 0 });
		owner.start();
		const lost = expect(request()).rejects.toMatchObject({ reason: "stopped" });
		owner.stop();
		await lost;
		await vi.advanceTimersByTimeAsync(2 * TIMEOUT_MS);
		expect([workers[0].isTerminated, losses, owner.hasGivenUp]).toEqual([true, [], false]);
		owner.stop();
		expect(owner.start()).toBe(true);
	});
});

describe("a page that sleeps", () => {
	test("gives the worker its time again: the reply may be the next event", async () => {
		const { owner, workers, losses, request } = setUp();
		owner.start();
		const answer = request();
		// The laptop sleeps for an hour; its timers stand still meanwhile, and then all come at once.
		vi.setSystemTime(Date.now() + 3_600_000);
		vi.advanceTimersByTime(TIMEOUT_MS);
		expect([losses.length, workers[0].isTerminated]).toEqual([0, false]);
		workers[0].reply({ requestId: workers[0].messages[0].requestId, value: 1 });
		expect(await answer).toMatchObject({ value: 1 });
	});

	test("still loses a worker that says nothing after it woke up", async () => {
		const { owner, losses, request } = setUp();
		owner.start();
		const lost = expect(request()).rejects.toMatchObject({ reason: "timedOut" });
		vi.setSystemTime(Date.now() + 3_600_000);
		vi.advanceTimersByTime(2 * TIMEOUT_MS);
		await lost;
		expect(losses).toHaveLength(1);
	});
});

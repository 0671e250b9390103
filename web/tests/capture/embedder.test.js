import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Embedder } from "../../src/capture/embedder.js";
import { FakeWorker } from "../support/fake-worker.js";

const MANIFEST = { id: "m", title: "M", input: { size: 8 } };
const ALL_BACKENDS = ["wasm-threads", "wasm", "webgl", "webgpu"];

/** @type {Map<string, string>} */
let storage;

beforeEach(() => {
	vi.useFakeTimers();
	vi.stubGlobal("navigator", { userAgent: "this browser" });
	vi.stubGlobal("fetch", async () => new Response(JSON.stringify(MANIFEST)));
	storage = new Map();
	vi.stubGlobal("localStorage", {
		getItem: (/** @type {string} */ key) => storage.get(key) ?? null,
		setItem: (/** @type {string} */ key, /** @type {string} */ value) => storage.set(key, value),
		removeItem: (/** @type {string} */ key) => storage.delete(key),
	});
	vi.spyOn(console, "warn").mockImplementation(() => {});
});
afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
	vi.restoreAllMocks();
});

/** An embedder, its workers, and what it tells. */
function setUp() {
	/** @type {FakeWorker[]} */
	const workers = [];
	/** @type {any[]} */
	const patches = [];
	/** @type {string[]} */
	const problems = [];
	const embedder = new Embedder({
		base: "http://page.test/",
		onModel: (patch) => patches.push(patch),
		onProblem: ({ code }) => problems.push(code),
		makeWorker: () => {
			const worker = new FakeWorker();
			workers.push(worker);
			return worker.asWorker;
		},
	});
	return {
		embedder,
		workers,
		problems,
		get model() {
			return Object.assign({}, ...patches);
		},
		get worker() {
			return /** @type {FakeWorker} */ (workers.at(-1));
		},
		/** The newest worker says that it is ready. @param {string} backend */
		async becomeReady(backend) {
			await vi.advanceTimersByTimeAsync(0);
			const [{ requestId }] = this.worker.messages;
			this.worker.reply({ type: "trying", backend });
			this.worker.reply({ type: "ready", requestId, backend, ms: 1, measured: {} });
			await vi.advanceTimersByTimeAsync(0);
		},
	};
}

const FRAME = /** @type {any} */ ({ close() {} });

describe("loading", () => {
	test("starts the worker before the manifest has come, and loads the model in that one", async () => {
		const page = setUp();
		const reading = page.embedder.readManifest();
		expect(page.workers).toHaveLength(1);
		await reading;
		void page.embedder.load();
		await vi.advanceTimersByTimeAsync(0);
		expect(page.workers).toHaveLength(1);
		expect(page.worker.messages[0].quickMs).toBeGreaterThan(0);
	});

	test("without a manifest no worker is left running", async () => {
		vi.stubGlobal("fetch", async () => new Response("", { status: 404 }));
		const page = setUp();
		await expect(page.embedder.readManifest()).rejects.toThrow();
		expect(page.worker.isTerminated).toBe(true);
	});

	test("a worker that crashed while the manifest came is started again", async () => {
		const page = setUp();
		const reading = page.embedder.readManifest();
		page.worker.crash();
		await reading;
		const loading = page.embedder.load();
		await page.becomeReady("wasm");
		await loading;
		expect([page.workers.length, page.model.state]).toEqual([2, "ready"]);
	});

	test("a backend that was only quick enough is not the only one that the next page tries", async () => {
		const page = setUp();
		const loading = page.embedder.load();
		await vi.advanceTimersByTimeAsync(0);
		const [{ requestId }] = page.worker.messages;
		page.worker.reply({ type: "ready", requestId, backend: "wasm", ms: 9, measured: { wasm: 9 }, triedAll: false });
		await loading;
		const next = setUp();
		void next.embedder.load();
		await vi.advanceTimersByTimeAsync(0);
		expect(next.worker.messages[0]).toMatchObject({ candidates: ALL_BACKENDS, quickMs: 0 });
	});

	test("when every backend has failed, trying again tries them all again", async () => {
		let works = false;
		/** @type {string[]} */
		const tried = [];
		/** A worker whose backends take it down. */
		const makeWorker = () => {
			/** @type {any} */
			const worker = {
				terminate: () => {},
				/** @param {{candidates: string[], requestId: number}} message */
				postMessage: ({ candidates: [backend], requestId }) => {
					tried.push(backend);
					worker.onmessage({ data: { type: "trying", backend } });
					if (works) worker.onmessage({ data: { type: "ready", requestId, backend, ms: 1, measured: {} } });
					else worker.onerror({ message: "out of memory", preventDefault: () => {} });
				},
			};
			return worker;
		};
		/** @type {string[]} */
		const problems = [];
		/** @type {(string|undefined)[]} */
		const states = [];
		const embedder = new Embedder({
			base: "http://page.test/",
			onModel: ({ state }) => states.push(state),
			onProblem: ({ code }) => problems.push(code),
			makeWorker,
		});
		await expect(embedder.load()).rejects.toMatchObject({ code: "noBackend" });
		expect(tried).toEqual(ALL_BACKENDS);
		expect([states.at(-1), problems]).toEqual(["failed", ["noBackend"]]);
		works = true;
		await embedder.load();
		expect(tried.at(-1)).toBe("wasm-threads");
		expect(states.at(-1)).toBe("ready");
		embedder.close();
	});

	test("a backend that hangs is excluded from the next worker", async () => {
		const page = setUp();
		const loading = page.embedder.load();
		await vi.advanceTimersByTimeAsync(0);
		// Every sign of life puts the time-out off; a backend that is tried has less time than a download.
		page.worker.reply({ type: "progress", loaded: 1, total: 2 });
		expect(page.model.progress).toBeCloseTo(0.45);
		await vi.advanceTimersByTimeAsync(59_000);
		page.worker.reply({ type: "progress", loaded: 2, total: 2 });
		await vi.advanceTimersByTimeAsync(59_000);
		page.worker.reply({ type: "trying", backend: "wasm-threads" });
		await vi.advanceTimersByTimeAsync(11_999);
		expect(page.workers.length).toBe(1);
		await vi.advanceTimersByTimeAsync(1);
		expect(page.workers.map(({ isTerminated }) => isTerminated)).toEqual([true, false]);
		expect(page.worker.messages[0].candidates).toEqual(ALL_BACKENDS.slice(1));
		await page.becomeReady("webgl");
		await loading;
		expect(page.model).toMatchObject({ state: "ready", backend: "webgl", embedMs: 1 });
		expect(page.problems).toEqual([]);
	});

	test("a worker that says nothing for a minute, or can't be loaded, ends in noBackend", async () => {
		const page = setUp();
		const silent = expect(page.embedder.load()).rejects.toMatchObject({
			code: "noBackend",
			message: expect.stringContaining("it did not start"),
		});
		await vi.advanceTimersByTimeAsync(60_000);
		await silent;
		const missing = expect(page.embedder.load()).rejects.toMatchObject({
			code: "noBackend",
			message: expect.stringContaining("the worker did not start"),
		});
		await vi.advanceTimersByTimeAsync(0);
		page.worker.crash();
		await missing;
		expect(page.workers.map(({ isTerminated }) => isTerminated)).toEqual([true, true]);
		expect(page.problems).toEqual(["noBackend", "noBackend"]);
	});

	test("a worker that can't be made ends in noBackend", async () => {
		const states = /** @type {(string|undefined)[]} */ ([]);
		const embedder = new Embedder({
			base: "http://page.test/",
			onModel: ({ state }) => states.push(state),
			onProblem: () => {},
			makeWorker: () => {
				throw new Error("no workers here");
			},
		});
		await expect(embedder.load()).rejects.toMatchObject({ code: "noBackend" });
		expect(states.at(-1)).toBe("failed");
	});

	test("closing ends it: no worker is started again, and nothing is told", async () => {
		const page = setUp();
		const loading = expect(page.embedder.load()).rejects.toMatchObject({ code: "workerCrashed" });
		await vi.advanceTimersByTimeAsync(0);
		page.worker.reply({ type: "trying", backend: "wasm" });
		page.embedder.close();
		await loading;
		await vi.advanceTimersByTimeAsync(120_000);
		expect([page.workers.length, page.model.state, page.problems]).toEqual([1, "idle", []]);
	});

	test("files that can't be fetched end in modelMissing", async () => {
		const page = setUp();
		const outcome = expect(page.embedder.load()).rejects.toMatchObject({ code: "modelMissing" });
		await vi.advanceTimersByTimeAsync(0);
		const [{ requestId }] = page.worker.messages;
		page.worker.reply(failedLoad(requestId, "fetch"));
		await outcome;
		expect([page.worker.isTerminated, page.model.state]).toEqual([true, "failed"]);
	});

	test("the remembered backend is tried alone; when it fails, the others are tried", async () => {
		const first = setUp();
		const loading = first.embedder.load();
		await first.becomeReady("webgl");
		await loading;
		const page = setUp();
		void page.embedder.load();
		await vi.advanceTimersByTimeAsync(0);
		const [{ requestId, candidates }] = page.worker.messages;
		expect(candidates).toEqual(["webgl"]);
		page.worker.reply(failedLoad(requestId, "backend"));
		await vi.advanceTimersByTimeAsync(0);
		expect(page.worker.messages[0].candidates).toEqual(["wasm-threads", "wasm", "webgpu"]);
		expect(storage.size).toBe(0);
	});
});

describe("wrong numbers", () => {
	test("leave a backend out, and the state says how far off it was", async () => {
		const page = setUp();
		const loading = page.embedder.load();
		await vi.advanceTimersByTimeAsync(0);
		const [{ requestId }] = page.worker.messages;
		const found = { measured: { webgl: 9 }, cosine: 0.99998, wrong: { "wasm-threads": 0.62 } };
		page.worker.reply({ type: "ready", requestId, backend: "webgl", ms: 9, triedAll: true, ...found });
		await loading;
		expect(page.model).toMatchObject({
			...{ backend: "webgl", cosine: 0.99998 },
			leftOut: [{ backend: "wasm-threads", cosine: 0.62 }],
		});
		// The graphics card fails later: what was wrong is not tried again.
		const lost = expect(page.embedder.embed(FRAME)).rejects.toMatchObject({ code: "workerCrashed" });
		page.worker.crash("context lost");
		await lost;
		expect(page.worker.messages[0].candidates).toEqual(["wasm", "webgpu"]);
		await page.becomeReady("wasm");
		expect(page.model.leftOut).toEqual([
			{ backend: "wasm-threads", cosine: 0.62 },
			{ backend: "webgl", cosine: null },
		]);
	});

	test("of the remembered backend have the others tried; of all, end in wrongNumbers, and trying again tries all", async () => {
		const first = setUp();
		void first.embedder.load();
		await first.becomeReady("webgl");
		const page = setUp();
		const loading = expect(page.embedder.load()).rejects.toMatchObject({
			code: "wrongNumbers",
			message: expect.stringContaining("webgl, wasm-threads, wasm"),
		});
		await vi.advanceTimersByTimeAsync(0);
		const wrongOf = (/** @type {Record<string, number>} */ wrong) =>
			page.worker.reply({ ...failedLoad(page.worker.messages[0].requestId, "numbers"), wrong });
		wrongOf({ webgl: 0.1 });
		await vi.advanceTimersByTimeAsync(0);
		expect(page.worker.messages[0].candidates).toEqual(["wasm-threads", "wasm", "webgpu"]);
		wrongOf({ "wasm-threads": 0.5, wasm: 0 });
		await loading;
		expect(page.model).toMatchObject({ state: "failed", backend: null });
		void page.embedder.load();
		await vi.advanceTimersByTimeAsync(0);
		expect(page.worker.messages[0].candidates).toEqual(ALL_BACKENDS);
	});
});

describe("frames", () => {
	test("before the model is ready are refused", async () => {
		const page = setUp();
		await expect(page.embedder.embed(FRAME)).rejects.toMatchObject({ code: "notReadyYet" });
	});

	test("of files wait until the model is loaded, or can't be", async () => {
		const page = setUp();
		await page.embedder.whenLoaded();
		void page.embedder.load();
		let waited = "";
		page.embedder.whenLoaded().then(() => {
			waited = "ready";
		});
		await vi.advanceTimersByTimeAsync(0);
		expect(waited).toBe("");
		await page.becomeReady("wasm");
		await vi.advanceTimersByTimeAsync(0);
		expect(waited).toBe("ready");

		const stopped = page.embedder.load();
		const refused = expect(page.embedder.whenLoaded()).rejects.toMatchObject({ code: "workerCrashed" });
		page.embedder.close();
		await expect(stopped).rejects.toMatchObject({ code: "workerCrashed" });
		await refused;
	});

	test("are answered by their numbers, in any order", async () => {
		const page = setUp();
		void page.embedder.load();
		await page.becomeReady("wasm");
		const post = vi.spyOn(page.worker, "postMessage");
		const spare = Float32Array.of(1, 2, 3);
		const answers = [page.embedder.embed(FRAME, { features: true, spare }), page.embedder.embed(FRAME)];
		const [one, two] = page.worker.messages.slice(1);
		expect(one).toMatchObject({ type: "embed", features: true, spare, thumbnailSize: 0 });
		// Their memory is handed over, not copied.
		expect(/** @type {any[]} */ (post.mock.calls[0])[1]).toEqual([one.picture, spare.buffer]);
		page.worker.reply({ type: "embedded", requestId: two.requestId, embedding: Float32Array.of(2) });
		page.worker.reply({ type: "embedded", requestId: one.requestId, embedding: Float32Array.of(1) });
		const embeddings = (await Promise.all(answers)).map(({ embedding }) => embedding[0]);
		expect(embeddings).toEqual([1, 2]);
	});

	test("that a crash leaves unanswered are lost; the model is started again on another backend", async () => {
		const page = setUp();
		void page.embedder.load();
		await page.becomeReady("wasm-threads");
		const lost = expect(page.embedder.embed(FRAME)).rejects.toMatchObject({ code: "workerCrashed" });
		page.workers[0].crash("out of memory");
		await lost;
		expect([page.workers[0].isTerminated, page.model.state, page.problems]).toEqual([true, "loading", []]);
		expect(page.worker.messages[0].candidates).toEqual(ALL_BACKENDS.slice(1));
		await page.becomeReady("webgpu");
		expect([page.model.backend, page.problems]).toEqual(["webgpu", ["workerCrashed"]]);
	});

	test("that wait when the graphics card loses the model do not wait for their time-out", async () => {
		const page = setUp();
		void page.embedder.load();
		await page.becomeReady("webgl");
		const lost = expect(page.embedder.embed(FRAME)).rejects.toMatchObject({ code: "workerCrashed" });
		page.worker.reply({ type: "lost" });
		await lost;
		expect(page.worker.messages[0].candidates).not.toContain("webgl");
		await page.becomeReady("wasm");
		expect(page.problems).toEqual(["workerCrashed"]);
	});

	test("that fail restart the model too, as do those unanswered for 15 seconds", async () => {
		const page = setUp();
		void page.embedder.load();
		await page.becomeReady("wasm");
		const failed = expect(page.embedder.embed(FRAME)).rejects.toMatchObject({ code: "unexpected" });
		const lost = expect(page.embedder.embed(FRAME)).rejects.toMatchObject({ code: "workerCrashed" });
		const { requestId } = page.worker.messages[1];
		page.worker.reply({ type: "failed", requestId, stage: "frame", message: "context lost" });
		await Promise.all([failed, lost]);
		await page.becomeReady("webgl");
		const late = expect(page.embedder.embed(FRAME)).rejects.toMatchObject({ code: "workerCrashed" });
		await vi.advanceTimersByTimeAsync(15_000);
		await late;
		expect(page.workers.length).toBe(3);
		expect(page.worker.messages[0].candidates).toEqual(["wasm-threads", "webgpu"]);
	});

	test("that wait when it is closed are lost, and nothing is started again", async () => {
		const page = setUp();
		void page.embedder.load();
		await page.becomeReady("wasm");
		const lost = expect(page.embedder.embed(FRAME)).rejects.toMatchObject({ code: "workerCrashed" });
		page.embedder.close();
		await lost;
		await vi.advanceTimersByTimeAsync(120_000);
		expect([page.workers.length, page.model.state, page.problems]).toEqual([1, "idle", []]);
	});
});

/**
 * @param {number} requestId
 * @param {"fetch"|"backend"|"numbers"} stage
 */
function failedLoad(requestId, stage) {
	return { type: "failed", requestId, stage, message: "404 Not Found" };
}

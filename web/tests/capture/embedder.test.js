import { expect, test, vi } from "vitest";
import { Embedder } from "../../src/capture/embedder.js";

test("when every backend has failed, trying again tries them all again", async () => {
	vi.stubGlobal("fetch", async () => new Response(JSON.stringify({ id: "m", title: "M", input: { size: 8 } })));
	vi.spyOn(console, "warn").mockImplementation(() => {});
	let works = false;
	/** @type {string[]} */
	const tried = [];
	/** A worker whose backends take it down. */
	const makeWorker = () => {
		/** @type {any} */
		const worker = {
			terminate: () => {},
			/** @param {{candidates: string[]}} message */
			postMessage: ({ candidates: [backend] }) => {
				tried.push(backend);
				worker.onmessage({ data: { type: "trying", backend } });
				if (works) worker.onmessage({ data: { type: "ready", backend, ms: 1, measured: {} } });
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
	expect(tried).toEqual(["wasm", "wasm-threads", "webgl", "webgpu"]);
	expect([states.at(-1), problems]).toEqual(["failed", ["noBackend"]]);
	works = true;
	await embedder.load();
	expect(tried.at(-1)).toBe("wasm");
	expect(states.at(-1)).toBe("ready");
	embedder.close();
	vi.unstubAllGlobals();
	vi.restoreAllMocks();
});

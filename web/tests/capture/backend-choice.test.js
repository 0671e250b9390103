import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { BackendChoice } from "../../src/capture/backend-choice.js";

const ALL = ["wasm-threads", "wasm", "webgl", "webgpu"];
/** @type {Map<string, string>} */
let storage;

beforeEach(() => {
	storage = new Map();
	vi.stubGlobal("navigator", { userAgent: "this browser" });
	vi.stubGlobal("localStorage", {
		getItem: (/** @type {string} */ key) => storage.get(key) ?? null,
		setItem: (/** @type {string} */ key, /** @type {string} */ value) => storage.set(key, value),
		removeItem: (/** @type {string} */ key) => storage.delete(key),
	});
});
afterEach(() => void vi.unstubAllGlobals());

describe("the candidates", () => {
	test("are all backends but those that are excluded, until they are reset", () => {
		const choice = new BackendChoice();
		expect(choice.candidates).toEqual(ALL);
		choice.exclude("wasm-threads");
		expect(choice.candidates).toEqual(["wasm", "webgl", "webgpu"]);
		choice.reset();
		expect(choice.candidates).toEqual(ALL);
	});

	test("keep the last one where it may not be lost", () => {
		const choice = new BackendChoice();
		for (const backend of /** @type {const} */ (["wasm-threads", "webgl", "webgpu"])) choice.excludeUnlessLast(backend);
		choice.excludeUnlessLast("wasm");
		expect(choice.candidates).toEqual(["wasm"]);
		choice.exclude("wasm");
		expect(choice.candidates).toEqual([]);
	});
});

describe("the remembered backend", () => {
	test("is the shortlist for its model, on the next page too", () => {
		new BackendChoice().remember("m", "webgl");
		const choice = new BackendChoice();
		expect([choice.shortlist("m"), choice.shortlist("other")]).toEqual([["webgl"], ALL]);
		choice.forget("m");
		expect(choice.shortlist("m")).toEqual(ALL);
	});

	test("does not count once it is excluded, or the browser is another", () => {
		const choice = new BackendChoice();
		choice.remember("m", "webgl");
		choice.exclude("webgl");
		expect(choice.shortlist("m")).toEqual(choice.candidates);
		choice.reset();
		vi.stubGlobal("navigator", { userAgent: "a newer browser" });
		expect(choice.shortlist("m")).toEqual(ALL);
	});

	test("is not needed: without storage all are candidates", () => {
		vi.stubGlobal("localStorage", undefined);
		const choice = new BackendChoice();
		choice.remember("m", "webgl");
		choice.forget("m");
		expect(choice.shortlist("m")).toEqual(ALL);
	});
});

describe("a first visit", () => {
	test("takes a backend that is quick enough; the next visit tries all, and then the fastest is remembered", () => {
		const choice = new BackendChoice();
		expect(choice.quickMs("m")).toBeGreaterThan(0);
		choice.remember("m", "wasm", false);
		const next = new BackendChoice();
		expect([next.shortlist("m"), next.quickMs("m")]).toEqual([ALL, 0]);
		next.remember("m", "webgl", true);
		expect([new BackendChoice().shortlist("m"), new BackendChoice().quickMs("m")]).toEqual([["webgl"], 0]);
	});

	test("is none where an older page has remembered the fastest", () => {
		storage.set("backend:m", JSON.stringify({ backend: "webgl", agent: "this browser" }));
		expect([new BackendChoice().shortlist("m"), new BackendChoice().quickMs("m")]).toEqual([["webgl"], 0]);
	});
});

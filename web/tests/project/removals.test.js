import { expect, test } from "vitest";
import { Removals } from "../../src/project/removals.js";
import { Replica } from "../../src/project/replica.js";
import { newProject } from "../../src/project/store.js";
import { embeddingOf } from "../support/client.js";

function createStore() {
	/** @type {Map<string, any>} */
	const kept = new Map();
	return {
		kept,
		preference: async (/** @type {string} */ key) => structuredClone(kept.get(key)),
		setPreference: (/** @type {string} */ key, /** @type {unknown} */ value) =>
			void kept.set(key, structuredClone(value)),
	};
}

/** What was written by then. */
const settled = () => new Promise((resolve) => setTimeout(resolve));

test("are kept for the next visit, each project's apart; what is noted before they are read is added", async () => {
	const store = createStore();
	const first = new Removals();
	first.open(store, "p");
	first.note(["a", "b"], ["cat"]);
	await settled();
	const next = new Removals();
	next.open(store, "p");
	next.note(["c"], []);
	await next.loaded;
	await settled();
	expect([[...next.ids].sort(), [...next.labels]]).toEqual([["a", "b", "c"], ["cat"]]);
	next.forget(["a"]);
	await settled();
	next.open(store, "other");
	await next.loaded;
	expect(next.ids.size).toBe(0);
	next.open(store, "p");
	await next.loaded;
	expect([...next.ids].sort()).toEqual(["b", "c"]);
});

test("the oldest are forgotten", () => {
	const removals = new Removals();
	removals.note(
		Array.from({ length: 2501 }, (_, i) => String(i)),
		Array.from({ length: 201 }, (_, i) => String(i)),
	);
	expect([removals.ids.size, removals.ids.has("0"), removals.ids.has("2500")]).toEqual([2500, false, true]);
	expect([removals.labels.size, removals.labels.has("0")]).toEqual([200, false]);
});

test("are noted by whatever removes: a person or another member, one by one, with the class, or by renaming", () => {
	const replica = new Replica(newProject("m"));
	const add = (/** @type {string} */ id, /** @type {string} */ label) =>
		replica.add([{ id, label, group: null, embedding: embeddingOf(1, 2), thumbnail: null }]);
	add("a", "cat");
	add("b", "cat");
	add("c", "dog");
	replica.remove(["a"]);
	replica.relabel([{ id: "c", label: "cow" }]);
	replica.rename("cow", "bull");
	replica.clear("cat");
	expect([[...replica.removals.ids], [...replica.removals.labels]]).toEqual([
		["a", "b"],
		["cow", "cat"],
	]);
});

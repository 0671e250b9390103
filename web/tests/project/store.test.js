// What the browser keeps, in an implementation of IndexedDB for Node.

import "fake-indexeddb/auto";
import { afterEach, describe, expect, test } from "vitest";
import { Replica } from "../../src/project/replica.js";
import { chooseProject, NO_STORE, newProject, Store } from "../../src/project/store.js";
import { embeddingOf } from "../support/client.js";

let databases = 0;
/** @type {import("../../src/project/store.js").ProjectStore[]} */
const open = [];
/** @type {import("../../src/contract/errors.js").ErrorObject[]} */
const reports = [];

/** @param {string} [name] */
async function openStore(name) {
	databases += name ? 0 : 1;
	const store = await Store.open({ name: name ?? `test-${databases}`, report: (error) => reports.push(error) });
	if (store === NO_STORE) throw new Error("not opened");
	open.push(store);
	return store;
}

afterEach(async () => {
	for (const store of open.splice(0)) await store.close();
	reports.splice(0);
});

/**
 * @param {string} id
 * @param {string} label
 * @param {Blob|null} [thumbnail]
 */
const example = (id, label, thumbnail = null) => ({
	id,
	label,
	group: "hold",
	embedding: embeddingOf(1, 2, 3),
	thumbnail,
});

/**
 * The project as a page finds it that opens now.
 * @param {import("../../src/project/store.js").ProjectStore} store
 * @param {string} model
 */
async function reopened(store, model = "m") {
	const { project } = chooseProject(await store.projects(), { model, room: null });
	const replica = new Replica();
	replica.open({ project, store, examples: await store.examples(project.id) });
	return replica;
}

describe("a reload", () => {
	test("finds examples, classes, colours, thumbnails and order as they were", async () => {
		const store = await openStore();
		const replica = new Replica(newProject("m"), store);
		replica.addLabel("empty");
		replica.add([example("b", "__proto__", new Blob(["jpeg"], { type: "image/jpeg" })), example("a", "7")]);
		replica.addLabel("late");
		replica.remove(["a"]);
		replica.add([example("c", "7")]);
		replica.rename("late", "later");
		// In the middle of a visit: only the disk is waited for.
		await store.settled();
		const reloaded = await reopened(store);
		expect(reloaded.classes.value.map(({ label, colour, count }) => [label, colour, count])).toEqual([
			["empty", 0, 0],
			["__proto__", 1, 1],
			["7", 2, 1],
			["later", 3, 0],
		]);
		expect(reloaded.ids()).toEqual(["b", "c"]);
		expect(reloaded.example("b")).toMatchObject({ label: "__proto__", group: "hold", embedding: embeddingOf(1, 2, 3) });
		expect(reloaded.classes.value[1].examples[0].thumbnailUrl).toMatch(/^blob:/);
		expect(reports).toEqual([]);
	});

	test("finds merged classes, cleared classes and a class that got its example back", async () => {
		const store = await openStore();
		const replica = new Replica(newProject("m"), store);
		replica.add([example("a", "cat"), example("b", "dog"), example("c", "cow"), example("d", "cat")]);
		replica.rename("cat", "dog");
		replica.clear("cow");
		const back = replica.example("b");
		replica.remove(["b"]);
		replica.add([back]);
		await store.settled();
		const reloaded = await reopened(store);
		expect(reloaded.ids().map((id) => [id, reloaded.example(id).label])).toEqual([
			["a", "dog"],
			["b", "dog"],
			["d", "dog"],
		]);
		expect(reloaded.labels).toEqual(["dog"]);
	});

	test("finds the unconfirmed changes, in order", async () => {
		const store = await openStore();
		const project = newProject("m");
		const replica = new Replica(project, store);
		replica.add([example("a", "cat")], [{ op: "add", id: "a", label: "cat" }]);
		replica.rename("cat", "lion", [{ op: "rename", from: "cat", to: "lion" }]);
		replica.remove(["a"], [{ op: "remove", id: "a" }]);
		project.revision = 9;
		replica.confirm(1);
		await store.settled();
		expect(await store.outbox(project.id)).toMatchObject([
			{ n: 2, op: "rename", from: "cat", to: "lion" },
			{ n: 3, op: "remove", id: "a" },
		]);
		expect((await store.projects())[0].revision).toBe(9);
		const again = new Replica();
		again.open({ project, store, queued: await store.outbox(project.id) });
		again.queue([{ op: "label", label: "x" }], { emptyFirst: true });
		await store.settled();
		expect(await store.outbox(project.id)).toMatchObject([{ n: 4, op: "label", label: "x" }]);
	});
});

describe("models", () => {
	test("are never mixed: another model gets a project of its own, and the first comes back", async () => {
		const store = await openStore();
		const first = await reopened(store, "mobilenet");
		first.add([example("a", "cat")]);
		await store.settled();
		const chosen = chooseProject(await store.projects(), { model: "efficientnet", room: null });
		expect(chosen.otherModel).toBe("mobilenet");
		const second = new Replica();
		second.open({ project: chosen.project, store, examples: await store.examples(chosen.project.id) });
		expect(second.count).toBe(0);
		second.add([{ ...example("b", "dog"), embedding: embeddingOf(1, 2) }]);
		await store.settled();
		expect((await reopened(store, "mobilenet")).labels).toEqual(["cat"]);
		expect((await reopened(store, "efficientnet")).labels).toEqual(["dog"]);
	});

	test("a room's address opens the room's project, and only that", async () => {
		const store = await openStore();
		const own = new Replica({ ...newProject("m"), room: "KIWI-42" }, store);
		own.add([example("a", "cat")]);
		await store.settled();
		const visit = chooseProject(await store.projects(), { model: "m", room: "MANGO-7" });
		expect(visit).toMatchObject({ otherModel: null, project: { room: "MANGO-7", classes: [] } });
		const back = chooseProject(await store.projects(), { model: "m", room: "KIWI-42" });
		expect(back.project.id).toBe(own.project.id);
	});
});

describe("a change that can't be kept is reported, and stays in memory", () => {
	test("a value that no database can hold", async () => {
		const store = await openStore();
		store.setPreference("mirrored", () => {});
		await store.settled();
		expect(reports.map(({ code }) => code)).toEqual(["storageBroken"]);
		expect(await store.preference("mirrored")).toBeUndefined();
	});

	test("a full device: nothing of the change is kept; with the next change, it is", async () => {
		const store = await openStore("full");
		const replica = new Replica(newProject("m"), store);
		replica.add([example("a", "cat")]);
		await store.settled();
		const { put } = IDBObjectStore.prototype;
		IDBObjectStore.prototype.put = function (...args) {
			if (this.name === "embeddings") throw new DOMException("no space", "QuotaExceededError");
			return put.apply(this, args);
		};
		replica.add([example("b", "dog")]);
		await store.settled();
		IDBObjectStore.prototype.put = put;
		expect(reports.map(({ code }) => code)).toEqual(["storageFull"]);
		expect(replica.ids()).toEqual(["a", "b"]);
		expect((await reopened(await openStore("full"))).labels).toEqual(["cat"]);
		replica.add([example("c", "cow")]);
		replica.remove(["a"]);
		await store.settled();
		expect((await reopened(await openStore("full"))).ids()).toEqual(["b", "c"]);
	});
});

test("a closed store has written everything, and accepts nothing more", async () => {
	const name = "closing";
	const store = await openStore(name);
	const replica = new Replica(newProject("m"), store);
	replica.add([example("a", "cat")]);
	await store.close();
	replica.add([example("b", "cat")]);
	const again = await openStore(name);
	expect((await reopened(again)).ids()).toEqual(["a"]);
	expect(reports).toEqual([]);
});

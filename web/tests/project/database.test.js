// What could not be written: the disk was full, the connection was cut. Nothing of it is lost, and nothing newer is overwritten.

import "fake-indexeddb/auto";
import { forceCloseDatabase, IDBFactory } from "fake-indexeddb";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Replica } from "../../src/project/replica.js";
import { newProject, Store } from "../../src/project/store.js";
import { UnsavedRows } from "../../src/project/unsaved-rows.js";
import { embeddingOf } from "../support/client.js";

/** Connections that are open. @type {any[]} */
let connections;
/** @type {import("../../src/contract/errors.js").ErrorObject[]} */
let reports;
/** @type {number[]} */
let unsaved;
/** @type {import("../../src/project/store.js").ProjectStore[]} */
const stores = [];
/** Rows of this store are refused, while it is set. */
let full = "";
const { put } = IDBObjectStore.prototype;

beforeEach(() => {
	connections = [];
	reports = [];
	unsaved = [];
	full = "";
	vi.stubGlobal("indexedDB", new IDBFactory());
	const { open } = indexedDB;
	vi.spyOn(indexedDB, "open").mockImplementation((...args) => {
		const request = open.apply(indexedDB, args);
		request.addEventListener("success", () => connections.push(request.result));
		return request;
	});
	IDBObjectStore.prototype.put = function (...args) {
		if (this.name === full) throw new DOMException("no space", "QuotaExceededError");
		return put.apply(this, args);
	};
});
afterEach(async () => {
	IDBObjectStore.prototype.put = put;
	for (const store of stores.splice(0)) await store.close();
	vi.restoreAllMocks();
	vi.unstubAllGlobals();
});

async function openStore() {
	const store = await Store.open({
		report: (error) => reports.push(error),
		onUnsaved: (count) => unsaved.push(count),
	});
	stores.push(store);
	return store;
}

/** @param {string} id @param {string} [label] */
const example = (id, label = "cat") => ({ id, label, group: null, embedding: embeddingOf(1, 2), thumbnail: null });

/** What another visit finds on the disk. @param {string} project */
async function kept(project) {
	const store = await openStore();
	return (await store.examples(project)).map(({ id, label }) => `${id} ${label}`);
}

test("a store that is closed has nothing in memory any more, and says so", async () => {
	const store = await openStore();
	const replica = new Replica(newProject("m"), store);
	full = "embeddings";
	replica.add([example("a")]);
	await store.settled();
	expect(unsaved.at(-1)).toBeGreaterThan(0);
	await store.close();
	expect([unsaved.at(-1), store.unsavedCount]).toEqual([0, 0]);
});

test("a write of no rows does nothing, and nothing is wrong", async () => {
	const store = await openStore();
	store.write([]);
	await store.settled();
	expect([reports, store.unsavedCount]).toEqual([[], 0]);
});

describe("a connection that the browser cuts", () => {
	test("is opened again: what was taught before, while it was cut, and after it is kept, and nothing is said", async () => {
		const store = await openStore();
		const replica = new Replica(newProject("m"), store);
		replica.add([example("a")]);
		await store.settled();
		forceCloseDatabase(connections[0]);
		for (const id of ["b", "c", "d"]) replica.add([example(id)]);
		await store.settled();
		replica.add([example("e")]);
		await store.settled();
		expect(await kept(replica.project.id)).toEqual(["a cat", "b cat", "c cat", "d cat", "e cat"]);
		expect(reports).toEqual([]);
		expect(unsaved.at(-1)).toBe(0);
	});

	test("in the middle of a write loses nothing of it", async () => {
		const store = await openStore();
		const replica = new Replica(newProject("m"), store);
		replica.add([example("a")]);
		replica.rename("cat", "lion");
		forceCloseDatabase(connections[0]);
		replica.add([example("b", "lion")]);
		await store.settled();
		expect(await kept(replica.project.id)).toEqual(["a lion", "b lion"]);
		expect(reports).toEqual([]);
	});

	test("is opened again to read", async () => {
		const store = await openStore();
		const replica = new Replica(newProject("m"), store);
		replica.add([example("a")]);
		await store.settled();
		forceCloseDatabase(connections[0]);
		expect((await store.examples(replica.project.id)).map(({ id }) => id)).toEqual(["a"]);
		expect(await store.projects()).toHaveLength(1);
	});

	test("and can't be opened for a while: it is said once, tried again, and all is kept in the end", async () => {
		vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
		const store = await openStore();
		const replica = new Replica(newProject("m"), store);
		await store.settled();
		const open = vi.mocked(indexedDB.open);
		const works = open.getMockImplementation();
		open.mockImplementation(() => {
			throw new DOMException("not now", "UnknownError");
		});
		forceCloseDatabase(connections[0]);
		replica.add([example("a")]);
		await store.settled();
		replica.add([example("b")]);
		await store.settled();
		vi.advanceTimersByTime(6000);
		await store.settled();
		expect(reports.map(({ code }) => code)).toEqual(["storageBroken"]);
		// Reads of this page see it all the same; but what is on the disk can't be read now.
		if (works) open.mockImplementation(works);
		vi.advanceTimersByTime(6000);
		vi.useRealTimers();
		await store.settled();
		expect(await kept(replica.project.id)).toEqual(["a cat", "b cat"]);
		expect(unsaved.at(-1)).toBe(0);
	});
});

describe("a full disk", () => {
	test("is said once; when a project is deleted for ever, what waited is written", async () => {
		const store = await openStore();
		const old = newProject("m");
		store.save(old, { added: [{ ...example("x"), order: 0 }] });
		const replica = new Replica(newProject("m"), store);
		replica.add([example("a")]);
		await store.settled();
		full = "embeddings";
		replica.add([example("b")]);
		replica.add([example("c")]);
		await store.settled();
		expect(reports.map(({ code }) => code)).toEqual(["storageFull"]);
		expect(store.unsavedCount).toBeGreaterThan(0);
		// A page that reads the project now, because it was opened again, sees all of it.
		expect((await store.examples(replica.project.id)).map(({ id }) => id)).toEqual(["a", "b", "c"]);
		expect(await kept(replica.project.id)).toEqual(["a cat"]);
		full = "";
		store.write([{ store: "projects", key: old.id }]);
		await store.settled();
		expect(await kept(replica.project.id)).toEqual(["a cat", "b cat", "c cat"]);
		expect([store.unsavedCount, unsaved.at(-1)]).toEqual([0, 0]);
		full = "embeddings";
		replica.add([example("d")]);
		await store.settled();
		expect(reports).toHaveLength(2);
	});

	test("what changed since is not overwritten by what waited", async () => {
		const store = await openStore();
		const replica = new Replica(newProject("m"), store);
		replica.add([example("a")]);
		await store.settled();
		full = "embeddings";
		replica.add([example("b"), example("c")]);
		await store.settled();
		full = "";
		replica.rename("cat", "lion");
		replica.remove(["c"]);
		await store.settled();
		store.retry();
		await store.settled();
		expect(await kept(replica.project.id)).toEqual(["a lion", "b lion"]);
	});

	test("whatever is refused and when, in the end the disk has what memory has", async () => {
		const acts = fc.array(
			fc.tuple(
				fc.constantFrom("", "", "embeddings", "examples", "projects"),
				fc.constantFrom("add", "remove", "rename", "queue", "empty"),
				fc.integer({ min: 0, max: 5 }),
			),
			{ maxLength: 12 },
		);
		await fc.assert(
			fc.asyncProperty(acts, fc.boolean(), async (steps, waits) => {
				const store = await openStore();
				const replica = new Replica(newProject("m"), store);
				replica.save();
				for (const [refused, act, n] of steps) {
					full = refused;
					const id = `e${n}`;
					if (act === "add") replica.add([example(id, `label ${n % 2}`)], [{ op: "add", id, label: `label ${n % 2}` }]);
					else if (act === "remove") replica.remove([id]);
					else if (act === "rename") replica.labels.length > 0 && replica.rename(replica.labels[0], `label ${n}`);
					else replica.queue([{ op: "configure" }], { emptyFirst: act === "empty" });
					if (waits) await store.settled();
				}
				full = "";
				await store.settled();
				store.retry();
				await store.settled();
				expect(store.unsavedCount).toBe(0);
				const disk = await openStore();
				const { id, classes } = replica.project;
				const held = replica.ids().map((each) => [each, replica.example(each).label]);
				expect((await disk.examples(id)).map((row) => [row.id, row.label])).toEqual(held);
				expect((await disk.projects()).find((row) => row.id === id)?.classes).toEqual(classes);
				expect(await disk.outbox(id)).toEqual(replica.outbox.items);
			}),
			{ numRuns: 60 },
		);
	});
});

describe("rows that wait", () => {
	test("show a range that was deleted, and what was put after it", () => {
		const rows = new UnsavedRows();
		rows.add(2, [
			{ store: "outbox", key: ["p"], isRange: true },
			{ store: "outbox", key: ["p", 3], value: { n: 3 } },
		]);
		rows.add(1, [{ store: "outbox", key: ["p", 2], value: { n: 2 } }]);
		const disk = [{ n: 1 }];
		expect(rows.apply("outbox", disk, "p", ({ n }) => ["p", n])).toEqual([{ n: 3 }]);
		expect(rows.apply("outbox", disk, "q", ({ n }) => ["q", n])).toEqual(disk);
		rows.add(3, [{ store: "outbox", key: ["p", 3], value: { n: 3, newer: true } }]);
		expect(rows.size).toBe(3);
		rows.supersede(4, [{ store: "outbox", key: ["p"], isRange: true }]);
		expect(rows.size).toBe(0);
	});
});

test("a database of the first version opens with all that it has", async () => {
	const project = { ...newProject("m"), name: "Old", room: "KIWI-42", usedAt: 5 };
	const { createdAt: _, deletedAt: __, ...oldRow } = project;
	await new Promise((resolve, reject) => {
		const request = indexedDB.open("show-and-tell", 1);
		request.onupgradeneeded = () => {
			const db = request.result;
			db.createObjectStore("projects", { keyPath: "id" }).put(oldRow);
			for (const [name, part, row] of /** @type {const} */ ([
				["examples", "id", { id: "a", label: "cat", group: null, order: 0 }],
				["embeddings", "id", { id: "a", embedding: embeddingOf(1, 2) }],
				["thumbnails", "id", { id: "a", blob: new Blob(["jpeg"]) }],
				["outbox", "n", { n: 4, op: "remove", id: "b" }],
			])) {
				db.createObjectStore(name, { keyPath: ["project", part] }).put({ project: project.id, ...row });
			}
			db.createObjectStore("preferences").put(true, "mirrored");
		};
		request.onsuccess = () => {
			request.result.close();
			resolve(undefined);
		};
		request.onerror = reject;
	});
	const store = await openStore();
	expect(await store.projects()).toEqual([{ ...oldRow, createdAt: 5, deletedAt: null }]);
	const [stored] = await store.examples(project.id);
	expect(stored).toMatchObject({ id: "a", label: "cat", embedding: embeddingOf(1, 2) });
	expect(await stored.thumbnail?.text()).toBe("jpeg");
	expect(await store.outbox(project.id)).toEqual([{ n: 4, op: "remove", id: "b" }]);
	expect(await store.preference("mirrored")).toBe(true);
	expect(await store.history(project.id)).toEqual({ steps: [], binned: [] });
	store.save(project, { steps: [{ n: 1 }], binned: [{ id: "b" }] });
	await store.settled();
	expect(await store.history(project.id)).toEqual({ steps: [{ n: 1 }], binned: [{ id: "b" }] });
});

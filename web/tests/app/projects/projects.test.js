// All projects of a browser: switching, the bin, copies, and what a project in a room has of its own.

import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { newProject, STORES_OF_PROJECT } from "../../../src/project/store.js";
import { embeddingOf } from "../../support/client.js";
import { closeProjects, openProjects } from "../../support/projects.js";

const DAY_MS = 24 * 60 * 60 * 1000;
/** The rooms of the server; null: no server answers. @type {Set<string>|null} */
let rooms;

beforeEach(() => {
	rooms = new Set(["KIWI-42"]);
	vi.stubGlobal("indexedDB", new IDBFactory());
	vi.stubGlobal("fetch", async (/** @type {URL} */ url, /** @type {RequestInit} */ { method } = {}) => {
		if (rooms === null) throw new TypeError("no network");
		const code = url.pathname.split("/").at(-1) ?? "";
		if (method === "POST") {
			rooms.add("NEW-1");
			return new Response(JSON.stringify({ ok: true, room: "NEW-1" }));
		}
		const error = { code: "noSuchRoom", message: "", hint: "" };
		return new Response(JSON.stringify(rooms.has(code) ? { ok: true, room: code } : { ok: false, error }));
	});
});
afterEach(async () => {
	await closeProjects();
	vi.unstubAllGlobals();
});

describe("another project is opened in place of the open one", () => {
	test("what was taught in each comes back with it, and nothing of the other", async () => {
		const { state, workspace, projects, show, counts } = await openProjects();
		show("cat");
		show("cat");
		show("dog");
		workspace.teaching.configure({ ...state.settings.value, k: 7 });
		const { id: pets } = state.project.value;
		await projects.rename(pets, " Pets ");
		await projects.create();
		expect(counts()).toEqual({});
		expect(state.project.value).toMatchObject({ name: "", room: null });
		expect(state.settings.value.k).toBe(3);
		show("cup");
		expect(workspace.replica.knn.getLabels()).toEqual(["cup"]);
		await projects.open(pets);
		expect(counts()).toEqual({ cat: 2, dog: 1 });
		expect(state.project.value).toMatchObject({ id: pets, name: "Pets" });
		expect(workspace.replica.project.settings.k).toBe(7);
		const list = await projects.list();
		expect(list.map(({ name, count }) => [name, count])).toEqual([
			["Pets", 3],
			["", 1],
		]);
	});

	test("a visit leads back to the project that was open, and says what it is", async () => {
		const { state, projects, show, counts } = await openProjects();
		show("cat");
		const { id: own } = state.project.value;
		const sample = await projects.create(undefined, undefined, { isVisit: true, notice: { key: "sample" } });
		expect(state.project.value).toMatchObject({ id: sample, cameFrom: own });
		expect(state.notice.value).toEqual({ key: "sample" });
		await projects.back();
		expect(counts()).toEqual({ cat: 1 });
		await projects.create();
		const { id: other } = state.project.value;
		await projects.open(sample, { isVisit: true });
		// A second time, it is open already.
		await projects.open(sample, { isVisit: true });
		expect(state.project.value).toMatchObject({ id: sample, cameFrom: other });
	});

	test("a recording, an upload and a connection end before", async () => {
		const { projects, show, recording, recorder, uploads, serverLink, explaining } = await openProjects();
		show("cat");
		await projects.create();
		for (const { cleared, cancel } of [recorder, uploads]) {
			expect(cleared).toHaveBeenCalledWith("cat");
			expect(cancel).toHaveBeenCalled();
		}
		expect(recording.stop).toHaveBeenCalled();
		expect(serverLink.disconnect).toHaveBeenCalled();
		expect(explaining.reset).toHaveBeenCalledTimes(2);
	});

	test("one of another model is refused, and the open one stays", async () => {
		const { state, store, projects, show, counts } = await openProjects();
		show("cat");
		const other = newProject("other-model");
		store.save(other);
		await expect(projects.open(other.id)).rejects.toMatchObject({ code: "modelChanged" });
		expect(state.problem.value?.code).toBe("modelChanged");
		expect(counts()).toEqual({ cat: 1 });
	});

	test("actions run one after another, whatever is pressed meanwhile", async () => {
		const { state, projects, show } = await openProjects();
		show("cat");
		const { id } = state.project.value;
		await Promise.all([projects.create(), projects.open(id), projects.create(), projects.open(id)]);
		expect(state.project.value.id).toBe(id);
		expect(state.classes.value.map(({ label }) => label)).toEqual(["cat"]);
	});
});

describe("the bin", () => {
	test("the open project goes into it, another is opened, and it can be restored", async () => {
		const { state, projects, show, counts } = await openProjects();
		show("cat");
		const { id } = state.project.value;
		await projects.bin(id);
		expect(counts()).toEqual({});
		expect(state.notice.value).toMatchObject({ key: "deleted", id });
		expect((await projects.list()).find((each) => each.id === id)?.deletedAt).not.toBeNull();
		await projects.restore(id);
		await projects.open(id);
		expect(counts()).toEqual({ cat: 1 });
	});

	test("after 30 days its rows are gone from every store, and not before", async () => {
		const { store, projects, show, workspace, state } = await openProjects();
		show("cat", new Blob(["jpeg"]));
		const { id } = state.project.value;
		await projects.create();
		const [project] = (await store.projects()).filter((each) => each.id === id);
		store.save({ ...project, deletedAt: Date.now() - 30 * DAY_MS + 60_000 }, { queued: [{ op: "configure", n: 1 }] });
		store.save(project, { steps: [{ n: 1 }], binned: [{ id: "x" }] });
		store.save({ ...project, deletedAt: Date.now() - 30 * DAY_MS + 60_000 });
		await projects.sweep();
		expect(await store.examples(id)).toHaveLength(1);
		store.save({ ...project, deletedAt: Date.now() - 30 * DAY_MS - 60_000 });
		await projects.sweep();
		for (const name of /** @type {const} */ (["examples", "embeddings", "thumbnails", "outbox", "steps", "bin"])) {
			expect([name, await store.rows(name, id)]).toEqual([name, []]);
		}
		expect((await store.projects()).map((each) => each.id)).toEqual([workspace.replica.project.id]);
	});

	test("a project deleted for ever takes nothing of another with it", async () => {
		const { store, projects, show, state } = await openProjects();
		show("cat");
		const { id } = state.project.value;
		await projects.deleteForever(id);
		expect(await store.examples(id)).toHaveLength(1);
		await projects.create();
		show("dog");
		await projects.deleteForever(id);
		expect((await projects.list()).map(({ classes }) => classes.map(({ label }) => label))).toEqual([["dog"]]);
		await expect(projects.open(id)).rejects.toMatchObject({ code: "noSuchProject" });
	});

	test("a project deleted for ever leaves no preference of its own, and all others stay", async () => {
		const { store, projects, state } = await openProjects();
		const { id } = state.project.value;
		const keys = [`removals ${id}`, `file:${id}`, `dismissedAdvice:${id}`];
		await projects.create();
		const others = ["mirrored", `file:${state.project.value.id}`];
		for (const key of [...keys, ...others]) store.setPreference(key, true);
		await projects.deleteForever(id);
		await store.settled();
		for (const key of keys) expect([key, await store.preference(key)]).toEqual([key, undefined]);
		for (const key of others) expect([key, await store.preference(key)]).toEqual([key, true]);
	});

	test("rows that a crash left without their project are swept, in every store, and nothing else", async () => {
		const { store, projects, show, state, counts } = await openProjects();
		show("cat");
		const { id } = state.project.value;
		await projects.create();
		show("dog");
		for (const ghost of ["", "0", "~", id.slice(0, -1), `${id}0`]) {
			const rows = STORES_OF_PROJECT.flatMap((name) => [1, 2].map((n) => ({ store: name, key: [ghost, n] })));
			store.write(rows.map((row) => ({ ...row, value: { project: ghost, id: row.key[1], n: row.key[1] } })));
		}
		store.setPreference("removals ~", {});
		await store.settled();
		await projects.sweep();
		await store.settled();
		const ids = (await store.projects()).map((each) => each.id).sort();
		expect(ids).toHaveLength(2);
		expect(await store.owners("examples")).toEqual(ids);
		for (const name of STORES_OF_PROJECT) {
			expect((await store.owners(name)).filter((owner) => !ids.includes(owner))).toEqual([]);
		}
		expect(await store.preference("removals ~")).toBeUndefined();
		expect(counts()).toEqual({ dog: 1 });
		await projects.open(id);
		expect(counts()).toEqual({ cat: 1 });
	});

	test("one whose room another project is in by now comes back alone", async () => {
		const { store, projects, state } = await openProjects();
		const { id } = state.project.value;
		await projects.join("KIWI-42");
		const first = state.project.value.id;
		await projects.open(id);
		await projects.bin(first);
		await projects.join("KIWI-42");
		await projects.restore(first);
		const restored = (await store.projects()).find((each) => each.id === first);
		expect(restored).toMatchObject({ deletedAt: null, room: null, epoch: null, revision: 0 });
	});
});

test("a copy has everything but the room, and is another project", async () => {
	const { store, projects, show, state, counts } = await openProjects();
	show("cat", new Blob(["jpeg"], { type: "image/jpeg" }));
	await projects.share();
	const { id } = state.project.value;
	const copy = await projects.duplicate(id, "Copy");
	expect(state.project.value).toMatchObject({ id, room: "NEW-1" });
	const [original] = await store.examples(id);
	const [copied] = await store.examples(copy);
	expect({ ...copied, thumbnail: null }).toEqual({ ...original, thumbnail: null });
	expect(await copied.thumbnail?.text()).toBe("jpeg");
	await projects.open(copy);
	expect(state.project.value).toMatchObject({ name: "Copy", room: null });
	show("cat");
	await projects.open(id);
	expect(counts()).toEqual({ cat: 1 });
});

test("the list has the newest picture of each of the first four classes", async () => {
	const { projects, show } = await openProjects();
	for (const label of ["a", "b", "c", "d", "e"]) {
		show(label, new Blob([`old ${label}`]));
		show(label, new Blob([`new ${label}`]));
	}
	show("f");
	const [{ classes, count }] = await projects.list();
	expect(count).toBe(11);
	expect(await Promise.all(classes.map(async ({ picture }) => (await picture?.text()) ?? null))).toEqual([
		...["new a", "new b", "new c", "new d"],
		...[null, null],
	]);
});

describe("rooms", () => {
	test("a shared project keeps what it has, and forgets what an earlier room knew", async () => {
		const { workspace, projects, show, counts, serverLink, state } = await openProjects();
		Object.assign(workspace.replica.project, { room: "OLD-1", epoch: "e", revision: 9 });
		show("cat");
		expect(workspace.replica.outbox.length).toBe(2);
		await projects.leave();
		expect(state.notice.value).toEqual({ key: "left", room: "OLD-1" });
		expect(state.project.value.room).toBeNull();
		show("cat");
		expect(workspace.replica.outbox.length).toBe(0);
		serverLink.connect.mockClear();
		await projects.share();
		expect(workspace.replica.project).toMatchObject({ room: "NEW-1", epoch: null, revision: 0 });
		expect(serverLink.connect).toHaveBeenCalledTimes(1);
		expect(counts()).toEqual({ cat: 2 });
	});

	test("joining opens a project of its own; Back to mine opens the one before; joining again, the room's", async () => {
		const { state, projects, show, counts } = await openProjects();
		show("cat");
		const mine = state.project.value.id;
		expect(await projects.join(" kiwi-42 ")).toBe("joined");
		expect(state.project.value).toMatchObject({ room: "KIWI-42", cameFrom: mine });
		expect(state.notice.value).toEqual({ key: "joined", room: "KIWI-42" });
		const joined = state.project.value.id;
		show("cup");
		await projects.back();
		expect(state.project.value.id).toBe(mine);
		expect(counts()).toEqual({ cat: 1 });
		await projects.join("KIWI-42");
		expect(state.project.value.id).toBe(joined);
		expect(counts()).toEqual({ cup: 1 });
		expect(await projects.list()).toHaveLength(2);
	});

	test.each([
		["a mistyped code", "KIVI-42", "noSuchRoom"],
		["no code at all", "?!", "badRoom"],
		["no server", "KIWI-42", "noServer"],
	])("%s opens nothing, and says why", async (_, code, expected) => {
		const { state, projects, show } = await openProjects();
		show("cat");
		const { id } = state.project.value;
		if (expected === "noServer") rooms = null;
		expect(await projects.join(code)).toBe(expected);
		expect(state.project.value).toMatchObject({ id, room: null });
		expect(await projects.list()).toHaveLength(1);
	});

	test("where it is asked for, a room is made by joining it", async () => {
		const { state, projects } = await openProjects();
		expect(await projects.join("plum-1", { make: true })).toBe("joined");
		expect(state.project.value.room).toBe("PLUM-1");
	});

	test("without a server nothing is shared, and that is said", async () => {
		const { state, projects } = await openProjects();
		rooms = null;
		await expect(projects.share()).rejects.toMatchObject({ code: "noServer" });
		expect(state.project.value.room).toBeNull();
		expect(state.problem.value?.code).toBe("noServer");
	});
});

describe("a file's content", () => {
	test("becomes a project, and is what the project holds again", async () => {
		const { projects, state } = await openProjects();
		const content = {
			name: "From a file",
			model: { id: "m", dimension: 2 },
			settings: { ...state.settings.value, k: 5 },
			classes: [
				{ label: "dog", colour: 4, emoji: "🐶", enabled: true },
				{ label: "empty", colour: 0, emoji: null, enabled: true },
				{ label: "cat", colour: 1, emoji: null, enabled: true },
			],
			examples: [
				{ id: "a", label: "cat", group: "g", thumbnail: null },
				{ id: "b", label: "dog", group: null, thumbnail: new Blob(["jpeg"], { type: "image/jpeg" }) },
			],
			embeddings: Float32Array.of(1, 0, 0, 1),
		};
		const id = await projects.create(content);
		expect(state.project.value).toMatchObject({ id, name: "From a file", room: null });
		const again = await projects.content();
		expect(again).toMatchObject({ name: content.name, model: content.model, settings: content.settings });
		expect(again.classes.map(({ label, colour }) => [label, colour])).toEqual([
			["dog", 4],
			["empty", 0],
			["cat", 1],
		]);
		expect(again.examples).toEqual(content.examples);
		expect(again.embeddings).toEqual(content.embeddings);
	});

	test("without embeddings, its pictures are embedded; colours that it lacks are free ones", async () => {
		const { projects, embed, workspace } = await openProjects();
		/** @type {[number, number][]} */
		const progress = [];
		await projects.create(
			{
				name: "",
				model: { id: "another", dimension: 9 },
				settings: null,
				classes: ["a", "b"].map((label, i) => ({ label, colour: i === 0 ? null : 0, emoji: null, enabled: true })),
				examples: [{ id: "x", label: "a", group: null, thumbnail: new Blob(["jpeg"]) }],
				embeddings: new Float32Array(9),
			},
			(done, total) => progress.push([done, total]),
		);
		expect(embed).toHaveBeenCalledTimes(1);
		expect(progress).toEqual([[0, 1]]);
		expect(workspace.replica.example("x").embedding).toEqual(embeddingOf(0, 1));
		expect(workspace.replica.project.classes.map(({ colour }) => colour)).toEqual([1, 0]);
	});
});

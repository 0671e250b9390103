// Whose examples are: of one's own, of others, of those that come back, and over a reload.

import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { Replica } from "../../src/project/replica.js";
import { newProject, Store } from "../../src/project/store.js";
import { Teaching } from "../../src/project/teaching.js";
import { applyRemoteEvent } from "../../src/sync/remote-events.js";
import { RoomMembership } from "../../src/sync/room-membership.js";
import { embeddingOf } from "../support/client.js";

const ACCESS = /** @type {const} */ ({ level: "editOwn", locked: false, thumbnails: false });
const EMBEDDING = embeddingOf(1, 0);

beforeEach(() => vi.stubGlobal("indexedDB", new IDBFactory()));

/** @param {"owner"|"member"|null} role null: the project is in no room */
function setUp(role) {
	const replica = new Replica(newProject("m", role && "KIWI-42"));
	const teaching = new Teaching({ replica });
	const membership = new RoomMembership({ replica });
	if (role) membership.join({ role, contributor: "me", access: ACCESS });
	/** @param {string} id @param {string} label */
	const add = (id, label) => teaching.addExample({ id, label, group: null, embedding: EMBEDDING, thumbnail: null });
	/** @param {string} id @param {string} label @param {string|null} by */
	const addOther = (id, label, by) => {
		const data = { id, label, group: null, embedding: EMBEDDING.buffer, by: by === null ? null : { id: by, name: "" } };
		replica.asOther(data.by, () => applyRemoteEvent(replica, { event: "exampleAdded", data }, false));
	};
	const whose = () =>
		Object.fromEntries(
			replica.classes.value.flatMap(({ examples }) => examples.map(({ id, contributor }) => [id, contributor])),
		);
	return { replica, teaching, membership, add, addOther, whose };
}

test("what is taught here is one's own, what others add is theirs", () => {
	const { add, addOther, whose } = setUp("member");
	add("a", "cat");
	addOther("b", "cat", "mia");
	addOther("c", "dog", null);
	expect(whose()).toEqual({ a: "me", b: "mia", c: null });
});

test("what was taught alone becomes one's own when it is given to a room", () => {
	const { add, whose, membership } = setUp(null);
	add("a", "cat");
	expect(whose()).toEqual({ a: null });
	membership.join({ role: "owner", contributor: "me", access: ACCESS });
	membership.claim([
		{ op: "label", label: "cat" },
		{ op: "add", id: "a", label: "cat" },
	]);
	expect(whose()).toEqual({ a: "me" });
});

test("a server without roles says nothing of anybody", () => {
	const { replica, membership } = setUp("member");
	membership.join({ role: "owner" });
	expect(replica.project).not.toHaveProperty("membership");
});

test("one's own mute is part of the membership, and another's is not", () => {
	const { replica, membership } = setUp("member");
	const mia = { id: "mia", name: "Mia", here: true, muted: true };
	membership.takeContributors([mia]);
	expect(replica.project.membership?.muted).toBe(false);
	membership.takeContributors([mia, { ...mia, id: "me" }]);
	expect(replica.project.membership?.muted).toBe(true);
	membership.takeAccess({ ...ACCESS, locked: true });
	expect(replica.project.membership).toMatchObject({ muted: true, access: { locked: true } });
	membership.takeContributors([mia]);
	expect(replica.project.membership).toMatchObject({ muted: false, access: { locked: true } });
});

describe("of what an owner deletes or moves of another's", () => {
	test.each([
		["an owner", "owner", "mia"],
		["a member who may do everything", "member", "me"],
	])("%s", (_, role, expected) => {
		const { replica, membership, teaching, addOther, whose } = setUp(/** @type {"owner"|"member"} */ (role));
		membership.takeAccess({ ...ACCESS, level: "editAll" });
		addOther("b", "cat", "mia");
		addOther("c", "dog", "mia");
		teaching.deleteExamples(["b"]);
		teaching.undoStack.undo();
		expect(whose()).toEqual({ b: expected, c: "mia" });
		teaching.moveExamples(["c"], "cat");
		expect(whose()).toEqual({ b: expected, c: expected });
		expect(replica.example("c").label).toBe("cat");
	});
});

test("it is kept, through another name of the class, and rows of an older version say nothing", async () => {
	const store = /** @type {Store} */ (
		await Store.open({ report: (error) => Promise.reject(new Error(error.message)) })
	);
	const { replica, add, addOther } = setUp("member");
	replica.open({ project: replica.project, store });
	add("a", "cat");
	addOther("b", "cat", "mia");
	addOther("c", "cat", "leo");
	replica.rename("cat", "lion");
	replica.attribute(new Map([["c", "zoe"]]));
	store.save(replica.project, {
		added: [{ id: "old", label: "lion", group: null, order: 9, embedding: EMBEDDING, thumbnail: null }],
	});
	await store.settled();
	const again = new Replica();
	const [project] = await store.projects();
	again.open({ project, store, examples: await store.examples(project.id) });
	expect(again.ids().map((id) => [id, again.contributorOf(id)])).toEqual([
		["a", "me"],
		["b", "mia"],
		["c", "zoe"],
		["old", null],
	]);
	expect(project.membership).toEqual({ role: "member", contributor: "me", access: ACCESS, muted: false });
	await store.close();
});

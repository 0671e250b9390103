// The owner's secret: where it comes from, where it stays, and where it never is.

import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { keepMemberIn, memberIn, newMember, readMember } from "../../../src/app/room/own-member.js";
import { newSecret, ownerLink, takeOwnerSecret } from "../../../src/app/room/secrets.js";
import { Store } from "../../../src/project/store.js";
import { closeProjects, openProjects } from "../../support/projects.js";

const SECRET = "qsd1yq5UVfzOkqDVKcXVTA";

beforeEach(() => vi.stubGlobal("indexedDB", new IDBFactory()));
afterEach(async () => {
	await closeProjects();
	vi.unstubAllGlobals();
});

describe("an owner's link", () => {
	const replaceState = vi.fn();
	/** @param {string} address */
	const open = (address) => {
		replaceState.mockClear();
		vi.stubGlobal("location", new URL(address));
		vi.stubGlobal("history", { state: null, replaceState });
	};

	test("leaves the address at once, and gives the secret", () => {
		open(ownerLink("https://school.example/page/?room=KIWI-42", SECRET));
		expect(takeOwnerSecret()).toBe(SECRET);
		expect(replaceState).toHaveBeenCalledWith(null, "", "/page/?room=KIWI-42");
	});

	test.each(["short", "a".repeat(201), "has spaces in it: no secret", "%3Cscript%3Ealert(1)%3C/script%3E"])(
		"with %j instead gives none, and leaves the address all the same",
		(text) => {
			open(`https://school.example/?room=KIWI-42#owner=${text}`);
			expect(takeOwnerSecret()).toBeNull();
			expect(replaceState).toHaveBeenCalledWith(null, "", "/?room=KIWI-42");
		},
	);

	test("is no other part of an address", () => {
		open("https://school.example/?room=KIWI-42#top");
		expect(takeOwnerSecret()).toBeNull();
		expect(replaceState).not.toHaveBeenCalled();
	});
});

test("secrets are long, and no two alike", () => {
	const made = Array.from({ length: 50 }, newSecret);
	for (const secret of made) expect(secret).toMatch(/^[0-9a-f]{32}$/);
	expect(new Set(made).size).toBe(50);
});

test("who is here is made once, and an older version's member gets a secret and stays who it was", async () => {
	const store = await Store.open({ report: (error) => Promise.reject(new Error(error.message)) });
	const first = await readMember(store);
	expect(first).toMatchObject({ name: "", secret: expect.stringMatching(/^\w{32}$/) });
	expect(await readMember(store)).toEqual(first);
	store.setPreference("member", { id: "old", name: "Mia" });
	const old = await readMember(store);
	expect(old).toMatchObject({ id: "old", name: "Mia", secret: expect.stringMatching(/^\w{32}$/) });
	expect(await readMember(store)).toEqual(old);
	await store.close();
});

test("who is here is somebody else in every room, and the same one when they come again", async () => {
	const { state, store } = await openProjects();
	state.member.value = newMember("Mia");
	const [first, other] = ["KIWI-42", "PLUM-1"].map((room) => memberIn(state, store, room));
	expect(memberIn(state, store, "KIWI-42")).toEqual(first);
	expect(new Set([first?.id, other?.id, state.member.value.id]).size).toBe(3);
	expect(new Set([first?.secret, other?.secret, state.member.value.secret]).size).toBe(3);
	const next = newMember();
	keepMemberIn(state, store, "KIWI-42", next);
	expect(memberIn(state, store, "KIWI-42")).toEqual({ ...next, name: "Mia" });
	await store.settled();
	expect(await readMember(store)).toEqual(state.member.value);
});

describe("the owner's secret of a room", () => {
	beforeEach(() => {
		vi.stubGlobal("fetch", async (/** @type {URL} */ _url, /** @type {RequestInit} */ { method } = {}) => {
			const made = method === "POST" ? { ownerSecret: SECRET } : {};
			return new Response(JSON.stringify({ ok: true, room: "NEW-1", ...made }));
		});
	});

	test("is kept with the project that was shared, and no copy or file has it", async () => {
		const { projects, workspace, store, show } = await openProjects();
		show("cat");
		await projects.share();
		expect(workspace.replica.ownerSecret).toBe(SECRET);
		await store.settled();
		const [kept] = await store.projects();
		expect(kept.ownerSecrets).toEqual({ "NEW-1": SECRET });
		const copy = await projects.duplicate(kept.id, "Copy");
		expect((await store.projects()).find(({ id }) => id === copy)).not.toHaveProperty("ownerSecrets");
		expect(JSON.stringify(await projects.content())).not.toContain(SECRET);
	});

	test("is not used in another room, and is used again where the room is joined once more", async () => {
		const { projects, workspace } = await openProjects();
		await projects.share();
		await projects.leave();
		expect(workspace.replica.ownerSecret).toBeNull();
		await projects.join("kiwi-42");
		expect(workspace.replica.ownerSecret).toBeNull();
		await projects.join("new-1");
		expect(workspace.replica.ownerSecret).toBe(SECRET);
	});

	test("comes with a link into the open room, and goes where the room refuses it", async () => {
		const { projects, people, workspace, state, serverLink } = await openProjects();
		const member = newMember("Mia");
		state.member.value = member;
		await people.own(SECRET);
		expect(workspace.replica.project.offeredSecrets).toBeUndefined();
		await projects.join("kiwi-42");
		serverLink.connect.mockClear();
		await people.own(SECRET);
		expect([workspace.replica.ownerSecret, workspace.replica.offeredSecret]).toEqual([null, SECRET]);
		expect(serverLink.connect).toHaveBeenCalledTimes(1);
		await people.joinAsMember();
		expect(workspace.replica.offeredSecret).toBeNull();
		expect(state.member.value).toEqual(member);
		expect(serverLink.connect).toHaveBeenCalledTimes(2);
	});

	test("that once worked outlives its refusal, and is used again where the person joins or opens a link again", async () => {
		const { projects, people, workspace } = await openProjects();
		await projects.share();
		const own = workspace.replica.project;
		await people.joinAsMember();
		expect([workspace.replica.ownerSecret, own.ownerSecrets]).toEqual([null, { "NEW-1": SECRET }]);
		await projects.create();
		await projects.open(own.id);
		expect(workspace.replica.ownerSecret).toBeNull();
		await projects.create();
		await projects.join("new-1");
		expect(workspace.replica.project.id).toBe(own.id);
		expect(workspace.replica.ownerSecret).toBe(SECRET);
		await people.joinAsMember();
		await people.own("another secret");
		expect([workspace.replica.ownerSecret, workspace.replica.offeredSecret]).toEqual([SECRET, "another secret"]);
	});
});

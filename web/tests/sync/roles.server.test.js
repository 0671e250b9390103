// An owner and members in one room of a real server: whose is what, what is refused, and what becomes of it here.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { newId } from "../../src/knn/ids.js";
import { Losses } from "../../src/project/losses.js";
import { newProject } from "../../src/project/store.js";
import { Client, contentsOf, embeddingOf, MODEL, until } from "../support/client.js";
import { TestServer } from "../support/server.js";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const ONE = embeddingOf(1, 0, 0, 0);
const server = new TestServer();
/** @type {Client[]} */
let clients = [];
let room = "";

beforeAll(() => server.start());
afterAll(() => server.kill());
beforeEach(() => {
	room = `ROLES-${newId().slice(0, 8)}`.toUpperCase();
});
afterEach(() => {
	for (const client of clients) client.close();
	clients = [];
});

/** @param {Partial<ConstructorParameters<typeof Client>[0]>} options */
async function join(options) {
	const client = new Client({ base: server.base, room, level: null, ...options });
	clients.push(client);
	await client.connect();
	return client;
}

/** An owner with two examples of cat, and Mia, who may change her own. */
async function setUp() {
	const owner = await join({ member: { id: "ada", name: "Ada" } });
	const [first] = [owner.show("cat", ONE), owner.show("cat", ONE)];
	await owner.syncClient.request("setAccess", { level: "editOwn" });
	await owner.settled();
	const mia = await join({ member: { id: "mia", name: "Mia" } });
	return { owner, mia, first };
}

/** @param {Client} client as if it had not heard yet what it may do */
function forget(client) {
	const { project } = client.replica;
	if (!project.membership) throw new Error("it has not joined");
	const access = { ...project.membership.access, level: /** @type {const} */ ("editAll"), locked: false };
	project.membership = { ...project.membership, role: "owner", muted: false, access };
}

/** @param {Client} owner @param {Client} member @param {Partial<import("../../src/state/state.js").Access>} access */
async function setAccess(owner, member, access) {
	await owner.syncClient.request("setAccess", access);
	const expected = JSON.stringify(owner.replica.project.membership?.access);
	await until(() => JSON.stringify(member.replica.project.membership?.access) === expected);
}

describe("whose it is", () => {
	test("is the same for both, and for who comes later", async () => {
		const { owner, mia, first } = await setUp();
		const hers = mia.show("dog", ONE);
		await mia.settled();
		await until(() => owner.replica.ids().includes(hers));
		const late = await join({ member: { id: "leo", name: "Leo" } });
		for (const { replica } of [owner, mia, late]) {
			expect([replica.contributorOf(first), replica.contributorOf(hers)]).toEqual(["ada", "mia"]);
		}
		expect(owner.replica.project.membership).toMatchObject({ role: "owner", contributor: "ada" });
		expect(mia.replica.project.membership).toMatchObject({ role: "member", contributor: "mia", muted: false });
		await until(() => owner.contributors.length === 3);
		expect(owner.contributors.map(({ name }) => name).sort()).toEqual(["Ada", "Leo", "Mia"]);
	});

	test("stays with who comes again, and is nobody else's who brings the same id", async () => {
		const { mia, owner } = await setUp();
		const hers = mia.show("dog", ONE);
		await mia.settled();
		mia.close();
		const again = await join({ member: { id: "mia", name: "Mia" } });
		again.teaching.deleteExample(hers);
		await again.settled();
		await until(() => !owner.replica.ids().includes(hers));
		const thief = new Client({
			base: server.base,
			room,
			// It does not come back by itself, to be refused again.
			level: null,
			member: { id: "mia", name: "Mia", secret: "a secret of somebody else's" },
		});
		clients.push(thief);
		thief.connection.open();
		await until(() => thief.wrongSecrets.length > 0);
		expect(thief.wrongSecrets).toEqual([room]);
		expect(thief.problems).toEqual([]);
	});
});

test("an owner stays one by the secret, and another secret is refused", async () => {
	const { owner } = await setUp();
	const { project } = owner.replica;
	expect(owner.replica.ownerSecret).toBeTruthy();
	owner.close();
	const again = await join({ project: structuredClone(project) });
	expect(again.replica.project.membership?.role).toBe("owner");
	// When the room ends, an owner alone is told.
	expect(again.replica.project.membership?.closesAt).toBeGreaterThan(Date.now() / 1000);
	const wrong = new Client({ base: server.base, room });
	clients.push(wrong);
	wrong.replica.keepOwnerSecret(room, "the secret of another room");
	wrong.connection.open();
	await until(() => wrong.wrongSecrets.length > 0);
	wrong.replica.keepOwnerSecret(room, null);
	wrong.connection.close();
	await wrong.connect();
	expect(wrong.replica.project.membership).toMatchObject({ role: "member" });
	expect(wrong.replica.project.membership).not.toHaveProperty("closesAt");
});

describe("a refused secret", () => {
	const newMember = { id: "mia-2", name: "Mia", secret: "another secret of mia's" };

	const member = { id: "mia", name: "Mia", secret: "it is not the first's secret" };

	test("of an id that somebody else brought first: one comes in with another id", async () => {
		const { mia } = await setUp();
		mia.close();
		const again = await join({ member, newMember });
		expect(again.newMembers).toEqual(["mia-2"]);
		expect(again.replica.project.membership).toMatchObject({ role: "member", contributor: "mia-2" });
		expect(again.wrongSecrets).toEqual([]);
	});

	test("of such an id: an owner stays the owner, and has another id the next time", async () => {
		const { owner, mia } = await setUp();
		const { project, ownerSecret } = owner.replica;
		owner.close();
		mia.close();
		const again = await join({ project: structuredClone(project), member, newMember });
		expect(again.newMembers).toEqual(["mia-2"]);
		expect(again.replica.project.membership?.role).toBe("owner");
		expect([again.replica.ownerSecret, again.wrongSecrets]).toEqual([ownerSecret, []]);
	});

	test("of the owner's: nobody gets another id, and the person decides", async () => {
		const { mia } = await setUp();
		mia.close();
		const again = new Client({ base: server.base, room, level: null, member: { id: "mia", name: "Mia" }, newMember });
		clients.push(again);
		again.replica.keepOwnerSecret(room, "the secret of an earlier room");
		again.connection.open();
		await until(() => again.wrongSecrets.length > 0);
		expect(again.newMembers).toEqual([]);
		again.replica.beMember();
		again.connection.close();
		await again.connect();
		expect(again.replica.project.membership).toMatchObject({ role: "member", contributor: "mia" });
		expect(again.replica.project.ownerSecrets).toEqual({ [room]: "the secret of an earlier room" });
	});
});

describe("an owner's link", () => {
	test("with a wrong secret takes nothing from the owner, and makes nobody one", async () => {
		const { owner } = await setUp();
		const { project, ownerSecret } = owner.replica;
		owner.close();
		const again = new Client({ base: server.base, level: null, project: structuredClone(project) });
		clients.push(again);
		again.replica.offerOwnerSecret(room, "a secret that a pupil made up");
		await again.connect();
		expect(again.replica.project.membership?.role).toBe("owner");
		expect([again.replica.ownerSecret, again.replica.offeredSecret]).toEqual([ownerSecret, null]);
		expect(again.wrongSecrets).toEqual([]);
		const other = new Client({ base: server.base, room, level: null });
		clients.push(other);
		other.replica.offerOwnerSecret(room, "a secret that a pupil made up");
		other.connection.open();
		await until(() => other.wrongSecrets.length > 0);
		expect(other.replica.ownerSecret).toBeNull();
	});

	test("with the right one makes an owner, whatever was kept before", async () => {
		const { owner } = await setUp();
		const { ownerSecret } = owner.replica;
		for (const before of [null, "the secret of an earlier room"]) {
			const other = new Client({ base: server.base, room, level: null });
			clients.push(other);
			other.replica.keepOwnerSecret(room, before);
			other.replica.offerOwnerSecret(room, ownerSecret);
			await other.connect();
			expect(other.replica.project.membership?.role).toBe("owner");
			expect([other.replica.ownerSecret, other.replica.offeredSecret]).toEqual([ownerSecret, null]);
		}
	});
});

test("nobody's undo takes another's", async () => {
	const { owner, mia } = await setUp();
	mia.show("cat", ONE);
	const hers = mia.show("dog", ONE);
	await mia.settled();
	owner.teaching.addExample({ id: newId(), label: "dog", group: null, embedding: ONE, thumbnail: null });
	await owner.settled();
	await until(() => mia.replica.count === 5);
	while (mia.undoStack.undo());
	await mia.settled();
	await until(() => owner.replica.count === 3);
	expect(owner.replica.ids()).not.toContain(hers);
	expect(mia.contents).toEqual(owner.contents);
	expect(await contentsOf(server.base, room)).toEqual(owner.contents);
	expect(mia.problems).toEqual([]);
});

describe("what the server refuses all the same", () => {
	test("of one's own examples goes into the bin, and is told once", async () => {
		const { owner, mia } = await setUp();
		const losses = new Losses({ replica: mia.replica });
		await setAccess(owner, mia, { locked: true });
		forget(mia);
		mia.teaching.addClass("dog");
		const ids = [mia.show("dog", ONE), mia.show("dog", ONE), mia.show("cat", ONE)];
		await mia.settled();
		expect(mia.contents).toEqual(owner.contents);
		expect(mia.problems.map(({ code }) => code)).toEqual(["roomLocked"]);
		expect(ids.filter((id) => mia.replica.bin.has(id))).toEqual(ids);
		await until(() => losses.list.length > 0);
		expect(losses.list.map(({ label, isRefused, ids: lost }) => [label, isRefused, lost.length])).toEqual([
			["dog", true, 2],
			["cat", true, 1],
		]);
		// Now it knows: nothing more is tried.
		mia.replica.project.membership = { .../** @type {any} */ (mia.replica.project.membership), role: "member" };
		expect(() => mia.show("cat", ONE)).toThrowError(expect.objectContaining({ code: "roomLocked" }));
		await setAccess(owner, mia, { locked: false });
		mia.teaching.restore(ids);
		await mia.settled();
		await until(() => owner.replica.count === 5);
		expect(mia.contents).toEqual(owner.contents);
	});

	/** @type {[string, (client: Client, first: string) => void][]} */
	const changes = [
		["an example is deleted", ({ teaching }, first) => teaching.deleteExample(first)],
		["an example is moved", ({ teaching }, first) => teaching.moveExample(first, "dog")],
		["a class is renamed", ({ teaching }) => teaching.renameClass("cat", "lion")],
		["a class is merged", ({ teaching }) => teaching.renameClass("cat", "dog")],
		["a class is deleted", ({ teaching }) => teaching.deleteClass("cat")],
		["a class is styled", ({ teaching }) => teaching.styleClass("cat", { colour: 7, emoji: "🐱" })],
		["the order changes", ({ teaching }) => teaching.orderClasses(["dog", "cat"])],
		["the project is named", ({ teaching }) => teaching.nameProject("Mine")],
		["it is configured", ({ teaching, replica }) => teaching.configure({ ...replica.project.settings, k: 9 })],
	];

	test("of who is muted, in a sentence, until they may add again", async () => {
		const { owner, mia } = await setUp();
		await owner.syncClient.request("muteContributor", { contributor: "mia", muted: true });
		await until(() => mia.replica.project.membership?.muted === true);
		expect(() => mia.show("cat", ONE)).toThrowError(expect.objectContaining({ code: "muted" }));
		forget(mia);
		const hers = mia.show("cat", ONE);
		await mia.settled();
		expect(mia.problems.map(({ code, message }) => [code, message])).toEqual([
			["muted", "The owner of the room has paused what you add."],
		]);
		expect([mia.replica.bin.has(hers), owner.replica.count, mia.replica.count]).toEqual([true, 2, 2]);
		await owner.syncClient.request("muteContributor", { contributor: "mia", muted: false });
		await until(() => mia.replica.project.membership?.muted === false);
		mia.teaching.restore([hers]);
		await until(() => owner.replica.count === 3);
	});

	test.each(changes)("is undone here: %s", async (_, change) => {
		const { owner, mia, first } = await setUp();
		mia.show("dog", ONE);
		await mia.settled();
		await until(() => owner.replica.count === 3);
		forget(mia);
		change(mia, first);
		expect(JSON.stringify([mia.contents, mia.look, mia.replica.project.settings])).not.toBe(
			JSON.stringify([owner.contents, owner.look, owner.replica.project.settings]),
		);
		await mia.settled();
		expect(mia.contents).toEqual(owner.contents);
		expect(mia.look).toEqual(owner.look);
		expect(mia.replica.project.settings).toEqual(owner.replica.project.settings);
		expect(mia.replica.contributorOf(first)).toBe("ada");
		expect(mia.problems).toHaveLength(1);
		expect(["notYours", "ownerOnly"]).toContain(mia.problems[0].code);
		expect(await contentsOf(server.base, room)).toEqual(owner.contents);
	});
});

/** @type {[string, string, (owner: Client, isOn: boolean) => Promise<void>][]} */
const pauses = [
	["locked", "roomLocked", (owner, locked) => owner.syncClient.request("setAccess", { locked })],
	["watched", "viewOnly", (owner, on) => owner.syncClient.request("setAccess", { level: on ? "view" : "editOwn" })],
	["muted", "muted", (owner, muted) => owner.syncClient.request("muteContributor", { contributor: "mia", muted })],
];

test.each(pauses)("what a room forgot stays here while it is %s, and is given back later", async (_, code, pause) => {
	const { owner, mia } = await setUp();
	mia.close();
	await pause(owner, true);
	const project = { ...newProject(MODEL.id, room), epoch: "an earlier life of the room", revision: 7 };
	const forgotten = {
		id: "forgotten",
		label: "dog",
		group: null,
		order: 1,
		embedding: ONE,
		thumbnail: null,
		mine: true,
	};
	const again = new Client({
		...{ base: server.base, level: null, member: { id: "mia", name: "Mia" }, project },
		...{ examples: [forgotten, { ...forgotten, id: "waiting", order: 2 }] },
		queued: [{ n: 1, op: "add", id: "waiting", label: "dog" }],
	});
	clients.push(again);
	for (let i = 0; i < 2; i++) {
		await again.connect();
		expect(again.replica.ids()).toEqual(expect.arrayContaining(["forgotten", "waiting"]));
		expect([again.replica.count, again.replica.bin.size.value, owner.replica.count]).toEqual([4, 0, 2]);
		again.connection.close();
		await until(() => !again.syncClient.inSync.value);
	}
	expect(again.problems.map((problem) => problem.code)).toEqual([code]);
	await pause(owner, false);
	await again.connect();
	await until(() => owner.replica.count === 4);
	expect(again.contents).toEqual(owner.contents);
	expect(again.problems).toHaveLength(1);
});

describe("the room is over", () => {
	test("for who is taken out, now and when they come again", async () => {
		const { owner, mia } = await setUp();
		const hers = mia.show("dog", ONE);
		await mia.settled();
		await owner.syncClient.request("removeContributor", { contributor: "mia" });
		await until(() => mia.overs.length === 1);
		expect(mia.overs).toEqual(["removedFromRoom"]);
		expect(mia.replica.ids()).toContain(hers);
		mia.close();
		const again = new Client({ base: server.base, room, member: { id: "mia", name: "Mia" } });
		clients.push(again);
		again.connection.open();
		await until(() => again.overs.length > 0);
		expect(again.overs).toEqual(["removedFromRoom"]);
		expect(again.problems).toEqual([]);
		expect(owner.replica.ids()).toContain(hers);
	});

	test("for everyone, where it is closed; each keeps what is here", async () => {
		const { owner, mia } = await setUp();
		await owner.syncClient.request("closeRoom", {});
		await until(() => mia.overs.length === 1);
		expect(mia.overs).toEqual(["roomClosed"]);
		expect(mia.contents).toEqual(owner.contents);
		const { error } = await (await fetch(`${server.base}api/rooms/${room}`)).json();
		expect(error.code).toBe("noSuchRoom");
	});

	test("for a device that slept while it was closed, which does not bring it back", async () => {
		const { owner, mia } = await setUp();
		await mia.settled();
		await until(() => mia.replica.count === owner.replica.count);
		mia.connection.close();
		await owner.syncClient.request("closeRoom", {});
		mia.connection.open();
		await until(() => mia.overs.length > 0);
		expect(mia.overs).toEqual(["roomClosed"]);
		expect(mia.contents).toEqual(owner.contents);
		const { error } = await (await fetch(`${server.base}api/rooms/${room}`)).json();
		expect(error.code).toBe("noSuchRoom");
	});
});

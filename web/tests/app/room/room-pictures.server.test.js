// Pictures for all, between pages and a real server: what is sent, what is shown, and that it goes.

import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { RoomPictures } from "../../../src/app/room/room-pictures.js";
import { ServerLink } from "../../../src/app/server-link.js";
import { Workspace } from "../../../src/app/workspace.js";
import { newId } from "../../../src/knn/ids.js";
import { NO_STORE, newProject } from "../../../src/project/store.js";
import { createState } from "../../../src/state/state.js";
import { Connection } from "../../../src/sync/connection.js";
import { embeddingOf, MODEL, until } from "../../support/client.js";
import { FakeWorker } from "../../support/fake-worker.js";
import { TestServer } from "../../support/server.js";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const PNG = Buffer.from(
	"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
	"base64",
);
const server = new TestServer();
/** @type {(() => void)[]} */
const cleanup = [];
/** What goes to the server and what is asked for, as it does. */
const requests = vi.spyOn(Connection.prototype, "request");
const fetches = vi.spyOn(globalThis, "fetch");
let room = "";

beforeAll(() => server.start());
afterAll(() => server.kill());
beforeEach(() => {
	room = `PICTURES-${newId().slice(0, 8)}`.toUpperCase();
	requests.mockClear();
	fetches.mockClear();
});
afterEach(() => {
	for (const close of cleanup.splice(0)) close();
});

/** A page in the room. */
async function join() {
	const state = createState();
	const workspace = new Workspace({ state, onLearnt: () => {}, makeWorker: () => new FakeWorker().asWorker });
	workspace.open({ project: newProject(MODEL.id, room), store: NO_STORE, examples: [], queued: [] });
	const serverLink = new ServerLink({ base: server.base, state, workspace });
	cleanup.push(
		() => serverLink.close(),
		() => workspace.close(),
	);
	await serverLink.connect(MODEL);
	const settled = () => until(() => state.engine.value.where === "server" && state.engine.value.pending === 0);
	await settled();
	return { state, workspace, serverLink, settled, replica: workspace.replica };
}

/** @typedef {Awaited<ReturnType<typeof join>>} Page */

/** @param {Page} page @param {Blob} [thumbnail] */
async function teach({ workspace, settled }, thumbnail = new Blob([PNG], { type: "image/png" })) {
	const id = newId();
	workspace.addExample({ id, label: "cat", group: null, embedding: embeddingOf(1, 0, 0, 0), thumbnail });
	await settled();
	return id;
}

/** @param {Page} owner @param {boolean} thumbnails @param {Page[]} others */
async function show(owner, thumbnails, ...others) {
	await owner.serverLink.request("setAccess", { thumbnails });
	await until(() => [owner, ...others].every(({ state }) => state.roomHasPictures.value === thumbnails));
}

/** @param {Page} page @param {string} id */
const urlOf = ({ state }, id) =>
	state.classes.value.flatMap(({ examples }) => examples).find((each) => each.id === id)?.thumbnailUrl ?? null;

const sent = () => requests.mock.calls.filter(([, data]) => "thumbnail" in data).length;
const asked = () => fetches.mock.calls.filter(([url]) => String(url).includes("/thumbnails/")).length;

test("nothing is sent and nothing asked for while they are off; what was added then has none later", async () => {
	const owner = await join();
	const id = await teach(owner);
	const other = await join();
	other.serverLink.askForPicture(id);
	expect([sent(), asked(), other.state.roomHasPictures.value]).toEqual([0, 0, false]);
	await show(owner, true, other);
	for (let i = 0; i < 3; i += 1) other.serverLink.askForPicture(id);
	await until(() => asked() === 1);
	const answer = await fetches.mock.results.at(-1)?.value;
	expect([answer.status, urlOf(other, id)]).toEqual([404, null]);
	other.serverLink.askForPicture(id);
	expect([sent(), asked()]).toEqual([0, 1]);
});

test("others have a picture at once, who comes later asks for it, and all of it goes when they are switched off", async () => {
	const [owner, member] = [await join(), await join()];
	await show(owner, true, member);
	const id = await teach(member);
	await until(() => urlOf(owner, id) !== null);
	expect([sent(), asked()]).toEqual([1, 0]);
	const late = await join();
	expect(urlOf(late, id)).toBeNull();
	late.serverLink.askForPicture(id);
	await until(() => urlOf(late, id) !== null);
	expect(asked()).toBe(1);
	const urls = [owner, late].map((page) => /** @type {string} */ (urlOf(page, id)));
	for (const url of urls) expect(Buffer.from(await (await fetch(url)).arrayBuffer())).toEqual(PNG);
	// Shown, and not kept.
	for (const { replica } of [owner, late]) expect(replica.example(id).thumbnail).toBeNull();

	await show(owner, false, member, late);
	expect([urlOf(owner, id), urlOf(late, id)]).toEqual([null, null]);
	for (const url of urls) await expect(fetch(url)).rejects.toThrow();
	expect(urlOf(member, id)).toMatch(/^blob:/);
	late.serverLink.askForPicture(id);
	await teach(member);
	expect([sent(), asked()]).toEqual([1, 1]);
});

test("a picture goes with its example, and stays where its example is moved", async () => {
	const [owner, member] = [await join(), await join()];
	await show(owner, true, member);
	const id = await teach(member);
	await until(() => urlOf(owner, id) !== null);
	owner.workspace.teaching.addClass("dog");
	owner.workspace.teaching.moveExample(id, "dog");
	await owner.settled();
	await until(() => member.replica.idsOf("dog").length === 1);
	const late = await join();
	late.serverLink.askForPicture(id);
	await until(() => urlOf(late, id) !== null);
	const url = /** @type {string} */ (urlOf(late, id));
	owner.workspace.teaching.deleteExample(id);
	await until(() => late.replica.count === 0);
	await expect(fetch(url)).rejects.toThrow();
});

test("an example whose picture is refused is sent without", async () => {
	const [owner, member] = [await join(), await join()];
	await show(owner, true, member);
	const strange = await teach(member, new Blob(["no picture"], { type: "image/jpeg" }));
	const big = await teach(member, new Blob([new Uint8Array(40_000)], { type: "image/jpeg" }));
	const other = await teach(member, new Blob([PNG], { type: "image/gif" }));
	await until(() => owner.replica.count === 3);
	expect(sent()).toBe(1);
	expect([strange, big, other].map((id) => urlOf(owner, id))).toEqual([null, null, null]);
	expect([member.state.problem.value, member.state.engine.value.note]).toEqual([null, null]);
});

test("without a connection nothing is asked for, and with the next one it is", async () => {
	const owner = await join();
	await show(owner, true);
	const id = await teach(owner);
	const late = await join();
	const joining = requests.mock.calls.findLastIndex(([event]) => event === "join");
	const { secret } = await requests.mock.results[joining].value;
	/** @type {boolean[]} */
	const told = [];
	const { replica } = late;
	const pictures = new RoomPictures({ base: server.base, replica, onChange: (canBeAsked) => told.push(canBeAsked) });
	pictures.switch(true);
	pictures.ask(id);
	pictures.enter({ room, secret });
	pictures.pause();
	pictures.ask(id);
	expect([told, asked()]).toEqual([[false, true, false], 0]);
	pictures.enter({ room, secret });
	pictures.ask(id);
	await until(() => urlOf(late, id) !== null);
	// Another secret is tried once: too many wrong ones would shut out the whole network.
	pictures.enter({ room, secret: "of somebody else" });
	pictures.ask("a");
	await until(() => told.at(-1) === false);
	pictures.ask("b");
	expect(asked()).toBe(2);
	pictures.close();
	expect(urlOf(late, id)).toBeNull();
});

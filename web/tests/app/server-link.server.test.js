// A workspace and a real server: what the page shows of the connection.

import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { ServerLink } from "../../src/app/server-link.js";
import { Workspace } from "../../src/app/workspace.js";
import { NO_STORE, newProject } from "../../src/project/store.js";
import { createState, DEFAULT_SETTINGS } from "../../src/state/state.js";
import { contentsOf, embeddingOf, MODEL, until } from "../support/client.js";
import { FakeWorker } from "../support/fake-worker.js";
import { TestServer } from "../support/server.js";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const server = new TestServer();
/** @type {(() => void)[]} */
const cleanup = [];

beforeAll(() => server.start());
afterAll(() => server.kill());
afterEach(() => {
	for (const close of cleanup.splice(0)) close();
});

/** @param {string|null} room */
function setUp(room) {
	const state = createState();
	const workspace = new Workspace({ state, onLearnt: () => {}, makeWorker: () => new FakeWorker().asWorker });
	workspace.open({ project: newProject(MODEL.id, room), store: NO_STORE, examples: [], queued: [] });
	const serverLink = new ServerLink({ base: server.base, state, workspace });
	cleanup.push(
		() => serverLink.close(),
		() => workspace.close(),
	);
	return { state, workspace, serverLink };
}

test("a project in a room is sent, and is answered by the server, until the connection ends", async () => {
	const { state, workspace, serverLink } = setUp("LINK-1");
	const embedding = embeddingOf(1, 0, 0, 0);
	workspace.addExample({ id: "a", label: "cat", group: null, embedding, thumbnail: null });
	expect(state.engine.value).toMatchObject({ where: "browser", connected: false, everConnected: false });
	await serverLink.connect(MODEL);
	await until(() => state.engine.value.where === "server" && state.engine.value.pending === 0);
	expect(state.engine.value).toMatchObject({ connected: true, everConnected: true, syncing: false, note: null });
	await until(() => state.project.value.here === 1);
	expect(state.project.value.room).toBe("LINK-1");
	expect(await contentsOf(server.base, state.project.value.room ?? "")).toEqual({
		labels: ["cat"],
		examples: { a: "cat" },
	});
	expect((await workspace.engine.classify(embedding, DEFAULT_SETTINGS))?.where).toBe("server");
	serverLink.close();
	expect(state.engine.value).toMatchObject({ where: "browser", connected: false, everConnected: false, ms: null });
	expect(state.project.value.here).toBe(0);
	expect((await workspace.engine.classify(embedding, DEFAULT_SETTINGS))?.where).toBe("browser");
});

test("a project without a room works alone: there is a server, and nothing is sent to it", async () => {
	const { state, workspace, serverLink } = setUp(null);
	const embedding = embeddingOf(1, 0, 0, 0);
	workspace.addExample({ id: "a", label: "cat", group: null, embedding, thumbnail: null });
	await serverLink.connect(MODEL);
	expect(state.server.value).toBe(true);
	expect(state.engine.value).toMatchObject({ where: "browser", connected: false, everConnected: false });
	expect(workspace.replica.project).toMatchObject({ room: null, epoch: null });
	expect((await workspace.engine.classify(embedding, DEFAULT_SETTINGS))?.where).toBe("browser");
});

test("another project takes the connection's place: what is taught in it stays out of the first one's room", async () => {
	const { state, workspace, serverLink } = setUp("LINK-2");
	const embedding = embeddingOf(1, 0, 0, 0);
	workspace.addExample({ id: "a", label: "cat", group: null, embedding, thumbnail: null });
	await serverLink.connect(MODEL);
	await until(() => state.engine.value.where === "server" && state.engine.value.pending === 0);
	serverLink.disconnect();
	workspace.open({ project: newProject(MODEL.id), store: NO_STORE, examples: [], queued: [] });
	await serverLink.connect(MODEL);
	workspace.addExample({ id: "b", label: "dog", group: null, embedding, thumbnail: null });
	expect((await workspace.engine.classify(embedding, DEFAULT_SETTINGS))?.where).toBe("browser");
	serverLink.disconnect();
	workspace.open({ project: newProject(MODEL.id, "LINK-3"), store: NO_STORE, examples: [], queued: [] });
	await serverLink.connect(MODEL);
	workspace.addExample({ id: "c", label: "cow", group: null, embedding, thumbnail: null });
	await until(() => state.engine.value.where === "server" && state.engine.value.pending === 0);
	expect(await contentsOf(server.base, "LINK-2")).toEqual({ labels: ["cat"], examples: { a: "cat" } });
	expect(await contentsOf(server.base, "LINK-3")).toEqual({ labels: ["cow"], examples: { c: "cow" } });
});

test("a link that is closed while it looks for a server connects to none", async () => {
	const { state, serverLink } = setUp("LINK-1");
	const connecting = serverLink.connect(MODEL);
	serverLink.close();
	await connecting;
	expect(state.engine.value.everConnected).toBe(false);
});

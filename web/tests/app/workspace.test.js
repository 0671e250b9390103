// The workspace exists from the start: each of its parts works before a project is open, and before there is a server.

import { expect, test, vi } from "vitest";
import { Workspace } from "../../src/app/workspace.js";
import { newProject } from "../../src/project/store.js";
import { createState, DEFAULT_SETTINGS } from "../../src/state/state.js";
import { embeddingOf } from "../support/client.js";

/** @param {string} id */
const example = (id) => ({ id, label: "cat", group: null, embedding: embeddingOf(1, 0), thumbnail: null });

function setUp() {
	const state = createState();
	const workspace = new Workspace({ state, onLearnt: () => {}, makeWorker: () => /** @type {any} */ ({}) });
	const save = vi.fn();
	const store = /** @type {any} */ ({ save, preference: async () => undefined, setPreference: () => {} });
	const open = (project = newProject("m")) => workspace.open({ project, store, examples: [], queued: [] });
	return { state, workspace, save, open };
}

test("before a project is open, nobody answers, no example is added, and nothing is kept", async () => {
	const { state, workspace, save } = setUp();
	expect(workspace.isOpen).toBe(false);
	workspace.addExample(example("a"));
	workspace.finished("recorded", "cat", ["a"]);
	workspace.store.setPreference("mirrored", true);
	workspace.insights.watch(true);
	workspace.insights.dismiss({ key: "few", labels: [], ids: [] });
	expect(workspace.replica.count).toBe(0);
	expect(state.undoable.value).toBeNull();
	expect(await workspace.engine.classify(embeddingOf(1, 0), DEFAULT_SETTINGS)).toBeNull();
	expect(save).not.toHaveBeenCalled();
	workspace.close();
});

test("an open project is taught, answers by this browser, and is kept", async () => {
	const { state, workspace, save, open } = setUp();
	open();
	expect(save).toHaveBeenCalledTimes(1);
	workspace.addExample(example("a"));
	expect(save.mock.lastCall?.[1].added.map((/** @type {{id: string}} */ { id }) => id)).toEqual(["a"]);
	const answer = await workspace.engine.classify(embeddingOf(1, 0), DEFAULT_SETTINGS);
	expect(answer).toMatchObject({ label: "cat", where: "browser" });
	expect(state.engine.value.ms).toBe(answer?.ms);
	workspace.close();
	workspace.addExample(example("b"));
	expect(workspace.replica.count).toBe(1);
});

test("a connected workspace sends a change after replica and outbox have it, and asks the server only then", async () => {
	const { state, workspace, open } = setUp();
	open({ ...newProject("m"), epoch: "one" });
	/** The outbox's length and the examples at each sending. @type {[number, number][]} */
	const sent = [];
	const request = vi.fn(async () => ({ ok: true, label: "cat" }));
	const connection = /** @type {any} */ ({ connected: true, listen: () => {}, request });
	const { replica } = workspace;
	const syncClient = /** @type {any} */ ({
		limits: { labelCharacters: 10, classesPerRoom: 10, examplesPerRoom: 10 },
		pacer: { take: () => true },
		get canAnswer() {
			return replica.outbox.length === 0;
		},
		send: () => sent.push([replica.outbox.length, replica.count]),
	});
	workspace.connect({ connection, syncClient });
	workspace.addExample(example("a"));
	expect(sent).toEqual([
		[1, 0],
		[2, 1],
	]);
	expect((await workspace.engine.classify(embeddingOf(1, 0), DEFAULT_SETTINGS))?.where).toBe("browser");
	replica.confirm(1);
	replica.confirm(2);
	expect((await workspace.engine.classify(embeddingOf(1, 0), DEFAULT_SETTINGS))?.where).toBe("server");
	expect(state.engine.value.where).toBe("server");
	expect(request).toHaveBeenCalledTimes(1);
	workspace.close();
});

// The workspace exists from the start: each of its parts works before a project is open, and before there is a server.

import { expect, test, vi } from "vitest";
import { Workspace } from "../../src/app/workspace.js";
import { UNKNOWN_PRIOR } from "../../src/contract/constants.js";
import { newProject } from "../../src/project/store.js";
import { createState, DEFAULT_SETTINGS } from "../../src/state/state.js";
import { embeddingOf } from "../support/client.js";
import { FakeWorker } from "../support/fake-worker.js";

/** @param {string} id */
const example = (id) => ({ id, label: "cat", group: null, embedding: embeddingOf(1, 0), thumbnail: null });

function setUp() {
	const state = createState();
	const workspace = new Workspace({ state, onLearnt: () => {}, makeWorker: () => new FakeWorker().asWorker });
	const save = vi.fn();
	const store = /** @type {any} */ ({ save, preference: async () => undefined, setPreference: () => {} });
	/** @param {object} [manifest] */
	const open = (project = newProject("m"), manifest = {}) =>
		workspace.open({ project, store, examples: [], queued: [], manifest: /** @type {any} */ (manifest) });
	return { state, workspace, save, open };
}

test("before a project is open, nobody answers, no example is added, and nothing is kept", async () => {
	const { state, workspace, save } = setUp();
	expect(workspace.isOpen).toBe(false);
	workspace.addExample(example("a"));
	workspace.finished(["a"]);
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

test("an import goes into the project that it began in, or nowhere", () => {
	const { workspace, open } = setUp();
	const project = newProject("m");
	open(project);
	const of = { project: project.id, run: "run" };
	workspace.addImported([example("a")], of);
	expect(workspace.replica.count).toBe(1);
	open(newProject("m"));
	const refused = expect.objectContaining({ code: "projectChanged" });
	expect(() => workspace.addImported([example("b")], of)).toThrow(refused);
	open(project);
	workspace.pause();
	expect(() => workspace.addImported([example("b")], of)).toThrow(refused);
	expect(workspace.replica.count).toBe(0);
	workspace.close();
});

test.each([
	["the model's prior", { unknown: { distance: 0.25 } }, 0.25],
	["the usual prior, for a model that names none", {}, UNKNOWN_PRIOR],
])("before there are figures, an answer goes by %s", async (_, manifest, expected) => {
	const { workspace, open } = setUp();
	open(undefined, manifest);
	workspace.addExample(example("a"));
	const ask = () => workspace.engine.classify(embeddingOf(1, 0.5), DEFAULT_SETTINGS);
	expect(await ask()).toMatchObject({ unknownDistance: expected, isUnknown: false });
	const far = await workspace.engine.classify(embeddingOf(0.1, 1), DEFAULT_SETTINGS);
	expect(far).toMatchObject({ unknownDistance: expected, isUnknown: true, certainty: "unknown" });
	workspace.close();
});

test("an older server's answer, which has only its limit, is judged as one of this browser", async () => {
	const { workspace, open } = setUp();
	open({ ...newProject("m"), epoch: "one" });
	workspace.addExample(example("a"));
	const answers = [
		{ novelty: 0.1, unknownDistance: 0.3, isUnknown: false, confidences: { cat: 1, dog: 0 } },
		{ novelty: 0.1, unknownDistance: 0.3, isUnknown: false, confidences: { cat: 0.6, dog: 0.4 } },
		{ novelty: 0.6, unknownDistance: 0.3, isUnknown: true, confidences: { cat: 1, dog: 0 } },
		{ novelty: 0.6, unknownDistance: null, isUnknown: false, confidences: { cat: 1, dog: 0 } },
		// A newer one judges by itself.
		{ novelty: 0.6, unknownDistance: 0.3, isUnknown: false, certainty: "sure", unknownShare: 0.2, confidences: {} },
	];
	const connection = {
		connected: true,
		listen: () => {},
		request: async () => ({ ok: true, label: "cat", ...answers[0] }),
	};
	const syncClient = { canAnswer: true, pacer: { take: () => true }, limits: {}, send: () => {} };
	workspace.connect(/** @type {any} */ ({ connection, syncClient }));
	const judged = [];
	while (answers.length > 0) {
		const answer = await workspace.engine.classify(embeddingOf(1, 0), DEFAULT_SETTINGS);
		judged.push([answer?.where, answer?.certainty, answer?.isUnknown, answer?.unknownDistance, answer?.unknownShare]);
		answers.shift();
	}
	const near = 1 / (1 + 3 ** 6);
	const far = 64 / 65;
	expect(judged.map((each) => each.slice(0, 4))).toEqual([
		["server", "sure", false, 0.3],
		["server", "notSure", false, 0.3],
		["server", "unknown", true, 0.3],
		["server", "sure", false, null],
		["server", "sure", false, 0.3],
	]);
	for (const [i, share] of [near, near, far, 0, 0.2].entries()) expect(judged[i][4]).toBeCloseTo(share, 12);
	workspace.close();
});

test("a connected workspace sends a change after replica and outbox have it, and asks the server only then", async () => {
	const { state, workspace, open } = setUp();
	open({ ...newProject("m"), epoch: "one" });
	/** The outbox's length and the examples at each sending. @type {[number, number][]} */
	const sent = [];
	const request = vi.fn(async () => ({ ok: true, label: "cat", confidences: { cat: 1 }, novelty: 0 }));
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

// A project that opens ticks no step: not after a reload, and not in the place of another one.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ProjectSwitch } from "../../../src/app/projects/project-switch.js";
import { Workspace } from "../../../src/app/workspace.js";
import { NO_STORE, newProject } from "../../../src/project/store.js";
import { createState } from "../../../src/state/state.js";
import { followStep, forgetSteps, memoryOfStep } from "../../../src/ui/lessons/follow-step.js";
import { createFacts } from "../../../src/ui/lessons/lesson-facts.js";
import { embeddingOf } from "../../support/client.js";
import { FakeWorker } from "../../support/fake-worker.js";

// A wide window.
vi.hoisted(() => vi.stubGlobal("matchMedia", () => ({ matches: true, addEventListener: () => {} })));

/** Until what was changed is noticed. */
const settled = () => new Promise((resolve) => setTimeout(resolve));

/** @type {import("../../../src/state/state.js").State} */
let state;
/** @type {Workspace} */
let workspace;
/** @type {ProjectSwitch} */
let projectSwitch;
let stop = () => {};
const onDone = vi.fn();

beforeEach(() => {
	onDone.mockClear();
	state = createState();
	workspace = new Workspace({ state, onLearnt: () => {}, makeWorker: () => new FakeWorker().asWorker });
	const parts = /** @type {any} */ ({ explaining: { reset: () => {} } });
	projectSwitch = new ProjectSwitch({ ...parts, state, workspace, server: false, onError: () => {} });
});
afterEach(() => {
	stop();
	workspace.close();
});

/** @param {string} id */
const exampleOf = (id) => ({ id, label: "mug", group: null, embedding: embeddingOf(1, 0), thumbnail: null });

/**
 * Opens a project that the store has kept.
 * @param {number} count of its examples
 * @param {number} k
 * @param {object} [more] of the project
 */
function open(count, k, more) {
	const kept = newProject("m");
	const examples = Array.from({ length: count }, (_, order) => ({ ...exampleOf(`${kept.id}-${order}`), order }));
	const project = { ...kept, ...more, settings: { ...kept.settings, k }, classes: [{ label: "mug", colour: 0 }] };
	projectSwitch.enter({
		.../** @type {any} */ ({ queued: [], steps: [], binned: [] }),
		project,
		store: NO_STORE,
		examples,
	});
}

/** @param {string} mark */
function begin(mark) {
	stop = followStep(/** @type {any} */ (state), mark.split(" "), onDone);
}

test.each(["more 20", "k", "k 3", "examples 10 1", "classes 1"])(
	"%s is not done by the kept project, which comes after the step",
	async (mark) => {
		begin(mark);
		await settled();
		open(30, 5);
		state.ready.value = true;
		await settled();
		expect(state.classes.value[0].count).toBe(30);
		expect(onDone).not.toHaveBeenCalled();
	},
);

test.each(["more 20", "k", "examples 10 1"])(
	"%s is not done by another project, which opens while the step is",
	async (mark) => {
		open(3, 3);
		state.ready.value = true;
		begin(mark);
		open(30, 5);
		await settled();
		expect(state.classes.value[0].count).toBe(30);
		expect(onDone).not.toHaveBeenCalled();
	},
);

test("what is done to the project that came is noticed", async () => {
	begin("more 2");
	open(30, 5);
	state.ready.value = true;
	workspace.addExample(exampleOf("a"));
	// Another name is no other project.
	state.project.value = { ...state.project.value, name: "Mugs" };
	await settled();
	expect(onDone).not.toHaveBeenCalled();
	workspace.addExample(exampleOf("b"));
	await settled();
	expect(onDone).toHaveBeenCalledOnce();
});

test("another k in the same project is noticed", async () => {
	open(30, 5);
	state.ready.value = true;
	begin("k");
	await settled();
	expect(onDone).not.toHaveBeenCalled();
	state.settings.value = { ...state.settings.value, k: 7 };
	await settled();
	expect(onDone).toHaveBeenCalledOnce();
});

/** @param {boolean} syncing */
function catchUp(syncing) {
	state.engine.value = { ...state.engine.value, syncing };
}

test.each(["more 20", "k", "classes 1", "examples 10 1"])("%s is not done by a room that is joined", async (mark) => {
	open(0, 3);
	state.ready.value = true;
	begin(mark);
	// A project of the room, and all of it comes later.
	open(0, 3, { room: "KIWI-42" });
	catchUp(true);
	for (let place = 0; place < 30; place++) workspace.addExample(exampleOf(`theirs-${place}`));
	state.settings.value = { ...state.settings.value, k: 9 };
	await settled();
	catchUp(false);
	await settled();
	expect(state.classes.value[0].count).toBe(30);
	expect(onDone).not.toHaveBeenCalled();
});

test("what is done in the room then is noticed", async () => {
	open(3, 3, { room: "KIWI-42" });
	state.ready.value = true;
	begin("more 2");
	catchUp(true);
	workspace.addExample(exampleOf("a"));
	catchUp(false);
	workspace.addExample(exampleOf("b"));
	await settled();
	expect(onDone).not.toHaveBeenCalled();
	workspace.addExample(exampleOf("c"));
	await settled();
	expect(onDone).toHaveBeenCalledOnce();
});

test.each([
	["KIWI-42", true],
	[null, false],
])("a step in room %s goes on after the network was away", async (room, connected) => {
	open(3, 3, { room });
	state.ready.value = true;
	state.engine.value = { ...state.engine.value, connected };
	begin("more 2");
	workspace.addExample(exampleOf("a"));
	catchUp(true);
	catchUp(false);
	workspace.addExample(exampleOf("b"));
	await settled();
	expect(onDone).toHaveBeenCalledOnce();
	stop();
	onDone.mockClear();
	begin("k 5 15");
	state.settings.value = { ...state.settings.value, k: 5 };
	catchUp(true);
	catchUp(false);
	state.settings.value = { ...state.settings.value, k: 15 };
	await settled();
	expect(onDone).toHaveBeenCalledOnce();
});

test("a step goes on where its card was away, and begins anew with its lesson", async () => {
	open(0, 3);
	state.ready.value = true;
	const words = ["examples", "2", "1"];
	const show = () => {
		stop();
		stop = followStep(/** @type {any} */ (state), words, onDone, memoryOfStep("2-what-is-k", 1));
	};
	forgetSteps();
	show();
	workspace.addExample(exampleOf("a"));
	show();
	forgetSteps();
	show();
	workspace.addExample(exampleOf("b"));
	await settled();
	expect(onDone).not.toHaveBeenCalled();
	show();
	workspace.addExample(exampleOf("c"));
	await settled();
	expect(onDone).toHaveBeenCalledOnce();
});

test("a project of a room that was left is no example", () => {
	open(30, 3, { cameFrom: "another" });
	expect(createFacts(/** @type {any} */ (state)).isExample).toBe(false);
	open(30, 3, { cameFrom: "another", isSample: true });
	expect(createFacts(/** @type {any} */ (state)).isExample).toBe(true);
});

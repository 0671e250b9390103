// From the shown answer to what happens: only where actions are on, only what is sure or unknown, and never in an action's pause.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WIN_MS } from "../../src/actions/trigger.js";
import { ActionRunner } from "../../src/app/action-runner.js";
import { Workspace } from "../../src/app/workspace.js";
import { newProject } from "../../src/project/store.js";
import { createState } from "../../src/state/state.js";

const EMBEDDINGS = { cat: [1, 0], dog: [0, 1] };

/** @type {import("../../src/state/state.js").State} */
let state;
/** @type {Workspace} */
let workspace;
/** @type {ActionRunner} */
let runner;
/** @type {unknown[]} */
let errors;

beforeEach(async () => {
	vi.useFakeTimers();
	errors = [];
	state = createState();
	workspace = new Workspace({ state, onLearnt: () => {} });
	workspace.replica.open({ project: newProject("m") });
	for (const [label, embedding] of Object.entries(EMBEDDINGS)) {
		const example = { id: label, label, group: null, embedding: Float32Array.from(embedding), thumbnail: null };
		workspace.teaching.addExample(example);
	}
	runner = new ActionRunner({ state, workspace, onError: (error) => errors.push(error), now: Date.now });
	vi.useRealTimers();
	// Its modules are loaded in real time.
	const performers = await runner.performers();
	for (const kind of /** @type {const} */ (["count", "text"])) {
		await performers.perform({ kind, cooldown: 0, text: "" }, { label: "first", share: 1 });
	}
	performers.end("first");
	await new Promise((resolve) => setTimeout(resolve, 0));
	state.tally.value = new Map();
	vi.useFakeTimers();
});
afterEach(() => {
	runner.close();
	vi.useRealTimers();
});

/** @param {string} label @param {"sure"|"notSure"|"unknown"} [certainty] */
async function see(label, certainty = "sure") {
	const confidences = { cat: 0.1, dog: 0.1, [label]: 0.9 };
	state.answer.value = /** @type {any} */ ({ label, certainty, confidences, unknownShare: 0.2, meanOf: 5 });
	await vi.advanceTimersByTimeAsync(WIN_MS);
}

/** @param {number} [cooldown] */
const count = (cooldown = 0) => ({ kind: /** @type {const} */ ("count"), cooldown });

describe("ActionRunner", () => {
	it("counts sure wins and “I don’t know”, and nothing that is not sure", async () => {
		for (const label of ["cat", "dog", ""]) workspace.teaching.setActions(label, [count()]);
		await see("cat");
		await see("dog", "notSure");
		await see("dog", "unknown");
		await see("dog");
		await see("cat");
		expect(Object.fromEntries(state.tally.value)).toEqual({ cat: 2, dog: 1, "": 1 });
		expect(state.lastAction.value).toMatchObject({ kind: "count", label: "cat", n: 6 });
		expect(errors).toEqual([]);
	});

	it.each(["off", "ask"])("does nothing while they are %s", async (value) => {
		workspace.teaching.setActions("cat", [count()]);
		state.actionsSwitch.value = /** @type {"off"} */ (value);
		await see("cat");
		expect(state.tally.value.size).toBe(0);
	});

	it("does nothing with one class, whose answer says nothing", async () => {
		workspace.teaching.setActions("cat", [count()]);
		workspace.teaching.deleteClass("dog");
		await see("cat");
		expect(state.tally.value.size).toBe(0);
	});

	it("waits for each action's pause", async () => {
		workspace.teaching.setActions("cat", [count(60), { kind: "text", text: "{label} {share} %", cooldown: 0 }]);
		await see("cat");
		expect(state.shownAction.value).toEqual({ text: "cat 90 %", url: null });
		await see("dog");
		expect(state.shownAction.value).toBe(null);
		await see("cat");
		expect(state.tally.value.get("cat")).toBe(1);
		expect(state.shownAction.value).not.toBe(null);
	});
});

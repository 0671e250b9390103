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
	vi.stubGlobal("navigator", {});
	await expect(performers.perform({ kind: "midi", cooldown: 0 }, { label: "first", share: 1 })).rejects.toThrow();
	performers.end("first");
	await new Promise((resolve) => setTimeout(resolve, 0));
	state.tally.value = new Map();
	vi.useFakeTimers();
});
afterEach(() => {
	runner.close();
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

/** @param {string} label @param {"sure"|"notSure"|"unknown"} [certainty] */
async function see(label, certainty = "sure") {
	const confidences = { cat: 0.1, dog: 0.1, [label]: 0.9 };
	state.answer.value = /** @type {any} */ ({ label, certainty, confidences, unknownShare: 0.2, meanOf: 5 });
	await vi.advanceTimersByTimeAsync(WIN_MS);
}

/** @param {number} [cooldown] */
const count = (cooldown = 0) => ({ kind: /** @type {const} */ ("count"), cooldown });

/** An instrument that the person has not allowed yet. */
function withMidi() {
	/** @type {number[][]} */
	const sent = [];
	const output = { id: "a", name: "A", state: "connected", send: (/** @type {number[]} */ bytes) => sent.push(bytes) };
	const access = { outputs: new Map([["a", output]]), addEventListener: () => {}, removeEventListener: () => {} };
	let allow = () => {};
	const allowed = new Promise((resolve) => {
		allow = () => resolve(access);
	});
	vi.stubGlobal("navigator", { requestMIDIAccess: () => allowed });
	return { sent, allow };
}

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

	it("says no more what one class did when another wins, even one that does nothing", async () => {
		workspace.teaching.setActions("cat", [count()]);
		await see("cat");
		expect(state.lastAction.value).toMatchObject({ label: "cat" });
		// Not sure which: nobody else has won.
		await see("dog", "notSure");
		expect(state.lastAction.value).toMatchObject({ label: "cat" });
		await see("dog");
		expect(state.lastAction.value).toBeNull();
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

	it("does nothing while all classes but one are switched off: the page shows no answer", async () => {
		workspace.teaching.setActions("cat", [count()]);
		workspace.teaching.switchOff("dog", true);
		await see("cat");
		expect(state.tally.value.size).toBe(0);
	});

	it("ends what begins after its class's end: the person allowed MIDI too late", async () => {
		const { sent, allow } = withMidi();
		workspace.teaching.setActions("cat", [{ kind: "midi", note: 60, channel: 1, cooldown: 0 }]);
		await see("cat");
		await see("dog");
		expect(sent).toEqual([]);
		allow();
		await vi.advanceTimersByTimeAsync(0);
		expect(sent).toEqual([
			[0x90, 60, 100],
			[0x80, 60, 0],
		]);
		expect(errors).toEqual([]);
	});

	it("ends each of two classes that are tried one soon after the other", async () => {
		const { sent, allow } = withMidi();
		allow();
		const performers = await runner.performers();
		const play = (/** @type {number} */ note) => ({
			kind: /** @type {const} */ ("midi"),
			note,
			channel: 1,
			cooldown: 0,
		});
		await performers.tryOut(play(60), "cat");
		await vi.advanceTimersByTimeAsync(1000);
		await performers.tryOut(play(62), "dog");
		await vi.advanceTimersByTimeAsync(2500);
		expect(sent.filter(([status]) => status === 0x80)).toEqual([
			[0x80, 60, 0],
			[0x80, 62, 0],
		]);
	});

	it("lets devices go where another tab goes on, and takes them again", async () => {
		const { sent, allow } = withMidi();
		allow();
		workspace.teaching.setActions("cat", [{ kind: "midi", note: 60, channel: 1, cooldown: 0 }]);
		const before = await runner.performers();
		await see("cat");
		expect(state.devices.value.midi).toBe("on");
		runner.pause();
		await vi.advanceTimersByTimeAsync(0);
		expect(sent).toHaveLength(2);
		expect(state.devices.value.midi).toBe("off");
		await see("dog");
		await see("cat");
		expect(sent).toHaveLength(3);
		expect(state.devices.value.midi).toBe("on");
		expect(await runner.performers()).not.toBe(before);
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

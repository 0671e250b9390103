// When the coach looks, and what it remembers.

import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Advisor } from "../../src/advice/advisor.js";
import { SIDE } from "../../src/advice/backgrounds.js";
import { createState } from "../../src/state/state.js";
import { evaluated, taughtOf } from "../support/taught.js";

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

/** @param {number} count */
const classesOf = (count) =>
	/** @type {import("../../src/state/state.js").ClassView[]} */ (
		taughtOf([
			{ label: "pen", count },
			{ label: "mug", count: 20 },
		]).classes
	);

/** @param {{kept?: Map<string, unknown>, thumbnailOf?: (id: string) => Blob|null}} [options] */
function bench({ kept = new Map(), thumbnailOf = () => null } = {}) {
	const state = createState();
	const advisor = new Advisor({
		state,
		nearest: () => null,
		thumbnailOf,
		store: {
			preference: async (key) => structuredClone(kept.get(key)),
			setPreference: (key, value) => void kept.set(key, structuredClone(value)),
		},
		project: "p",
	});
	const said = () => state.advice.value.map(({ key, labels }) => [key, ...labels].join(" "));
	return { state, advisor, kept, said };
}

test("it looks when nothing has changed for a while, and not while one records", async () => {
	const { state, said } = bench();
	state.recording.value = "pen";
	state.classes.value = classesOf(3);
	await vi.advanceTimersByTimeAsync(5000);
	expect(said()).toEqual([]);
	state.recording.value = null;
	await vi.advanceTimersByTimeAsync(400);
	state.classes.value = classesOf(4);
	await vi.advanceTimersByTimeAsync(400);
	expect(said()).toEqual([]);
	await vi.advanceTimersByTimeAsync(200);
	expect(said()).toEqual(["few pen"]);
});

test("the progress of a test does not keep it from looking; its result does matter", async () => {
	const { state, said } = bench();
	const taught = taughtOf([
		{ label: "cup", count: 10 },
		{ label: "mug", count: 10 },
	]);
	state.classes.value = classesOf(3);
	for (let i = 0; i < 6; i++) {
		state.test.value = { ...state.test.value, progress: i / 6 };
		await vi.advanceTimersByTimeAsync(100);
	}
	expect(said()).toEqual(["few pen"]);
	state.classes.value = /** @type {import("../../src/state/state.js").ClassView[]} */ (taught.classes);
	state.test.value = { ...state.test.value, evaluation: evaluated(taught, { cup: { mug: 6 } }) };
	await vi.advanceTimersByTimeAsync(600);
	expect(said()).toEqual(["overlap cup mug"]);
});

test("what is put away is gone at once, and after a reload too", async () => {
	const { state, advisor, kept, said } = bench();
	state.classes.value = classesOf(3);
	await vi.advanceTimersByTimeAsync(600);
	expect(said()).toEqual(["few pen"]);
	advisor.dismiss(state.advice.value[0]);
	expect(said()).toEqual([]);
	advisor.close();

	const reloaded = bench({ kept });
	/** @type {string[][]} */
	const seen = [];
	reloaded.state.advice.subscribe(() => void seen.push(reloaded.said()));
	reloaded.state.classes.value = classesOf(3);
	await vi.advanceTimersByTimeAsync(600);
	expect(seen).toEqual([[]]);
});

test("nothing flashes up while what was put away is still being read", async () => {
	const reading = signal(/** @type {(value: unknown) => void} */ (() => {}));
	const state = createState();
	new Advisor({
		state,
		nearest: () => null,
		thumbnailOf: () => null,
		store: {
			preference: () =>
				new Promise((resolve) => {
					reading.value = resolve;
				}),
			setPreference: () => {},
		},
		project: "p",
	});
	state.classes.value = classesOf(3);
	await vi.advanceTimersByTimeAsync(2000);
	expect(state.advice.value).toEqual([]);
	reading.value(undefined);
	await vi.advanceTimersByTimeAsync(0);
	expect(state.advice.value).toHaveLength(1);
});

test("the same advice is the same object, so that nothing is drawn again", async () => {
	const { state } = bench();
	state.classes.value = classesOf(3);
	await vi.advanceTimersByTimeAsync(600);
	const first = state.advice.value;
	expect(first).toHaveLength(1);
	state.classes.value = classesOf(3);
	await vi.advanceTimersByTimeAsync(600);
	expect(state.advice.value).toBe(first);
});

test("it reads each thumbnail once, and stops reading when something changes", async () => {
	const decoded = signal(0);
	vi.stubGlobal("createImageBitmap", async () => {
		decoded.value += 1;
		await new Promise((resolve) => setTimeout(resolve, 10));
		return { close: () => {} };
	});
	vi.stubGlobal(
		"OffscreenCanvas",
		class {
			getContext = () => ({
				drawImage: () => {},
				getImageData: () => ({ data: new Uint8ClampedArray(SIDE * SIDE * 4).fill(90) }),
			});
		},
	);
	const { state, said, advisor } = bench({ thumbnailOf: () => new Blob(["jpeg"]) });
	state.classes.value = classesOf(10);
	// Half a second of quiet, then 10 ms a picture: the fourth is under way.
	await vi.advanceTimersByTimeAsync(535);
	expect(decoded.value).toBe(4);
	state.classes.value = classesOf(10);
	await vi.advanceTimersByTimeAsync(400);
	expect(decoded.value).toBe(4);
	await vi.advanceTimersByTimeAsync(1000);
	expect(decoded.value).toBe(16);
	expect(said()).toEqual(["background"]);
	state.classes.value = classesOf(10);
	await vi.advanceTimersByTimeAsync(1000);
	expect(decoded.value).toBe(16);
	state.classes.value = classesOf(12);
	advisor.close();
	state.classes.value = classesOf(14);
	await vi.advanceTimersByTimeAsync(1000);
	expect(decoded.value).toBe(16);
});

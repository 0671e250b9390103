// When advice is worked out, and what is remembered.

import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Advisor } from "../../src/advice/advisor.js";
import { SIDE } from "../../src/advice/backgrounds.js";
import { createState } from "../../src/state/state.js";
import { addSuspicions, createInput, createMistakes } from "../support/advice-input.js";

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

/** @param {number} count */
const createClasses = (count) =>
	/** @type {import("../../src/state/state.js").ClassView[]} */ (
		createInput([
			{ label: "pen", count },
			{ label: "mug", count: 20 },
		]).classes
	);

/** @param {{stored?: Map<string, unknown>, thumbnailOf?: (id: string) => Blob|null,
 *   nearest?: () => import("../../src/evaluation/nearest.js").Nearest|null}} [options] */
function createAdvisor({ stored = new Map(), thumbnailOf = () => null, nearest = () => null } = {}) {
	const state = createState();
	const advisor = new Advisor({
		state,
		nearest,
		thumbnailOf,
		store: {
			preference: async (key) => structuredClone(stored.get(key)),
			setPreference: (key, value) => void stored.set(key, structuredClone(value)),
		},
		project: "p",
	});
	const summarize = () => state.advice.value.map(({ key, labels }) => [key, ...labels].join(" "));
	return { state, advisor, stored, summarize };
}

test("advice comes after a while without a change, and not during a recording", async () => {
	const { state, summarize } = createAdvisor();
	state.recording.value = "pen";
	state.classes.value = createClasses(3);
	await vi.advanceTimersByTimeAsync(5000);
	expect(summarize()).toEqual([]);
	state.recording.value = null;
	await vi.advanceTimersByTimeAsync(400);
	state.classes.value = createClasses(4);
	await vi.advanceTimersByTimeAsync(400);
	expect(summarize()).toEqual([]);
	await vi.advanceTimersByTimeAsync(200);
	expect(summarize()).toEqual(["few pen"]);
});

test("the progress of an evaluation does not delay advice; its result changes it", async () => {
	const input = createInput([
		{ label: "cup", count: 10 },
		{ label: "mug", count: 10 },
	]);
	/** @type {import("../../src/evaluation/nearest.js").Nearest|null} */
	let nearest = null;
	const { state, summarize } = createAdvisor({ nearest: () => nearest });
	state.classes.value = createClasses(3);
	for (let i = 0; i < 6; i++) {
		state.test.value = { ...state.test.value, progress: i / 6 };
		await vi.advanceTimersByTimeAsync(100);
	}
	expect(summarize()).toEqual(["few pen"]);
	state.classes.value = /** @type {import("../../src/state/state.js").ClassView[]} */ (input.classes);
	await vi.advanceTimersByTimeAsync(600);
	expect(summarize()).toEqual([]);
	({ nearest } = addSuspicions(input, createMistakes({ cup: { mug: 9 } })));
	const evaluation = /** @type {import("../../src/state/figures.js").Evaluation} */ ({});
	state.test.value = { ...state.test.value, evaluation };
	await vi.advanceTimersByTimeAsync(600);
	expect(summarize()).toEqual(["overlap cup mug"]);
});

test("dismissed advice is gone at once, and after a reload too", async () => {
	const { state, advisor, stored, summarize } = createAdvisor();
	state.classes.value = createClasses(3);
	await vi.advanceTimersByTimeAsync(600);
	expect(summarize()).toEqual(["few pen"]);
	advisor.dismiss(state.advice.value[0]);
	expect(summarize()).toEqual([]);
	advisor.close();

	const reloaded = createAdvisor({ stored });
	/** @type {string[][]} */
	const seen = [];
	reloaded.state.advice.subscribe(() => void seen.push(reloaded.summarize()));
	reloaded.state.classes.value = createClasses(3);
	await vi.advanceTimersByTimeAsync(600);
	expect(seen).toEqual([[]]);
});

test("no advice flashes up while the dismissals are still being read", async () => {
	const finishReading = signal(/** @type {(value: unknown) => void} */ (() => {}));
	const state = createState();
	new Advisor({
		state,
		nearest: () => null,
		thumbnailOf: () => null,
		store: {
			preference: () =>
				new Promise((resolve) => {
					finishReading.value = resolve;
				}),
			setPreference: () => {},
		},
		project: "p",
	});
	state.classes.value = createClasses(3);
	await vi.advanceTimersByTimeAsync(2000);
	expect(state.advice.value).toEqual([]);
	finishReading.value(undefined);
	await vi.advanceTimersByTimeAsync(0);
	expect(state.advice.value).toHaveLength(1);
});

test("the same advice stays the same object, so that nothing renders again", async () => {
	const { state } = createAdvisor();
	state.classes.value = createClasses(3);
	await vi.advanceTimersByTimeAsync(600);
	const first = state.advice.value;
	expect(first).toHaveLength(1);
	state.classes.value = createClasses(3);
	await vi.advanceTimersByTimeAsync(600);
	expect(state.advice.value).toBe(first);
});

test("each thumbnail is read once, and reading stops when something changes", async () => {
	const decodedCount = signal(0);
	vi.stubGlobal("createImageBitmap", async () => {
		decodedCount.value += 1;
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
	const { state, summarize, advisor } = createAdvisor({ thumbnailOf: () => new Blob(["jpeg"]) });
	state.classes.value = createClasses(10);
	// After 500 ms without a change, each picture takes 10 ms: the fourth is under way.
	await vi.advanceTimersByTimeAsync(535);
	expect(decodedCount.value).toBe(4);
	state.classes.value = createClasses(10);
	await vi.advanceTimersByTimeAsync(400);
	expect(decodedCount.value).toBe(4);
	await vi.advanceTimersByTimeAsync(1000);
	expect(decodedCount.value).toBe(16);
	expect(summarize()).toEqual(["background"]);
	state.classes.value = createClasses(10);
	await vi.advanceTimersByTimeAsync(1000);
	expect(decodedCount.value).toBe(16);
	state.classes.value = createClasses(12);
	advisor.close();
	state.classes.value = createClasses(14);
	await vi.advanceTimersByTimeAsync(1000);
	expect(decodedCount.value).toBe(16);
});

// What is read of a video's answers: five times a second, in turns, and at once where the answer itself changes.

import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createState } from "../../../src/state/state.js";
import { createTurns, STEADY_MS, selectSteadyAnswer } from "../../../src/ui/context/steady.js";

beforeEach(() => vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] }));
afterEach(() => vi.useRealTimers());

const never = () => false;

test("what changes with every frame is shown five times a second, and the last of it, too", () => {
	const source = signal(0);
	const shown = createTurns().add(() => source.value, never);
	expect(shown.value).toBe(0);
	const seen = new Set([0]);
	for (let frame = 1; frame <= 20; frame++) {
		vi.advanceTimersByTime(50);
		source.value = frame;
		seen.add(shown.value);
	}
	expect([...seen]).toEqual([0, 4, 8, 12, 16, 20]);
	source.value = 99;
	vi.advanceTimersByTime(2 * STEADY_MS);
	expect(shown.value).toBe(99);
});

test("what is urgent does not wait", () => {
	const source = signal("a");
	const shown = createTurns().add(
		() => source.value,
		(next, before) => next[0] !== before[0],
	);
	source.value = "a2";
	expect(shown.value).toBe("a");
	source.value = "b";
	expect(shown.value).toBe("b");
	vi.advanceTimersByTime(10 * STEADY_MS);
	expect(shown.value).toBe("b");
});

test("they take turns: no frame shows all of them anew, and none is older than two turns", () => {
	const source = signal(0);
	const turns = createTurns();
	const shown = [1, 2, 3].map(() => turns.add(() => source.value, never));
	for (let frame = 1; frame <= 60; frame++) {
		vi.advanceTimersByTime(50);
		const before = shown.map((each) => each.value);
		source.value = frame;
		const changed = shown.filter((each, place) => each.value !== before[place]).length;
		// At first they are in step.
		if (frame > 12) expect(changed).toBeLessThanOrEqual(1);
		for (const each of shown) expect(frame - each.value).toBeLessThan((2 * STEADY_MS) / 50);
	}
});

const ANSWER = /** @type {import("../../../src/state/state.js").ShownAnswer} */ (
	/** @type {unknown} */ ({
		label: "cat",
		isUnknown: false,
		certainty: "sure",
		confidences: { cat: 0.6, dog: 0.3, fox: 0.1 },
		unknownShare: 0.05,
		metric: "cosine",
		neighbours: [{ id: "1", label: "cat", distance: 0.5 }],
		meanOf: 5,
	})
);

/**
 * @param {Partial<import("../../../src/state/state.js").ShownAnswer>} change
 * @param {Partial<import("../../../src/state/state.js").ShownAnswer>} [before]
 */
function isShownAtOnce(change, before) {
	const state = createState();
	const session = /** @type {any} */ (state);
	state.classes.value = /** @type {any} */ ([
		{ label: "cat", count: 1 },
		{ label: "dog", count: 1 },
	]);
	state.answer.value = { ...ANSWER, ...before };
	selectSteadyAnswer(session, "strip");
	const next = { ...ANSWER, ...before, ...change };
	state.answer.value = next;
	return selectSteadyAnswer(session, "strip") === next;
}

test("of an answer that stays, figures wait; another answer, a still picture and other neighbours do not", () => {
	expect(isShownAtOnce({ novelty: 0.3 })).toBe(false);
	expect(isShownAtOnce({ label: "dog" })).toBe(true);
	expect(isShownAtOnce({ certainty: "notSure" })).toBe(true);
	expect(isShownAtOnce({ isUnknown: true })).toBe(true);
	expect(isShownAtOnce({ metric: "adapted" })).toBe(true);
	expect(isShownAtOnce({ neighbours: [] })).toBe(true);
	expect(isShownAtOnce({ meanOf: 1 })).toBe(true);
});

test("an answer that is not sure names two: another second one is shown at once, and so is something else", () => {
	const notSure = /** @type {const} */ ({ certainty: "notSure" });
	expect(isShownAtOnce({ confidences: { cat: 0.5, dog: 0.4, fox: 0.1 } }, notSure)).toBe(false);
	expect(isShownAtOnce({ confidences: { cat: 0.5, dog: 0.1, fox: 0.4 } }, notSure)).toBe(true);
	expect(isShownAtOnce({ unknownShare: 0.45 }, notSure)).toBe(true);
	// One that is sure names none of them.
	expect(isShownAtOnce({ confidences: { cat: 0.6, dog: 0.1, fox: 0.3 } })).toBe(false);
});

test("an unknown thing is like one class, then like another: that waits", () => {
	const unknown = /** @type {const} */ ({ certainty: "unknown", isUnknown: true });
	expect(isShownAtOnce({ label: "dog" }, unknown)).toBe(false);
	expect(isShownAtOnce({ isUnknown: false }, unknown)).toBe(true);
});

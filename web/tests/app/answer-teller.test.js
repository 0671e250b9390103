// The room is told each change of the answer, four a second at most, and only while the person allows it.

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { AnswerTeller } from "../../src/app/answer-teller.js";
import { createState } from "../../src/state/state.js";

/** @type {import("../../src/state/state.js").State} */
let state;
/** @type {unknown[]} */
let told;
/** @type {AnswerTeller} */
let teller;

beforeEach(() => {
	vi.useFakeTimers();
	state = createState();
	told = [];
	teller = new AnswerTeller({ state, request: async (event, data) => void told.push([event, data]) });
	fill(2);
	state.project.value = { ...state.project.value, room: "KIWI-42" };
	state.engine.value = { ...state.engine.value, connected: true };
});
afterEach(() => {
	teller.close();
	vi.useRealTimers();
});

/** @param {number} classes that have examples */
function fill(classes) {
	state.classes.value = /** @type {any} */ (Array(classes).fill({ count: 3, isOff: false }));
}

/** @param {string} label @param {string} [certainty] */
function see(label, certainty = "sure") {
	const confidences = { [label]: 0.9 };
	state.answer.value = /** @type {any} */ ({ label, certainty, confidences, unknownShare: 0.6 });
	vi.advanceTimersByTime(100);
}

it("tells nothing until the person allows it, and nothing twice", () => {
	see("cat");
	expect(told).toEqual([]);
	state.isTellingAnswers.value = true;
	see("cat");
	see("cat");
	expect(told).toEqual([["tellAnswer", { label: "cat", certainty: "sure", share: 0.9 }]]);
	see("cat", "unknown");
	see("cat", "unknown");
	vi.advanceTimersByTime(500);
	expect(told.slice(1)).toEqual([["tellAnswer", { label: null, certainty: "unknown", share: 0.6 }]]);
	state.isTellingAnswers.value = false;
	see("dog");
	vi.advanceTimersByTime(500);
	expect(told).toHaveLength(2);
});

it("tells the newest of those that come too fast", () => {
	state.isTellingAnswers.value = true;
	for (let i = 0; i < 20; i++) see(i % 2 ? "cat" : "dog");
	vi.advanceTimersByTime(500);
	expect(told.length).toBeLessThanOrEqual(10);
	expect(told.at(-1)).toMatchObject(["tellAnswer", { label: "cat" }]);
});

it("tells nothing without a room, or without its server", () => {
	state.isTellingAnswers.value = true;
	state.engine.value = { ...state.engine.value, connected: false };
	see("cat");
	state.project.value = { ...state.project.value, room: null };
	state.engine.value = { ...state.engine.value, connected: true };
	see("dog");
	expect(told).toEqual([]);
});

it("tells nothing where the answer would always be the same class, which the page does not show either", () => {
	state.isTellingAnswers.value = true;
	fill(1);
	see("cat");
	expect(told).toEqual([]);
	fill(2);
	see("cat");
	expect(told).toHaveLength(1);
});

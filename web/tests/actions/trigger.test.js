// A class has won once its answer has stayed for half a second; another one has to stay as long before it can win again.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Trigger, WIN_MS } from "../../src/actions/trigger.js";

/** @type {string[]} */
let told;
/** @type {Trigger} */
let trigger;

beforeEach(() => {
	vi.useFakeTimers();
	told = [];
	trigger = new Trigger({ onWin: (key) => told.push(`+${key}`), onEnd: (key) => told.push(`-${key}`) });
});
afterEach(() => vi.useRealTimers());

/** Sees an answer, ten frames a second, for so long. @param {string|null} key @param {number} ms */
function see(key, ms) {
	for (let at = 0; at < ms; at += 100) {
		trigger.see(key);
		vi.advanceTimersByTime(Math.min(100, ms - at));
	}
}

describe("Trigger", () => {
	it("tells a win once, after half a second", () => {
		see("cat", WIN_MS - 1);
		expect(told).toEqual([]);
		see("cat", 5000);
		expect(told).toEqual(["+cat"]);
	});

	it("begins anew where another answer comes between", () => {
		see("cat", WIN_MS - 100);
		see(null, 100);
		see("cat", WIN_MS - 100);
		expect(told).toEqual([]);
		see("cat", 100);
		expect(told).toEqual(["+cat"]);
	});

	it("does not tell the same class again after a flicker", () => {
		see("cat", WIN_MS);
		for (const other of ["dog", null, ""]) {
			see(other, WIN_MS - 100);
			see("cat", WIN_MS * 2);
		}
		expect(told).toEqual(["+cat"]);
	});

	it("tells it again after another answer has stayed, or none", () => {
		see("cat", WIN_MS);
		see("dog", WIN_MS);
		see("cat", WIN_MS);
		see(null, WIN_MS);
		see("cat", WIN_MS);
		expect(told).toEqual(["+cat", "-cat", "+dog", "-dog", "+cat", "-cat", "+cat"]);
	});

	it("has a win of “I don’t know”, whose key is empty", () => {
		see("", WIN_MS);
		see("cat", WIN_MS);
		expect(told).toEqual(["+", "-", "+cat"]);
	});

	it("wins by itself where one picture is asked about: no further answer comes", () => {
		trigger.see("cat");
		vi.advanceTimersByTime(WIN_MS);
		expect(told).toEqual(["+cat"]);
	});

	it("ends at once when it is reset, and wins nothing that was under way", () => {
		see("cat", WIN_MS);
		see("dog", WIN_MS - 100);
		trigger.reset();
		vi.advanceTimersByTime(5000);
		expect(told).toEqual(["+cat", "-cat"]);
		see("cat", WIN_MS);
		expect(told).toEqual(["+cat", "-cat", "+cat"]);
	});
});

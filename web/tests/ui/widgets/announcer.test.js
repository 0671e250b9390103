import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createAnnouncer } from "../../../src/ui/widgets/announcer.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("says the first at once, then the newest of each second, and nothing twice", () => {
	/** @type {string[]} */
	const spoken = [];
	const { announce } = createAnnouncer((text) => void spoken.push(text), 1000);
	announce("Apple");
	expect(spoken).toEqual(["Apple"]);
	announce("Banana");
	announce("Orange");
	vi.advanceTimersByTime(999);
	expect(spoken).toEqual(["Apple"]);
	vi.advanceTimersByTime(1);
	expect(spoken).toEqual(["Apple", "Orange"]);
	announce("Banana");
	announce("Orange");
	vi.advanceTimersByTime(5000);
	expect(spoken).toEqual(["Apple", "Orange"]);
	announce("Apple");
	expect(spoken).toEqual(["Apple", "Orange", "Apple"]);
});

it("says nothing after it was stopped", () => {
	/** @type {string[]} */
	const spoken = [];
	const announcer = createAnnouncer((text) => void spoken.push(text), 1000);
	announcer.announce("Apple");
	announcer.announce("Banana");
	announcer.stop();
	vi.advanceTimersByTime(5000);
	expect(spoken).toEqual(["Apple"]);
});

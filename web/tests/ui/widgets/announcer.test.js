// What a screen reader announces: not each frame, but what the answer has come to rest at.

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createAnnouncer } from "../../../src/ui/widgets/announcer.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** An announcer, and what it said when. */
function listen() {
	const startMs = Date.now();
	/** @type {[string, number][]} */
	const spoken = [];
	const announcer = createAnnouncer((text) => void spoken.push([text, Date.now() - startMs]));
	/** @param {[string, number][]} shown each text, and for how long */
	const show = (shown) => {
		for (const [text, ms] of shown) {
			announcer.announce(text);
			vi.advanceTimersByTime(ms);
		}
	};
	return { announcer, spoken, show };
}

it("announces what stays, and nothing that is shown for a moment between two things", () => {
	const { spoken, show } = listen();
	show([
		["Apple", 2000],
		["Not sure: Banana or Apple", 100],
		["Banana", 2000],
	]);
	expect(spoken).toEqual([
		["Apple", 500],
		["Banana", 2600],
	]);
});

it("says nothing again when the answer wavers and comes back", () => {
	const { spoken, show } = listen();
	show([["Apple", 1000]]);
	for (let i = 0; i < 20; i += 1) {
		show([
			["I don’t know", 300],
			["Apple", 300],
		]);
	}
	expect(spoken).toEqual([["Apple", 500]]);
});

it("lets a second pass between two announcements", () => {
	const { spoken, show } = listen();
	show([
		["Apple", 500],
		["Banana", 600],
		["Orange", 3000],
	]);
	expect(spoken).toEqual([
		["Apple", 500],
		["Orange", 1600],
	]);
});

it("says the newest where for two and a half seconds nothing stays", () => {
	const { spoken, show } = listen();
	show([["Apple", 1000]]);
	show(Array.from({ length: 10 }, (_, i) => [`${i}`, 400]));
	expect(spoken).toEqual([
		["Apple", 500],
		["6", 3500],
	]);
});

it("says nothing after it was stopped", () => {
	const { announcer, spoken, show } = listen();
	show([["Apple", 1000]]);
	announcer.announce("Banana");
	announcer.stop();
	vi.advanceTimersByTime(5000);
	expect(spoken).toEqual([["Apple", 500]]);
});

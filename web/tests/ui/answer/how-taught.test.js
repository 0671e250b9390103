import { expect, test } from "vitest";
import { canBeShown, howTaught } from "../../../src/ui/answer/how-taught.js";

/** @param {(string|null)[]} groups */
const classOf = (...groups) => ({ examples: groups.map((group) => /** @type {any} */ ({ group })) });

test.each(
	/** @type {const} */ ([
		["off", [], null],
		["asking", [], null],
		["refused", [classOf()], null],
		["on", [], "camera"],
		["paused", [], "camera"],
		["off", [classOf(null)], "photos"],
		["refused", [classOf(), classOf(null, null)], "photos"],
		["off", [classOf(null), classOf("recording")], "camera"],
		["on", [classOf(null)], "camera"],
	]),
)("with a camera that is %s and classes %j it was taught by: %s", (phase, classes, by) => {
	expect(howTaught(phase, [...classes])).toBe(by);
});

test.each(
	/** @type {const} */ ([
		["off", null, false],
		["refused", "camera", false],
		// After a reload.
		["off", "camera", false],
		["on", "camera", true],
		["paused", "camera", true],
		["off", "photos", true],
		// Another camera is chosen.
		["asking", "camera", true],
		["asking", null, false],
	]),
)("with a camera that is %s, taught by %s, the first step is done: %s", (phase, by, expected) => {
	expect(canBeShown(phase, by)).toBe(expected);
});

import { expect, test } from "vitest";
import { describeSeen } from "../../src/phone/seen-words.js";

test.each([
	["cat", "sure", "The computer sees: cat"],
	["cat", "notSure", "Not sure"],
	["cat", "unknown", "I don’t know"],
	[null, "unknown", "I don’t know"],
	[null, "from the future", "I don’t know"],
])("%s, %s: %s", (label, certainty, expected) => {
	expect(describeSeen({ label, certainty })).toBe(expected);
});

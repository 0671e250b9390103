import { expect, test } from "vitest";
import { lastCharacter } from "../../../src/ui/classes/last-character.js";

test.each([
	["🐱🐶", "🐶"],
	["🐱👩‍🚀", "👩‍🚀"],
	["🐱 ", "🐱"],
	["ab", "b"],
	["  ", ""],
])("of %j", (text, last) => expect(lastCharacter(text)).toBe(last));

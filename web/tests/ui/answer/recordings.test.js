import { expect, it } from "vitest";
import { countRecordings } from "../../../src/ui/answer/recordings.js";

it.each([
	[["a", "a", "a"], 1],
	[["a", "b", "a"], 2],
	[[null], 1],
	[[null, null], 2],
	[["a", null], 2],
	[[], 0],
])("of %j: %i", (groups, expected) => {
	expect(countRecordings(groups.map((group) => ({ group })))).toBe(expected);
});

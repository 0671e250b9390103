import { expect, test } from "vitest";
import { findLargest } from "../../../src/ui/answer/scrolled-bars.js";

test("finds the winner and the runner-up; of equals, the first", () => {
	expect(findLargest([0.1, 0.6, 0.3])).toEqual([1, 2]);
	expect(findLargest([0.2, 0.4, 0.4])).toEqual([1, 2]);
	expect(findLargest([1])).toEqual([0]);
	expect(findLargest([])).toEqual([]);
});

import { describe, expect, it } from "vitest";
import { countStars } from "../../../src/ui/simple/stars.jsx";

describe("countStars", () => {
	it.each([
		[0, 0],
		[1, 1],
		[2, 1],
		[3, 2],
		[9, 5],
		[10, 5],
		[1000, 5],
	])("%i examples light %i stars", (count, stars) => {
		expect(countStars(count)).toBe(stars);
	});
});

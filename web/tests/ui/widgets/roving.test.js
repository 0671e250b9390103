import { describe, expect, it } from "vitest";
import { getNextCell, getNextTab } from "../../../src/ui/widgets/roving.js";

describe("getNextTab", () => {
	it.each([
		["ArrowRight", 0, 1],
		["ArrowRight", 3, 0],
		["ArrowLeft", 0, 3],
		["ArrowLeft", 2, 1],
		["Home", 2, 0],
		["End", 1, 3],
		["ArrowDown", 1, null],
		["a", 1, null],
	])("%s from %i of four: %s", (key, place, expected) => {
		expect(getNextTab(key, place, 4)).toBe(expected);
	});
});

describe("getNextCell", () => {
	it.each([
		["ArrowRight", false, [1, 1], [1, 2]],
		["ArrowRight", false, [1, 2], [1, 2]],
		["ArrowLeft", false, [1, 0], [1, 0]],
		["ArrowLeft", false, [0, 2], [0, 1]],
		["ArrowDown", false, [1, 1], [2, 1]],
		["ArrowDown", false, [2, 1], [2, 1]],
		["ArrowUp", false, [0, 1], [0, 1]],
		["ArrowUp", false, [2, 0], [1, 0]],
		["Home", false, [1, 2], [1, 0]],
		["End", false, [1, 0], [1, 2]],
		["Home", true, [1, 2], [0, 0]],
		["End", true, [1, 0], [2, 2]],
	])("%s (Ctrl: %s) goes from %j to %j of three by three", (key, ctrlKey, [row, column], [toRow, toColumn]) => {
		expect(getNextCell({ key, ctrlKey }, { row, column }, 3)).toEqual({ row: toRow, column: toColumn });
	});

	it.each(["Tab", "Enter", " ", "Escape"])("%j is left to the browser", (key) => {
		expect(getNextCell({ key }, { row: 0, column: 0 }, 3)).toBeNull();
	});
});

// Steps back: what is told of them, and what belongs together.

import { expect, test } from "vitest";
import { History } from "../src/history.js";

/** @param {History} history */
const told = (history) => history.undoable.value;

test("a step taken back is told as undone, and the one before it is not news again", () => {
	const history = new History();
	/** @type {string[]} */
	const undone = [];
	history.push({ what: "recorded", count: 5, label: "a" }, () => undone.push("recorded"));
	history.push({ what: "classDeleted", count: 0, label: "b" }, () => undone.push("deleted"));
	expect(history.undo()).toBe(true);
	expect(told(history)).toEqual({ what: "classDeleted", count: 0, label: "b", undone: true });
	expect(history.undo()).toBe(true);
	expect(told(history)).toEqual({ what: "recorded", count: 5, label: "a", undone: true });
	expect(undone).toEqual(["deleted", "recorded"]);
	expect(history.undo()).toBe(false);
	expect(told(history)).toBe(null);
});

test("a step that can't be taken back is not told as undone", () => {
	const history = new History();
	history.push({ what: "recorded", count: 1, label: "a" }, () => {
		throw new Error("refused");
	});
	expect(() => history.undo()).toThrow("refused");
	expect(told(history)).toBe(null);
});

// Steps back: what is told of them, and what belongs together.

import { expect, test } from "vitest";
import { History } from "../../src/project/undo-stack.js";

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

test("the first naming of a new class is part of adding it; the second is not", () => {
	const history = new History();
	/** @type {string[]} */
	const undone = [];
	history.push({ what: "classAdded", count: 0, label: "Class 1" }, () => undone.push("add"));
	history.push({ what: "classRenamed", count: 0, label: "Cat", from: "Class 1" }, () => undone.push("name"));
	expect([history.depth, told(history)]).toEqual([1, { what: "classAdded", count: 0, label: "Cat" }]);
	history.push({ what: "classRenamed", count: 0, label: "Tiger", from: "Cat" }, () => undone.push("rename"));
	expect([history.depth, told(history)?.what]).toEqual([2, "classRenamed"]);
	history.undo();
	history.undo();
	expect(undone).toEqual(["rename", "name", "add"]);
});

test("another class's name is a step of its own", () => {
	const history = new History();
	history.push({ what: "classAdded", count: 0, label: "Class 2" }, () => {});
	history.push({ what: "classRenamed", count: 3, label: "Cat", from: "Dog" }, () => {});
	expect([history.depth, told(history)?.what]).toEqual([2, "classRenamed"]);
});

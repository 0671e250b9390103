// Undo: which step is announced, and which changes are one step.

import { expect, test } from "vitest";
import { UndoStack } from "../../src/project/undo-stack.js";

/** @param {UndoStack} undoStack */
const announced = (undoStack) => undoStack.undoable.value;

test("an undone step is announced as undone, and the one before it is not announced again", () => {
	const undoStack = new UndoStack();
	/** @type {string[]} */
	const undone = [];
	undoStack.push({ what: "recorded", count: 5, label: "a" }, () => undone.push("recorded"));
	undoStack.push({ what: "classDeleted", count: 0, label: "b" }, () => undone.push("deleted"));
	expect(undoStack.undo()).toBe(true);
	expect(announced(undoStack)).toEqual({ what: "classDeleted", count: 0, label: "b", undone: true });
	expect(undoStack.undo()).toBe(true);
	expect(announced(undoStack)).toEqual({ what: "recorded", count: 5, label: "a", undone: true });
	expect(undone).toEqual(["deleted", "recorded"]);
	expect(undoStack.undo()).toBe(false);
	expect(announced(undoStack)).toBe(null);
});

test("a step whose undo fails is not announced as undone", () => {
	const undoStack = new UndoStack();
	undoStack.push({ what: "recorded", count: 1, label: "a" }, () => {
		throw new Error("refused");
	});
	expect(() => undoStack.undo()).toThrow("refused");
	expect(announced(undoStack)).toBe(null);
});

test("the first renaming of a new class is part of adding it; the second is not", () => {
	const undoStack = new UndoStack();
	/** @type {string[]} */
	const undone = [];
	undoStack.push({ what: "classAdded", count: 0, label: "Class 1" }, () => undone.push("add"));
	undoStack.push({ what: "classRenamed", count: 0, label: "Cat", from: "Class 1" }, () => undone.push("name"));
	expect([undoStack.depth, announced(undoStack)]).toEqual([1, { what: "classAdded", count: 0, label: "Cat" }]);
	undoStack.push({ what: "classRenamed", count: 0, label: "Tiger", from: "Cat" }, () => undone.push("rename"));
	expect([undoStack.depth, announced(undoStack)?.what]).toEqual([2, "classRenamed"]);
	undoStack.undo();
	undoStack.undo();
	expect(undone).toEqual(["rename", "name", "add"]);
});

test("the renaming of another class is a step of its own", () => {
	const undoStack = new UndoStack();
	undoStack.push({ what: "classAdded", count: 0, label: "Class 2" }, () => {});
	undoStack.push({ what: "classRenamed", count: 3, label: "Cat", from: "Dog" }, () => {});
	expect([undoStack.depth, announced(undoStack)?.what]).toEqual([2, "classRenamed"]);
});

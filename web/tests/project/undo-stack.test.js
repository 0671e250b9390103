// Undo: which step is announced, which changes are one step, and how many steps there are.

import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import limits from "../../../contract/limits.json" with { type: "json" };
import { MAX_STEPS } from "../../src/project/undo/undo-stack.js";
import { look, Project } from "../support/undoing.js";

function setUp() {
	const project = new Project();
	const { teaching, undoStack } = project;
	return { project, teaching, undoStack, announced: () => undoStack.undoable.value };
}

test("an undone step is announced as undone, and the one before it is not announced again", () => {
	const { teaching, undoStack, announced } = setUp();
	teaching.addClass("a");
	teaching.deleteClass("a");
	expect(announced()).toEqual({ what: "classDeleted", count: 0, label: "a" });
	expect(undoStack.history.value).toEqual({ undo: announced(), redo: null });
	undoStack.undo();
	expect(announced()).toEqual({ what: "classDeleted", count: 0, label: "a", undone: true, isNothing: false });
	expect(undoStack.history.value).toMatchObject({ undo: { what: "classAdded" }, redo: { what: "classDeleted" } });
	undoStack.redo();
	expect(announced()).toMatchObject({ what: "classDeleted", label: "a", redone: true });
	undoStack.undo();
	undoStack.undo();
	expect(announced()).toMatchObject({ what: "classAdded", label: "a", undone: true });
	expect(undoStack.undo()).toBe(false);
	expect(announced()).toBe(null);
});

test("a step whose undo is refused stays", () => {
	const { project, teaching, undoStack, announced } = setUp();
	teaching.addClass("a");
	teaching.deleteClass("a");
	teaching.connect({ limits: { ...limits, classesPerRoom: 0 }, send: () => {} });
	expect(() => undoStack.undo()).toThrowError(expect.objectContaining({ code: "tooManyClasses" }));
	expect(announced()).toBe(null);
	expect([undoStack.depth, project.replica.labels]).toEqual([2, []]);
	teaching.connect(null);
	undoStack.undo();
	expect(project.replica.labels).toEqual(["a"]);
});

test("the first renaming of a new class is part of adding it; the second is not", () => {
	const { project, teaching, undoStack, announced } = setUp();
	teaching.addClass("Class 1");
	teaching.renameClass("Class 1", "Cat");
	expect([undoStack.depth, announced()]).toEqual([1, { what: "classAdded", count: 0, label: "Cat" }]);
	teaching.renameClass("Cat", "Tiger");
	expect([undoStack.depth, announced()?.what]).toEqual([2, "classRenamed"]);
	undoStack.undo();
	undoStack.undo();
	expect(project.replica.labels).toEqual([]);
	undoStack.redo();
	expect(project.replica.labels).toEqual(["Cat"]);
});

test("the renaming of another class is a step of its own", () => {
	const { teaching, undoStack, announced } = setUp();
	teaching.addClass("Dog");
	teaching.addClass("Class 2");
	teaching.renameClass("Dog", "Cat");
	expect([undoStack.depth, announced()?.what]).toEqual([3, "classRenamed"]);
});

test("a recording is one step, announced when it is finished; what is done meanwhile is between its parts", async () => {
	const { project, teaching, undoStack, announced } = setUp();
	teaching.addClass("a");
	const before = announced();
	for (let i = 0; i < 3; i += 1) project.show("a", "hold");
	expect(announced()).toBe(before);
	teaching.finished(["e0", "e1", "e2"]);
	expect(announced()).toEqual({ what: "recorded", count: 3, label: "a" });
	teaching.deleteExample("e1");
	const seen = await look(project.replica);
	project.show("a", "hold");
	project.show("a", "hold");
	expect(undoStack.depth).toBe(4);
	undoStack.undo();
	expect(await look(project.replica)).toEqual(seen);
	undoStack.undo();
	undoStack.undo();
	expect(project.replica.ids()).toEqual([]);
});

test("a slider that is dragged is one step, and none where it ends as it began", () => {
	const { project, teaching, undoStack, announced } = setUp();
	const settings = { ...project.replica.project.settings };
	for (const k of [4, 5, 6]) {
		teaching.configure({ ...settings, k });
		project.nowMs += 100;
	}
	expect([undoStack.depth, announced()]).toEqual([1, null]);
	teaching.configure({ ...settings, k: 6, weights: "distance" });
	expect(undoStack.depth).toBe(2);
	undoStack.undo();
	undoStack.undo();
	expect(project.replica.project.settings).toEqual(settings);
	project.nowMs += 10_000;
	teaching.configure({ ...settings, k: 9 });
	project.nowMs += 10_000;
	teaching.configure({ ...settings, k: 8 });
	expect(undoStack.depth).toBe(2);
	teaching.configure({ ...settings, k: 9 });
	expect(undoStack.depth).toBe(1);
});

test("settings and the name that are undone are told to the page", () => {
	const { teaching, undoStack, announced } = setUp();
	teaching.nameProject("Fruit");
	expect(announced()).toBe(null);
	undoStack.undo();
	expect(announced()).toMatchObject({ what: "projectNamed", label: "Fruit", undone: true });
});

test(`no more than ${MAX_STEPS} steps are kept, in memory and on disk; what they need stays for longer than 30 days`, async () => {
	const project = new Project("bounded");
	await project.open();
	for (let i = 0; i <= MAX_STEPS + 5; i += 1) project.teaching.nameProject(`name ${i}`);
	expect(project.undoStack.depth).toBe(MAX_STEPS);
	project.teaching.addClass("a");
	project.show("a", null);
	project.show("a", null);
	project.teaching.deleteExample("e0");
	await project.reload();
	expect(project.undoStack.depth).toBe(MAX_STEPS);
	project.nowMs = Date.now() + 40 * 24 * 60 * 60 * 1000;
	await project.reload();
	expect(project.replica.bin.size.value).toBe(1);
	for (let i = 0; i <= MAX_STEPS; i += 1) project.teaching.nameProject(`again ${i}`);
	await project.reload();
	expect(project.replica.bin.size.value).toBe(0);
	await project.reload();
	expect(project.replica.bin.size.value).toBe(0);
	await project.close();
});

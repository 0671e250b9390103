// Undo where another member has gone on since: their work stays, what still makes sense is done, and the reason is shown.

import { expect, test } from "vitest";
import { applyRemoteEvent } from "../../src/sync/remote-events.js";
import { embeddingOf } from "../support/client.js";
import { look, Project } from "../support/undoing.js";

const ADA = { id: "ada", name: "Ada" };

/** A project with the classes cat (e0, e1) and dog (e2), and what Ada does to it. */
function setUp() {
	const project = new Project();
	const { replica, teaching, undoStack } = project;
	teaching.addClass("cat");
	teaching.addClass("dog");
	for (const label of ["cat", "cat", "dog"]) project.show(label, null);
	/**
	 * @param {string} event
	 * @param {Record<string, unknown>} data
	 * @param {ArrayBuffer} [embedding]
	 */
	const ada = (event, data, embedding) =>
		replica.asOther(ADA, () => applyRemoteEvent(replica, { event, data, embedding }, false));
	/** @param {string} label @param {string} id */
	const adaShows = (label, id) =>
		ada("exampleAdded", { id, label }, /** @type {ArrayBuffer} */ (embeddingOf(9, 9, 9, 9).buffer));
	const told = () => undoStack.undoable.value;
	const contents = () => replica.labels.map((label) => [label, replica.idsOf(label)]);
	return { project, replica, teaching, undoStack, ada, adaShows, told, contents };
}

test("another's changes are no steps", () => {
	const { ada, adaShows, undoStack, contents } = setUp();
	const { depth } = undoStack;
	adaShows("bird", "x");
	ada("labelRenamed", { from: "dog", to: "wolf" });
	expect(undoStack.depth).toBe(depth);
	while (undoStack.undo());
	expect(contents()).toEqual([
		["wolf", []],
		["bird", ["x"]],
	]);
});

test("a class that was added, and that another taught since, stays", () => {
	const { teaching, adaShows, undoStack, told, contents } = setUp();
	teaching.addClass("bird");
	adaShows("bird", "x");
	undoStack.undo();
	expect(contents().at(-1)).toEqual(["bird", ["x"]]);
	expect(told()).toMatchObject({ isNothing: true, clash: { key: "classUsed", label: "bird", count: 1, who: "Ada" } });
	expect(undoStack.history.value.redo).toBe(null);
});

test("a class that was added and renamed by another keeps that name, and its own examples go", () => {
	const { ada, project, teaching, undoStack, told, contents } = setUp();
	teaching.addClass("bird");
	project.show("bird", null);
	ada("labelRenamed", { from: "bird", to: "owl" });
	expect(undoStack.history.value.undo).toMatchObject({ what: "uploaded", label: "owl" });
	undoStack.undo();
	expect(contents().at(-1)).toEqual(["owl", []]);
	expect(told()?.clash).toBeUndefined();
	undoStack.undo();
	expect(contents().at(-1)).toEqual(["owl", []]);
	expect(told()).toMatchObject({ isNothing: true, clash: { key: "renamed", label: "owl", who: "Ada" } });
	undoStack.undo();
	expect(contents()[1]).toEqual(["dog", []]);
});

test("a renaming that another renamed on stays, and earlier steps follow the class", () => {
	const { ada, teaching, undoStack, told, contents } = setUp();
	teaching.deleteExample("e0");
	teaching.renameClass("cat", "lion");
	ada("labelRenamed", { from: "lion", to: "tiger" });
	undoStack.undo();
	expect(told()).toMatchObject({ isNothing: true, clash: { key: "renamed", label: "tiger", who: "Ada" } });
	undoStack.undo();
	expect(contents()[0]).toEqual(["tiger", ["e0", "e1"]]);
	undoStack.redo();
	expect(contents()[0]).toEqual(["tiger", ["e1"]]);
});

test("what can be made again follows another's renaming, too", () => {
	const { ada, teaching, undoStack, contents } = setUp();
	teaching.deleteExample("e0");
	teaching.renameClass("cat", "lion");
	teaching.deleteExample("e1");
	for (let i = 0; i < 3; i += 1) undoStack.undo();
	ada("labelRenamed", { from: "cat", to: "puma" });
	undoStack.redo();
	expect(contents()[0]).toEqual(["puma", ["e1"]]);
	undoStack.redo();
	undoStack.redo();
	expect(contents()[0]).toEqual(["lion", []]);
});

test("a renaming whose old name is another's class now stays", () => {
	const { ada, teaching, undoStack, told, contents } = setUp();
	teaching.renameClass("cat", "lion");
	ada("labelAdded", { label: "cat" });
	undoStack.undo();
	expect(contents().map(([label]) => label)).toEqual(["lion", "dog", "cat"]);
	expect(told()?.clash).toEqual({ key: "nameTaken", label: "cat", count: 0, who: "Ada" });
});

test("examples that another moved or deleted since are left alone; the others go, and come again", () => {
	const { ada, adaShows, project, undoStack, told, replica } = setUp();
	for (let i = 0; i < 3; i += 1) project.show("dog", "hold");
	ada("exampleRemoved", { id: "e3" });
	undoStack.undo();
	expect(replica.ids()).toEqual(["e0", "e1", "e2"]);
	expect(told()?.clash).toMatchObject({ key: "examplesGone", count: 1, who: "Ada" });
	undoStack.redo();
	expect(replica.ids()).toEqual(["e0", "e1", "e2", "e4", "e5"]);
	adaShows("cat", "e4");
	undoStack.undo();
	expect(replica.idsOf("cat")).toEqual(["e0", "e1", "e4"]);
	expect(told()?.clash).toMatchObject({ key: "examplesMoved", count: 1, who: "Ada" });
});

test("a deleted class that another made anew gets its examples back beside the new ones; made again, theirs stay", () => {
	const { adaShows, teaching, undoStack, told, contents } = setUp();
	teaching.deleteClass("cat");
	adaShows("cat", "x");
	undoStack.undo();
	expect(contents()).toEqual([
		["dog", ["e2"]],
		["cat", ["e0", "e1", "x"]],
	]);
	undoStack.redo();
	expect(contents()).toEqual([
		["dog", ["e2"]],
		["cat", ["x"]],
	]);
	expect(told()?.redone).toBe(true);
});

test("a deletion that is made again spares what another added since", () => {
	const { adaShows, teaching, undoStack, told, contents } = setUp();
	teaching.deleteClass("cat");
	undoStack.undo();
	adaShows("cat", "x");
	undoStack.redo();
	expect(contents()).toEqual([
		["cat", ["x"]],
		["dog", ["e2"]],
	]);
	expect(told()?.clash).toMatchObject({ key: "classUsed", label: "cat", count: 1, who: "Ada" });
});

test("classes that were put together are parted; what another added to either stays where it is", () => {
	const { adaShows, teaching, undoStack, told, contents } = setUp();
	teaching.renameClass("cat", "dog");
	adaShows("dog", "x");
	undoStack.undo();
	expect(contents()).toEqual([
		["cat", ["e0", "e1"]],
		["dog", ["e2", "x"]],
	]);
	adaShows("cat", "y");
	undoStack.redo();
	expect(contents()).toEqual([
		["cat", ["y"]],
		["dog", ["e0", "e1", "e2", "x"]],
	]);
	expect(told()?.clash).toMatchObject({ key: "classUsed", label: "cat", who: "Ada" });
});

test("a class that another deleted is not brought back by undoing what happened to it", () => {
	const { ada, teaching, undoStack, told, contents } = setUp();
	teaching.moveExample("e2", "cat");
	ada("labelCleared", { label: "dog" });
	undoStack.undo();
	expect(contents()).toEqual([["cat", ["e0", "e1", "e2"]]]);
	expect(told()).toMatchObject({ isNothing: true, clash: { key: "classGone", label: "dog", who: "Ada" } });
});

test("a class that was switched off and renamed by another is switched on under the new name", () => {
	const { ada, replica, teaching, undoStack, told } = setUp();
	teaching.switchOff("cat", true);
	ada("labelRenamed", { from: "cat", to: "lion" });
	expect(undoStack.history.value.undo).toMatchObject({ what: "classOff", label: "lion" });
	undoStack.undo();
	expect([replica.isOff("lion"), told()?.clash]).toEqual([false, undefined]);
	undoStack.redo();
	expect(replica.isOff("lion")).toBe(true);
});

test("actions of a class whose name another gave to a different one stay as they are, and the clash says who", () => {
	const { ada, replica, teaching, undoStack, told } = setUp();
	teaching.setActions("cat", [{ kind: "say", cooldown: 0, text: "miaow" }]);
	ada("labelCleared", { label: "cat" });
	ada("labelRenamed", { from: "dog", to: "cat" });
	undoStack.undo();
	expect(told()).toMatchObject({ isNothing: true, clash: { key: "changed", label: "cat", who: "Ada" } });
	expect(replica.actions.of("cat")).toEqual([]);
});

test("colour, order, settings and name that another changed since stay", () => {
	const { replica, teaching, undoStack, told, project } = setUp();
	teaching.styleClass("cat", { emoji: "🐱" });
	teaching.orderClasses(["dog", "cat"]);
	teaching.configure({ ...replica.project.settings, k: 7 });
	teaching.nameProject("Pets");
	replica.asOther(ADA, () => {
		replica.style("cat", { emoji: "🦁" });
		replica.order(["cat", "dog"]);
		replica.configure({ ...replica.project.settings, k: 9 });
		replica.setName("Animals");
	});
	const before = replica.classes.value;
	for (let i = 0; i < 4; i += 1) {
		undoStack.undo();
		expect(told()).toMatchObject({ isNothing: true, clash: { key: "changed", who: "Ada" } });
	}
	expect(replica.classes.value).toEqual(before);
	expect(replica.project).toMatchObject({ name: "Animals", settings: { k: 9 } });
	expect(project.undoStack.history.value.redo).toBe(null);
});

test("a setting is undone where another changed a different one; classes of others keep their place in an order", () => {
	const { replica, ada, teaching, undoStack, told } = setUp();
	teaching.orderClasses(["dog", "cat"]);
	teaching.configure({ ...replica.project.settings, k: 7 });
	ada("labelAdded", { label: "bird" });
	replica.asOther(ADA, () => replica.configure({ ...replica.project.settings, weights: "distance" }));
	undoStack.undo();
	expect(replica.project.settings).toMatchObject({ k: 3, weights: "distance" });
	undoStack.undo();
	expect(replica.labels).toEqual(["cat", "dog", "bird"]);
	expect(told()?.clash).toBeUndefined();
});

test("what was deleted for good stays so, and its steps go", async () => {
	const { project, replica, teaching, undoStack, contents } = setUp();
	teaching.deleteClass("cat");
	teaching.deleteExample("e2");
	const { depth } = undoStack;
	undoStack.emptyBin(["e2", "e0"]);
	expect([undoStack.depth, replica.bin.size.value]).toEqual([depth - 1 - 2, 1]);
	undoStack.undo();
	expect(contents()).toEqual([
		["cat", ["e1"]],
		["dog", []],
	]);
	expect(undoStack.undoable.value?.clash).toBeUndefined();
	expect((await look(project.replica)).examples).toHaveLength(1);
});

// What happens when a class has won belongs to its class: it is renamed, deleted, undone and brought back with it.

import "fake-indexeddb/auto";
import { describe, expect, it } from "vitest";
import { Project } from "../support/undoing.js";

/** @param {string} text */
const say = (text) => ({ kind: /** @type {const} */ ("say"), cooldown: 0, text });

/** @param {string} name of the database */
async function taught(name) {
	const project = new Project(name);
	await project.open();
	project.teaching.addClass("cat");
	project.teaching.addClass("dog");
	project.teaching.setActions("cat", [say("miaow")]);
	return project;
}

describe("actions of a class", () => {
	it("are kept, and refused where the contract does", async () => {
		const project = await taught("actions-kept");
		expect(() => project.teaching.setActions("cat", [/** @type {any} */ ({ kind: "explode" })])).toThrow("explode");
		expect(() => project.teaching.setActions("cat", Array(11).fill(say("")))).toThrow("11");
		const away = { kind: /** @type {const} */ ("webhook"), cooldown: 0, address: "http://example.com/" };
		expect(() => project.teaching.setActions("cat", [away])).toThrow("example.com");
		project.teaching.setActions("bird", [say("tweet")]);
		expect(project.replica.actions.rows()).toEqual([{ label: "cat", actions: [say("miaow")] }]);
		expect(project.replica.project.actions).toEqual(project.replica.actions.rows());
	});

	it("are one step of undo", async () => {
		const { teaching, replica } = await taught("actions-undone");
		teaching.setActions("", [say("what?")]);
		expect(teaching.undoStack.history.value.undo).toMatchObject({ what: "actionsChanged", label: "" });
		teaching.undoStack.undo();
		expect(replica.actions.of("")).toEqual([]);
		teaching.undoStack.undo();
		expect(replica.actions.rows()).toEqual([]);
		teaching.undoStack.redo();
		expect(replica.actions.of("cat")).toEqual([say("miaow")]);
	});

	it("go with their class: renamed, deleted and back", async () => {
		const { teaching, replica } = await taught("actions-follow");
		teaching.renameClass("cat", "lion");
		expect(replica.actions.rows()).toEqual([{ label: "lion", actions: [say("miaow")] }]);
		teaching.deleteClass("lion");
		expect(replica.actions.rows()).toEqual([]);
		teaching.addClass("lion");
		expect(replica.actions.of("lion")).toEqual([]);
		teaching.undoStack.undo();
		teaching.undoStack.undo();
		expect(replica.actions.of("lion")).toEqual([say("miaow")]);
		teaching.undoStack.undo();
		expect(replica.actions.of("cat")).toEqual([say("miaow")]);
	});

	it("stay with the class that another is merged into, and come back when the two are parted", async () => {
		const { teaching, replica } = await taught("actions-merged");
		teaching.setActions("dog", [say("woof")]);
		teaching.renameClass("cat", "dog");
		expect(replica.actions.rows()).toEqual([{ label: "dog", actions: [say("woof")] }]);
		teaching.undoStack.undo();
		expect(replica.actions.of("cat")).toEqual([say("miaow")]);
		expect(replica.actions.of("dog")).toEqual([say("woof")]);
	});

	it("come back with a class out of the bin", async () => {
		const project = await taught("actions-bin");
		const { teaching, replica } = project;
		const example = { id: "a", label: "cat", group: null, embedding: Float32Array.of(1, 0), thumbnail: null };
		teaching.addExample(example);
		teaching.deleteClass("cat");
		teaching.restore(["a"]);
		expect(replica.actions.of("cat")).toEqual([say("miaow")]);
	});
});

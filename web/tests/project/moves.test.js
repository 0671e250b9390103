// Many examples moved or deleted at once, as the lasso does: one step of undo, each a change of its own for the room, and none
// where one is refused.

import { describe, expect, test } from "vitest";
import { createCommands } from "../../src/app/commands.js";
import { Replica } from "../../src/project/replica.js";
import { newProject } from "../../src/project/store.js";
import { Teaching } from "../../src/project/teaching.js";
import { createState } from "../../src/state/state.js";
import { embeddingOf } from "../support/client.js";

/** Two of one's own and one of Mia's, in two classes of three. */
function setUp() {
	const replica = new Replica(newProject("m", "KIWI-42"));
	const teaching = new Teaching({ replica });
	replica.project.epoch = "e";
	/** @param {string} id @param {string} label @param {string} contributor */
	const put = (id, label, contributor) =>
		replica.add([{ id, label, group: null, embedding: embeddingOf(1, 0), thumbnail: null, contributor }]);
	put("a", "cat", "me");
	put("b", "dog", "me");
	put("c", "cat", "mia");
	replica.addLabel("fox");
	const access = { level: /** @type {const} */ ("editOwn"), locked: false, thumbnails: false };
	replica.project.membership = { role: "member", contributor: "me", muted: false, access };
	const state = createState();
	const workspace = { isOpen: true, replica, teaching, undoStack: teaching.undoStack, losses: {}, insights: {} };
	const commands = createCommands(/** @type {any} */ ({ state, workspace }));
	const contents = () => ["a", "b", "c"].map((id) => `${id}:${replica.example(id).label}`).join(" ");
	return { replica, teaching, state, commands, contents };
}

describe("moveExamples", () => {
	test("is one step of undo, of examples of several classes", () => {
		const { commands, teaching, contents } = setUp();
		expect(commands.moveExamples(["a", "b"], "fox")).toBe(true);
		expect(contents()).toBe("a:fox b:fox c:cat");
		expect(teaching.undoStack.undoable.value).toMatchObject({ what: "exampleMoved", count: 2, label: "fox" });
		commands.undo();
		expect(contents()).toBe("a:cat b:dog c:cat");
		commands.redo();
		expect(contents()).toBe("a:fox b:fox c:cat");
	});

	test("leaves those that are in the class, and goes to the room one by one", () => {
		const { commands, replica, contents } = setUp();
		commands.moveExamples(["a", "b"], "dog");
		expect(contents()).toBe("a:dog b:dog c:cat");
		expect(replica.outbox.items).toEqual([
			expect.objectContaining({ op: "remove", id: "a" }),
			expect.objectContaining({ op: "add", id: "a", label: "dog" }),
		]);
	});

	test("moves none where one is refused, and says why once", () => {
		const { commands, replica, teaching, state, contents } = setUp();
		expect(commands.moveExamples(["a", "b", "c"], "fox")).toBe(false);
		expect(contents()).toBe("a:cat b:dog c:cat");
		expect(replica.outbox.items).toEqual([]);
		expect(teaching.undoStack.undoable.value).toBe(null);
		expect(state.problem.value).toMatchObject({ code: "notYours" });
		expect(commands.moveExamples(["a"], "fox")).toBe(true);
		expect(state.problem.value).toBe(null);
	});

	test("does nothing without the class, or the examples", () => {
		const { commands, teaching, contents } = setUp();
		commands.moveExamples(["a"], "owl");
		commands.moveExamples(["gone"], "fox");
		commands.moveExamples([], "fox");
		expect(contents()).toBe("a:cat b:dog c:cat");
		expect(teaching.undoStack.undoable.value).toBe(null);
	});
});

describe("deleteExamples", () => {
	test("is one step of undo, of examples of several classes", () => {
		const { commands, replica, teaching, contents } = setUp();
		expect(commands.deleteExamples(["a", "b"])).toBe(true);
		expect(["a", "b", "c"].filter((id) => replica.knn.has(id))).toEqual(["c"]);
		expect(teaching.undoStack.undoable.value).toMatchObject({ what: "exampleDeleted", count: 2 });
		commands.undo();
		expect(contents()).toBe("a:cat b:dog c:cat");
	});

	test("deletes none where one is refused", () => {
		const { commands, contents } = setUp();
		expect(commands.deleteExamples(["a", "b", "c"])).toBe(false);
		expect(contents()).toBe("a:cat b:dog c:cat");
	});
});

// One call changes the replica and its outbox: nobody sees one without the other.

import { expect, test, vi } from "vitest";
import { Replica } from "../../src/project/replica.js";
import { newProject } from "../../src/project/store.js";
import { embeddingOf } from "../support/client.js";

/** @param {string} id @param {string} label */
const example = (id, label) => ({ id, label, group: null, embedding: embeddingOf(1, 2), thumbnail: null });

/** A replica with a store that writes down what it is given. */
function setUp() {
	const save = vi.fn();
	const replica = new Replica(newProject("m"), /** @type {any} */ ({ save }));
	/** The outbox's length and the examples, each time that the classes are published. @type {[number, number][]} */
	const published = [];
	replica.classes.subscribe(() => published.push([replica.outbox.length, replica.count]));
	published.length = 0;
	return { replica, save, published };
}

test("a change is queued before it is shown, and both are stored in one transaction", () => {
	const { replica, save, published } = setUp();
	replica.add([example("a", "cat")], [{ op: "add", id: "a", label: "cat" }]);
	replica.rename("cat", "lion", [{ op: "rename", from: "cat", to: "lion" }]);
	replica.remove(["a"], [{ op: "remove", id: "a" }]);
	expect(published).toEqual([
		[1, 1],
		[2, 1],
		[3, 0],
	]);
	expect(save.mock.calls.map(([, { queued }]) => queued)).toEqual([
		[{ op: "add", id: "a", label: "cat", n: 1 }],
		[{ op: "rename", from: "cat", to: "lion", n: 2 }],
		[{ op: "remove", id: "a", n: 3 }],
	]);
	expect(save.mock.calls.map(([, { added = [], removed = [] }]) => [added.length, removed.length])).toEqual([
		[1, 0],
		[0, 0],
		[0, 1],
	]);
});

test("a change that the classifier refuses is neither queued nor shown nor stored", () => {
	const { replica, save, published } = setUp();
	replica.add([example("a", "cat")]);
	published.length = 0;
	save.mockClear();
	const other = { ...example("b", "cat"), embedding: embeddingOf(1, 2, 3) };
	const changes = /** @type {import("../../src/project/store.js").Change[]} */ ([{ op: "add", id: "b", label: "cat" }]);
	expect(() => replica.add([other], changes)).toThrowError(expect.objectContaining({ code: "dimension" }));
	expect([replica.outbox.length, replica.count, published, save.mock.calls]).toEqual([0, 1, [], []]);
});

test("an empty replica works before a project is open, and keeps nothing", () => {
	const replica = new Replica();
	replica.addLabel("cat");
	replica.save();
	expect(replica.labels).toEqual(["cat"]);
	expect(replica.project.model).toBe("");
});

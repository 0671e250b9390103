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
	expect(save.mock.calls.map(([, { queued }]) => queued)).toMatchObject([
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

test("an order is queued and kept; labels without a class are passed over, and classes that are not named follow", () => {
	const { replica, save } = setUp();
	for (const label of ["cat", "dog", "cow"]) replica.addLabel(label);
	save.mockClear();
	/** @type {import("../../src/project/store.js").Change} */
	const change = { op: "order", labels: ["cow", "gone", "cat", "cow"] };
	replica.order(change.labels, [change]);
	expect(replica.labels).toEqual(["cow", "cat", "dog"]);
	expect(replica.project.classes.map(({ label }) => label)).toEqual(["cow", "cat", "dog"]);
	expect(save.mock.calls.map(([, { queued }]) => queued)).toMatchObject([[{ ...change, n: 1 }]]);
	replica.order(["cow", "cat"], [change]);
	expect(replica.outbox.length).toBe(1);
});

test("colour and emoji change alone or together, and go with the class when it is renamed", () => {
	const { replica, save } = setUp();
	for (const label of ["cat", "dog"]) replica.addLabel(label);
	replica.style("cat", { colour: 7 });
	replica.style("cat", { emoji: "🐱" }, [{ op: "style", label: "cat", colour: 7, emoji: "🐱" }]);
	expect([replica.colourOf("cat"), replica.emojiOf("cat"), replica.outbox.length]).toEqual([7, "🐱", 1]);
	const { calls } = save.mock;
	replica.style("cat", { colour: 7, emoji: "🐱" }, [{ op: "style", label: "cat", colour: 7, emoji: "🐱" }]);
	replica.style("gone", { colour: 3 }, [{ op: "style", label: "gone", colour: 3, emoji: null }]);
	expect([calls.length, replica.outbox.length]).toEqual([4, 1]);
	replica.rename("cat", "lion");
	expect(replica.classes.value.map(({ label, colour, emoji }) => [label, colour, emoji])).toEqual([
		["lion", 7, "🐱"],
		["dog", 1, null],
	]);
	replica.style("lion", { emoji: null });
	expect(replica.project.classes[0]).toEqual({ label: "lion", colour: 7, emoji: null, enabled: true });
});

test("a class that did not change keeps its object when another one is styled", () => {
	const { replica } = setUp();
	for (const label of ["cat", "dog"]) replica.addLabel(label);
	const [cat, dog] = replica.classes.value;
	replica.style("cat", { emoji: "🐱" });
	expect(replica.classes.value[0]).not.toBe(cat);
	expect(replica.classes.value[1]).toBe(dog);
});

test("a row that an older version wrote has no emoji, which reads as null", () => {
	const replica = new Replica();
	const classes = [
		{ label: "cat", colour: 5 },
		{ label: "dog", colour: 4, emoji: "🐶" },
	];
	replica.open({ project: { ...newProject("m"), classes } });
	expect(replica.classes.value.map(({ colour, emoji }) => [colour, emoji])).toEqual([
		[5, null],
		[4, "🐶"],
	]);
	expect(replica.project.classes[0]).toEqual({ label: "cat", colour: 5, emoji: null, enabled: true });
});

test("an example that comes back takes its place in the order of arrival again", () => {
	const { replica, save } = setUp();
	for (const id of ["a", "b", "c"]) replica.add([example(id, "cat")]);
	const [a, b] = ["a", "b"].map((id) => replica.example(id));
	replica.remove(["a", "b"]);
	replica.add([example("d", "cat")]);
	save.mockClear();
	replica.add([b, a, example("e", "cat")]);
	expect(replica.ids()).toEqual(["a", "b", "c", "d", "e"]);
	expect(replica.idsOf("cat")).toEqual(["a", "b", "c", "d", "e"]);
	expect(replica.classes.value[0].examples.map(({ id }) => id)).toEqual(["e", "d", "c", "b", "a"]);
	const stored = save.mock.calls[0][1].added.map((/** @type {any} */ { id, order }) => [id, order]);
	expect(stored).toEqual([
		["a", 0],
		["b", 1],
		["e", 4],
	]);
});

test("the project's name is kept and queued", () => {
	const { replica, save } = setUp();
	replica.setName("Fruit", [{ op: "name" }]);
	expect(replica.project.name).toBe("Fruit");
	expect(replica.outbox.hasName).toBe(true);
	expect(save.mock.calls.map(([, { queued }]) => queued)).toMatchObject([[{ op: "name", n: 1 }]]);
});

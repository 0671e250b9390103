// The bin: what is shown together, and how long it is kept.

import { expect, test } from "vitest";
import { KEPT_DAYS } from "../../src/project/bin.js";
import { Project } from "../support/undoing.js";

const DAY_MS = 24 * 60 * 60 * 1000;

/** A project with the classes cat (e0, e1, e2) and dog (e3). */
function setUp() {
	const project = new Project();
	for (const label of ["cat", "cat", "cat", "dog"]) project.show(label, null);
	return project;
}

test("a deleted class is one group, single examples of a class another", () => {
	const { replica, teaching } = setUp();
	teaching.deleteExample("e2");
	teaching.deleteExample("e0");
	teaching.deleteClass("cat");
	teaching.deleteExample("e3");
	const shown = replica.bin
		.groups()
		.map(({ label, ofClass, rows }) => [label, ofClass?.place, rows.map(({ id }) => id)]);
	expect(new Set(shown)).toEqual(
		new Set([
			["cat", 0, ["e1"]],
			["cat", undefined, ["e0", "e2"]],
			["dog", undefined, ["e3"]],
		]),
	);
});

test("what was deleted from a class follows its name, and comes back into it", () => {
	const { replica, teaching } = setUp();
	teaching.deleteExample("e1");
	teaching.renameClass("cat", "lion");
	teaching.restore(["e1"]);
	expect(replica.labels).toEqual(["lion", "dog"]);
	expect(replica.idsOf("lion")).toEqual(["e0", "e1", "e2"]);
});

test("one picture of a deleted class brings the class back as it was", () => {
	const { replica, teaching } = setUp();
	teaching.styleClass("cat", { colour: 9, emoji: "🐱" });
	const [cat] = replica.classes.value;
	teaching.deleteClass("cat");
	teaching.restore(["e1"]);
	const { label, index, colour, emoji, examples } = replica.classes.value[0];
	expect({ label, index, colour, emoji }).toEqual({ label: "cat", index: 0, colour: 9, emoji: "🐱" });
	expect(examples.map(({ id }) => id)).toEqual(["e1"]);
	teaching.restore(["e0", "e2", "nothing"]);
	expect(replica.classes.value[0].examples.map(({ id }) => id)).toEqual(cat.examples.map(({ id }) => id));
	expect(replica.bin.size.value).toBe(0);
});

test(`after ${KEPT_DAYS} days an example expires, unless a step needs it`, () => {
	const { replica, teaching } = setUp();
	teaching.deleteExample("e0");
	teaching.deleteExample("e1");
	const day = (/** @type {number} */ days) => Date.now() + days * DAY_MS;
	expect(replica.bin.expired(new Set(), day(KEPT_DAYS - 1))).toEqual([]);
	expect(replica.bin.expired(new Set(["e1"]), day(KEPT_DAYS + 1))).toEqual(["e0"]);
});

test("a new example never takes the place in the order of arrival that a deleted one comes back to", () => {
	const { replica, teaching, ...project } = setUp();
	const { project: row } = replica;
	teaching.deleteExample("e3");
	const kept = replica.ids().map((id) => replica.example(id));
	const binned = replica.bin.groups().flatMap(({ rows }) => rows);
	replica.open({ project: row, examples: kept, binned });
	project.show("cat", null);
	expect(replica.example("e4").order).toBeGreaterThan(binned[0].order);
});

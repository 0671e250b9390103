// A class that is switched off: kept, without a vote, and for this browser alone.

import { expect, test } from "vitest";
import { Replica } from "../../src/project/replica.js";
import { newProject } from "../../src/project/store.js";
import { Teaching } from "../../src/project/teaching.js";
import { embeddingOf } from "../support/client.js";

function setUp(project = { ...newProject("m"), epoch: "one" }) {
	const replica = new Replica(project);
	const teaching = new Teaching({ replica });
	for (const [i, label] of ["cat", "dog", "cat"].entries()) {
		teaching.addExample({ id: String(i), label, group: null, embedding: embeddingOf(i + 1), thumbnail: null });
	}
	replica.outbox.empty();
	return { replica, teaching };
}

test("its examples stay and have no vote, and the server is told nothing", () => {
	const { replica, teaching } = setUp();
	expect([replica.voters === replica.knn, replica.allVote]).toEqual([true, true]);
	teaching.switchOff("dog", true);
	expect([replica.count, replica.voters.getCount(), replica.allVote]).toEqual([3, 2, false]);
	expect(replica.classes.value.map(({ label, count, isOff }) => [label, count, isOff])).toEqual([
		["cat", 2, false],
		["dog", 1, true],
	]);
	expect(replica.voters.classify(embeddingOf(2), { k: 3 }).label).toBe("cat");
	expect(replica.outbox.items).toEqual([]);
	// As it is already, or of no class: no step.
	teaching.switchOff("dog", true);
	teaching.switchOff("bird", true);
	expect(teaching.undoStack.undo).toBeTypeOf("function");
	teaching.undoStack.undo();
	expect(replica.voters.getCount()).toBe(3);
	teaching.undoStack.redo();
	expect(replica.voters.getCount()).toBe(2);
});

test("it is off under another name, in another place, and when it comes back; and where the project is opened again", () => {
	const { replica, teaching } = setUp();
	teaching.switchOff("dog", true);
	teaching.renameClass("dog", "wolf");
	teaching.orderClasses(["wolf"]);
	teaching.addExample({ id: "4", label: "wolf", group: null, embedding: embeddingOf(5), thumbnail: null });
	expect([replica.isOff("wolf"), replica.voters.getCount()]).toEqual([true, 2]);
	teaching.deleteClass("wolf");
	expect(replica.allVote).toBe(true);
	teaching.undoStack.undo();
	expect([replica.isOff("wolf"), replica.labels]).toEqual([true, ["wolf", "cat"]]);
	expect(replica.project.classes).toEqual([
		{ label: "wolf", colour: 1, emoji: null, enabled: false },
		{ label: "cat", colour: 0, emoji: null, enabled: true },
	]);
	const again = new Replica();
	again.open({ project: replica.project });
	expect([again.isOff("wolf"), again.isOff("cat")]).toEqual([true, false]);
});

test("it is off when it comes out of the bin", () => {
	const { replica, teaching } = setUp();
	teaching.switchOff("cat", true);
	teaching.deleteClass("cat");
	teaching.restore(["0", "2"]);
	expect([replica.isOff("cat"), replica.idsOf("cat")]).toEqual([true, ["0", "2"]]);
});

// What a person is told of deletions by other members: once, together, and not of what came back.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Losses } from "../../src/project/losses.js";
import { applyRemoteEvent } from "../../src/sync/remote-events.js";
import { embeddingOf } from "../support/client.js";
import { Project } from "../support/undoing.js";

const ADA = { id: "ada", name: "Ada" };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A project with the class cat (e0 to e2; x is Ada's). */
function setUp() {
	const project = new Project();
	const { replica, teaching } = project;
	const losses = new Losses({ replica });
	for (let i = 0; i < 3; i += 1) project.show("cat", null);
	/** @param {string} event @param {Record<string, unknown>} data */
	const ada = (event, data) => {
		const embedding = /** @type {ArrayBuffer} */ (embeddingOf(9, 9, 9, 9).buffer);
		replica.asOther(ADA, () => applyRemoteEvent(replica, { event, data, embedding }, false));
	};
	ada("exampleAdded", { id: "x", label: "cat" });
	return { replica, teaching, losses, ada };
}

test("examples that another deletes one by one are told together, without theirs", () => {
	const { replica, losses, ada } = setUp();
	for (const id of ["e0", "x", "e2"]) ada("exampleRemoved", { id });
	expect(losses.list).toEqual([]);
	vi.runAllTimers();
	expect(losses.list).toEqual([{ who: "Ada", label: "cat", isClass: false, isRefused: false, ids: ["e0", "e2"] }]);
	expect(replica.bin.has("x")).toBe(false);
	ada("exampleRemoved", { id: "e1" });
	vi.runAllTimers();
	expect(losses.list.map(({ ids }) => ids)).toEqual([["e0", "e2", "e1"]]);
	losses.dismiss();
	expect(losses.list).toEqual([]);
});

test("a class is told as one, and is no loss any more when it is brought back", () => {
	const { replica, teaching, losses, ada } = setUp();
	ada("labelCleared", { label: "cat" });
	vi.runAllTimers();
	expect(losses.list).toEqual([{ who: "Ada", label: "cat", isClass: true, isRefused: false, ids: ["e0", "e1", "e2"] }]);
	teaching.restore(["e1"]);
	expect(losses.list.map(({ ids }) => ids)).toEqual([["e0", "e2"]]);
	teaching.restore(losses.list[0].ids);
	expect(losses.list).toEqual([]);
	expect(replica.idsOf("cat")).toEqual(["e0", "e1", "e2"]);
	teaching.undoStack.undo();
	expect(replica.idsOf("cat")).toEqual(["e1"]);
	vi.runAllTimers();
	expect(losses.list).toEqual([]);
});

test("an example that another moves is no loss, and keeps picture, place and owner", () => {
	const { replica, losses, ada } = setUp();
	const before = replica.example("e1");
	ada("exampleRemoved", { id: "e1" });
	vi.advanceTimersByTime(500);
	expect(losses.list).toEqual([]);
	ada("exampleAdded", { id: "e1", label: "dog" });
	vi.advanceTimersByTime(500);
	vi.runAllTimers();
	expect(losses.list).toEqual([]);
	expect(replica.example("e1")).toEqual({ ...before, label: "dog", embedding: embeddingOf(9, 9, 9, 9) });
	expect(replica.ids()).toEqual(["e0", "e1", "e2", "x"]);
});

test("one's own deletions are no losses", () => {
	const { teaching, losses } = setUp();
	teaching.deleteClass("cat");
	vi.runAllTimers();
	expect(losses.list).toEqual([]);
});

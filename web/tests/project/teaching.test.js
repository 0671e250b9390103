// What a person teaches and undoes, without a server.

import { describe, expect, test, vi } from "vitest";
import limits from "../../../contract/limits.json" with { type: "json" };
import { Replica } from "../../src/project/replica.js";
import { newProject } from "../../src/project/store.js";
import { Teaching } from "../../src/project/teaching.js";
import { applyRemoteEvent } from "../../src/sync/remote-events.js";
import { embeddingOf } from "../support/client.js";

function setUp() {
	const replica = new Replica(newProject("m"), null);
	const teaching = new Teaching({ replica });
	const { undoStack } = teaching;
	let next = 0;
	/** @param {string} label */
	const show = (label) => {
		next += 1;
		const id = `e${next}`;
		teaching.addExample({ id, label, group: null, embedding: embeddingOf(next, 1), thumbnail: null });
		teaching.finished([id]);
		return id;
	};
	const contents = () =>
		replica.classes.value.map(({ label, examples }) => [label, examples.map(({ id }) => id).sort()]);
	return { replica, undoStack, outbox: replica.outbox, teaching, show, contents };
}

describe("an import", () => {
	/** @param {[string, string][]} rows */
	const examples = (rows) =>
		rows.map(([id, label], i) => ({
			...{ id, label, group: null, thumbnail: null },
			embedding: embeddingOf(i + 1, 1),
		}));

	test("of several classes is one step, however many slices it comes in", () => {
		const { teaching, contents, undoStack, show } = setUp();
		const own = show("dog");
		const slices = [
			examples([
				["a", "cat"],
				["b", "dog"],
			]),
			examples([
				["c", "cat"],
				[own, "dog"],
				["d", "fish"],
			]),
		];
		for (const slice of slices) teaching.addImported(slice, "run");
		teaching.finished(["d"]);
		const all = [
			["dog", ["b", own]],
			["cat", ["a", "c"]],
			["fish", ["d"]],
		];
		expect(contents()).toEqual(all);
		expect(undoStack.undoable.value).toEqual({ what: "imported", count: 4, label: "cat" });
		undoStack.undo();
		expect(contents()).toEqual([["dog", [own]]]);
		undoStack.redo();
		expect(contents()).toEqual(all);
		undoStack.undo();
		teaching.addImported(examples([["e", "cat"]]), "another");
		undoStack.undo();
		expect(contents()).toEqual([["dog", [own]]]);
	});

	test("changes nothing where one example is refused", () => {
		const { teaching, contents, undoStack } = setUp();
		const rows = /** @type {[string, string][]} */ ([
			["a", "cat"],
			["b", "x".repeat(limits.labelCharacters + 1)],
		]);
		expect(() => teaching.addImported(examples(rows), "run")).toThrow(expect.objectContaining({ code: "longLabel" }));
		const many = Array.from(
			{ length: limits.classesPerRoom + 1 },
			(_, i) => /** @type {[string, string]} */ ([`${i}`, `${i}`]),
		);
		expect(() => teaching.addImported(examples(many), "run")).toThrow(
			expect.objectContaining({ code: "tooManyClasses" }),
		);
		expect([contents(), undoStack.depth]).toEqual([[], 0]);
	});
});

describe("classes", () => {
	test("take the lowest colour that is free, and keep it when renamed", () => {
		const { replica, teaching, undoStack } = setUp();
		for (const label of ["a", "b", "c"]) teaching.addClass(label);
		teaching.deleteClass("b");
		teaching.renameClass("c", "sea");
		teaching.addClass("d");
		const colours = () => Object.fromEntries(replica.classes.value.map(({ label, colour }) => [label, colour]));
		expect(colours()).toEqual({ a: 0, sea: 2, d: 1 });
		undoStack.undo();
		undoStack.undo();
		undoStack.undo();
		expect(colours()).toEqual({ a: 0, b: 1, c: 2 });
	});

	test("that did not change keep their object, so that they are not drawn again", () => {
		const { replica, teaching, show } = setUp();
		teaching.addClass("a");
		teaching.addClass("b");
		const [a, b] = replica.classes.value;
		show("b");
		expect(replica.classes.value[0]).toBe(a);
		expect(replica.classes.value[1]).not.toBe(b);
	});

	test.each([
		["", "emptyLabel"],
		["x".repeat(limits.labelCharacters + 1), "longLabel"],
	])("named %j are refused and leave no trace", (label, code) => {
		const { teaching, contents, undoStack } = setUp();
		teaching.addClass("a");
		const before = contents();
		expect(() => teaching.addClass(label)).toThrowError(expect.objectContaining({ code }));
		expect(() => teaching.renameClass("a", label)).toThrowError(expect.objectContaining({ code }));
		expect(contents()).toEqual(before);
		expect(undoStack.undoable.value).toEqual({ what: "classAdded", count: 0, label: "a" });
	});

	test("beyond the limit are refused", () => {
		const { teaching } = setUp();
		for (let i = 0; i < limits.classesPerRoom; i += 1) teaching.addClass(`c${i}`);
		expect(() => teaching.addClass("more")).toThrowError(expect.objectContaining({ code: "tooManyClasses" }));
	});
});

test("a project that no server knows queues nothing; a known one queues every change", () => {
	const { replica, outbox, teaching, show } = setUp();
	show("a");
	expect(outbox.length).toBe(0);
	replica.project.epoch = "life";
	const id = show("a");
	teaching.moveExample(id, "a");
	teaching.addClass("b");
	teaching.moveExample(id, "b");
	teaching.renameClass("a", "c");
	teaching.deleteClass("c");
	expect(outbox.items.map(({ op }) => op)).toEqual(["add", "label", "remove", "add", "rename", "clear"]);
});

test("the listener is told of every renaming and clearing: by a person, by undo, by another member", () => {
	const { replica, teaching, undoStack, show } = setUp();
	/** @type {string[]} */
	const calls = [];
	replica.listener = {
		renamed: (from, to) => calls.push(`${from} is ${to}`),
		cleared: (label) => calls.push(`${label} is gone`),
	};
	show("cat");
	teaching.renameClass("cat", "lion");
	undoStack.undo();
	applyRemoteEvent(replica, { event: "labelRenamed", data: { from: "cat", to: "tiger" } }, false);
	applyRemoteEvent(replica, { event: "labelCleared", data: { label: "tiger" } }, false);
	teaching.addClass("dog");
	teaching.deleteClass("dog");
	undoStack.undo();
	teaching.addClass("ant");
	undoStack.undo();
	expect(calls).toEqual(["cat is lion", "lion is cat", "cat is tiger", "tiger is gone", "dog is gone", "ant is gone"]);
});

test("many examples are removed from the classifier in one call", () => {
	const { replica, teaching, undoStack, contents } = setUp();
	/** @param {string} label @param {number} i @param {string} [run] */
	const add = (label, i, run) =>
		teaching.addExample({ id: `e${i}`, label, group: null, embedding: embeddingOf(1, 2), thumbnail: null }, run);
	for (let i = 0; i < 10; i += 1) add(i % 2 ? "odd" : "even", i);
	for (let i = 10; i < 40; i += 1) add("even", i, "upload");
	const one = vi.spyOn(replica.knn, "removeExample");
	const many = vi.spyOn(replica.knn, "removeExamples");
	undoStack.undo();
	expect(replica.count).toBe(10);
	expect(many).toHaveBeenCalledTimes(1);
	teaching.deleteClass("odd");
	expect(contents()).toEqual([["even", ["e0", "e2", "e4", "e6", "e8"]]]);
	expect(replica.count).toBe(5);
	expect(one.mock.calls.length + many.mock.calls.length).toBe(1);
});

import { expect, test } from "vitest";
import { Outbox } from "../../src/project/outbox.js";

test("keeps the order and the places of stored changes", () => {
	const outbox = new Outbox();
	outbox.load([{ n: 7, op: "remove", id: "a" }]);
	expect(outbox.push([{ op: "add", id: "b", label: "cat" }, { op: "configure" }]).map(({ n }) => n)).toEqual([8, 9]);
	expect(outbox.first?.n).toBe(7);
	outbox.remove(7);
	expect(outbox.items.map(({ op }) => op)).toEqual(["add", "configure"]);
	expect(outbox.size.value).toBe(2);
	expect(outbox.hasChangeOf("b")).toBe(true);
	expect(outbox.hasChangeOf("a")).toBe(false);
	outbox.empty();
	expect(outbox.first).toBeUndefined();
	expect(outbox.push([{ op: "configure" }])[0].n).toBe(10);
});

test("knows the name of a class after all queued changes", () => {
	const outbox = new Outbox();
	outbox.push([
		{ op: "rename", from: "cat", to: "lion" },
		{ op: "rename", from: "lion", to: "tiger" },
		{ op: "clear", label: "dog" },
		{ op: "clear", label: "cow" },
		{ op: "label", label: "cow" },
	]);
	const after = ["cat", "lion", "tiger", "dog", "cow", "ant"].map((label) => outbox.labelAfter(label));
	expect(after).toEqual(["tiger", "tiger", "tiger", null, "cow", "ant"]);
	expect(outbox.hasClassChange).toBe(true);
	expect([...outbox.newLabels()].sort()).toEqual(["cow", "lion", "tiger"]);
});

test("finds a freeing change that may be sent before the changes ahead of it", () => {
	const outbox = new Outbox();
	const [, , , , , removal] = outbox.push([
		{ op: "label", label: "dog" },
		{ op: "add", id: "a", label: "cat" },
		{ op: "add", id: "gone", label: "cow" },
		{ op: "rename", from: "cat", to: "lion" },
		{ op: "remove", id: "a" },
		{ op: "remove", id: "b" },
	]);
	const findFreeingChange = () =>
		outbox.findFreeingChange(
			(id) => id !== "gone",
			() => false,
		);
	expect(findFreeingChange()).toBe(removal);
	outbox.remove(removal.n);
	expect(findFreeingChange()).toBeUndefined();
	const [, , cow] = outbox.push([
		{ op: "clear", label: "lion" },
		{ op: "clear", label: "dog" },
		{ op: "clear", label: "cow" },
	]);
	expect(findFreeingChange()).toBe(cow);
});

test("renames a change to the later name of its class", () => {
	const outbox = new Outbox();
	const items = outbox.push([
		{ op: "label", label: "cat" },
		{ op: "rename", from: "dog", to: "cow" },
		{ op: "rename", from: "pig", to: "hen" },
		{ op: "add", id: "a", label: "ant" },
		{ op: "rename", from: "cat", to: "lion" },
		{ op: "rename", from: "cow", to: "bull" },
		{ op: "clear", label: "hen" },
		{ op: "clear", label: "ant" },
	]);
	expect(items.slice(0, 4).map((item) => outbox.withLaterLabel(item))).toMatchObject([
		{ n: 1, op: "label", label: "lion" },
		{ n: 2, op: "rename", from: "dog", to: "bull" },
		{ n: 3, op: "clear", label: "pig" },
		null,
	]);
	expect(outbox.withLaterLabel(items[4])).toBe(items[4]);
});

test("knows which class order, style and name wait", () => {
	const outbox = new Outbox();
	expect([outbox.hasOrder, outbox.hasName, outbox.hasClassChange, outbox.hasStyleOf("cat")]).toEqual(
		Array(4).fill(false),
	);
	outbox.push([{ op: "name" }]);
	expect([outbox.hasName, outbox.hasClassChange]).toEqual([true, false]);
	const [style] = outbox.push([
		{ op: "style", label: "cat", colour: 3, emoji: null },
		{ op: "rename", from: "cat", to: "lion" },
	]);
	expect(["cat", "lion", "dog"].map((label) => outbox.hasStyleOf(label))).toEqual([false, true, false]);
	expect(outbox.withLaterLabel(style)).toEqual({ ...style, label: "lion" });
	outbox.empty();
	outbox.push([{ op: "style", label: "cat", colour: 3, emoji: null }]);
	expect([outbox.hasClassChange, outbox.hasOrder]).toEqual([true, false]);
	outbox.empty();
	outbox.push([{ op: "order", labels: ["dog", "cat"] }]);
	expect([outbox.hasClassChange, outbox.hasOrder]).toEqual([true, true]);
});

test("neither an order nor a name makes room; a style goes with its class", () => {
	const outbox = new Outbox();
	const findFreeingChange = () =>
		outbox.findFreeingChange(
			() => true,
			() => false,
		);
	outbox.push([
		{ op: "name" },
		{ op: "order", labels: ["cat"] },
		{ op: "style", label: "cat", colour: 3, emoji: null },
	]);
	expect(findFreeingChange()).toBeUndefined();
	const [, dog] = outbox.push([
		{ op: "clear", label: "cat" },
		{ op: "clear", label: "dog" },
	]);
	expect(findFreeingChange()).toBe(dog);
});

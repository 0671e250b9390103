import { expect, test } from "vitest";
import { Outbox } from "../src/outbox.js";

test("keeps its order, and the places of what was kept", () => {
	const outbox = new Outbox();
	outbox.load([{ n: 7, op: "remove", id: "a" }]);
	expect(outbox.push([{ op: "add", id: "b", label: "cat" }, { op: "configure" }]).map(({ n }) => n)).toEqual([8, 9]);
	expect(outbox.first?.n).toBe(7);
	outbox.done(7);
	expect(outbox.items.map(({ op }) => op)).toEqual(["add", "configure"]);
	expect(outbox.size.value).toBe(2);
	expect(outbox.concerns("b")).toBe(true);
	expect(outbox.concerns("a")).toBe(false);
	outbox.empty();
	expect(outbox.first).toBeUndefined();
	expect(outbox.push([{ op: "configure" }])[0].n).toBe(10);
});

test("knows what becomes of a class when all of it is done", () => {
	const outbox = new Outbox();
	outbox.push([
		{ op: "rename", from: "cat", to: "lion" },
		{ op: "rename", from: "lion", to: "tiger" },
		{ op: "clear", label: "dog" },
		{ op: "clear", label: "cow" },
		{ op: "label", label: "cow" },
	]);
	const after = ["cat", "lion", "tiger", "dog", "cow", "ant"].map((label) => outbox.after(label));
	expect(after).toEqual(["tiger", "tiger", "tiger", null, "cow", "ant"]);
	expect(outbox.concernsClasses).toBe(true);
	expect([...outbox.labels()].sort()).toEqual(["cow", "lion", "tiger"]);
});

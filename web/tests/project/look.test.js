// Colour, emoji and the project's name, as a person chooses them.

import { expect, test } from "vitest";
import { Replica } from "../../src/project/replica.js";
import { newProject } from "../../src/project/store.js";
import { Teaching } from "../../src/project/teaching.js";

/** @param {string|null} epoch */
function setUp(epoch) {
	const replica = new Replica({ ...newProject("m"), epoch });
	const teaching = new Teaching({ replica });
	teaching.addClass("cat");
	replica.outbox.empty();
	return { replica, teaching };
}

test("one change is queued, with the whole look; none while no server knows the project", () => {
	const { replica, teaching } = setUp("one");
	teaching.styleClass("cat", { emoji: "🐱" });
	teaching.styleClass("cat", { emoji: "🐱" });
	teaching.styleClass("cat", { colour: 50 });
	teaching.styleClass("gone", { colour: 1 });
	teaching.nameProject("Animals");
	teaching.nameProject("Animals");
	expect(replica.outbox.items).toMatchObject([
		{ op: "style", label: "cat", colour: 0, emoji: "🐱", n: 2 },
		{ op: "style", label: "cat", colour: 50, emoji: "🐱", n: 3 },
		{ op: "name", n: 4 },
	]);
	const alone = setUp(null);
	alone.teaching.styleClass("cat", { colour: 4 });
	alone.teaching.nameProject("Animals");
	expect([alone.replica.colourOf("cat"), alone.replica.project.name, alone.replica.outbox.length]).toEqual([
		4,
		"Animals",
		0,
	]);
});

test.each([
	[{ colour: 108 }, "badColour"],
	[{ colour: -1 }, "badColour"],
	[{ colour: 1.5 }, "badColour"],
	[{ emoji: "ab" }, "badEmoji"],
	[{ emoji: "" }, "badEmoji"],
])("%j is refused, and changes nothing", (style, code) => {
	const { replica, teaching } = setUp("one");
	expect(() => teaching.styleClass("cat", style)).toThrowError(expect.objectContaining({ code }));
	expect([replica.colourOf("cat"), replica.emojiOf("cat"), replica.outbox.length]).toEqual([0, null, 0]);
});

test("a long name is refused", () => {
	const { replica, teaching } = setUp("one");
	teaching.nameProject("🐱".repeat(60));
	expect(() => teaching.nameProject("x".repeat(61))).toThrowError(expect.objectContaining({ code: "badName" }));
	expect(replica.project.name).toBe("🐱".repeat(60));
});

test("more than twelve classes have colours of their own", () => {
	const { replica, teaching } = setUp("one");
	for (let n = 1; n < 100; n += 1) teaching.addClass(String(n));
	expect(new Set(replica.classes.value.map(({ colour }) => colour)).size).toBe(100);
});

test("a class keeps its key while it is renamed, moved and merged into; another one never gets it", () => {
	const { replica, teaching } = setUp(null);
	const keys = () => Object.fromEntries(replica.classes.value.map(({ label, key }) => [label, key]));
	teaching.addClass("dog");
	teaching.addClass("owl");
	const { cat, dog, owl } = keys();
	expect(new Set([cat, dog, owl]).size).toBe(3);
	teaching.orderClasses(["owl", "dog", "cat"]);
	teaching.renameClass("cat", "lion");
	expect(keys()).toEqual({ owl, dog, lion: cat });
	teaching.renameClass("dog", "owl");
	expect(keys()).toEqual({ owl, lion: cat });
	teaching.addClass("dog");
	expect([cat, dog, owl]).not.toContain(keys().dog);
});

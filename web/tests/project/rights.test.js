// What members may change, by the room's access and whose it is; and that nothing is changed here that the room would refuse.

import { describe, expect, test } from "vitest";
import { Replica } from "../../src/project/replica.js";
import { newProject } from "../../src/project/store.js";
import { Teaching } from "../../src/project/teaching.js";
import { embeddingOf } from "../support/client.js";

/** @typedef {import("../../src/state/state.js").Membership} Membership */

/** One class of one's own, one of another's, one of both, and one without examples. */
function setUp() {
	const replica = new Replica(newProject("m", "KIWI-42"));
	const teaching = new Teaching({ replica });
	replica.project.epoch = "e";
	/** @param {string} id @param {string} label @param {string} contributor */
	const put = (id, label, contributor) =>
		replica.add([{ id, label, group: null, embedding: embeddingOf(1, 0), thumbnail: null, contributor }]);
	put("own", "mine", "me");
	put("other", "theirs", "mia");
	put("half", "both", "me");
	put("half-other", "both", "mia");
	replica.addLabel("empty");
	/** @param {Partial<Omit<Membership, "access">> & Partial<Membership["access"]>} is */
	const be = ({ role = "member", muted = false, ...access }) => {
		const full = { level: /** @type {const} */ ("editOwn"), locked: false, thumbnails: false, ...access };
		replica.project.membership = { role, contributor: "me", muted, access: full };
	};
	const example = { id: "new", label: "mine", group: null, embedding: embeddingOf(0, 1), thumbnail: null };
	/** @type {Record<string, () => void>} */
	const changes = {
		"add an example": () => teaching.addExample(example),
		"add one to another's class": () => teaching.addExample({ ...example, label: "theirs" }),
		"add one with a new class": () => teaching.addExample({ ...example, label: "new" }),
		"import examples": () => teaching.addImported([example], "run"),
		"add a class": () => teaching.addClass("new"),
		"delete my own example": () => teaching.deleteExample("own"),
		"move my own example": () => teaching.moveExample("own", "theirs"),
		"rename my own class": () => teaching.renameClass("mine", "lion"),
		"merge my own class": () => teaching.renameClass("mine", "theirs"),
		"style my own class": () => teaching.styleClass("mine", { emoji: "🐱" }),
		"delete my own class": () => teaching.deleteClass("mine"),
		"delete an empty class": () => teaching.deleteClass("empty"),
		"delete another's example": () => teaching.deleteExample("other"),
		"delete both": () => teaching.deleteExamples(["own", "other"]),
		"move another's example": () => teaching.moveExample("other", "mine"),
		"rename another's class": () => teaching.renameClass("theirs", "lion"),
		"rename a class of both": () => teaching.renameClass("both", "lion"),
		"style another's class": () => teaching.styleClass("theirs", { emoji: "🐱" }),
		"delete a class of both": () => teaching.deleteClass("both"),
		"order the classes": () => teaching.orderClasses(["theirs", "mine"]),
		"name the project": () => teaching.nameProject("Pets"),
		configure: () => teaching.configure({ ...replica.project.settings, k: 7 }),
	};
	const contents = () =>
		JSON.stringify([replica.project, replica.outline(), replica.outbox.items, replica.bin.size.value]);
	return { replica, teaching, put, be, changes, contents };
}

const ADDING = [
	"add an example",
	"add one to another's class",
	"add one with a new class",
	"import examples",
	"add a class",
];
const OWN = [
	...["delete my own example", "move my own example", "rename my own class", "merge my own class"],
	...["style my own class", "delete my own class", "delete an empty class"],
];
const OTHERS = [
	...["delete another's example", "delete both", "move another's example", "rename another's class"],
	...["rename a class of both", "style another's class", "delete a class of both"],
];
const ALL = ["order the classes", "name the project"];
const SETTINGS = ["configure"];
const everything = [...ADDING, ...OWN, ...OTHERS, ...ALL];

/** @type {[string, Parameters<ReturnType<typeof setUp>["be"]>[0], Record<string, string[]>][]} */
const CASES = [
	["an owner may do everything", { role: "owner", locked: true, muted: true, level: "view" }, {}],
	["who may only watch changes nothing", { level: "view" }, { viewOnly: everything, ownerOnly: SETTINGS }],
	["who may add only adds", { level: "add" }, { ownerOnly: [...OWN, ...OTHERS, ...ALL, ...SETTINGS] }],
	[
		"who may edit their own leaves the rest",
		{ level: "editOwn" },
		{ notYours: OTHERS, ownerOnly: [...ALL, ...SETTINGS] },
	],
	["who may edit all leaves the settings", { level: "editAll" }, { ownerOnly: SETTINGS }],
	[
		"in a locked room nothing changes",
		{ level: "editAll", locked: true },
		{ roomLocked: everything, ownerOnly: SETTINGS },
	],
	["who is muted changes nothing", { level: "editAll", muted: true }, { muted: everything, ownerOnly: SETTINGS }],
];

describe.each(CASES)("%s", (_, is, refused) => {
	const codes = Object.fromEntries(
		Object.entries(refused).flatMap(([code, names]) => names.map((name) => [name, code])),
	);

	test.each(Object.keys(setUp().changes))("%s", (name) => {
		const { be, changes, contents } = setUp();
		be(is);
		const before = contents();
		if (codes[name]) {
			expect(changes[name]).toThrowError(expect.objectContaining({ code: codes[name] }));
			expect(contents()).toBe(before);
		} else {
			changes[name]();
			expect(contents()).not.toBe(before);
		}
	});
});

test("a project without a room is free, and so is a room without roles", () => {
	const { changes } = setUp();
	for (const name of ["delete another's example", "configure", "order the classes"]) changes[name]();
});

describe("undo", () => {
	test("by a member brings a deleted class back, without what is the owner's alone", () => {
		const { replica, teaching, be } = setUp();
		be({});
		teaching.deleteClass("mine");
		expect(teaching.undoStack.undo()).toBe(true);
		expect(replica.idsOf("mine")).toEqual(["own"]);
		expect(replica.outbox.items.map(({ op }) => op)).toEqual(["clear", "label", "style", "add"]);
	});

	test("never takes another's, and does not stop at a step that another works on by now", () => {
		const { replica, teaching, put, be } = setUp();
		be({});
		teaching.addClass("first");
		teaching.renameClass("mine", "lion");
		put("theirs-too", "lion", "mia");
		expect(() => teaching.undoStack.undo()).toThrowError(expect.objectContaining({ code: "notYours" }));
		expect(replica.idsOf("lion")).toContain("theirs-too");
		expect(teaching.undoStack.undo()).toBe(true);
		expect(replica.labels).not.toContain("first");
	});

	test("waits while it is not allowed, and is there again afterwards", () => {
		const { replica, teaching, be } = setUp();
		be({});
		teaching.addClass("new");
		be({ muted: true });
		expect(() => teaching.undoStack.undo()).toThrowError(expect.objectContaining({ code: "muted" }));
		expect(replica.labels).toContain("new");
		be({});
		expect(teaching.undoStack.undo()).toBe(true);
		expect(replica.labels).not.toContain("new");
	});
});

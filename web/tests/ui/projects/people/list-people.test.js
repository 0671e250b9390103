// Who is listed in a room, in which order, and with how many examples.

import { expect, test } from "vitest";
import { examplesOf, listPeople } from "../../../../src/ui/projects/people/list-people.js";

/** @param {string} label @param {(string|null)[]} contributors */
const classOf = (label, contributors) => ({
	...{ key: 0, label, index: 0, colour: 0, emoji: null, count: contributors.length, isOff: false },
	examples: contributors.map((contributor, i) => ({
		...{ id: `${label}${i}`, label, group: null, thumbnailUrl: null, contributor },
	})),
});

const CLASSES = [classOf("cat", ["mia", "me", "leo", null]), classOf("dog", ["mia", "unnamed", "leo", "leo"])];
const MEMBERSHIP = /** @type {import("../../../../src/state/state.js").Membership} */ ({
	...{ role: "owner", contributor: "me", muted: false },
	access: { level: "editOwn", locked: false, thumbnails: false },
});
const named = (/** @type {string} */ id, here = true) => ({
	id,
	name: id.toUpperCase(),
	here,
	muted: false,
	count: 99,
});

test("oneself first, then who is here, then who is not; each with what the replica has of theirs", () => {
	const people = listPeople([named("leo", false), named("zoe"), named("mia"), named("me")], CLASSES, MEMBERSHIP);
	expect(people.map(({ id, name, count, here, isMe }) => [id, name, count, here, isMe])).toEqual([
		["me", "ME", 1, true, true],
		["mia", "MIA", 2, true, false],
		["unnamed", "", 1, null, false],
		["zoe", "ZOE", 0, true, false],
		["leo", "LEO", 3, false, false],
	]);
});

test("without a server one sees oneself and whose examples are known", () => {
	expect(listPeople([], CLASSES, MEMBERSHIP).map(({ id }) => id)).toEqual(["me", "leo", "mia", "unnamed"]);
	expect(listPeople([], [], null)).toEqual([]);
});

test("somebody's examples are found in every class", () => {
	expect(examplesOf(CLASSES, "mia")).toEqual(["cat0", "dog0"]);
	expect(examplesOf(CLASSES, "nobody")).toEqual([]);
});

test("somebody without a name is shown as muted, with their examples or without, and not once more", () => {
	const muted = (/** @type {string} */ id) => ({ ...named(id, false), name: "", muted: true });
	const list = (/** @type {ReturnType<typeof muted>[]} */ contributors) =>
		listPeople(contributors, CLASSES, MEMBERSHIP).filter(({ id }) => ["unnamed", "quiet"].includes(id));
	expect(list([muted("unnamed"), muted("quiet")])).toEqual([
		{ id: "unnamed", name: "", here: false, muted: true, count: 1, isMe: false },
		{ id: "quiet", name: "", here: false, muted: true, count: 0, isMe: false },
	]);
	// No longer muted, they are listed by what they added alone.
	expect(list([])).toEqual([{ id: "unnamed", name: "", here: null, muted: false, count: 1, isMe: false }]);
});

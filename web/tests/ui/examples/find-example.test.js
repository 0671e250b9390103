import { expect, it } from "vitest";
import { findExample, selectExamples } from "../../../src/ui/examples/find-example.js";

/**
 * @param {string} label
 * @param {number} index
 * @param {string[]} ids
 * @returns {import("../../../src/state/state.js").ClassView}
 */
const view = (label, index, ids) => ({
	key: index,
	label,
	index,
	colour: index + 4,
	emoji: null,
	isOff: false,
	count: ids.length,
	examples: ids.map((id) => ({ id, label, group: null, thumbnailUrl: null })),
});

const classes = [view("mug", 0, ["a", "b"]), view("cup", 1, ["c"])];

it("finds examples in the order of the ids, with their class's colour, and leaves out what is gone", () => {
	expect(selectExamples(classes, ["c", "gone", "a"]).map(({ id, label, colour }) => [id, label, colour])).toEqual([
		["c", "cup", 5],
		["a", "mug", 4],
	]);
});

it("keeps to one class where asked: what was moved away has left", () => {
	expect(selectExamples(classes, ["a", "c", "b"], "mug").map(({ id }) => id)).toEqual(["a", "b"]);
	expect(selectExamples(classes, ["a"], "no such class")).toEqual([]);
});

it("sees a new list of examples", () => {
	expect(findExample(classes[1].examples, "d")).toBeUndefined();
	expect(findExample(view("cup", 1, ["c", "d"]).examples, "d")?.id).toBe("d");
});

it("shows a picture that comes after it was found", () => {
	let url = /** @type {string|null} */ (null);
	const example = {
		...{ id: "a", label: "mug", group: null },
		get thumbnailUrl() {
			return url;
		},
	};
	const [found] = selectExamples([{ ...classes[0], examples: [example] }], ["a"]);
	expect(found.thumbnailUrl).toBeNull();
	url = "blob:late";
	expect([found.thumbnailUrl, found.colour]).toEqual(["blob:late", 4]);
});

import { describe, expect, test } from "vitest";
import { exampleChanges } from "../../src/evaluation/example-changes.js";

/** @typedef {import("../../src/evaluation/evaluation-messages.js").NumberedExample} NumberedExample */

/** @param {string} text "id:label:group:serial", several with spaces between @returns {NumberedExample[]} */
const parse = (text) =>
	text.split(" ").map((part) => {
		const [id, label, group, serial = "0"] = part.split(":");
		return { id, label, group: group || null, serial: Number(serial) };
	});

/** @param {string} before @param {string} after */
function changesOf(before, after) {
	return exampleChanges(new Map(parse(before).map((example) => [example.id, example])), parse(after));
}

const NONE = { removed: [], added: [], relabelled: [], order: null };

describe("exampleChanges", () => {
	test("are none where nothing changed", () => {
		expect(changesOf("1:a 2:b", "1:a 2:b")).toEqual(NONE);
	});

	test("name what was removed, added and relabelled", () => {
		expect(changesOf("1:a 2:b 3:c", "1:a 3:C 4:d:g")).toEqual({
			removed: ["2"],
			added: [{ id: "4", label: "d", group: "g", serial: 0 }],
			relabelled: [{ id: "3", label: "C" }],
			order: null,
		});
	});

	test("give the order only where it is not that of arrival", () => {
		expect(changesOf("1:a 2:b", "2:b 1:c 3:a")).toEqual({
			...NONE,
			added: parse("3:a"),
			relabelled: [{ id: "1", label: "c" }],
			order: ["2", "1", "3"],
		});
	});

	test("remove and add an id that came back in another recording", () => {
		expect(changesOf("1:a:g 2:a:g", "1:a:h 2:a:g")).toEqual({
			...NONE,
			removed: ["1"],
			added: parse("1:a:h"),
			order: ["1", "2"],
		});
	});

	test("remove and add an id that was removed and taught again", () => {
		expect(changesOf("1:a::1 2:a::2", "2:a::2 1:a::3")).toEqual({ ...NONE, removed: ["1"], added: parse("1:a::3") });
	});
});

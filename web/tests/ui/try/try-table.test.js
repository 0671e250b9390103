// Tried photos as a list: order, filter, counts; and as a table that no spreadsheet runs as a formula.

import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import {
	computeSureness,
	countCertainties,
	isShown,
	sortRows,
	writeCell,
	writeTable,
} from "../../../src/ui/try/try-table.js";

/**
 * @param {number} number
 * @param {string} name
 * @param {"sure"|"notSure"|"unknown"} certainty
 * @param {string} label
 * @param {number} share
 * @param {string|null} [taught]
 */
function row(number, name, certainty, label, share, taught = null) {
	const confidences = { [label]: share, other: 1 - share };
	const unknownShare = certainty === "unknown" ? 0.75 : 0;
	const neighbours = [{ id: "a", label, distance: 0.25 }];
	const answer = /** @type {any} */ ({ certainty, label, confidences, unknownShare, neighbours });
	return { number, name, answer, taught };
}

const ROWS = [
	row(1, "10.jpg", "sure", "dog", 1),
	row(2, "2.jpg", "unknown", "cat", 1),
	row(3, "é.jpg", "notSure", "cat", 0.6),
	row(4, "f.jpg", "sure", "cat", 0.9, "dog"),
];

/** @param {readonly {number: number}[]} rows */
const numbersOf = (rows) => rows.map(({ number }) => number);

describe("the order", () => {
	test.each(
		/** @type {const} */ ([
			["added", [1, 2, 3, 4]],
			["name", [2, 1, 3, 4]],
			["answer", [4, 3, 1, 2]],
			["sureness", [2, 3, 4, 1]],
		]),
	)("by %s", (order, expected) => {
		expect(numbersOf(sortRows(ROWS, order, "en"))).toEqual(expected);
		expect(numbersOf(sortRows([...ROWS].reverse(), order, "en"))).toEqual(expected);
	});

	it("keeps equal ones as they came, and has those without an answer", () => {
		const rows = [3, 1, 2].map((number) => ({ number, name: "a", answer: null, taught: null }));
		for (const order of /** @type {const} */ (["added", "name", "answer", "sureness"]))
			expect(numbersOf(sortRows(rows, order))).toEqual([1, 2, 3]);
		expect(computeSureness(rows[0])).toBe(-1);
	});
});

describe("the filter", () => {
	/** @param {import("../../../src/ui/try/try-table.js").Filter} filter */
	const shown = (filter) => numbersOf(ROWS.filter((each) => isShown(each, filter)));

	it("shows all, not sure, unknown, corrected, or a class", () => {
		expect(shown({ kind: "all" })).toEqual([1, 2, 3, 4]);
		expect(shown({ kind: "notSure" })).toEqual([3]);
		expect(shown({ kind: "unknown" })).toEqual([2]);
		expect(shown({ kind: "corrected" })).toEqual([4]);
	});

	it("finds a class among what it said and what it was corrected to, but not among what it doesn't know", () => {
		expect(shown({ kind: "class", label: "cat" })).toEqual([3, 4]);
		expect(shown({ kind: "class", label: "dog" })).toEqual([1, 4]);
		expect(shown({ kind: "class", label: "all" })).toEqual([]);
	});

	it("is counted by certainty", () => {
		expect(countCertainties(ROWS)).toEqual({ sure: 2, notSure: 1, unknown: 1 });
	});
});

const WORDS = {
	...{ name: "name", answer: "answer", certainty: "certainty", somethingElse: "something else", distance: "distance" },
	...{ corrected: "corrected to", certainties: { sure: "sure", notSure: "not sure", unknown: "I don’t know" } },
};

describe("the table", () => {
	it("has a line for each photo, and a share for each class and for something else", () => {
		const lines = writeTable(ROWS, ["cat", "dog"], WORDS).split("\r\n");
		expect(lines).toEqual([
			"\ufeffname,answer,certainty,cat,dog,something else,distance,corrected to",
			"10.jpg,dog,sure,0,1,0,0.25,",
			"2.jpg,,I don’t know,0.25,0,0.75,0.25,",
			"é.jpg,cat,not sure,0.6,0,0,0.25,",
			"f.jpg,cat,sure,0.9,0,0,0.25,dog",
			"",
		]);
	});

	it("has a line for a photo without an answer", () => {
		const rows = [{ number: 1, name: "a.jpg", answer: null, taught: null }];
		expect(writeTable(rows, ["cat"], WORDS).split("\r\n")[1]).toBe("a.jpg,,,,,,");
	});

	it("guards what may come from anybody: names of files, classes, and what they were corrected to", () => {
		const [only] = [row(1, '=HYPERLINK("x")', "sure", "@SUM(1)", 1, "+1")];
		const lines = writeTable([only], ["@SUM(1)", "-1"], WORDS).split("\r\n");
		expect(lines[0]).toContain(",'@SUM(1),'-1,");
		expect(lines[1]).toBe(`"'=HYPERLINK(""x"")",'@SUM(1),sure,1,0,0,0.25,'+1`);
	});

	test.each([
		"=1",
		"+1",
		"-1",
		"@a",
		"\t=1",
		"\r=1",
		"\n=1",
		"  =1",
		"\u00a0=1",
		"\u3000=1",
		"＝1",
		"＋1",
		"－1",
		"＠a",
	])("takes no formula: %j", (text) => {
		expect(writeCell(text)).toMatch(/^"?'/);
	});

	it("leaves other texts as they are when they are read back", () => {
		fc.assert(
			fc.property(fc.string({ unit: fc.constantFrom(..."=@\"',;\t\r\n a1") }), (text) => {
				const cell = writeCell(text);
				const read = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
				expect(read.replace(/^'/, "")).toBe(text.replace(/^'/, ""));
				if (!cell.startsWith('"')) expect(cell).not.toMatch(/[",\r\n]/);
			}),
		);
	});
});

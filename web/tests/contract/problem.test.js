// Whatever is thrown or reported, a person is shown the same problem.

import { expect, test } from "vitest";
import { asProblem, problem } from "../../src/contract/problem.js";

test.each([
	["a Problem", problem("storageFull")],
	["its object, which parts of the page report", problem("storageFull").toJSON()],
	["what was made of it before", asProblem(asProblem(problem("storageFull")))],
])("%s stays what it is", (_, error) => {
	expect(asProblem(error)).toEqual(problem("storageFull").toJSON());
});

test.each([
	[new TypeError("x is undefined"), "x is undefined"],
	[new DOMException("", "DataError"), "DataError"],
	["a word", "a word"],
	[undefined, ""],
])("anything else is unexpected: %s", (error, came) => {
	expect(asProblem(error)).toMatchObject({ code: "unexpected", came });
});

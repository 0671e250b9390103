// Errors and what fills their texts: from where they are thrown to what travels.

import { describe, expect, it } from "vitest";
import contractTexts from "../../../contract/errors.json" with { type: "json" };
import { ContractError, fillError } from "../../src/contract/errors.js";
import { asProblem, Problem, problem } from "../../src/contract/problem.js";
import pageTexts from "../../src/contract/problems.json" with { type: "json" };

const HOSTILE = "<img src=x onerror=alert(1)> {expected} $& $` \\ \"'";

/** @param {{message: string, hint: string}} text @param {string} name */
const has = ({ message, hint }, name) => `${message}${hint}`.includes(`{${name}}`);

describe("fillError", () => {
	it("gives the values back where the text has their placeholders, else empty text", () => {
		const values = { came: "a", expected: "b" };
		expect(fillError({ message: "{came}!", hint: "?" }, values)).toEqual({
			message: "a!",
			hint: "?",
			came: "a",
			expected: "",
		});
		expect(fillError({ message: "!", hint: "{expected}?" }, values)).toEqual({
			message: "!",
			hint: "b?",
			came: "",
			expected: "b",
		});
	});

	it("leaves placeholders and patterns in a value as they are", () => {
		expect(fillError({ message: "{came}|{expected}", hint: "" }, { came: HOSTILE, expected: "7" }).message).toBe(
			`${HOSTILE}|7`,
		);
	});
});

describe("ContractError", () => {
	it.each(Object.entries(contractTexts))("%s carries exactly what its text was filled with", (code, text) => {
		const error = new ContractError(code, { came: 41, expected: 40 }).toJSON();
		expect(error).toEqual({
			code,
			message: text.message.replaceAll("{came}", "41").replaceAll("{expected}", "40"),
			hint: text.hint.replaceAll("{came}", "41").replaceAll("{expected}", "40"),
			came: has(text, "came") ? "41" : "",
			expected: has(text, "expected") ? "40" : "",
		});
	});

	it("quotes and shortens what came, the same in the sentence and beside it", () => {
		const error = new ContractError("noSuchLabel", { came: "x".repeat(100) });
		expect(error.came).toBe(`"${"x".repeat(59)}…`);
		expect(error.message).toContain(error.came);
	});
});

describe("problem", () => {
	it.each(/** @type {(keyof typeof pageTexts)[]} */ (Object.keys(pageTexts)))("%s carries its values", (code) => {
		const error = problem(code, { came: "cat.jpg", expected: 7 }).toJSON();
		expect(error.came).toBe(has(pageTexts[code], "came") ? "cat.jpg" : "");
		expect(error.expected).toBe(has(pageTexts[code], "expected") ? "7" : "");
		expect(`${error.message}${error.hint}`).not.toMatch(/\{\w+\}/);
	});

	it("shortens what came to one line", () => {
		expect(problem("unexpected", { came: `a\n b${"c".repeat(100)}` }).came).toBe(`a b${"c".repeat(77)}`);
	});

	it("leaves values that it was not given undefined, which is not the same as empty", () => {
		expect(new Problem({ code: "strange", message: "m", hint: "h" }).toJSON()).toStrictEqual({
			code: "strange",
			message: "m",
			hint: "h",
			came: undefined,
			expected: undefined,
		});
	});
});

describe("asProblem", () => {
	it("keeps a contract's error and a problem, values included", () => {
		for (const error of [
			new ContractError("longLabel", { came: 60, expected: 40 }),
			problem("emptyFile", { came: HOSTILE }),
		]) {
			expect(asProblem(error)).toEqual(error.toJSON());
		}
	});

	it("leaves the values of an error without any undefined", () => {
		const error = Object.assign(new Error("m"), { code: "c", hint: "h" });
		expect(asProblem(error)).toStrictEqual({
			code: "c",
			message: "m",
			hint: "h",
			came: undefined,
			expected: undefined,
		});
	});

	it.each([
		["an error", new Error("boom"), "boom"],
		["anything else", "bang", "bang"],
	])("makes %s unexpected", (_, thrown, came) => {
		expect(asProblem(thrown)).toMatchObject({ code: "unexpected", came });
	});
});

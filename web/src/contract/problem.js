// Problems of the page itself (camera, files, storage, model), in the same shape as the contract's
// errors, and the way from anything thrown to what a person is shown. The texts live in problems.json.

import texts from "./problems.json" with { type: "json" };

/** @typedef {import("./errors.js").ErrorObject} ErrorObject */
/** @typedef {keyof typeof texts} ProblemCode */

const MAX_SHOWN_CHARACTERS = 80;

/** An error that a person can do something about. */
export class Problem extends Error {
	/** @param {ErrorObject} error */
	constructor({ code, message, hint }) {
		super(message);
		this.name = "Problem";
		this.code = code;
		this.hint = hint;
	}

	/** @returns {ErrorObject} */
	toJSON() {
		return { code: this.code, message: this.message, hint: this.hint };
	}
}

/**
 * One of the page's own problems.
 * @param {ProblemCode} code
 * @param {{came?: unknown, expected?: unknown}} [parts] what fills the text's placeholders
 */
export function problem(code, { came = "", expected = "" } = {}) {
	/** @param {unknown} value */
	const short = (value) => [...String(value).replace(/\s+/g, " ")].slice(0, MAX_SHOWN_CHARACTERS).join("");
	const { message, hint } = texts[code];
	/** @param {string} template */
	const fill = (template) =>
		template.replace(/\{(came|expected)\}/g, (_, part) => (part === "came" ? short(came) : String(expected)));
	return new Problem({ code, message: fill(message), hint: fill(hint) });
}

/**
 * Whatever was thrown, as a person is shown it.
 * @param {unknown} error
 * @returns {ErrorObject}
 */
export function asProblem(error) {
	if (error instanceof Error && "code" in error && "hint" in error) {
		return { code: String(error.code), message: error.message, hint: String(error.hint) };
	}
	return problem("unexpected", { came: error instanceof Error ? error.message : error }).toJSON();
}

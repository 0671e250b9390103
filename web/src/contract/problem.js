// Problems of the page itself (camera, files, storage, model), in the same shape as the contract's
// errors, and the way from anything thrown to what a person is shown. The texts live in problems.json.

import { fillError } from "./errors.js";
import texts from "./problems.json" with { type: "json" };

/** @typedef {import("./errors.js").ErrorObject} ErrorObject */
/** @typedef {keyof typeof texts} ProblemCode */

const MAX_SHOWN_CHARACTERS = 80;

/**
 * An error that a person can do something about.
 * @example
 * new Problem({ code: "tooFast", message: "Too fast.", hint: "Wait.", came: "", expected: "60" }).expected; // "60"
 */
export class Problem extends Error {
	/** @param {Pick<ErrorObject, "code"|"message"|"hint"> & Partial<ErrorObject>} error came and expected: undefined where they are unknown */
	constructor({ code, message, hint, came, expected }) {
		super(message);
		this.name = "Problem";
		this.code = code;
		this.hint = hint;
		this.came = came;
		this.expected = expected;
	}

	/** @returns {ErrorObject} */
	toJSON() {
		const { code, message, hint, came, expected } = this;
		return { code, message, hint, came, expected };
	}
}

/**
 * One of the page's own problems.
 * @param {ProblemCode} code
 * @param {{came?: unknown, expected?: unknown}} [values] what fills the text's placeholders; came is shortened
 * @example
 * problem("emptyFile", { came: "cat.jpg" }).message; // "cat.jpg is empty."
 */
export function problem(code, { came = "", expected = "" } = {}) {
	const short = [...String(came).replace(/\s+/g, " ")].slice(0, MAX_SHOWN_CHARACTERS).join("");
	return new Problem({ code, ...fillError(texts[code], { came: short, expected: String(expected) }) });
}

/**
 * Whatever was thrown, as a person is shown it.
 * @param {unknown} error
 * @returns {ErrorObject} of a ContractError or Problem its own; of an ErrorObject a copy; of anything else the problem "unexpected"
 * @example
 * asProblem(asProblem(problem("emptyFile", { came: "cat.jpg" }))).code; // "emptyFile"
 */
export function asProblem(error) {
	if (error instanceof Object && "code" in error && "message" in error && "hint" in error) {
		const { came, expected } = /** @type {{came?: unknown, expected?: unknown}} */ (error);
		return {
			code: String(error.code),
			message: String(error.message),
			hint: String(error.hint),
			came: came === undefined ? undefined : String(came),
			expected: expected === undefined ? undefined : String(expected),
		};
	}
	return problem("unexpected", { came: error instanceof Error ? error.message || error.name : error }).toJSON();
}

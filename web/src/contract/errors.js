// The one error shape: what came, what was expected, what to do. The texts live in contract/errors.json, which the
// server reads too. Twin: server/contract/errors.py. Anything may import this module.

import texts from "../../../contract/errors.json" with { type: "json" };

/**
 * An error as a person is shown it, and as it travels.
 *
 * @typedef {object} ErrorObject
 * @property {string} code a key of contract/errors.json or of problems.json
 * @property {string} message English: what came, and what was expected
 * @property {string} hint English: what to do next
 * @property {string} [came] what fills {came} in the text; "" where the text has no {came}; undefined: unknown (an older server)
 * @property {string} [expected] what fills {expected}; "" where the text has no {expected}
 */

/** @typedef {{message: string, hint: string}} ErrorText a text with the placeholders {came} and {expected} */

const MAX_SHOWN_CHARACTERS = 60;
const PLACEHOLDER = /\{(came|expected)\}/g;

/**
 * Fills an error's text. What fills it may hold braces of its own: they stay text.
 * @param {ErrorText} text
 * @param {{came: string, expected: string}} values
 * @returns {Omit<ErrorObject, "code">}
 * @example
 * fillError({ message: "No {came}.", hint: "Wait." }, { came: "cat", expected: "" });
 * // { message: "No cat.", hint: "Wait.", came: "cat", expected: "" }
 */
export function fillError({ message, hint }, values) {
	const placeholders = new Set(`${message}${hint}`.match(PLACEHOLDER));
	/** @param {string} template */
	const fill = (template) =>
		template.replace(PLACEHOLDER, (_, name) => values[/** @type {"came"|"expected"} */ (name)]);
	return {
		message: fill(message),
		hint: fill(hint),
		came: placeholders.has("{came}") ? values.came : "",
		expected: placeholders.has("{expected}") ? values.expected : "",
	};
}

/**
 * A value as an error may quote it: short, and on one line.
 * @param {unknown} value
 */
function quote(value) {
	const text = (typeof value === "string" ? JSON.stringify(value) : String(value)).replace(/\s+/g, " ").trim();
	const characters = [...text];
	return characters.length <= MAX_SHOWN_CHARACTERS ? text : `${characters.slice(0, MAX_SHOWN_CHARACTERS).join("")}…`;
}

/**
 * A request that the contract refuses.
 * @example
 * const error = new ContractError("badK", { came: 0 });
 * error.message; // "k came as 0; a whole number of at least 1 was expected."
 * error.came; // "0"
 */
export class ContractError extends Error {
	/**
	 * @param {string} code a key of contract/errors.json
	 * @param {{came?: unknown, expected?: unknown}} [values] what arrived (quoted and shortened), what should have
	 */
	constructor(code, { came = "", expected = "" } = {}) {
		const text = /** @type {Record<string, ErrorText>} */ (texts)[code];
		const filled = fillError(text, { came: quote(came), expected: String(expected) });
		super(filled.message);
		this.name = "ContractError";
		this.code = code;
		this.hint = filled.hint;
		this.came = filled.came;
		this.expected = filled.expected;
	}

	/** @returns {ErrorObject} what a person is shown, and what travels */
	toJSON() {
		const { code, message, hint, came, expected } = this;
		return { code, message, hint, came, expected };
	}
}

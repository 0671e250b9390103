// The one error shape: what came, what was expected, what to do. The texts live in
// contract/errors.json, which the server reads too. Anything may import this module.

import texts from "../../../contract/errors.json" with { type: "json" };

/** @typedef {{code: string, message: string, hint: string}} ErrorObject */

const MAX_SHOWN_CHARACTERS = 60;

/**
 * A value as an error may quote it: short, and on one line.
 * @param {unknown} value
 */
function shown(value) {
	const text = (typeof value === "string" ? JSON.stringify(value) : String(value)).replace(/\s+/g, " ").trim();
	const characters = [...text];
	return characters.length <= MAX_SHOWN_CHARACTERS ? text : `${characters.slice(0, MAX_SHOWN_CHARACTERS).join("")}…`;
}

/** A request that the contract refuses. */
export class ContractError extends Error {
	/**
	 * @param {string} code a key of contract/errors.json
	 * @param {{came?: unknown, expected?: unknown}} [parts] what arrived (quoted and shortened), what should have
	 */
	constructor(code, { came = "", expected = "" } = {}) {
		const text = /** @type {Record<string, {message: string, hint: string}>} */ (texts)[code];
		/** @type {Record<string, string>} */
		const parts = { "{came}": shown(came), "{expected}": String(expected) };
		/** @param {string} template */
		const fill = (template) => template.replace(/\{came\}|\{expected\}/g, (placeholder) => parts[placeholder]);
		super(fill(text.message));
		this.name = "ContractError";
		this.code = code;
		this.hint = fill(text.hint);
	}

	/** @returns {ErrorObject} what a person is shown, and what travels */
	toJSON() {
		return { code: this.code, message: this.message, hint: this.hint };
	}
}
